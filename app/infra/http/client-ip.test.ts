import { expect, test } from "vitest";
import { clientIpOf } from "./client-ip";

test.each([
  ["no proxy is trusted: the header is hearsay", "198.51.100.7", "203.0.113.9", 0, "198.51.100.7"],
  ["one proxy: what it appended", "10.0.0.1", "192.0.2.66, 203.0.113.9", 1, "203.0.113.9"],
  ["two proxies", "10.0.0.1", "192.0.2.66, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"],
  ["more hops trusted than seen: the farthest known", "10.0.0.1", "203.0.113.9", 5, "203.0.113.9"],
  ["trusted proxy that says nothing", "10.0.0.1", undefined, 1, "10.0.0.1"],
  ["trusted proxy that passes rubbish", "10.0.0.1", "<script>", 1, "10.0.0.1"],
  ["an IPv4 address mapped into IPv6", "::ffff:198.51.100.7", undefined, 0, "198.51.100.7"],
  ["IPv6", "2001:db8::1", undefined, 0, "2001:db8::1"],
  ["a repeated header", "10.0.0.1", ["192.0.2.66", "203.0.113.9"], 1, "203.0.113.9"],
])("%s", (_why, peer, forwarded, hops, expected) => {
  expect(clientIpOf(peer, forwarded, hops)).toBe(expected);
});
