import { normaliseEmail, toE164 } from "~/infra/normalise";
import { sanitiseLine } from "~/infra/text";

/** What somebody typed into the search box, read as what it most likely is. */
export type SearchQuery =
  | { kind: "empty" }
  | { kind: "id"; id: string }
  | { kind: "reference"; of: "case" | "report" | "decision" | "action" | "appeal"; reference: string }
  | { kind: "email"; email: string }
  | { kind: "phone"; phone: string; text: string }
  | { kind: "name"; text: string };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const reference = /^(C|R|D|AP|A)-?([2-9A-HJ-NP-TV-Z]{4})-?([2-9A-HJ-NP-TV-Z]{4})$/;
const kinds = { C: "case", R: "report", D: "decision", A: "action", AP: "appeal" } as const;

/**
 * Too short to look for: two letters of Latin script would match half of all names, two of another may be a whole name.
 * References may be typed without dashes and in small letters; a number that can be a phone number is one.
 */
export function readSearch(typed: string): SearchQuery {
  const text = sanitiseLine(typed).slice(0, 200);
  if (text.length < (/^[\x20-\x7e]*$/.test(text) ? 3 : 2)) return { kind: "empty" };
  if (uuid.test(text)) return { kind: "id", id: text.toLowerCase() };
  const [, prefix, first, second] = reference.exec(text.toUpperCase().replaceAll(" ", "")) ?? [];
  if (prefix) return { kind: "reference", of: kinds[prefix as keyof typeof kinds], reference: `${prefix}-${first}-${second}` };
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { kind: "email", email: normaliseEmail(text) };
  const phone = /^[+\d][\d\s().-]{6,30}$/.test(text) ? toE164(text) : null;
  return phone ? { kind: "phone", phone, text } : { kind: "name", text };
}
