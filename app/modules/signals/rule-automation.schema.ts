import { z } from "zod";
import { cleanText } from "~/infra/text";
import { changeReason, platformKey, platformDay, ruleCode } from "./rule-book.schema";

const answered = cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." });

export const askAutomationSchema = z.object({
  platformKey,
  rule: ruleCode,
  /** The version in force when the form was made. */
  ruleVersion: z.coerce.number().int().min(1),
  /** The person's word for the very clause. */
  confirmedClause: z.string({ error: "Confirm that nobody looks first, for this clause." }).max(40),
  effectiveOn: platformDay,
  reason: changeReason,
});
export type AskAutomationInput = z.output<typeof askAutomationSchema>;

export const answerAutomationSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("confirm-automation"), automationId: z.uuid() }),
  z.object({ intent: z.literal("reject-automation"), automationId: z.uuid(), reason: answered }),
  z.object({ intent: z.literal("withdraw-automation"), automationId: z.uuid(), reason: answered }),
  z.object({ intent: z.literal("end-automation"), automationId: z.uuid(), reason: answered }),
]);
export type AnswerAutomationInput = z.output<typeof answerAutomationSchema>;
