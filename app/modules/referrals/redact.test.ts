import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldText } from "./fold";
import { makeRedactor, pseudonym, type Identity, type KnownPerson } from "./redact";

const nobody: Identity = { names: [], emails: [], phones: [], ids: [] };
const rosa: KnownPerson = { role: "reporter", names: ["Rosa Jiménez"], emails: ["rosa.jimenez@mail.example"], phones: ["+13075550134"], ids: ["acct-7719"] };
const tariq: KnownPerson = { role: "reporter", names: ["Tariq Groß"], emails: ["tq@post.example"], phones: ["+4915112345678"], ids: [] };
const subject: Identity = { names: ["Summit Roofing LLC"], emails: ["owner@roofing.example"], phones: ["+13075550199"], ids: ["acct-1"] };
const redact = (text: string, people: KnownPerson[] = [rosa, tariq]) => makeRedactor(people, subject).redact(text);

describe("one person, however spelled", () => {
  test.each([
    ["Rosa Jiménez wrote.", "[Person A] wrote."],
    ["JIMENEZ, ROSA", "[Person A]"],
    ["rosa_jimenez and Rosa", "[Person A] and [Person A]"],
    ["R\u200bosa Jime\u0301nez", "[Person A]"],
    ["Ｒｏｓａ　Ｊｉｍéｎｅｚ", "[Person A]"],
    ["Tariq GROSS called", "[Person B] called"],
    ["Write to ROSA.JIMENEZ@Mail.Example.", "Write to [Person A]."],
    ["rosa.jimenez (at) mail [dot] example", "[Person A]"],
    ["her mailbox rosa.jimenez", "her mailbox [Person A]"],
    ["+1 (307) 555-0134 rang", "[Person A] rang"],
    ["307.555.0134", "[Person A]"],
    ["555-0134", "[Person A]"],
    ["٣٠٧-٥٥٥-٠١٣٤", "[Person A]"],
    ["３０７　５５５　０１３４", "[Person A]"],
    ["0151 1234 5678", "[Person B]"],
    ["account ACCT 7719", "account [Person A]"],
  ])("%s", (text, expected) => expect(redact(text)).toBe(expected));
});

describe("what stays", () => {
  test.each([
    "Summit Roofing LLC sent 41 of 1,204 messages on 2026-11-18 at 21:05:00 UTC.",
    "owner@roofing.example wrote from +1 307 555 0199 (acct-1).",
    "CF-AUP-4.3.b, case C-4K7Q-T2MX, 3.4 %",
    "The rosarium opened.",
  ])("%s", (text) => expect(redact(text)).toBe(text));
});

test("addresses and numbers nobody knew get letters of their own, the same in every text", () => {
  const redactor = makeRedactor([rosa], subject);
  expect(redactor.redact("From lee@else.example, (720) 555-0100.")).toBe("From [Person B], [Person C].");
  expect(redactor.redact("LEE@ELSE.EXAMPLE again, +1 720-555-0100, Rosa")).toBe("[Person B] again, [Person C], [Person A]");
  expect(redactor.people()).toEqual([
    { pseudonym: "Person A", role: "reporter", places: 1 },
    { pseudonym: "Person B", role: "address_or_number", places: 2 },
    { pseudonym: "Person C", role: "address_or_number", places: 2 },
  ]);
});

test("the letters go on after Z", () => {
  expect([0, 25, 26, 27, 701, 702].map(pseudonym)).toEqual(["Person A", "Person Z", "Person AA", "Person AB", "Person ZZ", "Person AAA"]);
});

const word = fc.stringMatching(/^[A-Z][a-zñéüßøłçğ]{2,9}$/).filter((text) => !/person/i.test(text));
const people = fc.record({ first: word, last: word, mailbox: fc.stringMatching(/^[a-z][a-z0-9._+-]{0,11}[a-z0-9]$/), host: fc.stringMatching(/^[a-z]{2,9}$/), phone: fc.stringMatching(/^[2-9]\d{9}$/) });
const filler = fc.string({ unit: fc.constantFrom(" ", ".", "-", "\n", "(", "the ", "said ", "им ", "我", "\u200b", "9 ", ", "), maxLength: 8 });
const unseen = fc.constantFrom("", "\u200b", "\u00ad", "\u2060", "\ufe0f");
const disguise = (text: string, hide: string, how: number): string => {
  const cased = [text, text.toUpperCase(), text.toLowerCase(), text.normalize("NFD"), text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))][how % 5]!;
  return [...cased].join(hide);
};
const phoneSpellings = (digits: string) => [
  digits, `+1${digits}`, `+1 (${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`, `${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}`,
  `001 ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`, `${digits.slice(3, 6)}\u2011${digits.slice(6)}`,
  [...digits].map((digit) => String.fromCharCode(0x660 + Number(digit))).join(" "),
];

test("no known name, address or number survives, however it is written and whatever stands around it", () => {
  fc.assert(
    fc.property(people, filler, filler, unseen, fc.nat(4), fc.nat(6), ({ first, last, mailbox, host, phone }, before, after, hide, how, spelling) => {
      const known: KnownPerson = { role: "reporter", names: [`${first} ${last}`], emails: [`${mailbox}@${host}.example`], phones: [`+1${phone}`], ids: [] };
      const redactor = makeRedactor([known], nobody);
      const name = `${before} ${disguise(`${first} ${last}`, hide, how)} ${after}`;
      expect(foldText(redactor.redact(name))).not.toContain(foldText(`${first} ${last}`));
      const email = `${before} ${disguise(`${mailbox}@${host}.example`, hide, how)} ${after}`;
      expect(foldText(redactor.redact(email))).not.toContain(foldText(`${mailbox}@${host}.example`));
      const number = `${before} ${phoneSpellings(phone)[spelling]} ${after}`;
      expect(foldText(redactor.redact(number)).replace(/\D/g, "")).not.toContain(phone.slice(-7));
    }),
    { numRuns: 250 },
  );
});

test("is done once: redacting again changes nothing", () => {
  fc.assert(
    fc.property(people, fc.array(filler, { maxLength: 6 }), ({ first, last, mailbox, host, phone }, parts) => {
      const known: KnownPerson = { role: "reporter", names: [`${first} ${last}`], emails: [`${mailbox}@${host}.example`], phones: [`+1${phone}`], ids: [] };
      const redactor = makeRedactor([known], nobody);
      const once = redactor.redact(parts.join(` ${first} ${mailbox}@${host}.example ${phone} `));
      expect(redactor.redact(once)).toBe(once);
    }),
  );
});

test.each(["1 ", "a.", "@", "rosa at ", "+", "("])("a megabyte of nothing but %j ends: in steps squared it would outlive the test", (piece) => {
  const text = piece.repeat((1 << 20) / piece.length);
  expect(redact(text).length).toBeGreaterThan(0);
});
