import { z } from "zod";

/**
 * What was said beside a message by the server that brought it (RFC 5321), as it stands sealed in the row. Of a mail from a
 * mailbox it is what that mailbox's own server wrote above the message.
 */
export const envelopeSchema = z.object({
  /** Empty: the null sender. */
  from: z.string(),
  /** Network address of the server that brought it; null: not known. */
  remoteAddress: z.string().nullable(),
  /** What that server called itself. */
  helo: z.string().nullable(),
  tls: z.boolean(),
  /** RFC 3461, 4.4: what our own sender called the envelope of the mail this is about. */
  envelopeId: z.string().nullable(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

export const envelopeContext = "received_mail.envelope";
