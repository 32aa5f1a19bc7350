/** How an instant is told to a person: from now, and on a calendar in a named zone. All inputs are ISO 8601 instants. */
export type Locale = "en" | "es";

const tags: Record<Locale, string> = { en: "en-US", es: "es-US" };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;
const month = year / 12;

/**
 * "3 hours ago", "in 2 days": the nearest count of the largest unit that fits, so that a fresh week reads as 7 days. A
 * count that rounds up to where the next unit starts is told in that unit: longer never reads as shorter.
 */
export function relativeTime(instant: string, now: string, locale: Locale = "en"): string {
  const distance = Date.parse(instant) - Date.parse(now);
  const size = Math.abs(distance);
  if (size < minute) return locale === "es" ? "ahora mismo" : "just now";
  const format = new Intl.RelativeTimeFormat(tags[locale], { numeric: "always" });
  const count = (unit: number) => Math.round(size / unit);
  const told = (unit: number, name: Intl.RelativeTimeFormatUnit) => format.format(Math.sign(distance) * count(unit), name);
  if (count(minute) < 60) return told(minute, "minute");
  if (count(hour) < 48) return told(hour, "hour");
  if (count(day) < 60) return told(day, "day");
  if (count(month) < 24) return told(month, "month");
  return told(year, "year");
}

/** "4m", "7h", "12d": an age for a dense row. */
export function shortAge(since: string, now: string): string {
  const size = Math.max(0, Date.parse(now) - Date.parse(since));
  if (size < hour) return `${Math.trunc(size / minute)}m`;
  if (size < 2 * day) return `${Math.trunc(size / hour)}h`;
  return `${Math.trunc(size / day)}d`;
}

const partsOf = (instant: number, zone: string, locale: Locale) => {
  const parts = new Intl.DateTimeFormat(tags[locale], {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((entry) => entry.type === type)?.value ?? "";
  return {
    date: `${part("weekday")} ${part("day")} ${part("month")} ${part("year")}`,
    time: `${part("hour")}:${part("minute")}`,
    zone: part("timeZoneName"),
  };
};

/** "Thu 10 Dec 2026, 15:04 MST". */
export function absoluteTime(instant: string, zone: string, locale: Locale = "en"): string {
  const { date, time, zone: name } = partsOf(Date.parse(instant), zone, locale);
  return `${date}, ${time} ${name}`;
}

/** The day an instant lies in: "2026-12-10", and as it is read: "Thu 10 Dec 2026". */
export const civilDayTold = (instant: string, zone: string, locale: Locale = "en"): { day: string; told: string } => ({
  day: new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(Date.parse(instant)),
  told: partsOf(Date.parse(instant), zone, locale).date,
});

/**
 * A deadline kept as the exclusive instant at which a local day ends reads as the end of that day:
 * "Thu 10 Dec 2026, end of day MST". One inside a day reads as that time.
 */
export function deadlineTime(dueAt: string, zone: string, locale: Locale = "en"): string {
  const due = Date.parse(dueAt);
  if (partsOf(due, zone, locale).time !== "00:00") return absoluteTime(dueAt, zone, locale);
  const last = partsOf(due - 1, zone, locale);
  return `${last.date}, ${locale === "es" ? "fin del día" : "end of day"} ${last.zone}`;
}

/** The same deadline inside a sentence: "Wed 20 Jan 2027 (end of day, MST)". */
export function lastDay(dueAt: string, zone: string, locale: Locale = "en"): string {
  const due = Date.parse(dueAt);
  const { time } = partsOf(due, zone, locale);
  const last = partsOf(time === "00:00" ? due - 1 : due, zone, locale);
  return `${last.date} (${time === "00:00" ? (locale === "es" ? "fin del día" : "end of day") : time}, ${last.zone})`;
}

/** Somebody owes an answer by then; or a time in which something may be done ends. */
export type DeadlineKind = "due" | "closes";

const deadlineWords = {
  en: { within: "in", due: { ahead: "Due", over: "Was due" }, closes: { ahead: "Closes", over: "Closed" } },
  es: { within: "en", due: { ahead: "Vence", over: "Venció" }, closes: { ahead: "Se cierra", over: "Se cerró" } },
} as const satisfies Record<Locale, { within: string } & Record<DeadlineKind, { ahead: string; over: string }>>;

/** "Due in 2 business days", "Closed 3 hours ago": `left` says the distance in the deadline's own unit. */
export function toldDeadline(kind: DeadlineKind, relative: string, overdue: boolean, left: string | undefined, locale: Locale): string {
  const { within, [kind]: words } = deadlineWords[locale];
  return overdue ? `${words.over} ${relative}` : `${words.ahead} ${left ? `${within} ${left}` : relative}`;
}
