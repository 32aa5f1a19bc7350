import type { ReactNode } from "react";
import { CalendarClock } from "lucide-react";
import { cx } from "./cx";
import { absoluteTime, civilDayTold, type DeadlineKind, deadlineTime, type Locale, relativeTime, toldDeadline } from "./time-format";

interface Told {
  /** ISO 8601 instants; `now` comes from the loader, so that server and browser say the same. */
  at: string;
  now: string;
  /** IANA zone of the calendar the reader goes by. */
  zone: string;
  locale?: Locale;
}

/** An instant, from now and on the calendar. `brief` keeps the calendar for the tooltip and assistive technology. */
export function Time({ at, now, zone, locale = "en", brief = false, className }: Told & { brief?: boolean; className?: string }) {
  const relative = relativeTime(at, now, locale);
  const absolute = absoluteTime(at, zone, locale);
  return (
    <time dateTime={at} title={brief ? absolute : undefined} className={cx(brief && "whitespace-nowrap", className)}>
      <span className="whitespace-nowrap">{relative}</span>
      {brief ? <span className="sr-only">, {absolute}</span> : <> <span className="text-muted">· {absolute}</span></>}
    </time>
  );
}

/** A civil day of which no time was told. */
export function Day({ at, zone, locale = "en" }: Pick<Told, "at" | "zone" | "locale">) {
  const { day, told } = civilDayTold(at, zone, locale);
  return <time dateTime={day}>{told}</time>;
}

/**
 * When something is due or closes, how much is left, and on demand how that was computed. `left` says the distance in
 * the deadline's own unit ("2 business days"); without it plain time is counted.
 */
export function Deadline({
  at,
  now,
  zone,
  locale = "en",
  left,
  soonHours = 48,
  computed,
  kind = "due",
}: Told & { kind?: DeadlineKind; left?: string; soonHours?: number; computed?: readonly ReactNode[] }) {
  const distance = Date.parse(at) - Date.parse(now);
  const overdue = distance <= 0;
  const soon = !overdue && distance <= soonHours * 3_600_000;
  const relative = relativeTime(at, now, locale);
  const told = toldDeadline(kind, relative, overdue, left, locale);
  return (
    <div className="text-sm">
      <p className="flex items-start gap-x-2">
        <CalendarClock aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
        <time dateTime={at}>
          <span className={cx("font-medium", overdue && "text-danger", soon && "text-warn")}>
            {told}
          </span>
          <span className="text-muted"> · {deadlineTime(at, zone, locale)}</span>
        </time>
      </p>
      {computed?.length ? (
        <details className="mt-1 pl-6">
          <summary className="w-fit text-muted underline underline-offset-2">{locale === "es" ? "Cómo se calculó" : "How this was computed"}</summary>
          <ul className="mt-1 list-disc pl-5 text-muted">
            {computed.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}
