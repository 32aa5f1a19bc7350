import { z } from "zod";
import { cleanText } from "~/infra/text";

const day = z.iso.date("Choose a day.");
const reason = cleanText({ max: 1_000, min: 3, required: "Say why, in a sentence." });

export const moveEffectiveDaySchema = z.object({ versionId: z.uuid(), effectiveOn: day, note: reason });
export type MoveEffectiveDayInput = z.output<typeof moveEffectiveDaySchema>;

export const askShorterNoticeSchema = z.object({ versionId: z.uuid(), effectiveOn: day, reason: cleanText({ max: 2_000, min: 10, required: "Name the law and what it asks for, in a sentence." }) });
export type AskShorterNoticeInput = z.output<typeof askShorterNoticeSchema>;

export const answerShorterNoticeSchema = z.object({ versionId: z.uuid(), requestId: z.uuid(), answer: z.enum(["agreed", "refused", "withdrawn"]), note: cleanText({ max: 1_000 }).optional().catch(undefined) });
export type AnswerShorterNoticeInput = z.output<typeof answerShorterNoticeSchema>;
