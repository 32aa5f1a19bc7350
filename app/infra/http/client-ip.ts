import { isIP } from "node:net";

/**
 * Who is calling, seen through `trustedHops` reverse proxies. Each proxy appends the peer it saw, so only the
 * last `trustedHops` entries of X-Forwarded-For were written by machines we run; what stands before is hearsay.
 */
export function clientIpOf(peer: string | undefined, forwardedFor: string | string[] | undefined, trustedHops: number): string {
  const vouched = [forwardedFor ?? []]
    .flat()
    .join(",")
    .split(",")
    .map((entry) => plain(entry.trim()))
    .filter((entry) => entry !== "");
  const chain = [plain(peer ?? ""), ...vouched.reverse()];
  const seen = chain[Math.min(trustedHops, chain.length - 1)] ?? "";
  return isIP(seen) ? seen : (chain[0] ?? "");
}

/** `::ffff:192.0.2.1` and `192.0.2.1` are the same caller, also to a rate limit. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");
