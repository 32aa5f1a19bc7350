import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { joinTransaction } from "~/infra/joined-transaction.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { keepMailedEvidence } from "../intake/keep-mailed-evidence.server";
import { addAppealEvidence } from "./add-appeal-evidence.server";
import { liveAppealStates } from "./appeal";
import type { NoAppeal } from "./appealable";
import { enactFiling } from "./file-appeal.server";
import { judgePutAside, recordPutAsideLeaks } from "./put-aside-leaks.server";
import { tellPutAside } from "./tell-put-aside.server";
import { explanationOf } from "./unmatched-reference";
import type { DismissUnmatchedInput, MatchAppealInput } from "./settle-unmatched.schema";

export async function lockUnmatched(tx: Tx, id: string) {
  await tx.$queryRaw`SELECT 1 FROM unmatched_appeal WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.unmatchedAppeal.findUnique({ where: { id } });
}

/**
 * Files an appeal from the public form, or from mail that proves no sender, against the action it means. Its clock has run since it
 * came in (CF-AUP 7.3). Where an appeal against that action is open it joins it, and answers what was asked there: an action has one.
 */
export async function matchAppeal(
  deps: Deps,
  actor: StaffActor,
  input: MatchAppealInput,
): Promise<Result<{ reference: string; joined: boolean }, "forbidden" | "appeal_over" | "other_platform" | NoAppeal>> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const unmatched = await lockUnmatched(tx, input.unmatchedId);
    if (!unmatched) return refuse("not_found");
    if (unmatched.settledAt) return refuse("appeal_over");
    const action = await tx.action.findUnique({ where: { reference: input.actionReference }, select: { id: true, accountId: true, account: { select: { platformId: true } } } });
    if (!action) return refuse("not_found");
    if (action.account.platformId !== unmatched.platformId) return refuse("other_platform");
    const filed = await enactFiling(tx, deps, actor, {
      actionId: action.id,
      accountId: action.accountId,
      explanation: explanationOf(unmatched),
      idempotencyKey: unmatched.id,
      channel: "form",
      filedAt: DateTime.fromJSDate(unmatched.receivedAt, { zone: "utc" }),
    });
    const live = !filed.ok && filed.reason === "appeal_live" ? await joinLive(tx, deps, action, explanationOf(unmatched)) : null;
    const came = live ?? (filed.ok ? filed : null);
    if (!came) return filed as Extract<typeof filed, { ok: false }>;
    await keepMailedEvidence(tx, { unmatchedAppealId: unmatched.id, appealId: came.appealId });
    await settle(tx, unmatched.id, { appealId: came.appealId, settledAt: now.toJSDate(), settledById: actor.id });
    await recordAudit(tx, actor, { type: "appeal.matched", at: now, platformId: unmatched.platformId, accountId: action.accountId, unmatchedAppealId: unmatched.id, appealId: came.appealId, joined: live !== null });
    return { ok: true, reference: came.reference, joined: live !== null };
  });
}

/** Null: it was ruled on in between. */
async function joinLive(tx: Tx, deps: Deps, action: { id: string; accountId: string }, text: string): Promise<{ appealId: string; reference: string } | null> {
  const live = await tx.appeal.findFirst({ where: { actionId: action.id, state: { in: [...liveAppealStates] } }, select: { id: true, reference: true } });
  if (!live) return null;
  const added = await addAppealEvidence(joinTransaction(deps, tx, deps.clock()), { kind: "account_holder", accountId: action.accountId }, { appealId: live.id, text }, [], { proven: false });
  return added.ok ? { appealId: live.id, reference: live.reference } : null;
}

/** Puts aside what is no appeal against any action of ours, and tells whoever sent it why, once, where they may be answered. */
export async function dismissUnmatched(
  deps: Deps,
  actor: StaffActor,
  input: DismissUnmatchedInput,
): Promise<Result<{ told: boolean }, "forbidden" | "not_found" | "appeal_over" | "leak_to_stranger">> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const unmatched = await lockUnmatched(tx, input.unmatchedId);
    if (!unmatched) return refuse("not_found");
    if (unmatched.settledAt) return refuse("appeal_over");
    const words = await judgePutAside(tx, deps.crypto, unmatched, input);
    if (words.open.length > 0) return refuse("leak_to_stranger", { leaks: words.open });
    const breached = unmatched.breachedAt === null && unmatched.dueAt !== null && unmatched.dueAt <= now.toJSDate() ? { breachedAt: now.toJSDate() } : {};
    await settle(tx, unmatched.id, { dismissedReason: input.reason, settledAt: now.toJSDate(), settledById: actor.id, ...breached });
    const told = await tellPutAside(tx, deps, unmatched, { reason: input.reason, at: now });
    await recordAudit(tx, actor, { type: "appeal.unmatched_dismissed", at: now, platformId: unmatched.platformId, unmatchedAppealId: unmatched.id, reason: input.reason, told });
    await recordPutAsideLeaks(tx, actor, { at: now, platformId: unmatched.platformId, unmatchedAppealId: unmatched.id }, words.confirmed);
    return { ok: true, told };
  });
}

const settle = (tx: Tx, id: string, how: { appealId?: string; dismissedReason?: string; settledAt: Date; settledById: string; breachedAt?: Date }): Promise<unknown> =>
  tx.unmatchedAppeal.update({ where: { id }, data: how, select: { id: true } });
