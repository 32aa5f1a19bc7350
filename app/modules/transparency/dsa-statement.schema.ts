import { z } from "zod";
import {
  accountTypes,
  automatedDecisions,
  contentLanguages,
  contentTypes,
  decisionAccounts,
  decisionGrounds,
  decisionMonetaries,
  decisionProvisions,
  decisionVisibilities,
  keywords,
  sourceTypes,
  statementCategories,
  territories,
  yesOrNo,
} from "./dsa-values";

/** The longest texts the transparency database takes, in characters. */
export const limits = { facts: 5_000, explanation: 2_000, short: 500 } as const;
/** The last day it takes. */
export const lastDay = "2038-01-01";
/** The first day it takes for content; measures begin in 2020 at the earliest. */
export const firstContentDay = "2000-01-01";

const text = (max: number) => z.string().trim().min(1).max(max);
const set = <T extends readonly [string, ...string[]]>(values: T) =>
  z.array(z.enum(values)).refine((chosen) => new Set(chosen).size === chosen.length, "holds a value twice");
const day = (first: string) => z.iso.date().refine((on) => on >= first && on <= lastDay, `does not lie between ${first} and ${lastDay}`);
const endDay = day("2020-01-01").nullable();

const fields = z.strictObject({
  decision_visibility: set(decisionVisibilities).min(1).nullable(),
  decision_visibility_other: text(limits.short).nullable(),
  end_date_visibility_restriction: endDay,
  decision_monetary: z.enum(decisionMonetaries).nullable(),
  decision_monetary_other: text(limits.short).nullable(),
  end_date_monetary_restriction: endDay,
  decision_provision: z.enum(decisionProvisions).nullable(),
  end_date_service_restriction: endDay,
  decision_account: z.enum(decisionAccounts).nullable(),
  end_date_account_restriction: endDay,
  account_type: z.enum(accountTypes).nullable(),
  decision_ground: z.enum(decisionGrounds),
  decision_ground_reference_url: z.url({ protocol: /^https?$/ }).max(limits.short).nullable(),
  illegal_content_legal_ground: text(limits.short).nullable(),
  illegal_content_explanation: text(limits.explanation).nullable(),
  incompatible_content_ground: text(limits.short).nullable(),
  incompatible_content_explanation: text(limits.explanation).nullable(),
  incompatible_content_illegal: z.enum(yesOrNo).nullable(),
  content_type: set(contentTypes).min(1),
  content_type_other: text(limits.short).nullable(),
  category: z.enum(statementCategories),
  category_addition: set(statementCategories),
  category_specification: set(keywords),
  category_specification_other: text(limits.short).nullable(),
  territorial_scope: set(territories).nullable(),
  content_language: z.enum(contentLanguages).nullable(),
  content_date: day(firstContentDay),
  application_date: day("2020-01-01"),
  decision_facts: text(limits.facts),
  source_type: z.enum(sourceTypes),
  source_identity: text(limits.short).nullable(),
  automated_detection: z.enum(yesOrNo),
  automated_decision: z.enum(automatedDecisions),
  puid: z.string().regex(/^[a-zA-Z0-9_-]{1,500}$/, "is not made of letters, digits, hyphens and underscores"),
});

export type DsaStatement = z.infer<typeof fields>;
type Field = keyof DsaStatement;

/** A field that must be there when the rule holds, and must not be there when it does not. */
const exactlyWhen: readonly { field: Field; when: (statement: DsaStatement) => boolean; why: string }[] = [
  { field: "decision_visibility_other", when: (s) => s.decision_visibility?.includes("DECISION_VISIBILITY_OTHER") ?? false, why: "DECISION_VISIBILITY_OTHER" },
  { field: "decision_monetary_other", when: (s) => s.decision_monetary === "DECISION_MONETARY_OTHER", why: "DECISION_MONETARY_OTHER" },
  { field: "illegal_content_legal_ground", when: (s) => s.decision_ground === "DECISION_GROUND_ILLEGAL_CONTENT", why: "DECISION_GROUND_ILLEGAL_CONTENT" },
  { field: "illegal_content_explanation", when: (s) => s.decision_ground === "DECISION_GROUND_ILLEGAL_CONTENT", why: "DECISION_GROUND_ILLEGAL_CONTENT" },
  { field: "incompatible_content_ground", when: (s) => s.decision_ground === "DECISION_GROUND_INCOMPATIBLE_CONTENT", why: "DECISION_GROUND_INCOMPATIBLE_CONTENT" },
  { field: "incompatible_content_explanation", when: (s) => s.decision_ground === "DECISION_GROUND_INCOMPATIBLE_CONTENT", why: "DECISION_GROUND_INCOMPATIBLE_CONTENT" },
  { field: "content_type_other", when: (s) => s.content_type.includes("CONTENT_TYPE_OTHER"), why: "CONTENT_TYPE_OTHER" },
  { field: "category_specification_other", when: (s) => s.category_specification.includes("KEYWORD_OTHER"), why: "KEYWORD_OTHER" },
];

/** A field that may be there only when the rule holds. */
const onlyWhen: readonly { field: Field; when: (statement: DsaStatement) => boolean; why: string }[] = [
  { field: "incompatible_content_illegal", when: (s) => s.decision_ground === "DECISION_GROUND_INCOMPATIBLE_CONTENT", why: "DECISION_GROUND_INCOMPATIBLE_CONTENT" },
  { field: "source_identity", when: (s) => s.source_type !== "SOURCE_VOLUNTARY", why: "a notice" },
  { field: "end_date_visibility_restriction", when: (s) => s.decision_visibility !== null, why: "decision_visibility" },
  { field: "end_date_monetary_restriction", when: (s) => s.decision_monetary !== null, why: "decision_monetary" },
  { field: "end_date_service_restriction", when: (s) => s.decision_provision !== null, why: "decision_provision" },
  { field: "end_date_account_restriction", when: (s) => s.decision_account !== null, why: "decision_account" },
];

/**
 * A statement of reasons as the EU's transparency database takes it (DSA 17 and 24(5)): its fields, values, lengths and
 * conditions, and where it is silent the stricter reading. Nothing is exported that this refuses.
 */
export const dsaStatementSchema = fields.superRefine((statement, context) => {
  const refuse = (field: Field, message: string) => context.addIssue({ code: "custom", path: [field], message });
  if (!statement.decision_visibility && !statement.decision_monetary && !statement.decision_provision && !statement.decision_account)
    refuse("decision_visibility", "one of visibility, monetary, provision and account must be given");
  for (const { field, when, why } of exactlyWhen) {
    if (when(statement) && statement[field] === null) refuse(field, `is required with ${why}`);
    if (!when(statement) && statement[field] !== null) refuse(field, `is given without ${why}`);
  }
  for (const { field, when, why } of onlyWhen) if (!when(statement) && statement[field] !== null) refuse(field, `is given without ${why}`);
  for (const field of ["end_date_visibility_restriction", "end_date_monetary_restriction", "end_date_service_restriction", "end_date_account_restriction"] as const) {
    const ends = statement[field];
    if (ends !== null && ends < statement.application_date) refuse(field, "lies before the application date");
  }
  if (statement.category_addition.includes(statement.category)) refuse("category_addition", "repeats the category");
});
