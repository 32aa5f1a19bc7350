import fc from "fast-check";
import { expect, test } from "vitest";
import { findLeaks, isConfirmable, leakKinds, type Confidential, type Known } from "./leak-check";

const secret: Confidential = {
  names: ["Ana María Peña-Whitlock", "Redrock Bikes LLC", "Will Price", "张小龙", "Νίκος Ζερβός"],
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
  ["in letters that only look alike", "Whіtlоck", "name"],
  ["in Cyrillic capitals that look alike", "РEÑА", "name"],
  ["in letters of which a Greek capital looks alike", "Mrs Μaría", "name"],
  ["in small capitals", "ᴡʜɪᴛʟᴏᴄᴋ", "name"],
  ["two parts in lower case", "as maría peña said", "name"],
  ["in a script without spaces, among its words", "是张小龙先生写的", "name"],
  ["in a script without spaces, drawn apart", "by 张 小 龙 himself", "name"],
  ["in another script, in capitals", "ΝΊΚΟΣ told us", "name"],
  ["with accents apart from their letters", "Pen\u0303a", "name"],
  ["spaced out", "W h i t l o c k said so", "name"],
  ["broken at a line's end", "Mrs Whit-\nlock told us", "name"],
  ["run together", "see AnaMaríaPeñaWhitlock", "name"],
  ["the family name in the genitive", "Whitlock’s phone", "name"],
  ["the family names run together", "the PeñaWhitlock family", "name"],
  ["the family as a plural", "the Whitlocks", "name"],
  ["first and family name apart", "Peña, as she is called, Ana", "name"],
  ["broken at a line's end without a hyphen", "Mrs Whit\nlock told us", "name"],
  ["behind a slash", "Mrs Whit/lock told us", "name"],
  ["with a blank that is no space", "Whit\u2800lock", "name"],
  ["with letters that are drawn as nothing", "Pe\u3164ña and Whit\u115Flock", "name"],
  ["with a mark that joins nothing", "Whit\u034Flock", "name"],
  ["the two first names run together", "AnaMaría told us", "name"],
  ["with digits for letters", "Wh1tl0ck told us", "name"],
  ["with signs for letters, in lower case", "as p3ñ@ and m@r1a said", "name"],
  ["a short family name in lower case, with an initial", "m. peña told us", "name"],
  ["a short family name in lower case, before an initial", "peña, m., told us", "name"],
  ["the parts the other way round, in lower case", "whitlock, ana", "name"],
  ["the parts the other way round, with a comma", "Peña, Ana", "name"],
  ["in HTML entities", "Mrs &#80;e&ntilde;a", "name"],
  ["percent-encoded", "Mrs %50e%C3%B1a", "name"],
  ["the address", "write to Ana.Pena84@MAIL.example please", "email"],
  ["the address spelled out", "ana.pena84 (at) mail dot example", "email"],
  ["the address with an entity", "ana.pena84&#64;mail.example", "email"],
  ["the address with named entities", "ana&period;pena84&commat;mail&period;example", "email"],
  ["the address in hexadecimal entities", "ana.pena84&#x40;mail.example", "email"],
  ["the address with an entity of an entity", "ana.pena84&amp;#64;mail.example", "email"],
  ["the address percent-encoded", "ana.pena84%40mail%2Eexample", "email"],
  ["the mailbox alone", "user ana.pena84 complained", "mailbox"],
  ["the domain of their own", "someone at redrock.example wrote", "mailbox"],
  ["the address on two lines", "ana.pena84@\nmail.example", "email"],
  ["the address broken within a word", "ana.pe\nna84@mail.example", "email"],
  ["the address drawn apart", "a n a . p e n a 8 4 @ m a i l . e x a m p l e", "email"],
  ["the address with accents nobody asked for", "ána.peña84@mail.example", "email"],
  ["the address with an invisible letter", "ana.pena84\u3164@mail.example", "email"],
  ["the address with an invisible mark", "ana.pena84\u034F@mail.example", "email"],
  ["a role mailbox with its domain", "info@redrock.example", "email"],
  ["the number as it was given", "+1 (307) 555-0142", "phone"],
  ["the number without its country", "307.555.0142", "phone"],
  ["the local number", "call 555-0142 now", "phone"],
  ["the number with narrow spaces", "307\u00A0555\u00A00142", "phone"],
  ["the number in Arabic digits", "٣٠٧٥٥٥٠١٤٢", "phone"],
  ["the number with dashes, underscores and dots", "307_555—01.42", "phone"],
  ["the number broken over lines", "307-555-\n0142", "phone"],
  ["the number between commas", "307, 555, 0142", "phone"],
  ["the number between bars", "307 | 555 | 0142", "phone"],
  ["the number with minus signs", "307\u2212555\u22120142", "phone"],
  ["the number with colons, stars and dots", "307:555*01•42", "phone"],
  ["the number in key caps", "3\uFE0F\u20E30\uFE0F\u20E37\uFE0F\u20E35\uFE0F\u20E35\uFE0F\u20E35\uFE0F\u20E30\uFE0F\u20E31\uFE0F\u20E34\uFE0F\u20E32\uFE0F\u20E3", "phone"],
  ["the number said in words", "three oh seven, five five five, oh one four two", "phone"],
  ["the number said in Spanish words", "tres cero siete cinco cinco cinco cero uno cuatro dos", "phone"],
  ["the number said in words and digits", "307 five five five 0142", "phone"],
  ["the number said with tens and doubles", "three oh seven, triple five, oh one forty two", "phone"],
  ["the number said in Spanish pairs", "tres cero siete, doble cinco cinco, cero uno cuarenta y dos", "phone"],
  ["its last digits", "the number ending in 0142", "phone_part"],
  ["its last digits, said to be the last four", "whose last four digits are “0142”", "phone_part"],
  ["its last digits behind signs", "a call from xxx-xxx-0142", "phone_part"],
  ["its last digits behind dots", "a call from …0142", "phone_part"],
  ["its last digits in Spanish", "el número terminado en 0142", "phone_part"],
  ["its last digits, said so after them", "0142 are its last digits", "phone_part"],
  ["its last digits, said so after them in Spanish", "«0142» son sus últimas cifras", "phone_part"],
  ["its last digits, at the end", "a number with 0142 at the end", "phone_part"],
  ["its last digits in words", "it ends with oh one four two", "phone_part"],
  ["its first digits in words", "three oh seven five five five wrote", "phone_part"],
  ["its first digits", "somebody at (307) 555 wrote", "phone_part"],
  ["the reference", "see R-7F3K-92QD", "report_id"],
  ["the reference without its letter", "case 7F3K-92QD", "report_id"],
  ["the reference in other spelling", "see r7f3k 92qd", "report_id"],
  ["the reference with many separators", "see R - 7 F 3 K - 9 2 Q D", "report_id"],
  ["the reference drawn out with dots and bars", "R...7_F|3.K — 92//QD", "report_id"],
  ["an id", "0197A8C0-1234-7ABC-8DEF-0123456789AB", "report_id"],
  ["an id without hyphens", "0197a8c012347abc8def0123456789ab", "report_id"],
  ["nine words of the report", "You texted me eleven times in one night and would not stop.", "quotation"],
  ["a sentence with one word changed", "You texted me eleven times in one evening and would not stop.", "quotation"],
  ["a sentence with its second word changed", "They wrote me eleven times in one night and", "quotation"],
  ["nine words with entities between", "eleven&nbsp;times in one night&#32;and would not stop", "quotation"],
  ["nine words broken over lines", "eleven times in\none night\n\nand would not stop even", "quotation"],
  ["nine words with one broken by a hyphen", "in one night and would not stop ev-\nen after", "quotation"],
  ["nine words in curly quotes, one by one", "‘eleven’ ’times’ “in” ”one” «night» ‹and› „would‟ not stop", "quotation"],
  ["nine words with look-alike letters", "еleven timеs in оne night аnd wоuld not stop", "quotation"],
  ["nine words with other punctuation", "“eleven times, in one night – and WOULD not stop even”", "quotation"],
])("%s leaks", (_what, text, kind) => {
  expect(kinds(text)).toContain(kind);
});

