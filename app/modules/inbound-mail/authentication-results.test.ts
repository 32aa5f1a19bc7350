import { expect, test } from "vitest";
import { headerFields, trustedAuthentication } from "./authentication-results";

const message = (...fields: string[]) => Buffer.from(`${fields.join("\r\n")}\r\nFrom: a@shop.example\r\n\r\nAuthentication-Results: mx.ours.example; dmarc=pass header.from=shop.example\r\n`);
const read = (...fields: string[]) => trustedAuthentication(message(...fields), "mx.ours.example");

test("reads what the trusted server found", () => {
  expect(read("Received: from x", "Authentication-Results: MX.ours.example 1;\r\n\tspf=pass (sender is known) smtp.mailfrom=bounces@mail.shop.example;\r\n dkim=pass header.d=shop.example header.s=k1;\r\n dkim=fail (bad; dkim=pass) header.i=@other.example;\r\n dmarc=pass (p=REJECT) header.from=Shop.Example")).toEqual({
    by: "trusted_header",
    authority: "mx.ours.example",
    spf: { result: "pass", domain: "mail.shop.example" },
    dkim: [{ result: "pass", domain: "shop.example" }, { result: "fail", domain: "other.example" }],
    dmarc: { result: "pass", domain: "shop.example" },
  });
});

test.each([
  ["another server's word", "Authentication-Results: mx.theirs.example; dmarc=pass header.from=shop.example"],
  ["a name that only begins alike", "Authentication-Results: mx.ours.example.evil.example; dmarc=pass header.from=shop.example"],
  ["the name within a comment", "Authentication-Results: (mx.ours.example;) evil.example; dmarc=pass header.from=shop.example"],
  ["a field of another name", "X-Authentication-Results: mx.ours.example; dmarc=pass header.from=shop.example"],
  ["no field, whatever the body says", "Subject: x"],
])("believes nobody: %s", (_what, field) => {
  expect(read(field)).toBeNull();
});

test.each([
  ["the topmost counts", ["Authentication-Results: mx.ours.example; dmarc=fail header.from=shop.example", "Authentication-Results: mx.ours.example; dmarc=pass header.from=shop.example"], "fail"],
  ["nothing was checked", ["Authentication-Results: mx.ours.example; none"], "none"],
  ["a result within a comment", ["Authentication-Results: mx.ours.example; (dmarc=pass header.from=shop.example) dmarc=fail header.from=shop.example"], "fail"],
  ["a result within a nested comment", ["Authentication-Results: mx.ours.example; dmarc=fail (a (b) dmarc=pass) header.from=shop.example"], "fail"],
  ["a result within quotation marks", ['Authentication-Results: mx.ours.example; spf=fail reason="x; dmarc=pass" smtp.mailfrom=a.example'], "none"],
  ["a result behind an escaped quotation mark", ['Authentication-Results: mx.ours.example; spf=fail reason="x\\"; dmarc=pass" smtp.mailfrom=a.example'], "none"],
  ["a word nobody knows", ["Authentication-Results: mx.ours.example; dmarc=bestguesspass header.from=shop.example"], "none"],
])("%s", (_what, fields, dmarc) => {
  expect(read(...fields)?.dmarc.result).toBe(dmarc);
});

test("ends the header at the first empty line, also where lines end with LF alone", () => {
  expect(headerFields(Buffer.from("A: 1\n b\nC:2\n\nD: 3"))).toEqual([{ name: "a", value: "1 b" }, { name: "c", value: "2" }]);
  expect(headerFields(Buffer.from(""))).toEqual([]);
});
