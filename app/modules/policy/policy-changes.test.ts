import fc from "fast-check";
import { expect, test } from "vitest";
import { clauseChanges, countChanges, publicChanges, publicFields, textCompared, type ClauseChange } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import { severities } from "./severity";

const clause = (code: string, over: Partial<ClauseText> = {}): ClauseText => ({ code, area: "spam", section: "3.1", title: code, titleEs: null, body: `Text of ${code}.`, bodyEs: null, severity: "low", reportLabel: null, ...over });
const list = (codes: string) => [...codes].map((code) => clause(code));
const told = (changes: readonly ClauseChange[]) => changes.filter(({ kind }) => kind !== "same").map(({ code, kind, fields }) => [code, kind, ...fields].join(" "));

test.each<[string, ClauseText[], ClauseText[], string[]]>([
  ["nothing", list("abc"), list("abc"), []],
  ["one more in the middle", list("ac"), list("abc"), ["b added"]],
  ["one less", list("abc"), list("ac"), ["b removed"]],
  ["a run that went, told where it stood", list("abcd"), list("ad"), ["b removed", "c removed"]],
  ["the first one went", list("abc"), list("bc"), ["a removed"]],
  ["one that went stays behind one that did not move", list("abcd"), list("cabx"), ["c moved", "d removed", "x added"]],
  ["all went", list("ab"), [], ["a removed", "b removed"]],
  ["all are new", [], list("ab"), ["a added", "b added"]],
  ["one was moved to the end: only that one", list("abcd"), list("bcda"), ["a moved"]],
  ["two were swapped: one of them", list("ab"), list("ba"), ["b moved"]],
  ["another number in the document, the same clause", list("ab"), [clause("a"), clause("b", { section: "4.2" })], ["b renumbered section"]],
  ["another number and another text", list("ab"), [clause("a"), clause("b", { section: "4.2", body: "Else." })], ["b changed section body"]],
  ["severity alone", list("a"), [clause("a", { severity: "high" })], ["a changed severity"]],
  ["the choice in the report form", list("a"), [clause("a", { reportLabel: { en: "x", es: "y" } })], ["a changed reportLabel"]],
  ["the Spanish title", list("a"), [clause("a", { titleEs: "A" })], ["a changed titleEs"]],
])("%s", (_what, before, after, expected) => expect(told(clauseChanges(before, after))).toEqual(expected));

test.each<[string, Partial<ClauseText>, Partial<ClauseText>, string, string]>([
  ["both texts change", { body: "One.", bodyEs: "Uno." }, { body: "Two.", bodyEs: "Dos." }, "body en One.>Two.", "body es Uno.>Dos."],
  ["the translation says nothing of the change", { body: "One.", bodyEs: "Uno." }, { body: "Two.", bodyEs: "Uno." }, "body en One.>Two.", "body en One.>Two."],
  ["only the translation changes", { body: "One.", bodyEs: "Uno." }, { body: "One.", bodyEs: "Una." }, "", "body es Uno.>Una."],
  ["a translation comes", { body: "One." }, { body: "One.", bodyEs: "Uno." }, "", ""],
  ["a translation comes with another text", { body: "One." }, { body: "Two.", bodyEs: "Dos." }, "body en One.>Two.", "body en One.>Two."],
  ["a translation goes", { body: "One.", bodyEs: "Uno." }, { body: "One." }, "", ""],
  ["the titles change", { title: "A", titleEs: "Á" }, { title: "B", titleEs: "É" }, "title en A>B", "title es Á>É"],
  ["what is picked from in the report form", {}, { reportLabel: { en: "x", es: "y" } }, "", ""],
])("readers of each language see what changed: %s", (_what, before, after, english, spanish) => {
  const changes = clauseChanges([clause("a", before)], [clause("a", after)]);
  const shown = (locale: "en" | "es") =>
    publicChanges(changes, locale)
      .flatMap((change) => publicFields(change, locale).map((field) => [field, change] as const))
      .map(([field, change]) => {
        const { was, is, language } = textCompared(field as "title" | "body", change, locale);
        return `${field} ${language} ${was}>${is}`;
      })
      .join(" ");
  expect([shown("en"), shown("es")]).toEqual([english, spanish]);
});

test("counts leave out what stayed", () =>
  expect(countChanges(clauseChanges(list("abcd"), [...list("bca"), clause("x")]))).toEqual({ added: 1, removed: 1, changed: 0, renumbered: 0, moved: 1 }));

const someClause = fc.record({
  code: fc.integer({ min: 1, max: 12 }).map((number) => `P-${number}`),
  section: fc.constantFrom("1", "1.1", "2"),
  body: fc.constantFrom("One.", "Two.", ""),
  severity: fc.constantFrom(...severities),
});
const someList = fc.uniqueArray(someClause, { selector: ({ code }) => code, maxLength: 12 }).map((all) => all.map(({ code, ...over }) => clause(code, over)));

test("each version can be made from the other and the changes", () => {
  fc.assert(
    fc.property(someList, someList, (before, after) => {
      const changes = clauseChanges(before, after);
      const side = (text: "before" | "after", at: "beforeAt" | "afterAt") =>
        changes.filter((change) => change[text] !== null).sort((a, b) => a[at]! - b[at]!).map((change) => change[text]);
      expect(side("before", "beforeAt")).toEqual(before);
      expect(side("after", "afterAt")).toEqual(after);
      expect(changes.filter(({ after: text }) => text).map(({ code }) => code)).toEqual(after.map(({ code }) => code));
      expect(new Set(changes.map(({ code }) => code)).size).toBe(changes.length);
    }),
  );
});

test("what did not move keeps its order, and no more than needed count as moved", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([..."abcdefgh"], { minLength: 8 }), (order) => {
      const changes = clauseChanges(list("abcdefgh"), order.map((code) => clause(code)));
      const stayed = changes.filter(({ kind }) => kind === "same").map(({ beforeAt }) => beforeAt!);
      expect(stayed).toEqual([...stayed].sort((a, b) => a - b));
      const longest = order.reduce<number[]>((lengths, code, at) => [...lengths, 1 + Math.max(0, ...lengths.filter((_, earlier) => order[earlier]! < code && earlier < at))], []);
      expect(stayed).toHaveLength(Math.max(...longest));
    }),
  );
});
