import providers from "email-providers";
import { getDomain } from "tldts";
import { identifierKinds, type IdentifierKind } from "./identifier";

/** Something of an account that another account can have too. The hint is as much of it as staff need to see. */
export interface Identifier {
  kind: IdentifierKind;
  value: string;
  hint: string;
}

const mailboxProviders: ReadonlySet<string> = new Set(providers);

/**
 * The domain somebody registered: `mail.acme.co.uk` and `www.acme.co.uk` are `acme.co.uk`, and a shop on a host of shops
 * is its own. Null for what is not a domain, and for mailbox providers, whose domain everybody shares.
 */
export function ownDomain(host: string): string | null {
  const domain = getDomain(host, { allowPrivateDomains: true, extractHostname: false })?.toLowerCase() ?? null;
  return domain && !mailboxProviders.has(domain) ? domain : null;
}

export interface ToldIdentifiers {
  emails?: readonly string[];
  phones?: readonly string[];
  paymentFingerprints?: readonly string[];
  devices?: readonly string[];
  domains?: readonly string[];
}

/** Every identifier in what a platform told of an account, each once. Numbers are E.164 already, addresses normalised. */
export function identifiersIn({ emails = [], phones = [], paymentFingerprints = [], devices = [], domains = [] }: ToldIdentifiers): Identifier[] {
  const hosts = [...domains, ...emails.map((email) => email.slice(email.lastIndexOf("@") + 1))];
  const all: Identifier[] = [
    ...phones.map((value) => ({ kind: "phone" as const, value, hint: value.slice(-4) })),
    ...paymentFingerprints.map((value) => ({ kind: "payment" as const, value, hint: "" })),
    ...devices.map((value) => ({ kind: "device" as const, value, hint: "" })),
    ...hosts.flatMap((host) => ownDomain(host) ?? []).map((value) => ({ kind: "domain" as const, value, hint: value })),
  ];
  return [...new Map(all.map((one) => [`${one.kind} ${one.value}`, one])).values()];
}

/** The kinds that were told as complete lists, so that what is missing from them is gone. A domain may come from an address or by itself. */
export function kindsToldWhole({ emails, phones, paymentFingerprints, devices, domains }: ToldIdentifiers): IdentifierKind[] {
  const whole: Record<IdentifierKind, boolean> = { phone: Boolean(phones), payment: Boolean(paymentFingerprints), device: Boolean(devices), domain: Boolean(domains && emails) };
  return identifierKinds.filter((kind) => whole[kind]);
}
