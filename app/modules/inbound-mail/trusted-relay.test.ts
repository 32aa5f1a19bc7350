import { describe, expect, test } from "vitest";
import { mailFault, mailSettingsOf, mailVariables } from "~/infra/mail-settings";
import { z } from "zod";
import { trustedAuthority } from "./trusted-relay";

const given = (env: Record<string, string>) => z.object(mailVariables).parse(env);
const settings = (relays: string) => mailSettingsOf(given({ MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_RELAYS: relays }));

test.each([
  ["the relay itself", "192.0.2.7", "192.0.2.7", true],
  ["its neighbour", "192.0.2.7", "192.0.2.8", false],
  ["within its network", "192.0.2.0/28", "192.0.2.15", true],
  ["just outside of it", "192.0.2.0/28", "192.0.2.16", false],
  ["IPv4 on a socket of both families", "192.0.2.7", "::ffff:192.0.2.7", true],
  ["IPv6, written out", "2001:db8::7", "2001:0db8:0:0::0007", true],
  ["an IPv6 network", "10.0.0.1 2001:db8::/32", "2001:db8:ffff::1", true],
  ["an IPv4 network says nothing of IPv6", "0.0.0.0/0", "2001:db8::1", false],
  ["a link-local address with its zone", "fe80::/10", "fe80::1%eth0", true],
  ["no address", "0.0.0.0/0 ::/0", "unknown", false],
  ["nobody is trusted by default", "", "127.0.0.1", false],
])("%s", (_what, relays, remoteAddress, isTrusted) => {
  expect(trustedAuthority(settings(relays), { source: "smtp", remoteAddress })).toBe(isTrusted ? "mx.flows.example" : null);
  expect(trustedAuthority(settings(relays), { source: "lmtp", remoteAddress })).toBe(isTrusted ? "mx.flows.example" : null);
});

test("whose server is not known is checked here, but a mailbox's own server put the mail there", () => {
  expect(trustedAuthority(settings("0.0.0.0/0"), { source: "smtp", remoteAddress: null })).toBeNull();
  expect(trustedAuthority(settings(""), { source: "imap", remoteAddress: null })).toBe("mx.flows.example");
  expect(trustedAuthority({ authservId: null, relays: [] }, { source: "imap", remoteAddress: null })).toBeNull();
});

describe("settings", () => {
  test.each(["192.0.2.7/33", "192.0.2.7/", "192.0.2.7/8/8", "mx.flows.example", "192.0.2", "2001:db8::/129", "192.0.2.7/-1"])("%s is no network", (text) => {
    expect(mailVariables.MAIL_RELAYS.safeParse(text).success).toBe(false);
  });

  test("a trusted name without the addresses it is said from is refused, and addresses without a name", () => {
    expect(mailFault(given({ MAIL_AUTHSERV_ID: "mx.flows.example" }))).toContain("MAIL_RELAYS");
    expect(mailFault(given({ MAIL_RELAYS: "192.0.2.7" }))).toContain("MAIL_AUTHSERV_ID");
    expect(mailFault(given({ MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_RELAYS: "192.0.2.7" }))).toBeNull();
    expect(mailFault(given({ MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_BOXES: "imaps://u:p@imap.example/INBOX?address=abuse@flows.example" }))).toBeNull();
    expect(mailFault(given({}))).toBeNull();
  });
});
