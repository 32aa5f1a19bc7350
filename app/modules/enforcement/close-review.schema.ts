import { z } from "zod";
import { cleanText } from "~/infra/text";
import { caseTargetSchema } from "../cases/case-target.schema";
import { leakConfirmations } from "../notices/leak-confirmation.schema";

/** How a review ends. Where the decision is taken back, the account holder is sent the reason. */
export const closeReviewSchema = caseTargetSchema.extend({
  result: z.enum(["stands", "redecided"], { error: "Choose how the review ends." }),
  reason: cleanText({ max: 4_000, min: 10, required: "Write why, in a sentence." }),
  confirmed: leakConfirmations,
});
export type CloseReviewInput = z.output<typeof closeReviewSchema>;

/** Undoing one's own decision. The account holder is sent the reason. */
export const undoDecisionSchema = z.object({
  decisionId: z.uuid(),
  reason: cleanText({ max: 4_000, min: 10, required: "Write why you take it back." }),
  confirmed: leakConfirmations,
});
export type UndoDecisionInput = z.output<typeof undoDecisionSchema>;
