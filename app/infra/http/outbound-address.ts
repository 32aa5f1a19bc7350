import { BlockList, isIP } from "node:net";

/** Addresses that are not a stranger's public ones: special-purpose registries of IANA (RFC 6890 and its updates). */
const reserved = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24],
  ["192.0.2.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4],
] as const) reserved.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20]] as const) reserved.addSubnet(net, bits, "ipv6");

/** All of IPv6 that is handed out to the public; everything else is local, mapped, translated or multicast. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether a request may be sent to this IP address; loopback only where the configuration allows it. */
export function mayReach(address: string, loopbackAllowed: boolean): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  if (loopbackAllowed && loopback.check(address, family)) return true;
  if (reserved.check(address, family)) return false;
  return version === 4 || global.check(address, "ipv6");
}

/** The host of an address without the brackets of IPv6. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

/** `localhost` and what is below it means this machine (RFC 6761), also with the dot that ends a full name. */
const thisMachine = /(?:^|\.)localhost\.?$/;

/** Why nothing is ever sent to this address, as far as the address itself tells, or null. A name is looked up when it is used. */
export function urlRefusal(url: URL, loopbackAllowed: boolean): "scheme" | "credentials" | "private_address" | null {
  const host = bareHost(url);
  const isLoopback = thisMachine.test(host) || (isIP(host) !== 0 && loopback.check(host, isIP(host) === 4 ? "ipv4" : "ipv6"));
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopbackAllowed && isLoopback)) return "scheme";
  if (url.username !== "" || url.password !== "") return "credentials";
  if (isIP(host) !== 0 && !mayReach(host, loopbackAllowed)) return "private_address";
  if (thisMachine.test(host) && !loopbackAllowed) return "private_address";
  return null;
}
