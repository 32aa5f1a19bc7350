/** Characters that turn the reading order of the text around them, and so can make a sentence say its opposite. */
const directionControls = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const controlsButNewline = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\uFFFE\uFFFF]/gu;

/** A lone surrogate cannot be encoded as UTF-8 and would fail on its way to the mail server. */
const wellFormed = (value: string) => value.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");

/**
 * One line, whatever it was: for subjects, names, labels and links. Line breaks would start a new header in a
 * subject and a forged line in the text part.
 */
export function oneLine(value: string): string {
  return wellFormed(value)
    .replace(directionControls, "")
    .replace(/[\r\n\t\u0085\u2028\u2029]+/gu, " ")
    .replace(controlsButNewline, "")
    .replace(/ {2,}/g, " ")
    .trim();
}

/** Text that people wrote in several lines: keeps its line breaks and nothing else that steers a display. */
export function manyLines(value: string): string {
  return wellFormed(value)
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, "\n")
    .replace(directionControls, "")
    .replace(/\t/g, " ")
    .replace(controlsButNewline, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Only web and mail addresses are ever linked: a `javascript:` or `data:` link is a bug of the caller. */
export function safeHref(value: string): string {
  const url = new URL(oneLine(value));
  if (!["https:", "http:", "mailto:"].includes(url.protocol)) throw new TypeError(`A mail cannot link to ${url.protocol}`);
  return url.href;
}
