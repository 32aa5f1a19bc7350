import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import type { LeakGuard } from "../notices/leak-guard";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { accountOfAction, endAction, lockAction, type Action } from "./action.repo.server";
import { actionMachine, type ActionMove } from "./action-state";
import { lapseWaiting } from "./interim-extension.repo.server";
import { refreshGate } from "./refresh-gate.server";
import { tellHolder } from "./tell-holder.server";

export type Subject = { account: LockedAccount; action: Action; terms: Terms };

/** Locks account, case and action, in that order. */
export async function lockSubject(tx: Tx, actionId: string): Promise<Result<Subject, "not_found">> {
  const of = await accountOfAction(tx, actionId);
  const account = of && (await lockAccount(tx, of.accountId));
  if (!of || !account) return refuse("not_found");
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${of.caseId}::uuid FOR UPDATE`;
  const action = await lockAction(tx, actionId);
  return action ? { ok: true, account, action, terms: await platformTerms(tx, account.platformId) } : refuse("not_found");
}

const endings = {
  expire: { state: "expired", audit: "action.expired", said: "let run out" },
  lift: { state: "lifted", audit: "action.lifted", said: "lifted" },
  reverse: { state: "reversed", audit: "action.reversed", said: "reversed" },
  supersede: { state: "superseded", audit: "action.superseded", said: "replaced" },
} as const satisfies Partial<Record<ActionMove, object>>;

export type EndingMove = keyof typeof endings;

/**
 * Ends an active action with everything that follows: gate, timeline, audit. `tell` also tells the account holder;
 * a ruling on an appeal tells them in its own words. `reopened`: and that the case is looked at again. The caller holds the locks of {@link lockSubject}.
 */
export async function endLockedAction(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { account, action, terms }: Subject,
  ending: { move: EndingMove; at: DateTime; reason: string; tell: boolean; supersededById?: string; guard?: LeakGuard; reopened?: boolean },
): Promise<Result<object, "illegal_move">> {
  const { move, at, reason, tell, supersededById } = ending;
  const after = actionMachine.after(action.state, move);
  if (!after.ok) return after;
  const { state, audit, said } = endings[move];
  await endAction(tx, action.id, { state, at, byId: actor.kind === "staff" ? actor.id : null, reason, supersededById });
  if (action.interim) await lapseWaiting(tx, action.id, at);
  await refreshGate(tx, account.id, terms.features, at);
  await recordCaseEvent(tx, actor, { caseId: action.caseId, at, event: { kind: "action_ended", data: { actionId: action.id, reference: action.reference, how: said, reason } } });
  await recordAudit(tx, actor, { type: audit, at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id, kind: action.kind, reason });
  if (!tell || action.noTipOff || move === "supersede") return { ok: true };
  const how = ending.reopened ? "reopened" : endings[move].state;
  await tellHolder(tx, deps, {
    account,
    action,
    at,
    occasion: "ended",
    guard: ending.guard,
    content: (standingUrl) => ({
      template: "action_ended",
      props: { businessName: account.businessName, reference: action.reference, kind: action.kind, endedAt: at.toJSDate(), how, reason: move === "expire" ? null : reason, standingUrl },
    }),
  });
  return { ok: true };
}
