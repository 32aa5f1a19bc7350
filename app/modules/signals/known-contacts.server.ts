import type { ContactHash } from "./contact-hash.server";
import { zonesOf, type ZoneSet } from "./zone-sets.server";

export interface KnownContact {
  /** The sixteen bytes that stand for it in the store. */
  hash: Uint8Array;
  /** Where its number may be. */
  zones: ZoneSet;
}

/** When there are more, or after so long, memory is begun anew: raw numbers stay in no process for long. */
const mostContacts = 65_536;
const keptForMs = 10 * 60_000;

export interface KnownContacts {
  of(platformId: string, contact: string): KnownContact;
}

/**
 * What contacts come to that come again and again: a message is sent, delivered and answered, each an event of its own, and its number is
 * hashed and its zones are found once.
 */
export function createKnownContacts(hash: ContactHash): KnownContacts {
  let platforms = new Map<string, Map<string, KnownContact>>();
  let [size, begunAt] = [0, performance.now()];
  const learn = (platformId: string, contact: string): KnownContact => {
    if (size >= mostContacts || performance.now() - begunAt > keptForMs) {
      platforms = new Map();
      [size, begunAt] = [0, performance.now()];
    }
    const known: KnownContact = { hash: new Uint8Array(16), zones: zonesOf({ contact }) };
    hash.write(platformId, "contact", contact, known.hash, 0);
    const contacts = platforms.get(platformId) ?? new Map<string, KnownContact>();
    platforms.set(platformId, contacts.set(contact, known));
    size += 1;
    return known;
  };
  return { of: (platformId, contact) => platforms.get(platformId)?.get(contact) ?? learn(platformId, contact) };
}
