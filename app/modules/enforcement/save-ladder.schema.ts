import { z } from "zod";
import { cleanText } from "~/infra/text";
import { severities } from "../policy/severity";
import { rungCount, rungNumbers } from "./ladder";
import type { Measure } from "./measure";

const blankToUndefined = (value: unknown): unknown => (value === "" ? undefined : value);
const whole = (least: number, most: number) => {
  const said = `Give a whole number from ${least} to ${most}.`;
  return z.coerce.number({ error: said }).int(said).min(least, said).max(most, said);
};
const listed = (value: unknown): unknown => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);

/** One rung as the form has it: days and features stand there for every kind and are read where the kind has them. */
const rungSchema = z
  .object({
    kind: z.enum(["warning", "feature_restriction", "suspension", "termination"], { error: "Choose what this rung does." }),
    days: z.preprocess(blankToUndefined, whole(1, 3650).optional()),
    features: z.preprocess(listed, z.array(z.string().regex(/^[a-z][a-z0-9_]{1,39}$/)).max(50)),
  })
  .superRefine(({ kind, days, features }, context) => {
    if ((kind === "suspension" || kind === "feature_restriction") && days === undefined) context.addIssue({ code: "custom", path: ["days"], message: "Say for how many days." });
    if (kind === "feature_restriction" && features.length === 0) context.addIssue({ code: "custom", path: ["features"], message: "Choose at least one feature." });
  })
  .transform(({ kind, days = 1, features }): Measure => {
    if (kind === "suspension") return { kind, days };
    return kind === "feature_restriction" ? { kind, days, features: [...new Set(features)].sort() } : { kind };
  });

const platformKey = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform.");

/** Which ladder: one for each platform and severity. */
export const ladderOfSchema = z.object({ platformKey, severity: z.enum(severities) });

export const ladderDraftSchema = ladderOfSchema.extend({
  /** The newest version when the form was made; 0: there was none. */
  basedOn: z.coerce.number().int().min(0),
  firstRung: z.coerce.number({ error: "Choose a rung." }).pipe(z.literal(rungNumbers, { error: "Choose a rung." })),
  rungs: z.array(rungSchema).length(rungCount, "A ladder has five rungs."),
  strikeWeight: whole(1, 10),
  strikeExpiryDays: whole(1, 3650),
  effectiveOn: z.string({ error: "Choose a day." }).regex(/^\d{4}-\d{2}-\d{2}$/, "Choose a day.").pipe(z.iso.date("There is no such day.")),
  orderReason: cleanText({ max: 2_000, min: 0 }).default(""),
});

export const saveLadderSchema = ladderDraftSchema.extend({ reason: cleanText({ max: 2_000, min: 10, required: "Say why, in a sentence: it stays in the history." }) });
export type LadderDraftInput = z.output<typeof ladderDraftSchema>;
export type SaveLadderInput = z.output<typeof saveLadderSchema>;

export const cancelLadderSchema = ladderOfSchema.extend({
  version: z.coerce.number().int().min(1),
  reason: cleanText({ max: 2_000, min: 10, required: "Say why, in a sentence: it stays in the history." }),
});
export type CancelLadderInput = z.output<typeof cancelLadderSchema>;
