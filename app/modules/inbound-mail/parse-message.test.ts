import { describe, expect, test } from "vitest";
import { multipart, part, plainMail } from "../../../test/support/mails";
import { parseMessage, parseWhole, UnreadableMessage } from "./parse-message.server";
import { headerValue, parseLimits } from "./parsed-message";

test("reads headers, mailboxes and text in the alphabets people use", async () => {
  const message = await parseMessage(plainMail({ From: "Jöhn Doe <jd@mächine.example>", Subject: "=?UTF-8?B?44G+44G/?=", "X-Long": "one\n two", References: "<a@x.example>\n <b@x.example>" }, "Zażółć gęślą jaźń"));
  expect(message).toMatchObject({ from: [{ name: "Jöhn Doe", address: "jd@mächine.example" }], subject: "まみ", text: "Zażółć gęślą jaźń\n", references: ["<a@x.example>", "<b@x.example>"], cut: [] });
  expect(headerValue(message, "x-long")).toBe("one two");
});

test("says no date where there is none", async () => {
  expect((await parseMessage(plainMail({ Date: "yesterday" }, "x"))).date).toBeNull();
  expect((await parseMessage(plainMail({}, "x"))).date).toBe("2026-11-27T09:00:00.000Z");
});

test("keeps what is enclosed apart from the sender's text", async () => {
  const message = await parseMessage(multipart("mixed", {}, [part("text/plain", "mine"), part("message/rfc822", "Subject: inner\n\ntheirs", { "Content-Disposition": "inline" })]));
  expect(message.text).toBe("mine");
  expect(message.parts[1]).toMatchObject({ contentType: "message/rfc822", text: null, embedded: { subject: "inner", text: "theirs" } });
});

test.each([
  ["whole", "Картинка.png", "Картинка.png"],
  ["cut within a letter", Buffer.from("Картинка").subarray(0, -1).toString("latin1"), "Картинк"],
])("a file's name in bytes of UTF-8 that say nothing of it is read as what it is: %s", async (_what, name, read) => {
  const raw = Buffer.from(/^[\u0000-\u00ff]*$/.test(name) ? name : Buffer.from(name).toString("latin1"), "latin1");
  const [before, after] = multipart("mixed", {}, [part("text/plain", "mine"), part("image/png", "x", { "Content-Disposition": 'attachment; filename="NAME"' })]).toString("latin1").split("NAME");
  const bytes = Buffer.concat([Buffer.from(before!, "latin1"), raw, Buffer.from(after!, "latin1")]);
  const { message, contents } = await parseWhole(bytes);
  expect(message.parts[1]).toMatchObject({ filename: read });
  expect(contents.attachments.map(({ filename }) => filename)).toEqual([read]);
});

test("passes between threads", async () => {
  const message = await parseMessage(multipart("mixed", {}, [part("text/plain", "mine"), part("message/rfc822", "Subject: inner\n\ntheirs")]));
  expect(structuredClone(message)).toEqual(message);
});

test.each([
  ["a type that cannot be read", { "Content-Type": ' ; name="x.jpg"' }],
  ["a charset nobody knows", { "Content-Type": "text/plain; charset=klingon-8" }],
  ["an encoding nobody knows", { "Content-Transfer-Encoding": "rot13" }],
  ["a multipart without a boundary", { "Content-Type": "multipart/mixed" }],
])("reads a message with %s", async (_what, head) => {
  expect((await parseMessage(plainMail(head, "words"))).subject).toBe("Hello");
});

describe("bounds", () => {
  test("text", async () => {
    const message = await parseMessage(plainMail({}, "a".repeat(parseLimits.textChars + 10)));
    expect(message.text).toHaveLength(parseLimits.textChars);
    expect(message.cut).toEqual(["text"]);
  });

  test("parts", async () => {
    const message = await parseMessage(multipart("mixed", {}, Array.from({ length: parseLimits.parts + 5 }, () => part("text/plain", "x"))));
    expect(message.parts).toHaveLength(parseLimits.parts);
    expect(message.cut).toEqual(["parts"]);
  });

  test("headers", async () => {
    const more = Object.fromEntries(Array.from({ length: parseLimits.headerLines + 5 }, (_, at) => [`X-H${at}`, "v"]));
    expect((await parseMessage(plainMail(more, "x"))).cut).toEqual(["headers"]);
  });

  test("messages within messages", async () => {
    let inner = "Subject: end\n\nend";
    for (let depth = 0; depth < parseLimits.depth + 4; depth += 1) inner = `Content-Type: message/rfc822\nSubject: ${depth}\n\n${inner}`;
    let message = await parseMessage(Buffer.from(inner));
    let depth = 0;
    for (let next = message.parts[0]?.embedded; next; next = message.parts[0]?.embedded) {
      message = next;
      depth += 1;
    }
    expect(depth).toBe(parseLimits.depth);
    expect(message.cut).toEqual(["embedded"]);
  });

  test.each([
    ["more parts than anybody sends", () => multipart("mixed", {}, Array.from({ length: parseLimits.nodes + 1 }, () => part("text/plain", "")))],
    ["a head without end", () => Buffer.from(`X-A: ${"a".repeat(parseLimits.headBytes + 1)}`)],
  ])("%s is unreadable", async (_what, raw) => {
    await expect(parseMessage(raw())).rejects.toBeInstanceOf(UnreadableMessage);
  });
});
