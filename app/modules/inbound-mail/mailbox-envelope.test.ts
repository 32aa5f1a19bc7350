import { expect, test } from "vitest";
import { returnPathOf, sentTo } from "./mailbox-envelope";

const field = (line: string) => ({ name: line.slice(0, line.indexOf(":")).toLowerCase(), value: line.slice(line.indexOf(":") + 1).trim() });

test.each([
  [["Delivered-To: Abuse@Flows.example", "To: Ana <other@flows.example>"], ["abuse@flows.example", "other@flows.example"]],
  [["To: \"Abuse, team\" <abuse@flows.example>, case+r-7f3k-92qd.abc@flows.example", "Cc: x@y.example, abuse@flows.example"], ["abuse@flows.example", "case+r-7f3k-92qd.abc@flows.example", "x@y.example"]],
  [["To: undisclosed-recipients:;"], []],
  [["Subject: abuse@flows.example"], []],
])("%j was sent to %j", (lines, addresses) => {
  expect(sentTo(lines.map(field))).toEqual(addresses);
});

test("names no more than anybody needs", () => {
  expect(sentTo([field(`To: ${Array.from({ length: 500 }, (_none, n) => `a${n}@b.example`).join(", ")}`)])).toHaveLength(20);
});

test.each([
  [["Return-Path: <Ana@sender.example>", "Return-Path: <other@sender.example>"], "ana@sender.example"],
  [["Return-Path: <>"], ""],
  [["From: ana@sender.example"], ""],
])("%j came from %j", (lines, from) => {
  expect(returnPathOf(lines.map(field))).toBe(from);
});
