import { BlockList, isIP } from "node:net";
import type { Network } from "~/infra/mail-settings";

interface Relaying {
  authservId: string | null;
  relays: readonly Network[];
}

/**
 * Whose word on a mail's sender is believed (RFC 8601, 5): that of the server in front, and only if it brought the mail itself or, of
 * a mailbox, put it there. In a mail from elsewhere a header in its name is the stranger's own, and says nothing.
 *
 * @param remoteAddress of the server that brought it
 * @returns its authserv-id; null: nobody's word counts, so it is checked here
 */
export function trustedAuthority({ authservId, relays }: Relaying, { source, remoteAddress }: { source: "smtp" | "lmtp" | "imap"; remoteAddress: string | null }): string | null {
  if (authservId === null || source === "imap") return authservId;
  return remoteAddress !== null && isWithin(relays, remoteAddress) ? authservId : null;
}

function isWithin(networks: readonly Network[], given: string): boolean {
  // A socket of both families names an IPv4 client as one of IPv6 (RFC 4291, 2.5.5.2).
  const address = given.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  const version = isIP(address);
  if (version === 0) return false;
  const list = new BlockList();
  for (const { address: net, bits, family } of networks) list.addSubnet(net, bits, family);
  return list.check(address, version === 4 ? "ipv4" : "ipv6");
}
