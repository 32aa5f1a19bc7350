import { Duration } from "luxon";

const grammar = /^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?$/;

/**
 * A span of elapsed time as people type it: `31d`, `12h`, `90m`, `45s`, or parts in falling order, `1d12h`.
 * A day is 24 hours, whatever a local calendar says.
 *
 * @returns null for anything else, and for a span of no length
 */
export function parseDuration(text: string): Duration<true> | null {
  const parts = grammar.exec(text);
  if (!parts) return null;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = parts;
  const span = Duration.fromObject({ hours: Number(days) * 24 + Number(hours), minutes: Number(minutes), seconds: Number(seconds) });
  return span.toMillis() > 0 && span.isValid ? span : null;
}
