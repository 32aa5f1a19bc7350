import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { StoredEvidence } from "~/infra/uploads/receive-evidence.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { keepEvidence } from "../intake/keep-evidence.server";
import { isLiveAppeal } from "./appeal";
import { insertStatement, lockAppeal, saveAppeal } from "./appeal.repo.server";
import { endQuestion } from "./end-question.server";
import type { AppealEvidenceInput } from "./file-appeal.schema";
import { openQuestionOf } from "./question.repo.server";

/**
 * What whoever appealed adds while the appeal is open. A reviewer's form that was opened before it becomes stale. While a
 * question is open it is the answer to it, and the clock goes on. What comes through the private link also says that
 * an appeal of the public form is the holder's.
 *
 * @param proven whether it is proven to be the holder's; what only a person took for theirs says nothing about the appeal it joins
 */
export async function addAppealEvidence(
  deps: Deps,
  actor: Extract<Actor, { kind: "account_holder" }>,
  input: AppealEvidenceInput,
  files: readonly StoredEvidence[],
  { proven = true } = {},
): Promise<Result<{ files: number; answered: boolean }, "not_found" | "appeal_over" | "nothing_added">> {
  const now = deps.clock();
  if (!input.text && files.length === 0) return refuse("nothing_added");
  return transact(deps.db, async (tx) => {
    const locked = await lockAppeal(tx, input.appealId);
    if (!locked || locked.appeal.accountId !== actor.accountId) return refuse("not_found");
    const { appeal, action } = locked;
    if (!isLiveAppeal(appeal.state)) return refuse("appeal_over");
    const { text } = input;
    const asked = await openQuestionOf(tx, appeal.id);
    const repeated = text !== undefined && (await tx.appealStatement.count({ where: { appealId: appeal.id, text } })) > 0;
    if (text !== undefined && !repeated) await insertStatement(tx, { id: newId(), appealId: appeal.id, questionId: asked?.id ?? null, text, createdAt: now.toJSDate() });
    const kept = await keepEvidence(tx, actor, { appealId: appeal.id }, files, now);
    if (kept === 0 && (text === undefined || repeated)) return { ok: true, files: 0, answered: false };
    await endQuestion(tx, actor, appeal, { ending: "answered", at: now, caseId: action.caseId });
    await saveAppeal(tx, appeal.id, appeal.confirmedAt || !proven ? {} : { confirmedAt: now.toJSDate() });
    await recordAudit(tx, actor, {
      type: "appeal.evidence_added", at: now, platformId: appeal.platformId, accountId: appeal.accountId, caseId: action.caseId,
      appealId: appeal.id, files: kept, statement: text !== undefined && !repeated, questionId: asked?.id ?? null,
    });
    if (asked) await recordCaseEvent(tx, actor, { caseId: action.caseId, at: now, event: { kind: "appellant_answered", data: { appealId: appeal.id, reference: appeal.reference, files: kept } } });
    return { ok: true, files: kept, answered: asked !== null };
  });
}
