import { headerLinesOf, messageIdsOf, sentAt } from "./message-headers";
import { parseLimits, type Mailbox, type ParsedMessage } from "./parsed-message";

const headChars = 16_000;
const mailbox = /^(?:"?([^"<>,;:()@\\]{0,200}?)"?\s*<([^\s<>@,;:"()]{1,64}@[^\s<>@,;:"()]{1,253})>|([^\s<>@,;:"()]{1,64}@[^\s<>@,;:"()]{1,253}))$/;

/**
 * Reads the plainest messages, which most that are enclosed are: one part of plain ASCII or UTF-8 text, one mailbox in each
 * address. Starting the parser for them costs as much as the message around them.
 *
 * @returns null where anything in it takes a parser
 */
export function readPlain(bytes: Buffer): ParsedMessage | null {
  const text = bytes.toString("utf8");
  const end = /\r?\n\r?\n/.exec(text.slice(0, headChars));
  if (!end || text.includes("\0") || text.includes("\ufffd") || /\r(?!\n)/.test(text)) return null;
  const head = text.slice(0, end.index);
  if (head.includes("=?") || /^(?:content-transfer-encoding|mime-version\s*:(?!\s*1\.0\s*$)|content-disposition|content-type\s*:(?!\s*text\/plain\s*(?:;\s*charset="?(?:utf-8|us-ascii)"?\s*)?$))/im.test(head)) return null;
  const raw = head.replace(/\r?\n(?=[ \t])/g, "\u0001").split(/\r?\n/);
  const lines = raw.map((line) => ({ key: line.slice(0, line.indexOf(":")).trim().toLowerCase(), line: Buffer.from(line.replaceAll("\u0001", "\r\n"), "utf8").toString("binary") }));
  if (raw.some((line) => !line.includes(":")) || lines.some(({ key }) => !/^[a-z0-9_-]{1,80}$/.test(key)) || new Set(lines.map(({ key }) => key)).size < lines.length) return null;
  const headers = headerLinesOf(lines);
  const valueOf = (name: string): string => headers.find((line) => line.name === name)?.value ?? "";
  const boxes = ["from", "sender", "reply-to", "to", "cc"].map((name) => mailboxIn(valueOf(name)));
  if (boxes.some((found) => found === null)) return null;
  const [from, sender, replyTo, to, cc] = boxes as Mailbox[][];
  const body = text.slice(end.index + end[0].length).replaceAll("\r\n", "\n");
  if (body.length > parseLimits.textChars || headers.length < lines.length) return null;
  return {
    headers,
    from: from!,
    sender: sender!,
    replyTo: replyTo!,
    to: to!,
    cc: cc!,
    subject: valueOf("subject").slice(0, parseLimits.subjectChars),
    messageId: messageIdsOf(headers, "message-id")[0] ?? null,
    inReplyTo: messageIdsOf(headers, "in-reply-to"),
    references: messageIdsOf(headers, "references"),
    date: sentAt(headers),
    contentType: "text/plain",
    parameters: {},
    text: body,
    parts: [{ contentType: "text/plain", parameters: {}, disposition: "inline", filename: null, size: body.length, text: body, embedded: null }],
    cut: [],
  };
}

function mailboxIn(value: string): Mailbox[] | null {
  if (value === "") return [];
  const [, name = "", bracketed, bare] = mailbox.exec(value) ?? [];
  const address = bracketed ?? bare;
  return address ? [{ name: name.trim(), address }] : null;
}
