import { simpleParser, type Attachment } from "mailparser";
import { sanitiseMailHtml } from "./mail-html";
import { parseLimits } from "./parsed-message";

export interface MailAttachment {
  /** As the sender called it; null: it has no name. */
  filename: string | null;
  /** What HTML shows it by, without its angle brackets. */
  contentId: string | null;
  bytes: Uint8Array;
}

export interface MessageContents {
  attachments: MailAttachment[];
  /** Whether there were more than are kept apart: the original holds them all. */
  more: boolean;
  /** Sanitised, with the pictures it shows named by their ids; null: the message has no HTML. */
  html: string | null;
}

/** Nobody attaches more. */
export const mostAttachments = 50;
const htmlChars = 500_000;

/**
 * Takes a message apart, byte for byte. A message inside it is one attachment, with whatever is attached to that still in it.
 * Time and memory are for the caller to bound.
 */
export async function contentsOf(bytes: Uint8Array): Promise<MessageContents> {
  const { attachments, html } = await simpleParser(Buffer.from(bytes), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    keepCidLinks: true,
    ignoreEmbedded: true,
    maxHtmlLengthToParse: htmlChars,
    maxChildNodes: parseLimits.nodes,
    maxHeadSize: parseLimits.headBytes,
  } as Parameters<typeof simpleParser>[1]);
  return {
    attachments: attachments.slice(0, mostAttachments).map(attachmentOf),
    more: attachments.length > mostAttachments,
    html: html && html.trim() !== "" ? sanitiseMailHtml(html.slice(0, htmlChars)) : null,
  };
}

const attachmentOf = ({ filename, cid, content }: Attachment): MailAttachment => ({
  filename: filename ? filename.slice(0, 300) : null,
  contentId: cid ?? null,
  bytes: Uint8Array.from(content),
});
