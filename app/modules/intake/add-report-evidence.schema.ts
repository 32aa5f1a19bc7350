import { z } from "zod";
import { cleanText } from "~/infra/text";

export const mostMessageText = 8_000;

/** What a reporter adds on the private page; files come beside it. Which of the two is missing, the command checks. */
export const addReportEvidenceSchema = (errors: { tooLong: (max: number) => string; damaged: string }) =>
  z.object({
    text: cleanText({ max: mostMessageText, tooLong: errors.tooLong(mostMessageText) }).optional(),
    idempotencyKey: z.uuid(errors.damaged),
  });

export type AddReportEvidenceInput = z.output<ReturnType<typeof addReportEvidenceSchema>>;
