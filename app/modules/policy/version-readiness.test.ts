import { expect, test } from "vitest";
import type { ClauseText, PolicyContent } from "./policy-content";
import { readinessProblems, translationGaps } from "./version-readiness";

const clause: ClauseText = { code: "P-1", area: "spam", section: "1", title: "One", titleEs: null, body: "Text.", bodyEs: null, severity: "low", reportLabel: null };
const version = (over: Partial<PolicyContent> = {}): PolicyContent => ({ policy: "P", number: 2, material: true, materialReason: "It forbids more than before.", summary: "Bulk messages now need a record of consent.", summaryEs: null, clauses: [{ ...clause, body: "New text." }], ...over });
const before = version({ number: 1, clauses: [clause] });

test.each<[string, Partial<PolicyContent>, string[]]>([
  ["whole", {}, []],
  ["no clause", { clauses: [] }, ["no_clause"]],
  ["nothing changed", { clauses: [clause] }, ["no_change"]],
  ["no summary", { summary: "" }, ["summary_missing"]],
  ["a summary that says nothing", { summary: "Some changes." }, ["summary_missing"]],
  ["no reason", { materialReason: "" }, ["reason_missing"]],
  ["no reason why it is not material", { material: false, materialReason: "Typos." }, ["reason_missing"]],
  ["a clause without text", { clauses: [{ ...clause, body: "" }] }, ["clause_empty"]],
  ["a choice in one language", { clauses: [{ ...clause, reportLabel: { en: "They spam", es: "" } }] }, ["label_half"]],
  ["all of it", { clauses: [{ ...clause, title: "", reportLabel: { en: "", es: "x" } }], summary: "", materialReason: "" }, ["summary_missing", "reason_missing", "clause_empty", "label_half"]],
])("%s", (_what, over, expected) => expect(readinessProblems(before, version(over)).map(({ code }) => code)).toEqual(expected));

test("the first version of a policy changes nothing that could be compared", () => expect(readinessProblems(null, version({ clauses: [clause] }))).toEqual([]));

test("a policy that is new is no small correction", () => expect(readinessProblems(null, version({ material: false })).map(({ code }) => code)).toEqual(["new_is_material"]));

test.each<[string, Partial<ClauseText>, Partial<ClauseText>, string[]]>([
  ["no Spanish text", {}, {}, ["missing"]],
  ["Spanish from the first word", {}, { bodyEs: "Texto." }, []],
  ["both texts stay", { bodyEs: "Texto." }, { bodyEs: "Texto." }, []],
  ["the English text moves on alone", { bodyEs: "Texto." }, { body: "New text.", bodyEs: "Texto." }, ["outdated"]],
  ["both move on", { bodyEs: "Texto." }, { body: "New text.", bodyEs: "Texto nuevo." }, []],
])("what readers of Spanish will not find: %s", (_what, was, is, expected) =>
  expect(translationGaps(version({ clauses: [{ ...clause, ...was }] }), version({ clauses: [{ ...clause, ...is }] })).map(({ kind }) => kind)).toEqual(expected));
