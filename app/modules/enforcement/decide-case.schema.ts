import { z } from "zod";
import { cleanText } from "~/infra/text";
import { leakConfirmations } from "../notices/leak-confirmation.schema";
import { rungNumbers } from "./ladder";

const blankToUndefined = (value: unknown): unknown => (value === "" ? undefined : value);
/** A day of the calendar, and of an age in which there can have been conduct: PostgreSQL knows no year 0. */
export const civilDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "Give a date.").pipe(z.iso.date("There is no such date.")).refine((day) => day >= "1970-01-01", "There is no such date.");

/** What the decision rests on: `report:<id>`, `signal:<id>` or `file:<id>`. */
export const evidenceRef = z.string().regex(/^(report|signal|file):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

const findingSchema = z.object({
  clauseId: z.uuid("Pick a clause."),
  /** Civil day in the platform's zone on which it happened: it picks the version of the policy. */
  conductOn: civilDay,
  note: cleanText({ max: 2_000, min: 0 }).optional(),
});

/** A row of the form nobody filled in is not a finding. */
const filledRows = (rows: unknown): unknown =>
  Array.isArray(rows) ? rows.filter((row: unknown) => typeof row !== "object" || row === null || ("clauseId" in row && row.clauseId !== "" && row.clauseId !== undefined)) : rows;

const common = {
  caseId: z.uuid(),
  /** Version of the case the form was made from: a stale form decides nothing. */
  version: z.coerce.number().int().positive(),
  /** Sent twice, done once. */
  idempotencyKey: z.string().regex(/^[\w:.-]{8,80}$/),
  evidence: z.array(evidenceRef).max(200).default([]),
  rationale: cleanText({ max: 8_000, min: 10, required: "Write why, for the file." }),
};

export const violationSchema = z.object({
  ...common,
  outcome: z.literal("violation"),
  findings: z.preprocess(filledRows, z.array(findingSchema).min(1, "Pick at least one clause.").max(10)),
  rung: z.preprocess(blankToUndefined, z.coerce.number().pipe(z.literal(rungNumbers)).optional()),
  days: z.preprocess(blankToUndefined, z.coerce.number().int().min(1).max(3650).optional()),
  features: z.array(z.string().min(1).max(60)).max(50).default([]),
  /** Date and time in the platform's zone at which it takes effect; left out: at once. */
  startsAt: z.preprocess(
    blankToUndefined,
    z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, "Give a date and a time.")
      .pipe(z.iso.datetime({ local: true, error: "There is no such date and time." }))
      .optional(),
  ),
  justification: cleanText({ max: 4_000, min: 0 }).default(""),
  lawEnforcementReferral: z.stringbool().or(z.boolean()).default(false),
  noTipOff: z.stringbool().or(z.boolean()).default(false),
  facts: cleanText({ max: 8_000, min: 10, required: "Tell the account holder the facts." }),
  /** Words of the facts that look like a leak and are none. */
  confirmed: leakConfirmations,
});

export const noViolationSchema = z.object({
  ...common,
  outcome: z.literal("no_violation"),
  /** What the reporters are told. */
  finding: z.enum(["no_violation", "insufficient_evidence"]).default("no_violation"),
});

/** Where a draft has no words yet, a preview shows these; deciding asks for the person's own. */
export const unwritten = {
  facts: "(The facts you write for the account holder stand here.)",
  rationale: "Not written yet.",
  justification: "The justification is not written yet.",
} as const;

const orPlaceholder = (placeholder: string, least: number) =>
  cleanText({ max: 8_000, min: 0 })
    .default("")
    .transform((text) => (text.length >= least ? text : placeholder));

/** The same form while it is being written: enough to work a preview out. */
export const draftDecisionSchema = z.discriminatedUnion("outcome", [
  violationSchema.extend({ rationale: orPlaceholder(unwritten.rationale, 1), facts: orPlaceholder(unwritten.facts, 1), justification: orPlaceholder(unwritten.justification, 20) }),
  noViolationSchema.extend({ rationale: orPlaceholder(unwritten.rationale, 1) }),
]);

/**
 * The same form once more, read for everything that can be said against it whatever else is missing: what is not written or
 * not readable is left out, and its own field is told so by the form's schema.
 */
export const checkedDecisionSchema = z.discriminatedUnion("outcome", [
  violationSchema.extend({
    rationale: orPlaceholder(unwritten.rationale, 1),
    facts: orPlaceholder(unwritten.facts, 1),
    evidence: violationSchema.shape.evidence.catch([]),
    findings: violationSchema.shape.findings.catch([]),
    rung: violationSchema.shape.rung.catch(undefined),
    days: violationSchema.shape.days.catch(undefined),
    features: violationSchema.shape.features.catch([]),
    startsAt: violationSchema.shape.startsAt.catch(undefined),
  }),
  noViolationSchema.extend({ rationale: orPlaceholder(unwritten.rationale, 1), evidence: noViolationSchema.shape.evidence.catch([]) }),
]);

/** The form of the decision composer, and what a proposal keeps until a second person answers. */
export const decideCaseSchema = z.discriminatedUnion("outcome", [violationSchema, noViolationSchema]);
export type DecideCaseInput = z.output<typeof decideCaseSchema>;
export type ViolationInput = z.output<typeof violationSchema>;
export type NoViolationInput = z.output<typeof noViolationSchema>;
