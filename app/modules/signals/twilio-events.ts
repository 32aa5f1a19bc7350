import { contactOf, inboundEvents, type ProviderNews } from "./provider-events";

/** What a status comes to; those before it was sent say nothing to anybody. */
const statusTypes: Readonly<Record<string, "message.sent" | "message.delivered" | "message.failed">> = { sent: "message.sent", delivered: "message.delivered", read: "message.delivered", undelivered: "message.failed", failed: "message.failed" };
const beforeSending = new Set(["accepted", "scheduled", "queued", "sending", "canceled", "receiving"]);
/** Twilio's own keywords, where it looks for them itself. */
const optWords: Readonly<Record<string, string>> = { STOP: "STOP", START: "START" };

/**
 * What a webhook for SMS in Twilio's form says: the status of a message, or one that came in. It tells no time, so what
 * it tells happened when it came; the message's id and status make it one event, however often it comes.
 */
export function twilioNews(fields: ReadonlyMap<string, string>, arrivedAt: string): ProviderNews {
  const get = (name: string): string | null => fields.get(name) || null;
  const sid = get("MessageSid") ?? get("SmsSid");
  const status = (get("MessageStatus") ?? get("SmsStatus") ?? "").toLowerCase();
  const cameIn = status === "received" || (status === "" && fields.has("Body"));
  const [ours, theirs] = cameIn ? [get("To"), get("From")] : [get("From"), get("To")];
  const number = ours === null ? null : contactOf(ours);
  const senders = [number, get("MessagingServiceSid"), get("AccountSid")].filter((one) => one !== null);
  const contact = contactOf(theirs);
  if (sid && contact && cameIn) {
    const text = Object.hasOwn(optWords, get("OptOutType") ?? "") ? get("OptOutType") : get("Body");
    return { events: inboundEvents({ senders, identity: sid, contact, occurredAt: arrivedAt, text }), notices: [] };
  }
  if (sid && contact && Object.hasOwn(statusTypes, status)) {
    const type = statusTypes[status]!;
    return { events: [{ senders, identity: `${sid}:${type}`, event: { type, contact, occurredAt: arrivedAt } }], notices: [] };
  }
  if (beforeSending.has(status)) return { events: [], notices: [] };
  // Whatever it is, the text of a message is not kept.
  const { Body: _text, ...body } = Object.fromEntries(fields);
  return { events: [], notices: [{ field: status === "" ? "unknown" : `status ${status.slice(0, 30)}`, senders, body }] };
}
