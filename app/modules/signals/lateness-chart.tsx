import { latenessBounds } from "./lateness";
import { figure } from "./signal-words";

const units = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** "6 hours" */
export function spanInWords(seconds: number): string {
  const [size, unit] = units.find(([size]) => seconds >= size) ?? units[3];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const bucketName = (bucket: number): string => (bucket < latenessBounds.length ? `under ${spanInWords(latenessBounds[bucket]!)}` : `${spanInWords(latenessBounds[latenessBounds.length - 1]!)} or more`);

const [width, height] = [270, 48];

/** How late a platform's events came, from under a second on the left to three days on the right. */
export function LatenessChart({ name, events }: { name: string; events: readonly number[] }) {
  const all = events.reduce((sum, one) => sum + one, 0);
  const step = width / events.length;
  const most = Math.max(1, ...events);
  const said = events.flatMap((count, bucket) => (count > 0 ? [`${bucketName(bucket)}: ${figure(count)} of ${figure(all)}`] : []));
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`How late the events of ${name} came. ${said.join("; ")}`} className="h-12 w-[270px] max-w-full">
      <line x1="0" x2={width} y1={height - 1} y2={height - 1} stroke="currentColor" className="text-edge" />
      {events.map((count, bucket) => (
        <rect key={bucket} x={bucket * step + 2} width={step - 4} y={height - 1 - (count === 0 ? 0 : Math.max(2, ((height - 2) * count) / most))} height={count === 0 ? 0 : Math.max(2, ((height - 2) * count) / most)} fill="currentColor" className={bucket === events.length - 1 ? "text-danger" : "text-accent"}>
          <title>{`${bucketName(bucket)}: ${figure(count)}`}</title>
        </rect>
      ))}
    </svg>
  );
}
