import { cx } from "./cx";

/** How far along, with its denominator in words. The native element, so that it needs no inline style. */
export function Progress({ label, value, max, unit }: { label: string; value: number; max: number; unit?: string }) {
  return (
    <div className="grid gap-1 text-sm">
      <div className="flex justify-between gap-2">
        <span>{label}</span>
        <span className="text-muted">
          {value.toLocaleString("en-US")} of {max.toLocaleString("en-US")}
          {unit ? ` ${unit}` : ""}
        </span>
      </div>
      <progress
        aria-label={label}
        value={value}
        max={max}
        className="h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
    </div>
  );
}

/** A place held for something on its way. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div aria-hidden="true" className={cx("grid animate-pulse gap-2", className)}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={cx("h-4 rounded-sm bg-sunken", index === lines - 1 && "w-2/3")} />
      ))}
    </div>
  );
}
