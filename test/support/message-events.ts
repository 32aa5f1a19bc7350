import type { MessageEvent } from "~/modules/signals/message-event";

/** An event that breaches nothing by itself: a message at noon, with a name, instructions and consent. */
export function messageEvent(given: Partial<MessageEvent> & Pick<MessageEvent, "id" | "occurredAt">): MessageEvent {
  return {
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
    ...given,
  };
}
