import type { SenderHealth } from "./sender-health.queries.server";
import { figure } from "./signal-words";

const [width, height, foot] = [960, 180, 24];

/** Messages of each day as bars, opt-outs as points over them, and a line where a measure began. The table below has the same numbers. */
export function HealthChart({ health }: { health: Pick<SenderHealth, "days" | "actions"> }) {
  const { days, actions } = health;
  const step = width / Math.max(1, days.length);
  const most = Math.max(1, ...days.map(({ sent }) => sent));
  const mostOut = Math.max(1, ...days.map(({ optOuts }) => optOuts));
  const y = (part: number, of: number) => (height - foot) * (1 - part / of);
  return (
    <figure tabIndex={0} aria-label="Messages and opt-outs by day" className="grid gap-2 overflow-x-auto p-4">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Messages sent and opt-outs by day, ${days[0]?.day ?? ""} to ${days.at(-1)?.day ?? ""}. The table below has the numbers.`} className="h-auto w-full min-w-[560px]">
        <line x1="0" x2={width} y1={height - foot} y2={height - foot} stroke="currentColor" className="text-edge" />
        {days.map(({ day, sent, optOuts }, index) => (
          <g key={day}>
            <rect x={index * step + step * 0.15} width={step * 0.7} y={y(sent, most)} height={height - foot - y(sent, most)} fill="currentColor" className="text-accent" opacity="0.55" />
            {optOuts > 0 ? <circle cx={(index + 0.5) * step} cy={Math.max(5, y(optOuts, mostOut))} r="4" fill="currentColor" className="text-danger" /> : null}
          </g>
        ))}
        {actions.map(({ id, day, endDay, reference }) => {
          const [began, ended] = [day, endDay].map((one) => days.findIndex((other) => other.day === one));
          return (
            <g key={id} className="text-ink">
              {began! >= 0 ? (
                <>
                  <line x1={began! * step} x2={began! * step} y1="0" y2={height - foot} stroke="currentColor" strokeWidth="2" />
                  <text x={began! * step + (began! * step > width - 140 ? -4 : 4)} y="12" fontSize="12" fill="currentColor" textAnchor={began! * step > width - 140 ? "end" : "start"}>
                    {reference}
                  </text>
                </>
              ) : null}
              {ended! >= 0 ? <line x1={ended! * step} x2={ended! * step} y1="0" y2={height - foot} stroke="currentColor" strokeWidth="2" strokeDasharray="4 4" /> : null}
            </g>
          );
        })}
        <text x="0" y={height - 6} fontSize="12" fill="currentColor" className="text-muted">
          {days[0]?.day}
        </text>
        <text x={width} y={height - 6} fontSize="12" fill="currentColor" textAnchor="end" className="text-muted">
          {days.at(-1)?.day}
        </text>
      </svg>
      <figcaption className="text-sm text-muted">
        {`Bars: messages sent, ${figure(most)} at most. Points: opt-outs, ${figure(mostOut)} at most. Solid line: a measure began. Broken line: it ended.`}
      </figcaption>
    </figure>
  );
}
