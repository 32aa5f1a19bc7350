import { expect, test } from "vitest";
import { readForm } from "./form-fields";

const posted = (body: BodyInit, type = "application/x-www-form-urlencoded") =>
  new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } });

test("keeps the fields that forms have", async () => {
  const sent = new URLSearchParams([["email", "a@b.example"], ["findings[0].clauseId", "x"], ["features", "a"], ["features", "b"], ["measure.days", "3"]]);
  expect([...(await readForm(posted(sent.toString())))]).toEqual([...sent]);
});

test.each([
  ["email[400000000]", "x"],
  ["email[1000]", "x"],
  ["a[0][0][0][0][0][0][0]", "x"],
  [`email${".a".repeat(5_000)}`, "x"],
  ["__proto__.polluted", "x"],
  ["a.constructor.prototype", "x"],
  ["a b", "x"],
  ["", "x"],
  ["__intent__", JSON.stringify({ type: "update", payload: { name: "email[40000000]", value: "x" } })],
  ["__intent__", JSON.stringify({ type: "insert", payload: { name: "findings", index: 40_000_000 } })],
])("drops %s", async (name, value) => {
  const sent = new URLSearchParams([[name, value], ["kept", "1"]]);
  expect([...(await readForm(posted(sent.toString())))]).toEqual([["kept", "1"]]);
});

test("keeps an intent that adds a row", async () => {
  const intent = JSON.stringify({ type: "insert", payload: { name: "findings", index: 2, defaultValue: { clauseId: "", conductOn: "2026-11-16" } } });
  expect((await readForm(posted(new URLSearchParams([["__intent__", intent]]).toString()))).get("__intent__")).toBe(intent);
});

test("a form of too many fields is cut", async () => {
  const sent = new URLSearchParams(Array.from({ length: 5_000 }, (_, n): [string, string] => ["a", String(n)]));
  expect([...(await readForm(posted(sent.toString())))]).toHaveLength(1_000);
});

test.each([
  ["application/json", "{}", 415],
  ["text/plain", "a=b", 415],
  ["multipart/form-data; boundary=x", "broken", 400],
])("refuses %s", async (type, body, status) => {
  await expect(readForm(posted(body, type))).rejects.toMatchObject({ init: { status } });
});
