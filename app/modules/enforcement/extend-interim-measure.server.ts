import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { lockSubject, type Subject } from "./change-action.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import { approvalHours } from "./decide-case.server";
import { loadCaseFacts } from "./decision.repo.server";
import { insertGranted, insertWaiting, waitingExtension } from "./interim-extension.repo.server";
import type { ExtendInterimInput } from "./interim-measure.schema";
import { lengthenInterim, planExtension } from "./lengthen-interim.server";

export type ExtendRefusal = "forbidden" | "not_found" | "lease_missing" | "case_held_by_other" | "stale" | "illegal_move" | "interim_too_long" | "proposal_pending" | "leak";

export type Extended = { state: "active"; endsAt: string } | { state: "awaiting_approval" };

/**
 * Lets an interim measure last longer, for a reason the account holder is told (rule of procedure 6). It takes as many people
 * as starting it so long would: where that is two, it waits for the second one, and until then the measure ends when it would.
 */
export async function extendInterimMeasure(deps: Deps, actor: StaffActor, input: ExtendInterimInput): Promise<Result<Extended, ExtendRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<Extended, ExtendRefusal>> => {
    const subject = await lockSubject(tx, input.actionId);
    if (!subject.ok) return subject;
    const { account, action } = subject;
    const found = await loadCaseFacts(tx, action.caseId);
    if (!found || action.caseId !== input.caseId) return refuse("not_found");
    const longer = await planExtension(tx, subject, input.days, at);
    if (!longer.ok) return longer;
    if (await waitingExtension(tx, action.id)) return refuse("proposal_pending");
    const alone = longer.takes === "one";
    // A proposal waits, and more may be reported meanwhile: its words have to be free of findings, not declared to be.
    const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id }, alone ? input.confirmed : []);
    const words = await guard.judge(input.reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });
    const asked = { actionId: action.id, days: input.days, reason: input.reason, proposerId: actor.id, requestedAt: at, expiresAt: at.plus({ hours: approvalHours }) };
    if (!alone) return propose(tx, actor, subject, asked, at);
    const { id: extensionId } = await insertGranted(tx, { ...asked, endsAt: longer.endsAt });
    const done = await lengthenInterim(tx, deps, actor, subject, { ...longer, extensionId, area: found.area, reason: input.reason, proposerId: actor.id, at, guard });
    if (!done.ok) return done;
    await recordConfirmedLeaks(tx, actor, { at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id }, words.confirmed);
    return { ok: true, state: "active", endsAt: done.endsAt };
  });
}

async function propose(tx: Tx, actor: StaffActor, { account, action }: Subject, asked: Parameters<typeof insertWaiting>[1], at: DateTime): Promise<Result<Extended, ExtendRefusal>> {
  const { days, reason } = asked;
  const event = { kind: "interim_extension_proposed" as const, data: { actionId: action.id, reference: action.reference, days, reason } };
  const told = await recordCaseEvent(tx, actor, { caseId: action.caseId, at, held: true, event });
  if (!told.ok) return told;
  await insertWaiting(tx, asked);
  await recordAudit(tx, actor, { type: "action.interim_extension_proposed", at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id, days, reason });
  return { ok: true, state: "awaiting_approval" };
}
