/** A mailbox as a header names it; the address is lower-cased nowhere and may be empty. */
export interface Mailbox {
  name: string;
  address: string;
}

/** One header line, unfolded; the name in lower case. What was encoded by RFC 2047 is still so. */
export interface HeaderLine {
  name: string;
  value: string;
}

/** A leaf of the MIME tree. Its bytes are not here: the raw message keeps them. */
export interface MessagePart {
  contentType: string;
  /** Parameters of the content type, their names in lower case. */
  parameters: Record<string, string>;
  disposition: "inline" | "attachment";
  filename: string | null;
  /** Bytes after the transfer encoding was taken off; of text, its characters. */
  size: number;
  /** What is text in it, cut at {@link parseLimits.textChars}; null: something else. */
  text: string | null;
  /** The message or the headers of one that the part carries. */
  embedded: ParsedMessage | null;
}

/** What a bound took away. */
export type Cut = "headers" | "text" | "parts" | "embedded";

/** A message as far as it could be read, in plain values that can pass between threads. */
export interface ParsedMessage {
  headers: HeaderLine[];
  from: Mailbox[];
  sender: Mailbox[];
  replyTo: Mailbox[];
  to: Mailbox[];
  cc: Mailbox[];
  subject: string;
  /** With its angle brackets, as {@link inReplyTo} and {@link references}. */
  messageId: string | null;
  inReplyTo: string[];
  references: string[];
  /** What the `Date` header says, as an ISO instant; null: nothing that is a date. */
  date: string | null;
  contentType: string;
  parameters: Record<string, string>;
  /** What a person reads: the plain text, or the HTML as text where there is no other. */
  text: string;
  parts: MessagePart[];
  cut: Cut[];
}

export const parseLimits = {
  headerLines: 300,
  headerChars: 4_000,
  mailboxes: 50,
  references: 50,
  subjectChars: 1_000,
  textChars: 200_000,
  /** Of everything that is text in a message and in those inside it. */
  totalChars: 2_000_000,
  parts: 100,
  /** Messages inside messages, counted over the whole; and how deep. */
  embedded: 8,
  depth: 4,
  embeddedBytes: 4_000_000,
  /** Leaves and branches the MIME tree may have before the message counts as unreadable. */
  nodes: 1_000,
  headBytes: 512 * 1024,
} as const;

/** The values of a header, in order. */
export const headerValues = ({ headers }: Pick<ParsedMessage, "headers">, name: string): string[] =>
  headers.filter((line) => line.name === name).map(({ value }) => value);

/** The first value of a header, trimmed; an empty one counts as none. */
export const headerValue = (message: Pick<ParsedMessage, "headers">, name: string): string | null => headerValues(message, name).find((value) => value.trim() !== "")?.trim() ?? null;
