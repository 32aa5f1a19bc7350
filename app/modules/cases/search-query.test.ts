import { expect, test } from "vitest";
import { readSearch } from "./search-query";

test.each([
  ["", { kind: "empty" }],
  ["  a ", { kind: "empty" }],
  ["c-4k7q-t2mx", { kind: "reference", of: "case", reference: "C-4K7Q-T2MX" }],
  ["C4K7QT2MX", { kind: "reference", of: "case", reference: "C-4K7Q-T2MX" }],
  ["R-7F3K-92QD", { kind: "reference", of: "report", reference: "R-7F3K-92QD" }],
  ["AP-7F3K-92QD", { kind: "reference", of: "appeal", reference: "AP-7F3K-92QD" }],
  ["a-7f3k-92qd", { kind: "reference", of: "action", reference: "A-7F3K-92QD" }],
  ["Ana@Example.COM ", { kind: "email", email: "ana@example.com" }],
  ["+1 (307) 555-0142", { kind: "phone", phone: "+13075550142", text: "+1 (307) 555-0142" }],
  ["01935D6E-0000-7000-8000-000000000001", { kind: "id", id: "01935d6e-0000-7000-8000-000000000001" }],
  ["acct-1042", { kind: "name", text: "acct-1042" }],
  ["Peña & Sons", { kind: "name", text: "Peña & Sons" }],
  ["' OR 1=1 --", { kind: "name", text: "' OR 1=1 --" }],
  ["%%%\u0000___", { kind: "name", text: "%%%___" }],
])("%s", (typed, read) => {
  expect(readSearch(typed)).toEqual(read);
});

test("a megabyte of text is cut", () => {
  const read = readSearch("x".repeat(1_000_000));
  expect(read.kind === "name" && read.text.length).toBe(200);
});
