import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { activateAction, proposedAt, rejectAction } from "./action.repo.server";
import { beginInterim } from "./begin-interim.server";
import { lockSubject } from "./change-action.server";
import { leakGuard } from "./check-leaks.server";
import { approvalHours } from "./decide-case.server";
import { featureNamesOf } from "./decision-plan";
import { loadCaseFacts } from "./decision.repo.server";

export type AnswerInterimRefusal = "forbidden" | "not_found" | "already_answered" | "own_proposal" | "not_own_proposal" | "proposal_expired" | "case_changed";

/** The second person's yes to an interim measure: it holds from now on, for as many days as were proposed. */
export async function approveInterim(deps: Deps, actor: StaffActor, { actionId }: { actionId: string }): Promise<Result<object, AnswerInterimRefusal>> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, AnswerInterimRefusal>> => {
    const subject = await lockSubject(tx, actionId);
    if (!subject.ok) return subject;
    const { account, action: proposed, terms } = subject;
    const made = await proposedAt(tx, actionId);
    if (!proposed.interim || proposed.state !== "awaiting_approval" || !proposed.endsAt) return refuse("already_answered");
    if (proposed.proposerId === actor.id) return refuse("own_proposal");
    if (+at >= +made.plus({ hours: approvalHours })) return refuse("proposal_expired");
    const found = await loadCaseFacts(tx, proposed.caseId);
    if (!found || !isOpenCase(found.state)) return refuse("case_changed", { because: "state" });
    const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: account.id });
    if ((await guard.judge(proposed.reason)).open.length > 0) return refuse("case_changed", { because: "leak" });
    const days = Math.round(proposed.endsAt.setZone(terms.zone).diff(made.setZone(terms.zone), "days").days);
    const endsAt = at.setZone(terms.zone).plus({ days }).toUTC();
    const action = await activateAction(tx, actionId, { approverId: actor.id, startsAt: at, endsAt, at });
    const names = featureNamesOf(terms);
    const measure = action.kind === "suspension" ? `${days}-day suspension` : `${days}-day restriction of ${action.features.map((code) => names[code] ?? code).join(", ")}`;
    const event = { kind: "interim_applied" as const, data: { actionId, reference: action.reference, measure, until: endsAt.toISO() ?? "" } };
    const told = await recordCaseEvent(tx, actor, { caseId: found.id, at, event });
    if (!told.ok) return refuse("case_changed", { because: told.reason });
    await beginInterim(tx, deps, { account, action, terms, area: found.area, at, guard });
    await recordAudit(tx, actor, { type: "action.interim_approved", at, platformId: account.platformId, accountId: account.id, caseId: found.id, actionId, proposerId: proposed.proposerId, endsAt });
    return { ok: true };
  });
}

/** The second person's no, or its author's withdrawal: nothing held, nobody was told, and another may be proposed. */
export async function dropInterim(deps: Deps, actor: StaffActor, { actionId, reason, how }: { actionId: string; reason: string; how: "rejected" | "withdrawn" }): Promise<Result<object, AnswerInterimRefusal>> {
  if (!may(actor, how === "rejected" ? "decision:approve" : "case:work")) return refuse("forbidden");
  return drop(deps, actor, actionId, { reason, how });
}

/** Nobody answered in time. */
export const lapseInterim = (deps: Deps, actor: Actor, actionId: string): Promise<Result<object, AnswerInterimRefusal>> =>
  drop(deps, actor, actionId, { reason: "Nobody answered the proposal in time.", how: "lapsed" });

function drop(deps: Deps, actor: Actor, actionId: string, { reason, how }: { reason: string; how: "rejected" | "withdrawn" | "lapsed" }): Promise<Result<object, AnswerInterimRefusal>> {
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, AnswerInterimRefusal>> => {
    const subject = await lockSubject(tx, actionId);
    if (!subject.ok) return subject;
    const { account, action } = subject;
    if (!action.interim || action.state !== "awaiting_approval") return refuse("already_answered");
    const mine = actor.kind === "staff" && action.proposerId === actor.id;
    if (how === "rejected" && mine) return refuse("own_proposal");
    if (how === "withdrawn" && !mine) return refuse("not_own_proposal");
    if (how === "lapsed" && +at < +(await proposedAt(tx, actionId)).plus({ hours: approvalHours })) return refuse("already_answered");
    await rejectAction(tx, actionId);
    await recordCaseEvent(tx, actor, { caseId: action.caseId, at, event: { kind: "interim_dropped", data: { actionId, reference: action.reference, reason } } });
    await recordAudit(tx, actor, { type: `action.interim_${how}`, at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId, reason });
    return { ok: true };
  });
}

/** Interim measures that waited too long for a second person, the oldest first. */
export async function lapsedInterims({ db }: Pick<Deps, "db">, at: DateTime, limit: number): Promise<string[]> {
  const rows = await db.action.findMany({
    where: { interim: true, state: "awaiting_approval", createdAt: { lte: at.minus({ hours: approvalHours }).toJSDate() } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: limit,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
