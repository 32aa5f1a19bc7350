import { compile } from "html-to-text";
import { MailParser, type AddressObject, type AttachmentStream, type HeaderLines, type Headers, type StructuredHeader } from "mailparser";
import { contentsOf, mostAttachments, type MailAttachment, type MessageContents } from "./message-contents";
import { headerLinesOf, mailboxesOf, messageIdsOf, parametersOf, sentAt } from "./message-headers";
import { readPlain } from "./plain-message";
import { parseLimits, type Cut, type MessagePart, type ParsedMessage } from "./parsed-message";

/** The parser gave up on a message, or its tree has more parts than anybody sends. */
export class UnreadableMessage extends Error {}

/** What may still be read of a message and of all those inside it. */
interface Budget {
  chars: number;
  embedded: number;
  cut: Set<Cut>;
}

/**
 * Reads the bytes of a message (RFC 5322, MIME). Nothing is fetched or executed, and what is returned is bounded by
 * {@link parseLimits}, whatever was sent; `cut` says what a bound took away. Time is for the caller to bound.
 *
 * @throws UnreadableMessage where no tree can be made of it
 */
export async function parseMessage(bytes: Uint8Array): Promise<ParsedMessage> {
  return readWithin(await split(bytes, false), wholeBudget(), 0);
}

/** The same, together with what came with the message, byte for byte. The bytes are gone through once. */
export async function parseWhole(bytes: Uint8Array): Promise<{ message: ParsedMessage; contents: MessageContents }> {
  const parted = await split(bytes, true);
  return { message: await readWithin(parted, wholeBudget(), 0), contents: contentsOf(parted) };
}

const wholeBudget = (): Budget => ({ chars: parseLimits.totalChars, embedded: parseLimits.embedded, cut: new Set() });

async function readWithin({ headers, headerLines, tree, attachments }: Split, budget: Budget, depth: number): Promise<ParsedMessage> {
  const cut = new Set<Cut>();
  const parts: MessagePart[] = [];
  for (const node of leavesOf(tree)) {
    if (parts.length === parseLimits.parts) {
      cut.add("parts");
      break;
    }
    parts.push(await partOf(node, attachments.get(node.headers), { budget, depth, cut }));
  }
  const lines = headerLinesOf(headerLines);
  if (headerLines.length > lines.length) cut.add("headers");
  const { value: contentType, params: parameters } = structured(headers, "content-type") ?? { value: "text/plain", params: {} };
  const subject = headers.get("subject");
  return {
    headers: lines,
    from: mailboxes(headers, "from"),
    sender: mailboxes(headers, "sender"),
    replyTo: mailboxes(headers, "reply-to"),
    to: mailboxes(headers, "to"),
    cc: mailboxes(headers, "cc"),
    subject: typeof subject === "string" ? subject.slice(0, parseLimits.subjectChars) : "",
    messageId: messageIdsOf(lines, "message-id")[0] ?? null,
    inReplyTo: messageIdsOf(lines, "in-reply-to"),
    references: messageIdsOf(lines, "references"),
    date: sentAt(lines),
    contentType: contentType.toLowerCase(),
    parameters: parametersOf(parameters),
    text: textOf(tree, parts, cut),
    parts,
    cut: [...cut],
  };
}

const mailboxes = (headers: Headers, name: string) => {
  const value = headers.get(name);
  return mailboxesOf(([value].flat() as (AddressObject | undefined)[]).flatMap((given) => given?.value ?? []));
};

function structured(headers: Headers, name: string): StructuredHeader | null {
  const value = headers.get(name);
  return value && typeof value === "object" && "params" in value ? value : null;
}

/** The part of the parser's tree that is read here: its own types leave it out. */
interface Node {
  contentType: string | false;
  headers: Headers;
  disposition?: string;
  isAttachment?: boolean;
  textContent?: string;
  node: { filename?: string | false };
  children: Node[];
}

