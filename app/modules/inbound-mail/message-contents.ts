import { sanitiseMailHtml } from "./mail-html";

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
 * What a message was parted into, to be kept beside it. A message inside it is one attachment, with whatever is attached to that
 * still in it.
 */
export const contentsOf = ({ attached, attachedCount, html }: { attached: MailAttachment[]; attachedCount: number; html: string | null }): MessageContents => ({
  attachments: attached,
  more: attachedCount > attached.length,
  html: html && html.trim() !== "" ? sanitiseMailHtml(html.slice(0, htmlChars)) : null,
});
