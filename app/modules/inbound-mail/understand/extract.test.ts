import { describe, expect, test } from "vitest";
import { plainMail, type Head } from "../../../../test/support/mails";
import { parseMessage } from "../parse-message.server";
import { barsAnswer } from "./automatic";
import { businessNameIn } from "./business-name";
import { suggestCategory } from "./category";
import { languageOf } from "./language";
import { linksIn } from "./links";
import { phoneNumbersIn } from "./phone-numbers";
import { pullApart } from "./quoted";

test.each([
  ["call (307) 555-0142 now", "+13075550142"],
  ["307.555.0142", "+13075550142"],
  ["1 307 555 0142", "+13075550142"],
  ["３０７-５５５-０１４２", "+13075550142"],
  ["٣٠٧ ٥٥٥ ٠١٤٢", "+13075550142"],
  ["+1 (303) 555‑0142", "+13035550142"],
  ["tel:+34-612-345-678", "+34612345678"],
  ["0034 612 34 56 78", "+34612345678"],
  ["+44 (0)20 7946 0958", "+442079460958"],
  ["wa.me/13035550142", "+13035550142"],
])("%s is the number %s", (text, number) => {
  expect(phoneNumbersIn(text)).toEqual([number]);
});

test.each(["order 2026-11-27 1234567890", "192.168.100.200", "on 11/27/2026 at 10:30", "card 4111 1111 1111 1111"])("%s is no number", (text) => {
  expect(phoneNumbersIn(text)).toEqual([]);
});

test("numbers come once each, and no more than twenty", () => {
  expect(phoneNumbersIn("303-555-0142\n(303) 555 0142")).toEqual(["+13035550142"]);
  expect(phoneNumbersIn(Array.from({ length: 60 }, (_, at) => `303-555-01${String(at + 10)}`).join("\n"))).toHaveLength(20);
});

test.each([
  ["see https://a.example/x?y=1.", ["https://a.example/x?y=1"]],
  ["hxxp://a[.]example/x", ["http://a.example/x"]],
  ["(www.a.example)", ["http://www.a.example"]],
  ["twice https://a.example https://a.example", ["https://a.example"]],
  ["javascript:alert(1) ftp://a.example", []],
])("the links of %s", (text, links) => {
  expect(linksIn(text)).toEqual(links);
});

test.each([
  ["Business name: Peak Roofing LLC.", "Peak Roofing LLC"],
  ["Empresa: Techos del Norte", "Techos del Norte"],
  ["a company called “Peak & Sons”", "Peak & Sons"],
  ["they are named Peak Roofing of Denver and text me", "Peak Roofing of Denver"],
  ["una tienda llamada Casa Sol y no para", "Casa Sol"],
  ["they text me all day", null],
  ["Zenith Plumbing texts me every night.", "Zenith Plumbing"],
  ["Hello, Casa & Sol keeps sending this to me", "Casa & Sol"],
  ["Zenith Plumbing me manda mensajes", "Zenith Plumbing"],
  ["Somebody keeps calling me. It sends texts.", null],
  ["I wrote to Zenith Plumbing on Sunday", null],
])("the business of: %s", (text, name) => {
  expect(businessNameIn(text)).toBe(name);
});

test.each([
  ["This business keeps sending me texts and they do not stop.", "en"],
  ["Esta empresa no para de mandarme mensajes y no los pedí.", "es"],
  ["Diese Firma schickt mir seit Wochen Werbung, die ich nie bestellt habe, und antwortet nicht auf meine Abmeldung.", "de"],
  ["この会社から何度もメールが届きます。止めてください。", "ja"],
  ["ok", null],
  ["Some body", null],
])("the language of: %s", (text, language) => {
  expect(languageOf(text)).toBe(language);
});

