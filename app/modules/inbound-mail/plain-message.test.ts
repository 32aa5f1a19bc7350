import { expect, test } from "vitest";
import { parseMessage } from "./parse-message.server";
import { readPlain } from "./plain-message";

const plain = (head: string, body = "Some words.\n") => Buffer.from(`${head}\n\n${body}`.replace(/\n/g, "\r\n"));

test.each([
  ["one mailbox each", "From: Offers <offers@sender.example>\nTo: reader@mailbox.example\nSubject: Cheap\n roofs\nMessage-ID: <a@b.example>\nDate: Thu, 26 Nov 2026 08:00:00 +0000"],
  ["a type that says what it is", 'From: "Offers, Inc" <offers@sender.example>\nContent-Type: text/plain; charset=utf-8\nMIME-Version: 1.0'],
  ["references", "In-Reply-To: <a@b.example>\nReferences: <a@b.example> <c@d.example>\nX-Any: thing"],
  ["letters of UTF-8", "From: Jose <jose@sender.example>\nX-Note: ñandú"],
])("reads as the parser does: %s", async (_what, head) => {
  const read = readPlain(plain(head, "Words.\n\nMore: words ñ\n"));
  const { parameters: _type, parts, ...whole } = await parseMessage(plain(head, "Words.\n\nMore: words ñ\n"));
  if (read === null) expect(head).toContain("Offers, Inc");
  else expect({ ...read, parameters: {}, parts: [] }).toEqual({ ...whole, parameters: {}, parts: [] });
  expect(parts).toHaveLength(1);
});

test.each([
  ["a transfer encoding", "Content-Transfer-Encoding: base64"],
  ["HTML", "Content-Type: text/html"],
  ["parts", "Content-Type: multipart/mixed; boundary=x"],
  ["another charset", "Content-Type: text/plain; charset=iso-8859-1"],
  ["encoded words", "Subject: =?utf-8?B?YQ==?="],
  ["two mailboxes", "From: a@x.example, b@x.example"],
  ["a group", "To: Undisclosed recipients:;"],
  ["a header twice", "From: a@x.example\nFrom: b@x.example"],
  ["no header", "nonsense"],
])("leaves to the parser: %s", (_what, head) => {
  expect(readPlain(plain(head))).toBeNull();
});

test.each(["one\rtwo\n", "one\r\rtwo\n", "one\n\rtwo\n", "one\r"])("a carriage return by itself is read in an enclosed message as in one that came alone: %j", async (body) => {
  const message = plain("From: a@x.example", body);
  const head = plain("From: b@x.example\nContent-Type: multipart/mixed; boundary=b", "--b\nContent-Type: message/rfc822\n\n");
  expect(readPlain(message)).toBeNull();
  const { parts } = await parseMessage(Buffer.concat([head, message, Buffer.from("\r\n--b--\r\n")]));
  expect(parts[0]!.embedded!.text).toBe((await parseMessage(message)).text);
});
