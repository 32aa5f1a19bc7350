import { expect, test } from "vitest";
import { identifiersIn, kindsToldWhole, ownDomain } from "./identifiers-told";

test.each([
  ["acme.com", "acme.com"],
  ["www.acme.co.uk", "acme.co.uk"],
  ["MAIL.Acme.com", "acme.com"],
  ["shop-one.myshopify.com", "shop-one.myshopify.com"],
  ["xn--mnchen-3ya.de", "xn--mnchen-3ya.de"],
  ["gmail.com", null],
  ["hotmail.es", null],
  ["co.uk", null],
  ["192.0.2.7", null],
  ["", null],
])("the domain somebody registered in %s is %s", (host, domain) => expect(ownDomain(host)).toBe(domain));

test("addresses give their domain, and the same thing told twice is one identifier", () => {
  const told = identifiersIn({ emails: ["ana@shop.example", "leo@mail.shop.example", "ana@gmail.com"], domains: ["www.shop.example"], phones: ["+13075550142"], devices: ["dev-000001", "dev-000001"] });
  expect(told).toEqual([
    { kind: "phone", value: "+13075550142", hint: "0142" },
    { kind: "device", value: "dev-000001", hint: "" },
    { kind: "domain", value: "shop.example", hint: "shop.example" },
  ]);
});

test.each([
  [{}, []],
  [{ phones: [] }, ["phone"]],
  [{ domains: [] }, []],
  [{ domains: [], emails: [] }, ["domain"]],
  [{ paymentFingerprints: [], devices: [] }, ["payment", "device"]],
])("%j tells these kinds whole: %j", (told, kinds) => expect(kindsToldWhole(told)).toEqual(kinds));
