import { z } from "zod";
import { cleanText } from "~/infra/text";

/** Words are keys of `standing-words.ts`: the page says them in the reader's language. */
const explanation = cleanText({ max: 10_000, min: 10, required: "explanation_missing", tooLong: "explanation_too_long" });

export const fileAppealSchema = z.object({
  actionId: z.uuid(),
  explanation,
  /** Made with the form: sent twice, it files once. */
  idempotencyKey: z.uuid(),
});
export type FileAppealInput = z.output<typeof fileAppealSchema>;

export const appealEvidenceSchema = z.object({
  appealId: z.uuid(),
  text: cleanText({ max: 10_000, required: "explanation_missing", tooLong: "explanation_too_long" }).optional(),
});
export type AppealEvidenceInput = z.output<typeof appealEvidenceSchema>;

export const withdrawAppealSchema = z.object({ appealId: z.uuid() });
export type WithdrawAppealInput = z.output<typeof withdrawAppealSchema>;
