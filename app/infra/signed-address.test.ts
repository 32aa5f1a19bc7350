import { expect, test } from "vitest";
import { createFieldCrypto } from "./crypto.server";
import { signAddress, verifyAddress } from "./signed-address.server";

const cryptoOf = (fill: string) => createFieldCrypto({ ring: { keys: [{ id: "k", secret: Buffer.alloc(32, fill) }] }, lookupKey: Buffer.from("lookup") });
const crypto = cryptoOf("one");
const notice = "0192f0c1-7d9e-7aaa-8bbb-0123456789ab";
const reply = signAddress(crypto, { purpose: "case", names: "R-7F3K-92QD" }, "Customerflows.example");
const verp = signAddress(crypto, { purpose: "bounce", names: notice }, "customerflows.example");

test("names what it was signed for, whatever happened to its case on the way", () => {
  expect(verifyAddress(crypto, reply)).toEqual({ purpose: "case", names: "R-7F3K-92QD" });
  expect(verifyAddress(crypto, reply.toUpperCase())).toEqual({ purpose: "case", names: "R-7F3K-92QD" });
  expect(verifyAddress(crypto, verp)).toEqual({ purpose: "bounce", names: notice });
});

test("fits into a local part", () => {
  for (const address of [reply, verp]) expect(address.split("@")[0]!.length).toBeLessThanOrEqual(64);
});

const changed = (address: string, at: number) => address.slice(0, at) + (address[at] === "a" ? "b" : "a") + address.slice(at + 1);
test.each([
  ["another reference", reply.replace("7f3k", "7f3m")],
  ["another purpose", reply.replace("case+", "bounce+")],
  ["another domain", reply.replace("customerflows", "chatflow")],
  ["a changed signature", changed(reply, reply.indexOf(".") + 1)],
  ["the last sign, whose spare bits are no part of the signature", changed(reply, reply.indexOf("@") - 1)],
  ["no signature", reply.replace(/\.[a-z2-7]{26}@/, "@")],
  ["a longer address", `${reply}.example`],
  ["a line break", reply.replace("@", "\n@")],
])("is refused: %s", (_what, address) => {
  expect(verifyAddress(crypto, address)).toBeNull();
});

test("is refused when another installation signed it", () => {
  expect(verifyAddress(cryptoOf("two"), reply)).toBeNull();
});

test("is not signed for what is neither a reference nor a notice", () => {
  expect(() => signAddress(crypto, { purpose: "case", names: "ana@example.com" }, "x.example")).toThrow();
  expect(() => signAddress(crypto, { purpose: "bounce", names: "R-7F3K-92QD" }, "x.example")).toThrow();
});
