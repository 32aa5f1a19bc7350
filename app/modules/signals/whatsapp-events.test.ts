import fc from "fast-check";
import { expect, test } from "vitest";
import { instantOf, whatsAppNews } from "./whatsapp-events";

const at = 1_795_208_400;
const iso = new Date(at * 1_000).toISOString();
const change = (field: string, value: object) => ({ object: "whatsapp_business_account", entry: [{ id: "waba-1", time: at, changes: [{ field, value }] }] });
const metadata = { display_phone_number: "15550001111", phone_number_id: "pn-1" };
const news = (field: string, value: object) => whatsAppNews(change(field, { messaging_product: "whatsapp", metadata, ...value }));
const status = (more: object) => ({ id: "wamid.A", status: "delivered", timestamp: String(at), recipient_id: "13075550142", ...more });
const said = (value: ReturnType<typeof news>) => value.events.map(({ event }) => event);

test.each([
  ["delivered, marketing", { pricing: { category: "marketing" } }, { type: "message.delivered", contact: "+13075550142", category: "marketing", occurredAt: iso }],
  ["sent, by the older field", { status: "sent", conversation: { origin: { type: "utility" } } }, { type: "message.sent", category: "utility" }],
  ["failed, with the time as a number", { status: "failed", timestamp: at }, { type: "message.failed", category: null, occurredAt: iso }],
  ["a code to sign in", { pricing: { category: "authentication" } }, { category: "transactional" }],
  ["somebody with a username", { recipient_id: undefined, recipient_user_id: "US.13491208655302741918" }, { contact: "US.13491208655302741918" }],
])("a status: %s", (_what, more, event) => {
  const found = news("messages", { statuses: [status(more)] });
  expect(said(found)).toMatchObject([event]);
  expect(found.events[0]!.senders).toEqual(["pn-1", "waba-1"]);
  expect(found.notices).toEqual([]);
});

test("read is the same event as delivered, sent is another", () => {
  const identities = ["delivered", "read", "sent"].map((word) => news("messages", { statuses: [status({ status: word })] }).events[0]!.identity);
  expect([identities[0] === identities[1], identities[0] === identities[2]]).toEqual([true, false]);
});

const message = (more: object) => ({ id: "wamid.B", from: "13075550142", timestamp: String(at), type: "text", text: { body: "hello" }, ...more });

test.each([
  ["a word among others", {}, ["inbound"]],
  ["STOP", { text: { body: "Stop!" } }, ["inbound", "opt_out"]],
  ["a button that says it", { text: undefined, type: "button", button: { text: "STOP", payload: "x" } }, ["inbound", "opt_out"]],
  ["an interactive reply", { text: undefined, interactive: { button_reply: { id: "1", title: "Yes" } } }, ["inbound", "opt_in"]],
  ["a picture", { text: undefined, type: "image", image: {} }, ["inbound"]],
])("a message: %s", (_what, more, types) => {
  const found = news("messages", { contacts: [{ wa_id: "13075550142" }], messages: [message(more)] });
  expect(said(found).map(({ type }) => type)).toEqual(types);
  expect(new Set(found.events.map(({ identity }) => identity)).size).toBe(types.length);
  expect(found.notices).toEqual([]);
});

test("a writer without a number is known by the user_id, wherever it stands", () => {
  for (const value of [{ messages: [message({ from: undefined, from_user_id: "US.1349" })] }, { contacts: [{ user_id: "US.1349" }], messages: [message({ from: undefined })] }]) {
    expect(said(news("messages", value))).toMatchObject([{ contact: "US.1349" }]);
  }
});

const two = [{ wa_id: "13075550142", user_id: "US.1" }, { wa_id: "13075550143", user_id: "US.2" }];