interface Attached {
  contentType: string;
  filename: string | null;
  size: number;
  /** Null where it is neither text nor a message. */
  bytes: Buffer | null;
}

interface Collected extends Attached {
  /** Everything of it, where that was asked for. */
  whole: MailAttachment | null;
}

interface Split {
  headers: Headers;
  headerLines: HeaderLines;
  tree: Node;
  attachments: Map<Headers, Attached>;
  /** What came with it, as far as it is kept apart, and how much there was. */
  attached: MailAttachment[];
  attachedCount: number;
  html: string | null;
}

const options = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepCidLinks: true,
  keepDeliveryStatus: true,
  /** Messages inside are parsed on their own, so that their text is never taken for the sender's. */
  ignoreEmbedded: true,
  maxChildNodes: parseLimits.nodes,
  maxHeadSize: parseLimits.headBytes,
} as const;

/** @param whole whether what is attached is kept byte for byte */
function split(bytes: Uint8Array, whole: boolean): Promise<Split> {
  return new Promise((resolve, reject) => {
    const parser = new MailParser(options);
    const found: Omit<Split, "tree"> = { headers: new Map(), headerLines: [], attachments: new Map(), attached: [], attachedCount: 0, html: null };
    parser.on("headers", (given: Headers) => (found.headers = given));
    parser.on("headerLines", (given: HeaderLines) => (found.headerLines = given));
    parser.on("error", (error: unknown) => reject(new UnreadableMessage("the parser gave up", { cause: error })));
    parser.on("data", (data: AttachmentStream | { type: "text"; html?: string | false }) => {
      if (data.type === "text") {
        found.html = data.html || null;
        return;
      }
      found.attachedCount += 1;
      collect(data, whole && found.attachedCount <= mostAttachments, ({ whole: kept, ...attached }) => {
        found.attachments.set(data.headers, attached);
        if (kept) found.attached.push(kept);
      });
    });
    parser.on("end", () => {
      const { tree } = parser as unknown as { tree: Node | false };
      if (tree) resolve({ ...found, tree });
      else reject(new UnreadableMessage("the message is empty"));
    });
    parser.end(bytes);
  });
}

const embeds = /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers)|text\/rfc822-headers?)$/;
const readable = /^(?:text\/|message\/|application\/(?:[a-z0-9.+-]*json|[a-z0-9.+-]*xml|x?-?yaml)$)/;
const readableName = /\.(?:txt|json|ya?ml|eml|xml|csv)$/i;

function collect(stream: AttachmentStream, whole: boolean, done: (collected: Collected) => void): void {
  // The parser says `false` of a content type it cannot read, against its own types.
  const contentType = String(stream.contentType || "application/octet-stream").toLowerCase();
  const filename = stream.filename ?? null;
  const read = readable.test(contentType) || readableName.test(filename ?? "");
  const chunks: Buffer[] = [];
  let size = 0;
  stream.content.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (whole || (read && size <= parseLimits.embeddedBytes)) chunks.push(chunk);
  });
  stream.content.on("end", () => {
    const bytes = Buffer.concat(chunks);
    done({ contentType, filename, size, bytes: read ? bytes.subarray(0, parseLimits.embeddedBytes) : null, whole: whole ? { filename: filename && repaired(filename).slice(0, 300), contentId: stream.cid ?? null, bytes } : null });
    stream.release();
  });
}

function leavesOf(tree: Node): Node[] {
  const leaves: Node[] = [];
  const left: Node[] = [tree];
  for (let node = left.pop(); node; node = left.pop()) {
    const { children } = node;
    if (children.length === 0 && !String(node.contentType).startsWith("multipart/")) leaves.push(node);
    for (let at = children.length - 1; at >= 0; at -= 1) left.push(children[at]!);
  }
  return leaves;
}

interface Reading {
  budget: Budget;
  depth: number;
  cut: Set<Cut>;
}

