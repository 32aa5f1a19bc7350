import { maskAddress } from "../notices/notice";
import type { Mailbox, MessagePart, ParsedMessage } from "./parsed-message";

/** More than anybody reads on a page; the original holds it all. */
const mostChars = 300_000;

/**
 * A message as people look at it: plain text and nothing else, so that nothing in it runs, is fetched or looks like a page of
 * ours. Who sent it is masked, as reporters are everywhere; signs that turn text around or hide it are shown by their numbers. What was
 * attached is named and not shown: it is a file of its own, which a virus scanner may have to see first.
 */
export function renderMail(message: ParsedMessage): string {
  const text = [head(message), message.text.trim() || "(no text)", ...message.parts.flatMap(besides)].join("\n\n");
  const plain = visible(text);
  return plain.length > mostChars ? `${plain.slice(0, mostChars)}\n\n(The rest is in the original.)\n` : `${plain}\n`;
}

const people = (mailboxes: readonly Mailbox[]): string => mailboxes.map(({ address }) => maskAddress(address)).join(", ");

function head({ from, to, cc, subject, date, cut }: ParsedMessage): string {
  const lines: [string, string][] = [
    ["From", people(from)],
    ["To", people(to)],
    ["Cc", people(cc)],
    ["Subject", oneLine(subject)],
    ["Date", date ?? ""],
    ["Left out here", cut.join(", ")],
  ];
  return lines.filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}`).join("\n");
}

function besides({ contentType, filename, size, text, embedded, disposition }: MessagePart, index: number): string[] {
  const title = `--- Part ${index + 1}: ${oneLine(contentType)}${filename ? `, "${oneLine(filename)}"` : ""}, ${size} bytes ---`;
  if (embedded) return [`${title}\n${head(embedded)}\n\n${embedded.text.trim()}`];
  const shownAbove = disposition === "inline" && !filename && (contentType === "text/plain" || contentType === "text/html");
  if (shownAbove) return [];
  // Plain text that is inline belongs to the mail, with a name or without.
  const attached = disposition === "attachment" || (filename !== null && contentType !== "text/plain");
  return [text === null || contentType === "text/html" || attached ? title : `${title}\n${text.trim()}`];
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Controls but line ends and tabs, and the signs that reorder or hide what stands beside them (Unicode bidi controls, zero width). */
const unseen = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

const visible = (text: string): string => text.replace(/\r\n?/g, "\n").replace(unseen, (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
