import { z } from "zod";
import { cleanText } from "~/infra/text";
import { leakConfirmations } from "../notices/leak-confirmation.schema";

export const askAppellantSchema = z.object({
  appealId: z.uuid(),
  /** Version of the appeal the form was made from. */
  version: z.coerce.number().int().positive(),
  question: cleanText({ max: 3_000, min: 10, required: "Write the question, in a sentence or more. The account holder reads it." }),
  /** Words of the question that look like a leak and are none. */
  confirmed: leakConfirmations,
});
export type AskAppellantInput = z.output<typeof askAppellantSchema>;

export const takeBackQuestionSchema = z.object({ appealId: z.uuid() });
export type TakeBackQuestionInput = z.output<typeof takeBackQuestionSchema>;
