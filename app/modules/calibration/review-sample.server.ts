import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { clausesInForce } from "../policy/clause-in-force.server";
import type { ReviewSampleInput } from "./calibration.schema";

/** Records what the second person found. Only whoever holds the sample gives it, once; it stays as it was given. */
export async function reviewSample(
  deps: Deps,
  actor: StaffActor,
  input: ReviewSampleInput,
): Promise<Result<object, "forbidden" | "not_found" | "sample_not_held" | "clause_unknown">> {
  if (!may(actor, "calibration:review")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM calibration_sample WHERE reference = ${input.reference} FOR UPDATE`;
    const sample = await tx.calibrationSample.findUnique({ where: { reference: input.reference }, include: { decision: { select: { decidedAt: true, accountId: true } } } });
    if (!sample) return refuse("not_found");
    if (sample.state === "reviewed" && sample.reviewerId === actor.id && sample.rationale === input.rationale && sample.outcome === input.outcome) return { ok: true };
    if (sample.state !== "pending" || sample.claimedById !== actor.id) return refuse("sample_not_held");
    const clauseIds = input.outcome === "violation" ? [...new Set(input.clauseIds)] : [];
    const known = await clausesInForce(tx, sample.platformId, DateTime.fromJSDate(sample.decision.decidedAt, { zone: "utc" }));
    if (!clauseIds.every((id) => known.some(({ clauseId }) => clauseId === id))) return refuse("clause_unknown");
    await tx.calibrationFinding.createMany({ data: clauseIds.map((clauseId) => ({ sampleId: sample.id, clauseId })) });
    const rung = input.outcome === "violation" ? input.rung : null;
    await tx.calibrationSample.update({
      where: { id: sample.id },
      data: { state: "reviewed", reviewerId: actor.id, reviewedAt: now.toJSDate(), outcome: input.outcome, rung, rationale: input.rationale },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      type: "calibration.reviewed", at: now, platformId: sample.platformId, accountId: sample.decision.accountId, caseId: sample.caseId,
      sampleId: sample.id, decisionId: sample.decisionId, outcome: input.outcome, rung, clauseIds, rationale: input.rationale,
    });
    return { ok: true };
  });
}
