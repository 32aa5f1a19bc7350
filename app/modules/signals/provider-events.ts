import type { EventInput } from "./event-input.schema";
import type { MessageCategory, MessageEventType } from "./message-event";
import { optWordOf } from "./opt-out";

/**
 * One thing a message provider said, before it is known whose it is. `senders` are the provider's names for our side of
 * it, the closest first; `identity` tells it from everything else the provider ever says and may hold personal data, so it
 * is hashed before it becomes an id.
 */
export interface ProviderEvent {
  senders: readonly string[];
  identity: string;
  event: Omit<EventInput, "id" | "account">;
}

/** What was said beyond message events, or not understood: kept as it came. */
export interface ProviderNotice {
  field: string;
  senders: readonly string[];
  body: unknown;
}

export interface ProviderNews {
  events: ProviderEvent[];
  notices: ProviderNotice[];
}

/** A number in E.164 from the digits that providers write without its plus; anything else is an id of theirs. */
export function contactOf(raw: unknown): string | null {
  if (typeof raw !== "string") return null;
  const bare = raw.trim().replace(/^(whatsapp|rcs|messenger):/i, "");
  if (/^\+?[1-9]\d{6,14}$/.test(bare)) return bare.startsWith("+") ? bare : `+${bare}`;
  return /^[^\p{Cc}\p{Cs}+][^\p{Cc}\p{Cs}]{0,127}$/u.test(bare) ? bare : null;
}

/** What somebody wrote, and what it means for their consent: an event of its own. The text goes no further. */
export function inboundEvents(said: { senders: readonly string[]; identity: string; contact: string; occurredAt: string; text: string | null }): ProviderEvent[] {
  const { senders, identity, contact, occurredAt, text } = said;
  const word = text === null ? null : optWordOf(text);
  const types: MessageEventType[] = word ? ["inbound", word] : ["inbound"];
  return types.map((type) => ({ senders, identity: `${identity}:${type}`, event: { type, contact, occurredAt } }));
}

export const categoryNamed = (name: unknown): MessageCategory | null => {
  switch (typeof name === "string" ? name.toLowerCase() : null) {
    case "marketing":
    case "marketing_lite":
      return "marketing";
    case "utility":
      return "utility";
    case "authentication":
    case "authentication_international":
    case "service":
      return "transactional";
    default:
      return null;
  }
};
