import { z } from "zod";
import { cleanText } from "~/infra/text";
import { rungNumbers } from "../enforcement/ladder";
import { shareBounds } from "./draw";

const common = {
  reference: z.string().regex(/^CS-[0-9A-Z-]{1,17}$/),
  rationale: cleanText({ max: 5_000, min: 10, required: "Write why, in a sentence or more." }),
};

/** What the second person finds, without knowing what was decided. */
export const reviewSampleSchema = z.discriminatedUnion(
  "outcome",
  [
    z.object({ ...common, outcome: z.literal("no_violation") }),
    z.object({
      ...common,
      outcome: z.literal("violation"),
      clauseIds: z.array(z.uuid(), "Choose at least one clause.").min(1, "Choose at least one clause.").max(20, "At most 20 clauses."),
      rung: z.coerce.number("Choose a rung.").pipe(z.literal(rungNumbers, "Choose a rung.")),
    }),
  ],
  { error: "Say whether there was a violation." },
);
export type ReviewSampleInput = z.output<typeof reviewSampleSchema>;

export const calibrationShareSchema = z.object({
  platformKey: z.string(),
  percent: z.coerce
    .number("Say a share in percent.")
    .min(shareBounds.min / 100, "At least 1 %.")
    .max(shareBounds.max / 100, "At most 100 %.")
    .transform((percent) => Math.round(percent * 100)),
});
export type CalibrationShareInput = z.output<typeof calibrationShareSchema>;

export const calibrationFilterSchema = z.object({ platform: z.string().max(60).nullish().catch(null) });