test.each([
  ["It is a phishing page that impersonates my bank", "deception", ["phishing", "impersonates"]],
  ["They never asked; I replied STOP, it is spam", "spam", ["replied stop", "spam"]],
  ["Mensajes no deseados: les escribí STOP y siguen", "spam", ["no deseados", "escribí stop"]],
  ["I wrote STOP twice", "spam", ["wrote stop"]],
  ["Me amenaza por mensaje", "illegal_content", ["amenaza"]],
  ["They copied our trademark", "intellectual_property", ["trademark"]],
])("suggests for: %s", (text, area, because) => {
  expect(suggestCategory(text)).toEqual({ area, because });
});

test("suggests nothing where nothing says so", () => {
  expect(suggestCategory("Good morning, I have a question.")).toBeNull();
});

describe("pulling apart", () => {
  const apart = async (text: string) => pullApart(await parseMessage(plainMail({}, text)));

  test.each([
    ["an answer below", "I object.\n\nOn Thu, Nov 26, 2026 at 9:00 AM Abuse desk <abuse@platform.example> wrote:\n> You are suspended.\n> Reference A-1\n", "I object.", "You are suspended.\nReference A-1"],
    ["an opening in two lines", "No.\n\nOn Thu, Nov 26, 2026 at 9:00 AM Abuse desk <abuse@platform.example>\nwrote:\n\n> Text\n", "No.", "Text"],
    ["Spanish", "No.\n\nEl jue, 26 nov 2026 a las 9:00, Abuse <abuse@platform.example> escribió:\n> Texto\n", "No.", "Texto"],
    ["Outlook", "Wrong.\n\n-----Original Message-----\nFrom: Abuse <abuse@platform.example>\nSubject: Decision\n\nYou are suspended.", "Wrong.", "You are suspended."],
    ["words between quotations", "> first\nmine\n> second", "mine", "first"],
  ])("%s", async (_what, text, own, quoted) => {
    const { own: read, inner } = await apart(text);
    expect(read).toBe(own);
    expect(inner[0]).toMatchObject({ how: "quoted", text: quoted });
  });

  test("one passed on by another that was passed on", async () => {
    const { inner } = await apart("Look.\n\n---------- Forwarded message ---------\nFrom: a@x.example\nSubject: One\n\nfirst\n\n---------- Forwarded message ---------\nFrom: b@x.example\nSubject: Two\n\nsecond");
    expect(inner).toMatchObject([{ how: "forwarded", subject: "One", text: "first" }, { how: "forwarded", subject: "Two", text: "second" }]);
  });

  test("a dashed line that opens nothing stays the sender's", async () => {
    expect((await apart("one\n---------- Forwarded message ---------\nno header here")).inner).toEqual([]);
  });
});

const isOwn = (address: string) => address.endsWith("@platform.example");
test.each<[string, Head, string | null, string | null]>([
  ["a person", {}, "ana@reader.example", null],
  ["a person, known by the return path alone", { "Return-Path": "<ana@reader.example>" }, null, null],
  ["the null sender", {}, "", "null_sender"],
  ["the null sender of the return path", { "Return-Path": "<>" }, null, "null_sender"],
  ["nobody knows whom", {}, null, "no_sender"],
  ["two addresses in one", {}, "a@x.example b@x.example", "no_sender"],
  ["a mailing list", { "List-Id": "<news.reader.example>" }, "ana@reader.example", "list"],
  ["the owner of a list", {}, "owner-news@reader.example", "daemon"],
  ["bulk", { Precedence: "Bulk" }, "ana@reader.example", "bulk"],
  ["what a program generated", { "Auto-Submitted": "auto-generated" }, "ana@reader.example", "automatic"],
  ["who asks for no automatic answer", { "X-Auto-Response-Suppress": "All" }, "ana@reader.example", "automatic"],
  ["a mail system", { From: "MAILER-DAEMON@mx.example" }, "x@mx.example", "daemon"],
  ["our own address", {}, "abuse@platform.example", "own_address"],
  ["our own address in From", { From: "abuse@platform.example" }, "ana@reader.example", "own_address"],
])("an acknowledgement to %s", async (_what, head, sender, barred) => {
  expect(barsAnswer(await parseMessage(plainMail(head, "x")), { sender, recipients: [] }, isOwn)).toBe(barred);
});
