import type { NoticeState } from "../notice";

export interface ContactPoint {
  id: string;
  role: string;
  position: number;
  addressHash: string;
}

export interface TriedMessage {
  id: string;
  contactId: string;
  addressHash: string;
  state: NoticeState;
  /** The account took the address back before it was written to. */
  takenBack: boolean;
}

export type NextContact = { step: "write"; contact: ContactPoint; position: number } | { step: "wake"; messageId: string } | { step: "told"; messageId: string } | { step: "unreachable" };

/** Who speaks for an account, in this order; other roles come after them. */
const roles = ["owner", "legal", "admin", "billing"];
const rank = ({ role }: ContactPoint): number => (roles.includes(role) ? roles.indexOf(role) : roles.length);

export const inOrder = (contacts: readonly ContactPoint[]): ContactPoint[] =>
  [...contacts].sort((a, b) => rank(a) - rank(b) || a.position - b.position || (a.id < b.id ? -1 : 1));

/**
 * What is done next to notify an account: one contact after the other, each address once. A message that waits is woken; one that
 * was accepted has told the account, also where that was closed meanwhile and came back; with no address left it is up to a person.
 */
export function nextContact(contacts: readonly ContactPoint[], tried: readonly TriedMessage[]): NextContact {
  const waiting = tried.find(({ state }) => state === "queued");
  if (waiting) return { step: "wake", messageId: waiting.id };
  const accepted = tried.find(({ state }) => state === "handed_over" || state === "delivered");
  if (accepted) return { step: "told", messageId: accepted.id };
  const spent = new Set(tried.filter(({ takenBack }) => !takenBack).map(({ addressHash }) => addressHash));
  const ids = new Set(tried.map(({ contactId }) => contactId));
  const contact = inOrder(contacts).find(({ id, addressHash }) => !spent.has(addressHash) && !ids.has(id));
  return contact ? { step: "write", contact, position: tried.length + 1 } : { step: "unreachable" };
}
