import type { MailRole } from "./received-mail";

/** A platform as far as mail is concerned. */
export interface AddressedPlatform {
  id: string;
  abuseEmail: string;
  appealsEmail: string;
  supportEmail: string;
  securityEmail: string;
}

export interface Recipient {
  /** In lower case. */
  address: string;
  platformId: string;
  role: MailRole;
  refersTo: string | null;
}

/** Every address mail is taken for. */
export interface AddressBook {
  mailboxes: ReadonlyMap<string, { platformId: string; role: MailRole }>;
  /** Domains in which signed addresses and postmaster@ are a platform's. */
  domains: ReadonlyMap<string, string>;
}

/** What a signed address names; null: none that we signed. */
export type ReadSigned = (address: string) => { purpose: "case" | "bounce"; names: string } | null;

/**
 * The addresses of all platforms. One that several things share is the first of them: appeals, abuse, security, support. The
 * domains are those of abuse@ and appeals@, because a support address may be a stranger's domain.
 */
export function addressBookOf(platforms: readonly AddressedPlatform[]): AddressBook {
  const mailboxes = new Map<string, { platformId: string; role: MailRole }>();
  const domains = new Map<string, string>();
  const add = (address: string, platformId: string, role: MailRole) => {
    const known = address.toLowerCase();
    if (!mailboxes.has(known)) mailboxes.set(known, { platformId, role });
  };
  for (const role of ["appeals", "abuse", "security", "support"] as const) for (const platform of platforms) add(platform[`${role}Email`], platform.id, role);
  for (const { id, abuseEmail, appealsEmail } of platforms) {
    for (const address of [abuseEmail, appealsEmail]) {
      const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
      if (!domains.has(domain)) domains.set(domain, id);
    }
  }
  for (const [domain, platformId] of domains) add(`postmaster@${domain}`, platformId, "postmaster");
  return { mailboxes, domains };
}

/** Whose address it is; null: mail for it is not taken, so that nothing is relayed and nothing guessed (RFC 5321, 3.6.2). */
export function recipientOf(book: AddressBook, readSigned: ReadSigned, given: string): Recipient | null {
  const address = given.toLowerCase();
  const mailbox = book.mailboxes.get(address);
  if (mailbox) return { address, ...mailbox, refersTo: null };
  const platformId = book.domains.get(address.slice(address.lastIndexOf("@") + 1));
  const signed = platformId ? readSigned(address) : null;
  return platformId && signed ? { address, platformId, role: signed.purpose === "case" ? "reply" : "bounce", refersTo: signed.names } : null;
}
