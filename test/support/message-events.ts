import type { MessageEvent } from "~/modules/signals/message-event";

const harmless: Omit<MessageEvent, "id" | "occurredAt"> = {
  type: "message.sent",
  accountId: "account",
  contact: "contact",
  category: "marketing",
  zones: ["UTC"],
  templateId: null,
  templateApproved: null,
  businessName: "Acme Roofing",
  hasOptOutInstructions: true,
  consent: { method: "website_form", at: 0 },
  moreRequested: false,
  keyId: null,
  ipHash: null,
};

/**
 * An event that breaches nothing by itself: a message at noon, with a name, instructions and consent. Its fields come in
 * one order, as those of events from the store do, so that what is measured with it holds for them.
 */
export function messageEvent(given: Partial<MessageEvent> & Pick<MessageEvent, "id" | "occurredAt">): MessageEvent {
  const { id, type, accountId, contact, category, occurredAt, zones, templateId, templateApproved, businessName, hasOptOutInstructions, consent, moreRequested, keyId, ipHash } = { ...harmless, ...given };
  return { id, type, accountId, contact, category, occurredAt, zones, templateId, templateApproved, businessName, hasOptOutInstructions, consent, moreRequested, keyId, ipHash };
}
