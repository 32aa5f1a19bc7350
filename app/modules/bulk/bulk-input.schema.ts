import { z } from "zod";
import { cleanText } from "~/infra/text";
import { writtenReason } from "../cases/case-target.schema";
import { unknownPlaceholders } from "./fill-facts";

const blank = (value: unknown): unknown => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blank, schema.optional());
const staffId = optional(z.uuid("Pick a person."));
const toldReason = (required: string) => cleanText({ max: 4_000, min: 10, required });
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "Give a date.").pipe(z.iso.date("There is no such date."));
const asList = (value: unknown): unknown => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);

const facts = cleanText({ max: 6_000, min: 10, required: "Tell the account holders the facts." }).superRefine((text, context) => {
  const [unknown] = unknownPlaceholders(text);
  if (unknown) context.addIssue({ code: "custom", message: `There is no {${unknown}}. Use {business}, {day} or {reports}.` });
});

/** What a bulk action does to each of its items, as the form gives it and the row keeps it. */
export const bulkInputSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reassign"), staffId, reason: writtenReason }),
  z.object({ kind: z.literal("escalate"), staffId, reason: writtenReason }),
  z.object({ kind: z.literal("note"), text: cleanText({ max: 10_000, required: "Write the note first." }) }),
  z.object({
    kind: z.literal("no_violation"),
    finding: z.enum(["no_violation", "insufficient_evidence"]).default("no_violation"),
    rationale: cleanText({ max: 8_000, min: 10, required: "Write why, for the file." }),
  }),
  z.object({
    kind: z.literal("decide"),
    clauseId: z.uuid("Pick a clause."),
    /** Left out: for each item the earliest day its evidence names. */
    conductOn: optional(day),
    facts,
    rationale: cleanText({ max: 8_000, min: 10, required: "Write why, for the file." }),
  }),
  z
    .object({
      kind: z.literal("interim"),
      measure: z.enum(["feature_restriction", "suspension"], "Pick what to put in place."),
      features: z.preprocess(asList, z.array(z.string().min(1).max(60)).max(50)),
      days: optional(z.coerce.number().int().min(1).max(30)),
      /** What it rests on; of an account also which case it belongs to, opened when there is none. Left out: what most of each case names. */
      clauseId: optional(z.uuid("Pick a clause.")),
      reason: toldReason("Tell the account holders what happened and why this cannot wait."),
    })
    .refine(({ measure, features }) => measure === "suspension" || features.length > 0, { path: ["features"], message: "Pick at least one feature." }),
  z.object({ kind: z.literal("lift"), reason: toldReason("Tell the account holders why it ends.") }),
  z.object({ kind: z.literal("approve") }),
  z.object({ kind: z.literal("reject"), reason: writtenReason }),
]);
export type BulkInput = z.output<typeof bulkInputSchema>;
export type BulkInputOf<Kind extends BulkInput["kind"]> = Extract<BulkInput, { kind: Kind }>;

export const undoReason = toldReason("Write why, in a sentence. Account holders are told.");

/** The forms of a bulk action's page, by the button that sent them. */
export const steerBulkSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.enum(["start", "pause", "resume", "cancel", "retry"]), bulkId: z.uuid() }),
  z.object({ intent: z.literal("undo"), bulkId: z.uuid(), reason: undoReason }),
]);
