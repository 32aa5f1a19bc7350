import { Resolver } from "node:dns/promises";
import type { AuthenticateResult } from "mailauth";
import type { Deps } from "~/infra/deps.server";
import { readWhole } from "~/infra/storage.server";
import { authenticationSchema, unauthenticated, type MailAuthentication } from "./authentication";
import { headerFields, trustedAuthentication } from "./authentication-results";
import type { Envelope } from "./envelope";
import { envelopeOf } from "./open-envelope.server";
import { trustedAuthority } from "./trusted-relay";

/** Asks the DNS; answers as `dns.resolve` does, and rejects as it does. */
export type Resolve = (domain: string, type: string) => Promise<string[] | string[][]>;

/** Each signature costs a look at the DNS and a hash of the whole message: nobody signs more often (RFC 6376, 8.4). */
const mostSignatures = 10;
/** The DNS of a stranger's domain may never answer. */
const patienceMs = 30_000;

const resolver = new Resolver({ timeout: 3_000, tries: 2 });
const askDns: Resolve = (domain, type) => resolver.resolve(domain, type) as Promise<string[] | string[][]>;

/**
 * Finds out once who vouches for the sender of a mail and keeps it with the row. The word of a trusted server is taken of what it
 * brought, and then no other: SPF cannot be checked behind it. Everything else is checked here. Where the DNS does not answer, nobody vouches.
 */
export async function authenticateMail(deps: Pick<Deps, "db" | "storage" | "crypto" | "config" | "log">, { mailId }: { mailId: string }, resolve: Resolve = askDns): Promise<void> {
  const mail = await deps.db.receivedMail.findUnique({ where: { id: mailId }, select: { sha256: true, envelopeSealed: true, authentication: true, source: true } });
  if (!mail || mail.authentication !== null) return;
  const message = await readWhole(deps.storage, mail.sha256);
  const envelope = envelopeOf(deps.crypto, mail.envelopeSealed);
  const authority = trustedAuthority(deps.config.mail, { source: mail.source, remoteAddress: envelope.remoteAddress });
  const authentication = authority ? (trustedAuthentication(message, authority) ?? unauthenticated) : await checkedHere(message, envelope, deps.config.mail.name ?? "localhost", resolve);
  await deps.db.receivedMail.update({ where: { id: mailId }, data: { authentication }, select: { id: true } });
}

/** SPF, DKIM and DMARC of a message and the server that brought it. */
export async function checkedHere(message: Buffer, { from, remoteAddress, helo }: Envelope, mta: string, resolve: Resolve): Promise<MailAuthentication> {
  const nobody = { ...unauthenticated, by: "checked_here", authority: mta } as const;
  if (headerFields(message).filter(({ name }) => name === "dkim-signature").length > mostSignatures) return nobody;
  const { authenticate } = await import("mailauth");
  const checking = authenticate(message, { ip: remoteAddress ?? undefined, helo: helo ?? undefined, sender: from, mta, resolver: resolve, disableArc: true, disableBimi: true }).catch(() => null);
  let late: NodeJS.Timeout | undefined;
  const found = await Promise.race([checking, new Promise<null>((none) => (late = setTimeout(none, patienceMs, null)))]);
  clearTimeout(late);
  return found ? summary(found, nobody, remoteAddress !== null) : nobody;
}

function summary({ dkim, spf, dmarc }: AuthenticateResult, nobody: MailAuthentication, spfKnown: boolean): MailAuthentication {
  const from = dkim.headerFrom.length === 1 ? (dkim.headerFrom[0]!.split("@").at(-1)?.toLowerCase() ?? null) : null;
  // A signature of only the beginning lets anybody write on below it (RFC 6376, 8.2).
  const partly = dkim.results.some(({ status }) => status.result === "pass" && status.underSized);
  return authenticationSchema.parse({
    ...nobody,
    spf: spfKnown && spf ? { result: spf.status.result, domain: spf.domain?.toLowerCase() ?? null } : nobody.spf,
    dkim: dkim.results.filter(({ signingDomain }) => signingDomain).map(({ status, signingDomain }) => ({ result: status.underSized ? "policy" : status.result, domain: signingDomain.toLowerCase() })),
    dmarc: dmarc && from ? { result: partly && dmarc.status.result === "pass" ? "policy" : dmarc.status.result, domain: from } : nobody.dmarc,
  });
}
