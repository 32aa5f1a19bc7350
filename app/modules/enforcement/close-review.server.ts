import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { endReview } from "../cases/end-review.server";
import type { TakenUp } from "../cases/take-up-again.server";
import { lockAccount } from "../platforms/account.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import type { CloseReviewInput } from "./close-review.schema";
import { isAppealed, lockDecision, reviewedOfCase, tookPartInAny, updateDecision, type LockedDecision } from "./decision.repo.server";
import { loadCaseFacts } from "./decision.repo.server";
import { takeBackDecision } from "./take-back-decision.server";

export type ReviewRefusal = "forbidden" | "not_found" | "stale" | "no_review" | "own_decision" | "appeal_under_way" | "leak";

export type ReviewClosed = { goesOn: TakenUp | null };

/**
 * Ends the review of what was decided on a case: it stands, or it is taken back and the reviewer decides the case anew
 * (rule of procedure 5). Judged by somebody who neither made nor approved it nor had a part in a later change of what it
 * imposed (rule of procedure 3), which the database holds too.
 */
export async function closeReview(deps: Deps, actor: StaffActor, input: CloseReviewInput): Promise<Result<ReviewClosed, ReviewRefusal>> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<ReviewClosed, ReviewRefusal>> => {
    const locked = await lockReview(tx, input);
    if (!locked.ok) return locked;
    const { decisions } = locked;
    if (await tookPartInAny(tx, actor.id, decisions.map(({ id }) => id))) return refuse("own_decision");
    await recordResult(tx, actor, input, decisions, at);
    return input.result === "stands" ? { ok: true, goesOn: null } : takeBackAll(tx, deps, actor, input, decisions, at);
  });
}

/** Locks account, case and what is reviewed on it: the decisions put up for review, else the newest one that stands. */
async function lockReview(tx: Tx, { caseId, version }: CloseReviewInput): Promise<Result<{ decisions: LockedDecision[] }, "not_found" | "stale" | "no_review">> {
  const found = await loadCaseFacts(tx, caseId);
  if (!found || !(await lockAccount(tx, found.accountId))) return refuse("not_found");
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${caseId}::uuid FOR UPDATE`;
  const fresh = await tx.case.findUniqueOrThrow({ where: { id: caseId }, select: { version: true, reviewReason: true } });
  if (fresh.reviewReason === null) return refuse("no_review");
  if (version !== undefined && fresh.version !== version) return refuse("stale", { seen: version, version: fresh.version });
  const decisions: LockedDecision[] = [];
  for (const id of await reviewedOfCase(tx, caseId)) {
    const decision = await lockDecision(tx, id);
    if (decision) decisions.push(decision);
  }
  return { ok: true, decisions };
}

async function recordResult(tx: Tx, actor: StaffActor, { caseId, result, reason }: CloseReviewInput, decisions: readonly LockedDecision[], at: DateTime): Promise<void> {
  for (const { id, platformId, accountId, reviewReason } of decisions) {
    await updateDecision(tx, id, { reviewReason: null, reviewAskedAt: null, reviewedById: actor.id, reviewedAt: at.toJSDate(), reviewResult: result });
    await recordAudit(tx, actor, { type: "decision.reviewed", at, platformId, accountId, caseId, decisionId: id, result, reason, asked: reviewReason });
  }
  await endReview(tx, actor, { caseId, at, data: { result, references: decisions.map(({ reference }) => reference), reason } });
}

async function takeBackAll(
  tx: Tx,
  deps: Deps,
  actor: StaffActor,
  { caseId, reason, confirmed }: CloseReviewInput,
  decisions: readonly LockedDecision[],
  at: DateTime,
): Promise<Result<ReviewClosed, "no_review" | "appeal_under_way" | "leak">> {
  let goesOn: TakenUp | null = null;
  for (const decision of decisions) {
    const { id: decisionId, platformId, accountId } = decision;
    if (await isAppealed(tx, decisionId, true)) return refuse("appeal_under_way");
    const guard = leakGuard(tx, deps.crypto, { caseId, accountId }, confirmed);
    const words = await guard.judge(reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });
    await recordConfirmedLeaks(tx, actor, { at, platformId, accountId, caseId, decisionId }, words.confirmed);
    ({ goesOn } = await takeBackDecision(tx, deps, actor, { decision, holderId: actor.id, reason, guard, at }));
  }
  return goesOn ? { ok: true, goesOn } : refuse("no_review");
}