async function partOf(node: Node, attached: Attached | undefined, reading: Reading): Promise<MessagePart> {
  const parameters = parametersOf(structured(node.headers, "content-type")?.params ?? {});
  const contentType = attached?.contentType ?? String(node.contentType || "text/plain").toLowerCase();
  const filename = attached?.filename ?? (typeof node.node.filename === "string" ? node.node.filename : null);
  const embedded = attached?.bytes && embeds.test(contentType) ? await embeddedOf(attached.bytes, reading) : null;
  const whole = attached ? (attached.bytes && !embedded ? decode(attached.bytes, parameters.charset) : null) : (node.textContent ?? "");
  return {
    contentType,
    parameters,
    // A part that does not say is inline to its reader, though the parser calls what is not text an attachment.
    disposition: node.disposition === "attachment" && node.headers.has("content-disposition") ? "attachment" : "inline",
    filename: filename === null ? null : repaired(filename).slice(0, 300),
    size: attached?.size ?? node.textContent?.length ?? 0,
    text: whole === null ? null : within(whole, reading),
    embedded,
  };
}

/** A name whose bytes were UTF-8 without saying so comes as one letter for each byte; one that was cut ends within a letter. */
function repaired(name: string): string {
  if (!/[\u0080-\u00ff]/.test(name) || /[^\u0000-\u00ff]/.test(name)) return name;
  const read = Buffer.from(name, "latin1").toString("utf8").replace(/\ufffd$/, "");
  return read.includes("\ufffd") ? name : read;
}

async function embeddedOf(bytes: Buffer, { budget, depth, cut }: Reading): Promise<ParsedMessage | null> {
  if (depth === parseLimits.depth || budget.embedded === 0) {
    cut.add("embedded");
    return null;
  }
  budget.embedded -= 1;
  const plain = readPlain(bytes);
  if (plain && plain.text.length <= budget.chars) {
    budget.chars -= plain.text.length;
    return plain;
  }
  try {
    return await readWithin(await split(bytes, false), budget, depth + 1);
  } catch (error) {
    if (error instanceof UnreadableMessage) return null;
    throw error;
  }
}

function within(text: string, { budget, cut }: Reading): string {
  const kept = text.slice(0, Math.min(parseLimits.textChars, budget.chars));
  budget.chars -= kept.length;
  if (kept.length < text.length) cut.add("text");
  return kept;
}

function decode(bytes: Buffer, charset: string | undefined): string {
  try {
    return new TextDecoder(charset ?? "utf-8").decode(bytes).replace(/\r\n?/g, "\n");
  } catch {
    return bytes.toString("latin1").replace(/\r\n?/g, "\n");
  }
}

const htmlChars = 500_000;

const readHtml = compile({
  wordwrap: false,
  limits: { maxInputLength: htmlChars, maxDepth: 60, maxChildNodes: 2_000, ellipsis: "…" },
  selectors: [
    { selector: "img", format: "skip" },
    { selector: "h1", options: { uppercase: false } },
    { selector: "h2", options: { uppercase: false } },
    { selector: "h3", options: { uppercase: false } },
  ],
});

/** What the sender wrote, above attachments: plain text, else HTML read as text. */
function textOf(tree: Node, parts: readonly MessagePart[], cut: Set<Cut>): string {
  const inline = parts.filter(({ disposition, embedded, filename }) => disposition === "inline" && !embedded && !filename);
  const plain = inline.flatMap(({ contentType, text }) => (contentType === "text/plain" && text?.trim() ? [text] : []));
  const text = plain.length > 0 ? plain.join("\n") : inline.flatMap(({ contentType, text: html }) => (contentType === "text/html" && html ? [htmlText(html)] : [])).join("\n");
  if (text.length > parseLimits.textChars) cut.add("text");
  return text.slice(0, parseLimits.textChars);
}

function htmlText(html: string): string {
  try {
    return readHtml(html.slice(0, htmlChars));
  } catch {
    return "";
  }
}
