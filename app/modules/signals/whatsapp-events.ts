import { categoryNamed, contactOf, inboundEvents, type ProviderEvent, type ProviderNews } from "./provider-events";

/**
 * What a webhook of the WhatsApp Cloud API says, as message events. Nothing in it is taken for granted: fields come and
 * go between versions, times are seconds as number or text, and of people who have a username only a business-scoped
 * `user_id` is told. What is no message event, or not understood, is kept as it came.
 */
type Json = Record<string, unknown>;

const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null).map(objectOf) : []);
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null);

/** Seconds, or milliseconds where it can be nothing else, as number or text. */
export function instantOf(value: unknown): string | null {
  const number = typeof value === "number" ? value : typeof value === "string" && /^\d{9,14}$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number) || number < 1e8 || number > 9e13) return null;
  return new Date(number > 1e11 ? number : number * 1_000).toISOString();
}

/** A message that was read was delivered: the same event, also when the word of its delivery never came. */
const statusTypes: Readonly<Record<string, "message.sent" | "message.delivered" | "message.failed">> = { sent: "message.sent", delivered: "message.delivered", read: "message.delivered", failed: "message.failed" };

/** Which of the people a change lists is meant: whose `user_id` it is, or the only one, where nothing says that it is somebody else's. */
function personOf(userId: unknown, people: readonly Json[]): Json {
  const known = textOf(userId);
  const named = known === null ? undefined : people.find((one) => one.user_id === known);
  const [only] = people.length === 1 ? people : [];
  return named ?? (only && (known === null || textOf(only.user_id) === null) ? only : {});
}

function statusEvent(status: Json, people: readonly Json[], senders: readonly string[]): ProviderEvent | null {
  const [id, type, at] = [textOf(status.id), Object.hasOwn(statusTypes, String(status.status)) ? statusTypes[String(status.status)]! : null, instantOf(status.timestamp)];
  const userId = status.recipient_user_id ?? status.user_id;
  const recipient = personOf(userId, people);
  const contact = contactOf(status.recipient_id) ?? contactOf(recipient.wa_id) ?? contactOf(userId) ?? contactOf(recipient.user_id);
  if (!id || !type || !at || !contact) return null;
  const category = categoryNamed(objectOf(status.pricing).category) ?? categoryNamed(objectOf(objectOf(status.conversation).origin).type);
  return { senders, identity: `${id}:${type}`, event: { type, contact, category, occurredAt: at } };
}

function messageEvents(message: Json, people: readonly Json[], senders: readonly string[]): ProviderEvent[] | null {
  const [id, at] = [textOf(message.id), instantOf(message.timestamp)];
  const writer = personOf(message.from_user_id, people);
  const contact = contactOf(message.from) ?? contactOf(writer.wa_id) ?? contactOf(message.from_user_id) ?? contactOf(writer.user_id);
  if (!id || !at || !contact) return null;
  const interactive = objectOf(message.interactive);
  const text = textOf(objectOf(message.text).body) ?? textOf(objectOf(message.button).text) ?? textOf(objectOf(interactive.button_reply).title) ?? textOf(objectOf(interactive.list_reply).title);
  return inboundEvents({ senders, identity: id, contact, occurredAt: at, text });
}

function preferenceEvent(preference: Json, people: readonly Json[], senders: readonly string[]): ProviderEvent | null {
  const at = instantOf(preference.timestamp);
  const person = personOf(preference.user_id, people);
  const contact = contactOf(preference.wa_id) ?? contactOf(person.wa_id) ?? contactOf(preference.user_id) ?? contactOf(person.user_id);
  const type = preference.value === "stop" ? "opt_out" : preference.value === "resume" ? "opt_in" : null;
  if (preference.category !== "marketing_messages" || !at || !contact || !type) return null;
  return { senders, identity: `preference:${senders[0] ?? ""}:${contact}:${at}:${type}`, event: { type, contact, occurredAt: at } };
}

/** News about the account itself: an event that something changed, beside the notice that says what. */
const accountFields = new Set(["account_update", "phone_number_quality_update", "message_template_status_update"]);

function accountEvent(field: string, value: Json, at: string, senders: readonly string[]): ProviderEvent {
  const template = field === "message_template_status_update" ? textOf(value.message_template_id) : null;
  const identity = [field, senders.at(-1), at, textOf(value.event), textOf(value.display_phone_number), template].join(":");
  return {
    senders,
    identity,
    event: { type: "account.updated", occurredAt: at, ...(template && template.length <= 128 ? { templateId: template, templateApproved: value.event === "APPROVED" } : {}) },
  };
}

/** What a message is, without what it says: texts are not kept, not even sealed. */
const withoutText = ({ id, type, timestamp, from, from_user_id: userId }: Json): Json => ({ id, type, timestamp, from, from_user_id: userId });

export function whatsAppNews(body: unknown): ProviderNews {
  const news: ProviderNews = { events: [], notices: [] };
  for (const entry of listOf(objectOf(body).entry)) {
    for (const change of listOf(entry.changes)) {
      const [field, value] = [textOf(change.field) ?? "unknown", objectOf(change.value)];
      const { phone_number_id: number } = objectOf(value.metadata);
      const senders = [textOf(number), textOf(entry.id)].filter((one) => one !== null);
      const people = listOf(value.contacts);
      let understood = 0;
      const add = (events: readonly ProviderEvent[] | null) => {
        if (!events) return;
        news.events.push(...events);
        understood += 1;
      };
      const [statuses, messages, preferences] = [listOf(value.statuses), listOf(value.messages), listOf(value.user_preferences)];
      const one = (event: ProviderEvent | null) => add(event && [event]);
      if (field === "messages") {
        for (const status of statuses) one(statusEvent(status, people, senders));
        for (const message of messages) add(messageEvents(message, people, senders));
      } else if (field === "user_preferences") for (const preference of preferences) one(preferenceEvent(preference, people, senders));
      const at = instantOf(entry.time);
      if (accountFields.has(field) && at) one(accountEvent(field, value, at, senders));
      const parts = field === "messages" ? statuses.length + messages.length : field === "user_preferences" ? preferences.length : 0;
      if (parts === 0 || understood < parts) news.notices.push({ field, senders, body: messages.length === 0 ? change : { ...change, value: { ...value, messages: messages.map(withoutText) } } });
    }
  }
  return news;
}
