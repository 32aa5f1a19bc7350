import { readFileSync } from "node:fs";
import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import type { Measure } from "../enforcement/measure";
import { cataloguePolicies } from "../policy/catalogue";
import { isClassified, transparencyClass } from "../policy/catalogue/transparency";
import { deriveStatement, restrictsSomething, type DecidedFinding, type DecisionFacts } from "./derive-statement";
import { dsaStatementSchema, limits, type DsaStatement } from "./dsa-statement.schema";
import * as values from "./dsa-values";

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" }) as DateTime<true>;
const clauses = cataloguePolicies.flatMap((policy) => policy.clauses.map((clause) => ({ ...clause, policyTitle: policy.title })));

/** The published lists, kept as rows that no code of ours made. */
const published = new Map<string, string[]>();
for (const row of readFileSync(new URL("../../../test/fixtures/dsa-values.csv", import.meta.url), "utf8").trim().split("\n").slice(1)) {
  const [list = "", value = ""] = row.split(",");
  published.set(list, [...(published.get(list) ?? []), value]);
}

describe("the values are those the database publishes", () => {
  test.each([
    ["DECISION_VISIBILITIES", values.decisionVisibilities],
    ["DECISION_MONETARIES", values.decisionMonetaries],
    ["DECISION_PROVISIONS", values.decisionProvisions],
    ["DECISION_ACCOUNTS", values.decisionAccounts],
    ["ACCOUNT_TYPES", values.accountTypes],
    ["DECISION_GROUNDS", values.decisionGrounds],
    ["INCOMPATIBLE_CONTENT_ILLEGALS", values.yesOrNo],
    ["AUTOMATED_DETECTIONS", values.yesOrNo],
    ["AUTOMATED_DECISIONS", values.automatedDecisions],
    ["SOURCE_TYPES", values.sourceTypes],
    ["CONTENT_TYPES", values.contentTypes],
    ["STATEMENT_CATEGORIES", values.statementCategories],
    ["KEYWORDS", values.keywords],
    ["territorial_scope", values.territories],
    ["content_language", values.contentLanguages],
  ])("%s", (list, ours) => {
    expect([...ours].sort()).toEqual([...(published.get(list) ?? [])].sort());
  });
});

test("every clause of the catalogue says what it is to the database", () => {
  expect(clauses.map(({ code }) => code).filter((code) => !isClassified(code))).toEqual([]);
});

test("a clause nobody classified is told by its area, and an unknown area still comes to something", () => {
  expect(transparencyClass({ code: "CF-AUP-9.z", area: "intellectual_property" }).category).toBe("STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS");
  expect(transparencyClass({ code: "constructor", area: "toString" }).category).toBe("STATEMENT_CATEGORY_OTHER_VIOLATION_TC");
});

const finding = (code: string, conductAt = "2026-11-18T07:00:00Z"): DecidedFinding => {
  const clause = clauses.find((one) => one.code === code)!;
  return { ...clause, versionNumber: 1, conductAt: utc(conductAt) };
};
const decision = (changes: Partial<DecisionFacts> = {}): DecisionFacts => ({
  puid: "0193a4c2-0000-7000-8000-000000000001",
  measure: { kind: "suspension", days: 7 },
  startsAt: utc("2026-11-20T21:00:00Z"),
  endsAt: utc("2026-11-27T21:00:00Z"),
  findings: [finding("CF-AUP-4.3.b")],
  facts: "Two marketing messages went to people who had answered STOP.",
  notices: "notice",
  machineDetected: false,
  decidedBy: "person",
  languages: ["es"],
  zone: "America/Denver",
  territory: ["IE", "ES"],
  policyUrl: "https://trust.example/policies/customerflows/CF-AUP",
  ...changes,
});

test("a suspension after a notice, field by field", () => {
  expect(deriveStatement(decision())).toEqual({
    decision_visibility: null,
    decision_visibility_other: null,
    end_date_visibility_restriction: null,
    decision_monetary: null,
    decision_monetary_other: null,
    end_date_monetary_restriction: null,
    decision_provision: "DECISION_PROVISION_TOTAL_SUSPENSION",
    end_date_service_restriction: "2026-11-27",
    decision_account: "DECISION_ACCOUNT_SUSPENDED",
    end_date_account_restriction: "2026-11-27",
    account_type: "ACCOUNT_TYPE_BUSINESS",
    decision_ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    decision_ground_reference_url: "https://trust.example/policies/customerflows/CF-AUP",
    illegal_content_legal_ground: null,
    illegal_content_explanation: null,
    incompatible_content_ground: "CF-AUP-4.3.b Marketing after STOP (CustomerFlows acceptable use policy, version 1)",
    incompatible_content_explanation: "CF-AUP-4.3.b: Sending marketing to a number after it answered STOP, UNSUBSCRIBE or the like.",
    incompatible_content_illegal: "No",
    content_type: ["CONTENT_TYPE_TEXT"],
    content_type_other: null,
    category: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    category_addition: ["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"],
    category_specification: ["KEYWORD_MISSING_PROCESSING_GROUND", "KEYWORD_OTHER"],
    category_specification_other: "Messages without consent",
    territorial_scope: ["ES", "IE"],
    content_language: "ES",
    content_date: "2026-11-18",
    application_date: "2026-11-20",
    decision_facts: "Two marketing messages went to people who had answered STOP.",
    source_type: "SOURCE_ARTICLE_16",
    source_identity: null,
    automated_detection: "No",
    automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED",
    puid: "0193a4c2-0000-7000-8000-000000000001",
  });
});

