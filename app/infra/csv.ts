/**
 * One field of RFC 4180. A spreadsheet takes a text that begins like a formula for one, and businesses name themselves:
 * an apostrophe before it makes it text.
 */
export function csvField(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const harmless = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
