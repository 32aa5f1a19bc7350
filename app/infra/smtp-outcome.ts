/** What the mail server made of one message. */
export type Outcome =
  | { state: "accepted"; reply: string }
  /** It may be taken later; after silence it may have been taken and the answer got lost. */
  | { state: "deferred"; reply: string; wasAnswered: boolean }
  /** This address does not take it. */
  | { state: "refused"; reply: string }
  /** The server was not reached, or wants nothing from us: that says nothing about the message. */
  | { state: "unsent"; reply: string };

export interface SmtpFailure {
  responseCode?: number | undefined;
  response?: string | undefined;
  command?: string | undefined;
  code?: string | undefined;
}

/** A reply may repeat the address it is about; what is kept is its code and words without it. */
export const keptReply = (reply: string): string =>
  reply
    .replace(/[\u0000-\u001F\u007F\u0085\u2028\u2029]+/gu, " ")
    .trim()
    .replace(/<?[^\s<>]+@[^\s<>]+>?/gu, "<…>")
    .slice(0, 300);

/**
 * Reads a failure (RFC 5321 4.2.1): 5xx to the recipient or the message is final for this address; every other answer to them, and
 * every silence once the recipient was named, means later. Whatever comes before is about us.
 *
 * @param named whether the recipient was already told to the server
 */
export function outcomeOf({ responseCode, response, command, code }: SmtpFailure, named: boolean): Outcome {
  const reply = keptReply(response || code || "no answer from the mail server");
  const aboutMessage = command === "RCPT TO" || command === "DATA";
  if (responseCode !== undefined && aboutMessage) return responseCode >= 500 ? { state: "refused", reply } : { state: "deferred", reply, wasAnswered: true };
  if (responseCode !== undefined) return { state: "unsent", reply };
  return named ? { state: "deferred", reply, wasAnswered: false } : { state: "unsent", reply };
}
