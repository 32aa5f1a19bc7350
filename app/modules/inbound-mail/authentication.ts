import { z } from "zod";

const results = ["none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"] as const;
export type AuthenticationResult = (typeof results)[number];

/** A word of RFC 8601 this release does not know proves nothing. */
const result = z.enum(results).catch("none");

/** Who vouches for the sender of a mail (RFC 8601): read where a trusted server wrote it, or checked here. */
export const authenticationSchema = z.object({
  by: z.enum(["trusted_header", "checked_here", "nobody"]),
  /** The server whose word it is. */
  authority: z.string().nullable(),
  /** RFC 7208: of the envelope's sender. */
  spf: z.object({ result, domain: z.string().nullable() }),
  /** RFC 6376: each signature, and whose it is. */
  dkim: z.array(z.object({ result, domain: z.string().nullable() })),
  /** RFC 7489: of the domain in From. */
  dmarc: z.object({ result, domain: z.string().nullable() }),
});
export type MailAuthentication = z.infer<typeof authenticationSchema>;

/** Nothing speaks for the sender. */
export const unauthenticated: MailAuthentication = { by: "nobody", authority: null, spf: { result: "none", domain: null }, dkim: [], dmarc: { result: "none", domain: null } };

/**
 * Whether a From address is its domain's word and no stranger's. DMARC says so, or a signature of the very domain; an SPF pass
 * alone does not, for it speaks of the envelope, nor does a name that only looks alike.
 */
export function provesSender({ dkim, dmarc }: MailAuthentication, address: string): boolean {
  const domain = domainOf(address);
  if (domain === null) return false;
  if (dmarc.result === "fail") return false;
  if (dmarc.result === "pass" && dmarc.domain?.toLowerCase() === domain) return true;
  return dkim.some((signature) => signature.result === "pass" && signature.domain?.toLowerCase() === domain);
}

/** Whether the envelope's sender is its domain's word: a mail server that may send for it brought the mail (RFC 7208). */
export const provesEnvelope = ({ spf }: MailAuthentication, sender: string): boolean => spf.result === "pass" && spf.domain !== null && spf.domain.toLowerCase() === domainOf(sender);

function domainOf(address: string): string | null {
  const at = address.lastIndexOf("@");
  return at > 0 && at < address.length - 1 ? address.slice(at + 1).toLowerCase() : null;
}
