import fc from "fast-check";
import { expect, test } from "vitest";
import { findLeaks, type Confidential, type Known } from "./leak-check";

const secret: Confidential = {
  names: ["Ana María Peña-Whitlock", "Redrock Bikes LLC", "Will Price"],
  emails: ["ana.pena84@mail.example", "info@redrock.example"],
  phones: ["+1 (307) 555-0142"],
  reportIds: ["R-7F3K-92QD", "0197a8c0-1234-7abc-8def-0123456789ab"],
  reporterTexts: [
    "They texted me eleven times in one night and would not stop even after I wrote STOP. I was very scared and my kids saw it.",
  ],
};
const kinds = (text: string, known?: Known) => findLeaks(text, secret, known).map((leak) => leak.kind);

test.each([
  ["the full name", "We spoke with Ana María Peña-Whitlock.", "name"],
  ["without accents, in capitals", "ANA MARIA PENA WHITLOCK told us.", "name"],
  ["the other way round", "whitlock peña maría ana", "name"],
  ["the family name alone", "The contact named Peña asked you to stop.", "name"],
  ["a long part in lower case", "as whitlock said", "name"],
  ["a business that reported", "Redrock sent us this.", "name"],
  ["hidden by a zero-width space", "We spoke with Whit\u200Block.", "name"],
  ["in full-width letters", "Ｗｈｉｔｌｏｃｋ", "name"],
  ["the address", "write to Ana.Pena84@MAIL.example please", "email"],
  ["the address spelled out", "ana.pena84 (at) mail dot example", "email"],
  ["the mailbox alone", "user ana.pena84 complained", "email"],
  ["a role mailbox with its domain", "info@redrock.example", "email"],
  ["the number as it was given", "+1 (307) 555-0142", "phone"],
  ["the number without its country", "307.555.0142", "phone"],
  ["the local number", "call 555-0142 now", "phone"],
  ["the number with narrow spaces", "307\u00A0555\u00A00142", "phone"],
  ["the reference", "see R-7F3K-92QD", "report_id"],
  ["the reference in other spelling", "see r7f3k 92qd", "report_id"],
  ["the reference with many separators", "see R - 7 F 3 K - 9 2 Q D", "report_id"],
  ["the reference drawn out with dots and bars", "R...7_F|3.K — 92//QD", "report_id"],
  ["an id", "0197A8C0-1234-7ABC-8DEF-0123456789AB", "report_id"],
  ["an id without hyphens", "0197a8c012347abc8def0123456789ab", "report_id"],
  ["nine words of the report", "You texted me eleven times in one night and would not stop.", "quotation"],
  ["nine words with other punctuation", "“eleven times, in one night – and WOULD not stop even”", "quotation"],
])("%s leaks", (_what, text, kind) => {
  expect(kinds(text)).toContain(kind);
});

test.each([
  ["eight words of the report", "eleven times in one night and would not"],
  ["ordinary words that are also a name in lower case", "The price is lower now."],
  ["a number that is another", "307-555-0143"],
  ["part of a longer word", "The preannouncement said nothing about redrocks2."],
  ["a statement of reasons as it should be", "Between 2 and 5 November 2026 your account sent 41 marketing messages to contacts who had opted out (of 1,204 delivered)."],
  ["nothing", ""],
])("%s does not leak", (_what, text) => {
  expect(findLeaks(text, secret)).toEqual([]);
});

test("what the account holder knows anyway is no leak", () => {
  const known: Known = {
    values: ["Redrock Bikes LLC", "+13075550142"],
    texts: ["Notice: they texted me eleven times in one night and would not stop"],
  };
  expect(kinds("Redrock Bikes LLC sent from 307-555-0142.", known)).toEqual([]);
  expect(kinds("texted me eleven times in one night and would", known)).toEqual([]);
  expect(kinds("Whitlock wrote from 307-555-0142.", known)).toEqual(["name"]);
});

test("a reporter cannot block messages by a name made of everyday words", () => {
  const hostile: Confidential = { ...secret, names: ["The Account", "You", "Your Message"], emails: ["account@x.example"], phones: ["12"], reportIds: ["R-1"], reporterTexts: [] };
  expect(findLeaks("The account: You sent your message. Your account can appeal.", hostile)).toEqual([]);
});

test("what was found is named, so that it can be changed", () => {
  expect(findLeaks("Peña called from 555 0142", secret)).toEqual([
    { kind: "phone", found: "555 0142" },
    { kind: "name", found: "Peña" },
  ]);
});

test("a secret placed anywhere in a text is found", () => {
  const surroundings = fc.string({ maxLength: 60 }).map((text) => text.replace(/[\p{L}\p{N}\p{M}\p{Cf}@.+()-]/gu, " "));
  fc.assert(
    fc.property(surroundings, surroundings, fc.constantFrom("ana.pena84@mail.example", "+1 (307) 555-0142", "R-7F3K-92QD", "Ana María Peña-Whitlock"), (before, after, leak) => {
      expect(findLeaks(`${before} ${leak} ${after}`, secret).length).toBeGreaterThan(0);
    }),
  );
});

test("long texts are checked in reasonable time", () => {
  const long = `${"a1 ".repeat(30_000)}${" ".repeat(30_000)}${"1 ".repeat(15_000)}${"a.".repeat(15_000)}`;
  const before = performance.now();
  findLeaks(long, { ...secret, reporterTexts: [long] });
  expect(performance.now() - before).toBeLessThan(3_000);
});