test.each<[string, Partial<DecisionFacts>, Partial<DsaStatement>]>([
  ["a warning restricts nothing", { measure: { kind: "warning" }, endsAt: null }, { decision_visibility: ["DECISION_VISIBILITY_OTHER"], decision_provision: null, decision_account: null }],
  ["a restriction of features is a partial suspension", { measure: { kind: "feature_restriction", features: ["chatbot"], days: 7 } }, { decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION", end_date_service_restriction: "2026-11-27", decision_account: null }],
  ["a termination has no end", { measure: { kind: "termination" }, endsAt: null }, { decision_account: "DECISION_ACCOUNT_TERMINATED", decision_provision: "DECISION_PROVISION_TOTAL_TERMINATION", end_date_account_restriction: null }],
  ["a trusted flagger counts before other notices", { notices: "trusted_flagger" }, { source_type: "SOURCE_TRUSTED_FLAGGER", source_identity: null }],
  ["without a notice it is the platform's own initiative", { notices: "none", machineDetected: true }, { source_type: "SOURCE_VOLUNTARY", automated_detection: "Yes" }],
  ["what took effect by itself was decided by machine alone", { machineDetected: true, decidedBy: "machine" }, { automated_detection: "Yes", automated_decision: "AUTOMATED_DECISION_FULLY" }],
  ["a person who agreed to a machine's proposal decided in part by machine", { machineDetected: true, decidedBy: "person_on_proposal" }, { automated_detection: "Yes", automated_decision: "AUTOMATED_DECISION_PARTIALLY" }],
  ["languages that differ are not told", { languages: ["en", "es"] }, { content_language: null }],
  ["days are those of the platform's zone", { startsAt: utc("2026-11-20T06:30:00Z"), zone: "America/Denver" }, { application_date: "2026-11-19" }],
  ["a term past the database's last day is told to end on it", { endsAt: utc("2039-05-01T00:00:00Z") }, { end_date_account_restriction: "2038-01-01" }],
  ["phishing is against the law too", { findings: [finding("CF-AUP-3.2.e")] }, { incompatible_content_illegal: "Yes", category: "STATEMENT_CATEGORY_SCAMS_AND_FRAUD" }],
  ["conduct that is no content says so", { findings: [finding("CF-AUP-5.a")] }, { content_type: ["CONTENT_TYPE_OTHER"], content_type_other: "How the account used the service, not an item of content" }],
  ["the earliest conduct is the day of the content", { findings: [finding("CF-AUP-4.3.b"), finding("CF-AUP-3.2.e", "2026-10-02T06:00:00Z")] }, { content_date: "2026-10-02", category_addition: ["STATEMENT_CATEGORY_OTHER_VIOLATION_TC", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"] }],
])("%s", (_why, changes, told) => {
  const statement = deriveStatement(decision(changes));
  expect(statement).toMatchObject(told);
  expect(dsaStatementSchema.parse(statement)).toEqual(statement);
});

test("only a warning restricts nothing", () => {
  expect((["warning", "termination"] as const).map((kind) => restrictsSomething({ kind }))).toEqual([false, true]);
});

const days = fc.integer({ min: 1, max: 3650 });
const measures: fc.Arbitrary<Measure> = fc.oneof(
  fc.constant<Measure>({ kind: "warning" }),
  fc.constant<Measure>({ kind: "termination" }),
  days.map((count): Measure => ({ kind: "suspension", days: count })),
  fc.tuple(days, fc.uniqueArray(fc.constantFrom("chatbot", "all_messages", "api_access"), { minLength: 1 })).map(([count, features]): Measure => ({ kind: "feature_restriction", features, days: count })),
);
const words = (maxLength: number) => fc.string({ unit: "binary", maxLength });
const findings = fc.array(
  fc.oneof(
    fc.constantFrom(...clauses).map((clause) => ({ ...clause, versionNumber: 1 })),
    fc.record({ code: fc.constantFrom("NEW-1", "__proto__"), area: fc.constantFrom("spam", "new_area"), title: words(700), body: words(2_500), policyTitle: words(700), versionNumber: fc.nat() }),
  ),
  { minLength: 1, maxLength: 6 },
);

test("whatever can be decided comes to a statement the rules accept", () => {
  fc.assert(
    fc.property(
      measures,
      findings,
      fc.tuple(words(8_000), fc.stringMatching(/^[a-z]{10,40}$/)).map(([free, sure]) => sure + free),
      fc.integer({ min: +utc("2020-01-02T00:00:00Z"), max: +utc("2037-12-30T00:00:00Z") }),
      fc.integer({ min: 0, max: 20 * 365 }),
      fc.constantFrom("America/Denver", "Asia/Kolkata", "UTC", "Pacific/Apia"),
      fc.constantFrom("none", "notice", "trusted_flagger"),
      fc.array(fc.constantFrom("IE", "ES", "US", "GB"), { maxLength: 5 }),
      fc.array(fc.constantFrom("en", "es", "xx"), { maxLength: 3 }),
      (measure, found, facts, at, before, zone, notices, territory, languages) => {
        const startsAt = DateTime.fromMillis(at, { zone: "utc" }) as DateTime<true>;
        const decided = found.map((one) => ({ ...one, conductAt: startsAt.minus({ days: before }) as DateTime<true> }));
        const endsAt = "days" in measure ? (startsAt.plus({ days: measure.days }) as DateTime<true>) : null;
        const statement = deriveStatement(decision({ measure, startsAt, endsAt, facts, zone, notices, territory, languages, findings: decided as unknown as DecisionFacts["findings"] }));
        expect(dsaStatementSchema.safeParse(statement).error?.issues ?? []).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

describe("the gate of every export", () => {
  const good = deriveStatement(decision());
  test.each<[string, Record<string, unknown>]>([
    ["no restriction at all", { decision_provision: null, end_date_service_restriction: null, decision_account: null, end_date_account_restriction: null }],
    ["an unknown value", { decision_account: "DECISION_ACCOUNT_PAUSED" }],
    ["an unknown field", { platform: "CustomerFlows" }],
    ["a missing field", { decision_facts: undefined }],
    ["other visibility without its words", { decision_visibility: ["DECISION_VISIBILITY_OTHER"] }],
    ["words for other visibility without it", { decision_visibility_other: "Something" }],
    ["other payments without their words", { decision_monetary: "DECISION_MONETARY_OTHER" }],
    ["illegal content without its law", { decision_ground: "DECISION_GROUND_ILLEGAL_CONTENT", incompatible_content_ground: null, incompatible_content_explanation: null, incompatible_content_illegal: null }],
    ["a ground of terms without an explanation", { incompatible_content_explanation: null }],
    ["a legal ground beside a ground of terms", { illegal_content_legal_ground: "Law", illegal_content_explanation: "Why" }],
    ["other content without its words", { content_type: ["CONTENT_TYPE_OTHER"] }],
    ["no content type", { content_type: [] }],
    ["the same content type twice", { content_type: ["CONTENT_TYPE_TEXT", "CONTENT_TYPE_TEXT"] }],
    ["another keyword without its words", { category_specification_other: null }],
    ["the category once more", { category_addition: [good.category] }],
    ["a country outside", { territorial_scope: ["US"] }],
    ["facts that are too long", { decision_facts: "x".repeat(limits.facts + 1) }],
    ["facts that are empty", { decision_facts: "  " }],
    ["a day with a time", { application_date: "2026-11-20 10:00:00" }],
    ["a day that does not exist", { content_date: "2026-02-30" }],
    ["a day before the law", { application_date: "2019-12-31" }],
    ["a day after the last", { end_date_account_restriction: "2038-01-02" }],
    ["an end before the start", { end_date_account_restriction: "2026-11-19" }],
    ["an end of what was not restricted", { end_date_monetary_restriction: "2026-11-27" }],
    ["a notifier where there was none", { source_type: "SOURCE_VOLUNTARY", source_identity: "Somebody" }],
    ["a puid with a slash", { puid: "a/b" }],
    ["a puid with a line break at its end", { puid: "abc\n" }],
    ["no puid", { puid: "" }],
    ["a script for an address", { decision_ground_reference_url: "javascript:alert(1)" }],
  ])("refuses %s", (_what, changes) => {
    expect(dsaStatementSchema.safeParse({ ...good, ...changes }).success).toBe(false);
  });

  test("takes illegal content with its law", () => {
    const statement = { ...good, decision_ground: "DECISION_GROUND_ILLEGAL_CONTENT", illegal_content_legal_ground: "Law", illegal_content_explanation: "Why", incompatible_content_ground: null, incompatible_content_explanation: null, incompatible_content_illegal: null };
    expect(dsaStatementSchema.safeParse(statement).success).toBe(true);
  });
});