test("of several people each message, status and preference is of the one its user_id names, and of nobody where it names none of them", () => {
  const stop = message({ id: "wamid.C", from: undefined, from_user_id: "US.2", text: { body: "stop" } });
  expect(said(news("messages", { contacts: two, messages: [stop] }))).toMatchObject([{ contact: "+13075550143" }, { type: "opt_out", contact: "+13075550143" }]);
  expect(said(news("messages", { contacts: two, messages: [{ ...stop, from_user_id: "US.9" }] }))).toMatchObject([{ contact: "US.9" }, { contact: "US.9" }]);
  expect(said(news("messages", { contacts: [two[0]], messages: [{ ...stop, from_user_id: "US.9" }] }))).toMatchObject([{ contact: "US.9" }, { contact: "US.9" }]);
  expect(said(news("messages", { contacts: two, messages: [{ ...stop, from_user_id: undefined }] }))).toEqual([]);
  expect(said(news("messages", { contacts: two, statuses: [status({ recipient_id: undefined, recipient_user_id: "US.2" })] }))).toMatchObject([{ contact: "+13075550143" }]);
  expect(said(news("user_preferences", { contacts: two, user_preferences: [{ user_id: "US.2", category: "marketing_messages", value: "stop", timestamp: at }] }))).toMatchObject([{ type: "opt_out", contact: "+13075550143" }]);
});

test.each([
  ["stop", "opt_out"],
  ["resume", "opt_in"],
])("a preference to %s marketing", (value, type) => {
  const preference = { wa_id: "13075550142", category: "marketing_messages", value, timestamp: at };
  expect(said(news("user_preferences", { contacts: [], user_preferences: [preference] }))).toMatchObject([{ type, contact: "+13075550142", occurredAt: iso }]);
  expect(said(news("user_preferences", { user_preferences: [{ ...preference, wa_id: undefined, user_id: "US.1" }] }))).toMatchObject([{ type, contact: "US.1" }]);
});

test.each([
  ["account_update", { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "SPAM" } }, {}],
  ["phone_number_quality_update", { event: "FLAGGED", display_phone_number: "15550001111", current_limit: "TIER_1K" }, {}],
  ["message_template_status_update", { event: "REJECTED", message_template_id: 594425479261596, reason: "SPAM" }, { templateId: "594425479261596", templateApproved: false }],
  ["message_template_status_update", { event: "APPROVED", message_template_id: "1" }, { templateId: "1", templateApproved: true }],
])("%s is an event, and what it says is kept", (field, value, more) => {
  const found = news(field, value);
  expect(said(found)).toEqual([{ type: "account.updated", occurredAt: iso, ...more }]);
  expect(found.notices).toMatchObject([{ field, body: { field } }]);
});

test.each([
  ["a field we do not know", "flows", { anything: [1] }],
  ["a status we do not know", "messages", { statuses: [status({ status: "teleported" })] }],
  ["a status without a time", "messages", { statuses: [status({ timestamp: "soon" })] }],
  ["a message without a time", "messages", { messages: [{ id: "wamid.D", from: "13075550142", type: "text" }] }],
  ["a preference about something else", "user_preferences", { user_preferences: [{ wa_id: "13075550142", category: "stickers", value: "stop", timestamp: at }] }],
])("%s is kept and harms nobody", (_what, field, value) => {
  const found = news(field, value);
  expect(found.events).toEqual([]);
  expect(found.notices).toHaveLength(1);
});

test("whatever it is, it is read without failing, and no text of a message is kept", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("messages", "user_preferences", "account_update", "x"), (value, field) => {
      whatsAppNews(value);
      whatsAppNews({ entry: [{ id: value, time: value, changes: [{ field, value }] }] });
      whatsAppNews({ entry: [{ changes: [{ field, value: { statuses: value, messages: [value], user_preferences: [value], contacts: value, metadata: value } }] }] });
    }),
  );
  const kept = news("messages", { messages: [message({ id: undefined, text: { body: "a secret" } })] });
  expect(JSON.stringify(kept)).not.toContain("secret");
});

test.each([
  [at, iso],
  [String(at), iso],
  [at * 1_000, iso],
  ["later", null],
  [-1, null],
  [Number.NaN, null],
  [null, null],
])("the time %s is %s", (value, instant) => {
  expect(instantOf(value)).toBe(instant);
});