test.each([
  ["eight words of the report", "eleven times in one night and would not"],
  ["ordinary words that are also a name in lower case", "The price is lower now."],
  ["a number that is another", "307-555-0143"],
  ["days, times and counts", "On 2026-11-04 at 21:30, 22:10 and 23:45 it sent 307 messages; 555 came the next day, one two and three days later."],
  ["the end of the number that nobody calls one", "On 4 November your account sent 0142 messages and 555 replies, at 30 75."],
  ["another number's last digits", "the number ending in 0143"],
  ["the end of the number before other words of an end", "0142 messages at the end of the day."],
  ["a word with a digit, or with a percentage", "Your B2B plan, 4th tier, grew by 40%25 in Q3; R&amp;D, AT&T and 100 % of it."],
  ["an article before a word", "a pena, and i lock the door"],
  ["eight words of the report before another", "eleven times in one night and would not again"],
  ["a sentence with two words changed", "You texted me twelve times in one evening and would not stop."],
  ["part of a longer word", "The preannouncement said nothing about redrocks2."],
  ["a statement of reasons as it should be", "Between 2 and 5 November 2026 your account sent 41 marketing messages to contacts who had opted out (of 1,204 delivered)."],
  ["nothing", ""],
])("%s does not leak", (_what, text) => {
  expect(findLeaks(text, secret)).toEqual([]);
});

