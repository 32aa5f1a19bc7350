import type { Confidential } from "./leak-check";

const emails = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const references = /(?<![\p{L}\p{N}])[A-Z]{1,2}-[2-9A-Z]{4}-[2-9A-Z]{4}(?![\p{L}\p{N}])|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/giu;
const numbers = /\+?\d(?:[ ().\-/]{0,3}\d){8,14}(?!\d)/g;
/** Days and times are written in digits too: "2026-11-20 21:05", "20.11.2026". */
const days = /(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)/g;

/**
 * What looks like an address, a number or a reference, whomever it belongs to: of a stranger nobody knows whose secrets they
 * must not be told, so none of these goes to one, except what they wrote themselves and how the platform is reached.
 */
export function personalMarks(text: string, own: readonly string[]): Confidential {
  const spoken = own.join("\n").toLowerCase();
  const digits = spoken.replace(/\D/g, "");
  const all = (pattern: RegExp, within = text) => within.match(pattern) ?? [];
  const unsaid = (found: string) => !spoken.includes(found.toLowerCase());
  return {
    names: [],
    emails: all(emails).map((found) => found.replace(/\.$/, "")).filter(unsaid),
    phones: all(numbers, text.replace(references, " ").replace(days, " ")).filter((found) => !digits.includes(found.replace(/\D/g, ""))),
    reportIds: all(references).filter(unsaid),
    reporterTexts: [],
  };
}
