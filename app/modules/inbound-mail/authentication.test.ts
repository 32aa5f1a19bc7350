import { expect, test } from "vitest";
import { authenticationSchema, provesSender, unauthenticated, type MailAuthentication } from "./authentication";

const found = (change: Partial<MailAuthentication>): MailAuthentication => ({ ...unauthenticated, by: "checked_here", ...change });
const pass = (domain: string) => ({ result: "pass" as const, domain });

test.each<[string, Partial<MailAuthentication>, string, boolean]>([
  ["DMARC passes for the very domain", { dmarc: pass("shop.example") }, "owner@shop.example", true],
  ["whatever the case", { dmarc: pass("Shop.Example") }, "Owner@SHOP.example", true],
  ["DMARC passes for another domain", { dmarc: pass("evil.example") }, "owner@shop.example", false],
  ["a signature of the very domain", { dkim: [pass("evil.example"), pass("shop.example")] }, "owner@shop.example", true],
  ["a signature of a domain that only ends alike", { dkim: [pass("notshop.example")] }, "owner@shop.example", false],
  ["a signature that does not fit", { dkim: [{ result: "fail", domain: "shop.example" }] }, "owner@shop.example", false],
  ["SPF alone, which speaks of the envelope", { spf: pass("shop.example") }, "owner@shop.example", false],
  ["a signature where DMARC fails", { dkim: [pass("shop.example")], dmarc: { result: "fail", domain: "shop.example" } }, "owner@shop.example", false],
  ["an address without a domain", { dmarc: pass("") }, "owner@", false],
  ["no address", { dmarc: pass("shop.example") }, "", false],
])("%s", (_what, change, address, proven) => {
  expect(provesSender(found(change), address)).toBe(proven);
});

test("a word nobody knows is no proof", () => {
  expect(authenticationSchema.parse({ ...unauthenticated, dmarc: { result: "PASS!", domain: "shop.example" } }).dmarc.result).toBe("none");
});
