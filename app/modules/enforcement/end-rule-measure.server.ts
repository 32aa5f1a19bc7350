import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { transact } from "~/infra/transaction.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { rejectAction } from "./action.repo.server";
import { endLockedAction, lockSubject } from "./change-action.server";
import { loadCaseFacts } from "./decision.repo.server";
import type { RuleMeasureState } from "./rule-measure";
import { accountOfRuleMeasure, answerRow, ruleMeasureById, type RuleMeasureRow } from "./rule-measure.repo.server";
import { lockAccount } from "../platforms/account.server";

type HowItEnds = { state: Exclude<RuleMeasureState, "waiting" | "accepted">; reason: string; at: DateTime };

/** A proposal of a rule comes to nothing: nothing holds and nobody was told. The caller holds the account's lock. */
export async function endRuleMeasure(tx: Tx, actor: Actor, row: RuleMeasureRow, { state, reason, at }: HowItEnds): Promise<void> {
  await answerRow(tx, row.id, { state, byId: actor.kind === "staff" ? actor.id : null, at, reason });
  await recordCaseEvent(tx, actor, { caseId: row.caseId, at, event: { kind: "rule_proposal_ended", data: { rule: row.rule, how: state, reason } } });
  await recordAudit(tx, actor, { type: `rule.measure_${state}`, at, platformId: row.platformId, accountId: row.accountId, caseId: row.caseId, ruleMeasureId: row.id, signalId: row.signalId, rule: row.rule, reason });
}

const unborne = "Later news did not bear out what it rested on.";

/**
 * The finding of a measure was taken back: a proposal ends, also one that waits for a second person. What took effect by itself ends
 * too, and its holder is told, for no person stands behind it; what a person agreed to stands until one looks.
 *
 * @returns whether there was anything to end
 */
export async function takeBackRuleMeasure(tx: Tx, deps: Deps, actor: Actor, row: RuleMeasureRow, at: DateTime): Promise<boolean> {
  const how = { state: "retracted" as const, reason: unborne, at };
  if (row.state === "waiting") {
    await endRuleMeasure(tx, actor, row, how);
    return true;
  }
  if (row.state !== "accepted" || !row.actionId) return false;
  const subject = await lockSubject(tx, row.actionId);
  if (!subject.ok) return false;
  const { action } = subject;
  if (action.state === "awaiting_approval") {
    await rejectAction(tx, action.id);
    await recordCaseEvent(tx, actor, { caseId: action.caseId, at, event: { kind: "interim_dropped", data: { actionId: action.id, reference: action.reference, reason: unborne } } });
    await endRuleMeasure(tx, actor, row, how);
    return true;
  }
  if (action.state !== "active" || row.automationId === null) return false;
  const words = subject.account.language === "es" ? "Lo que nuestro sistema había detectado no se confirmó." : "What our system had found was not borne out.";
  const ended = await endLockedAction(tx, deps, actor, subject, { move: "lift", at, reason: words, tell: true });
  if (!ended.ok) return false;
  await endRuleMeasure(tx, actor, row, how);
  return true;
}

const sweeper: Actor = { kind: "system", name: "expire-proposals" };

/** Ends a proposal that nobody answered in time, or whose case was decided meanwhile. @returns whether it was still to be ended */
export async function lapseRuleMeasure(deps: Pick<Deps, "db">, id: string, at: DateTime): Promise<boolean> {
  const done = await transact(deps.db, async (tx): Promise<Result<object, "already_answered">> => {
    const of = await accountOfRuleMeasure(tx, id);
    if (!of || !(await lockAccount(tx, of.accountId))) return refuse("already_answered");
    const row = await ruleMeasureById(tx, id);
    const found = row && (await loadCaseFacts(tx, row.caseId));
    if (row?.state !== "waiting" || !found) return refuse("already_answered");
    if (!isOpenCase(found.state)) await endRuleMeasure(tx, sweeper, row, { state: "overtaken", reason: "The case was decided.", at });
    else if (+row.expiresAt <= +at) await endRuleMeasure(tx, sweeper, row, { state: "lapsed", reason: "Nobody answered the proposal in time.", at });
    else return refuse("already_answered");
    return { ok: true };
  });
  return done.ok;
}
