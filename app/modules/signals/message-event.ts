/** What a platform's servers tell us happened; the words are the same on the wire, in the store and in the rules. */
export const messageEventTypes = [
  "message.sent",
  "message.delivered",
  "message.failed",
  "inbound",
  "opt_out",
  "opt_in",
  "template.sent",
  "api.request",
  "contact.imported",
  "account.updated",
] as const;
export type MessageEventType = (typeof messageEventTypes)[number];

/** What a message is for; quiet hours, frequency and opt-outs bind marketing alone (CF-AUP 4.3, 4.4). */
export const messageCategories = ["marketing", "transactional", "utility", "automated"] as const;
export type MessageCategory = (typeof messageCategories)[number];

/** How a recipient came to agree (CF-AUP 4.2). */
export const consentMethods = ["customer_initiated", "website_form", "signup_form", "other"] as const;
export type ConsentMethod = (typeof consentMethods)[number];

/**
 * One event as it is stored and judged. Of the contact only a keyed hash is left, and of their number only the time
 * zones it may lie in, so that quiet hours can still be told.
 */
export interface MessageEvent {
  /** The platform's own id, unique on the platform. */
  id: string;
  type: MessageEventType;
  accountId: string;
  /** Keyed hash of the contact on this platform, as a UUID; null where the event is about nobody. */
  contact: string | null;
  category: MessageCategory | null;
  /** Milliseconds since 1970 UTC. Rules judge by this instant, never by the one of arrival. */
  occurredAt: number;
  /** IANA zones the contact may be in: one when it is known, several when the number leaves it open, none when nothing is known. */
  zones: readonly string[];
  templateId: string | null;
  /** null: the platform did not say. */
  templateApproved: boolean | null;
  businessName: string | null;
  hasOptOutInstructions: boolean | null;
  consent: { method: ConsentMethod; at: number } | null;
  /** The contact asked for more than one marketing message a week (CF-AUP 4.4). */
  moreRequested: boolean;
  /** The API key that was used, as the platform names it. */
  keyId: string | null;
  /** Keyed hash of the caller's address, as a UUID. */
  ipHash: string | null;
}

/** How late an event may arrive and still be judged; older ones are refused. */
export const lateHours = 72;

/** How far ahead of our clock an event may be dated. */
export const aheadMinutes = 5;
