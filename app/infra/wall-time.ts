import { DateTime } from "luxon";

/**
 * When the clocks of a zone show a date and time as a form has it, `2026-12-01T09:30`. Where they show it twice (an hour in autumn) the later
 * time is meant, so that nothing is taken to have happened sooner than it did.
 *
 * @returns null when they never show it, because they are set forward over it, or when it is no date and time
 */
export function instantOfWallTime(text: string, zone: string): DateTime<true> | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(text)) return null;
  const shown = DateTime.fromISO(text, { zone });
  if (!shown.isValid || shown.toFormat("yyyy-MM-dd'T'HH:mm") !== text.slice(0, 16)) return null;
  const last = shown.getPossibleOffsets().reduce((a, b) => (+b > +a ? b : a));
  return DateTime.fromMillis(+last, { zone: "utc" }) as DateTime<true>;
}
