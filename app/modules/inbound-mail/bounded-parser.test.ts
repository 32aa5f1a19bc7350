import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openMailParser, parserBounds, type MailParser } from "./bounded-parser.server";

const unruly = pathToFileURL(resolve(import.meta.dirname, "../../../test/support/unruly-thread.mjs"));
const open: MailParser[] = [];
const parser = (bounds = {}, program?: URL): MailParser => {
  const opened = openMailParser({ ...parserBounds, ...bounds }, program);
  open.push(opened);
  return opened;
};
afterEach(() => Promise.all(open.splice(0).map((opened) => opened.close())));

test("a message is parsed in its thread, one as large as we take as well", async () => {
  const { parse } = parser();
  expect(await parse(Buffer.from("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n"))).toMatchObject({ ok: true, message: { subject: "Grüße", text: expect.stringContaining("Hello") } });
  const large = Buffer.concat([Buffer.from("Subject: large\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"), Buffer.alloc(25_000_000, `${"A".repeat(76)}\r\n`)]);
  expect(await parse(large)).toMatchObject({ ok: true, message: { subject: "large" } });
  expect(large.length).toBeGreaterThan(25_000_000);
});

test.each([
  ["hang", "too_long"],
  ["eat", "too_large"],
  ["die", "broken"],
  ["throw", "broken"],
  ["fail", "broken"],
])("one that makes the parser %s is unreadable, %s, and the next is read all the same", async (told, fault) => {
  const { parse } = parser({ seconds: told === "hang" ? 0.3 : 60, heapMegabytes: 32, threads: 1 }, unruly);
  const [bad, good] = [parse(Buffer.from(told)), parse(Buffer.from("good"))];
  expect(await bad).toEqual({ ok: false, fault });
  expect(await good).toEqual({ ok: true, message: { subject: "good" } });
});

test.each([
  ["hang", "too_long"],
  ["eat", "too_large"],
  ["die", "broken"],
  ["throw", "broken"],
  ["fail", "broken"],
])("of several given at once the one that makes the parser %s is named alone, and those before and after it are read", async (told, fault) => {
  const { parse } = parser({ seconds: told === "hang" ? 0.3 : 60, heapMegabytes: 32, threads: 1 }, unruly);
  expect(await parse(Buffer.from("first"))).toMatchObject({ ok: true });
  const words = ["one", "two", told, "three", "four", told, "five", "six"];
  const read = (subject: string) => (subject === told ? { ok: false, fault } : { ok: true, message: { subject } });
  expect(await Promise.all(words.map((word) => parse(Buffer.from(word))))).toEqual(words.map(read));
});

test("a message has its time from when it is begun, however many go before it", async () => {
  const { parse } = parser({ seconds: 0.5, threads: 1 }, unruly);
  expect(await parse(Buffer.from("first"))).toMatchObject({ ok: true });
  const words = Array.from({ length: 8 }, (_none, n) => `rest ${n}`);
  expect(await Promise.all(words.map((word) => parse(Buffer.from(word))))).toEqual(words.map((subject) => ({ ok: true, message: { subject } })));
});

test("many wait their turn, and each gets its own", async () => {
  const { parse } = parser({}, unruly);
  const words = Array.from({ length: 50 }, (_none, n) => `mail ${n}`);
  expect(await Promise.all(words.map((word) => parse(Buffer.from(word))))).toEqual(words.map((subject) => ({ ok: true, message: { subject } })));
});

test("a thread that has short messages behind a long one at hand mixes none of them up", async () => {
  const { parse } = parser({ threads: 1 });
  const parts = (count: number): string => Array.from({ length: count }, (_none, n) => `--b\r\nContent-Type: application/octet-stream; name=${n}\r\nContent-Transfer-Encoding: base64\r\n\r\n${"QUFB".repeat(200)}\r\n`).join("");
  const mail = (subject: string, count: number) => Buffer.from(`Subject: ${subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts(count)}--b--\r\n`);
  const mails = Array.from({ length: 8 }, (_none, n) => ({ subject: `mail ${n}`, parts: n % 2 ? 1 : 60 }));
  const read = await Promise.all(mails.map(({ subject, parts: count }) => parse(mail(subject, count))));
  expect(read.map((answer) => answer.ok && { subject: answer.message.subject, parts: answer.message.parts.length })).toEqual(mails);
});

test("what is not the message's doing makes no message unreadable", async () => {
  const missing = parser({}, pathToFileURL("/nonexistent/thread.mjs"));
  await expect(missing.parse(Buffer.from("x"))).rejects.toThrow();
  const closing = parser({ threads: 1 }, unruly);
  const waiting = [closing.parse(Buffer.from("hang")), closing.parse(Buffer.from("good"))].map((parse) => parse.then(() => "parsed", () => "rejected"));
  await closing.close();
  expect(await Promise.all(waiting)).toEqual(["rejected", "rejected"]);
  await expect(closing.parse(Buffer.from("x"))).rejects.toThrow("closed");
});