test("an address that only ends like a reporter's is another one", () => {
  const ana = { ...secret, emails: ["ana@gmail.com"] };
  expect(findLeaks("write to juana@gmail.com", ana)).toEqual([]);
  expect(findLeaks("write to ana@gmail.com", ana)).toMatchObject([{ kind: "email", found: "ana@gmail.com" }]);
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

test("the end of the holder's own number is no reporter's", () => {
  expect(findLeaks("your number ending in 0142", secret, { values: ["+1 720 555 0142"], texts: [] })).toEqual([]);
});

test("a reporter cannot block messages by a name made of everyday words", () => {
  const hostile: Confidential = { ...secret, names: ["The Account", "You", "Your Message"], emails: ["account@x.example"], phones: ["12"], reportIds: ["R-1"], reporterTexts: [] };
  expect(findLeaks("The account: You sent your message. Your account can appeal.", hostile)).toEqual([]);
});

test("what was found is named, so that it can be changed", () => {
  expect(findLeaks("Peña called from 555 0142", secret)).toEqual([
    { kind: "phone", found: "555 0142", places: [[17, 25]] },
    { kind: "name", found: "Peña", places: [[0, 4]] },
  ]);
});

test("a finding shows the words of the text and nothing of the report", () => {
  const found = (text: string) => findLeaks(text, secret).map((leak) => leak.found);
  expect(found("whitlock peña maría ana")).toEqual(["whitlock peña maría ana"]);
  expect(found("ANA.PENA84 (at) Mail dot example!")).toEqual(["ANA.PENA84 (at) Mail dot example"]);
  expect(found("r7f3k 92qd")).toEqual(["r7f3k 92qd"]);
  expect(found("Whit\u200Block and Pen\u0303a.")).toEqual(["Whit\u200Block", "Pen\u0303a"]);
  expect(found("Write ana.pena84&#64;mail%2Eexample & stop.")).toEqual(["ana.pena84&#64;mail%2Eexample"]);
  expect(found("You texted me eleven times in one evening and would not stop.")).toEqual(["texted me eleven times in one evening and would not stop"]);
});

test("what is found twice is one finding in two places, and what is quoted is marked to its end", () => {
  expect(findLeaks("Peña. Then Peña.", secret)).toEqual([{ kind: "name", found: "Peña", places: [[0, 4], [11, 15]] }]);
  const quoted = "eleven times in one night and would not stop even after I wrote";
  expect(findLeaks(`You wrote: ${quoted}, so.`, secret)).toEqual([{ kind: "quotation", found: quoted, places: [[11, 11 + quoted.length]] }]);
});

test("only what can mean something else may be declared to be no leak", () => {
  expect(leakKinds.filter(isConfirmable)).toEqual(["name", "mailbox", "phone_part", "quotation"]);
});

test("a secret placed anywhere in a text is found", () => {
  const surroundings = fc.string({ maxLength: 60 }).map((text) => text.replace(/[\p{L}\p{N}\p{M}\p{Cf}@.+()-]/gu, " "));
  fc.assert(
    fc.property(surroundings, surroundings, fc.constantFrom("ana.pena84@mail.example", "+1 (307) 555-0142", "R-7F3K-92QD", "Ana María Peña-Whitlock"), (before, after, leak) => {
      expect(findLeaks(`${before} ${leak} ${after}`, secret).length).toBeGreaterThan(0);
    }),
  );
});

test("every place of a finding holds its words", () => {
  const sign = fc.constantFrom("&#64;", "%40", "&amp;", "%C3%A9", "&ntilde;", "0142 ", "ending in ", "a", "É", "n\u0303", " ", "\n", "\u200B", "-", "Ana", "Peña", "555", "0142", "R-7F3K-92QD", "İ", "ﬁ", "😀", "е");
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 40 }), (signs) => {
      const text = signs.join("");
      for (const { found, places } of findLeaks(text, secret)) for (const place of places) expect(text.slice(...place).trim()).toBe(found);
    }),
  );
});

test("whatever reporters call themselves, the check answers", () => {
  const odd = fc.string({ unit: fc.constantFrom(..."a.-+*?^$|()[]{}/\\@é ".split(""), "\u200B", "ﬁ"), maxLength: 24 });
  fc.assert(
    fc.property(odd, odd, odd, (local, domain, text) => {
      const email = `${local}@${domain}`;
      const found = findLeaks(`${text} ${email} ${text}`, { names: [local], emails: [email, local], phones: [text], reportIds: [domain], reporterTexts: [text] });
      expect(Array.isArray(found)).toBe(true);
    }),
  );
});

test("a long text against itself ends: in steps squared it would outlive the test", () => {
  const long = `${"a1 ".repeat(30_000)}${" ".repeat(30_000)}${"1 ".repeat(15_000)}${"a.".repeat(15_000)}`;
  expect(findLeaks(long, { ...secret, reporterTexts: [long] }).length).toBeGreaterThan(0);
});
