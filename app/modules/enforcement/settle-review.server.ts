import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { endReview } from "../cases/end-review.server";
import { flaggedDecisions, updateDecision } from "./decision.repo.server";

/** A decision fell while it was up for review: there is nothing left of it to judge, so its review ends with it. */
export async function settleReview(tx: Tx, actor: Actor, { decisionId, caseId, reference, at }: { decisionId: string; caseId: string; reference: string; at: DateTime }): Promise<void> {
  const flagged = await flaggedDecisions(tx, caseId);
  if (!flagged.includes(decisionId)) return;
  await updateDecision(tx, decisionId, { reviewReason: null, reviewAskedAt: null });
  await recordAudit(tx, actor, { type: "decision.review_settled", at, caseId, decisionId });
  if (flagged.length === 1) await endReview(tx, actor, { caseId, at, data: { references: [reference], reason: "The decision no longer stands." } });
}
