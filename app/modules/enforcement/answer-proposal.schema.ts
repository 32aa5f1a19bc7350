import { z } from "zod";
import { cleanText } from "~/infra/text";

const decisionId = z.uuid();
const reason = cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." });

/** A second person's answer, or its author's withdrawal. Saying no takes a reason. */
export const answerProposalSchema = z.discriminatedUnion("intent", [
  /** `seen`: the version of the case that the page showed. */
  z.object({ intent: z.literal("approve"), decisionId, seen: z.coerce.number().int().optional() }),
  z.object({ intent: z.literal("reject"), decisionId, reason }),
  z.object({ intent: z.literal("withdraw"), decisionId, reason }),
]);
export type AnswerProposalInput = z.output<typeof answerProposalSchema>;
