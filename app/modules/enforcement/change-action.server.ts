import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudits } from "../audit/record-audit.server";
import { recordCaseEvents } from "../cases/record-case-event.server";
import type { ContentOf } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { accountOfAction, endActions, lockAction, type Action } from "./action.repo.server";
import { actionMachine, type ActionMove } from "./action-state";
import { lapseWaiting } from "./interim-extension.repo.server";
import { refreshGates } from "./refresh-gate.server";
import { tellHolders } from "./tell-holder.server";

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

type HowItEnds = { move: EndingMove; at: DateTime; reason: string; tell: boolean; supersededById?: string; guard?: LeakGuard; reopened?: boolean };

/**
 * Ends an active action with everything that follows: gate, timeline, audit. `tell` also tells the account holder;
 * a ruling on an appeal tells them in its own words. `reopened`: and that the case is looked at again. The caller holds the locks of {@link lockSubject}.
 */
export const endLockedAction = (tx: Tx, deps: Deps, actor: Actor, subject: Subject, ending: HowItEnds): Promise<Result<object, "illegal_move">> => endLockedActions(tx, deps, actor, [subject], ending);

/** Ends many alike, all or none, by a statement for each kind of row. */
export async function endLockedActions(tx: Tx, deps: Deps, actor: Actor, subjects: readonly Subject[], ending: HowItEnds): Promise<Result<object, "illegal_move">> {
  const { move, at, reason, tell, supersededById } = ending;
  for (const { action } of subjects) {
    const after = actionMachine.after(action.state, move);
    if (!after.ok) return after;
  }
  if (subjects.length === 0) return { ok: true };
  const { state, audit, said } = endings[move];
  await endActions(tx, subjects.map(({ action }) => action.id), { state, at, byId: actor.kind === "staff" ? actor.id : null, reason, supersededById });
  await lapseWaiting(tx, subjects.flatMap(({ action }) => (action.interim ? action.id : [])), at);
  await refreshGates(tx, subjects.map(({ account, terms }) => ({ accountId: account.id, terms })), at);
  await recordCaseEvents(tx, actor, at, subjects.map(({ action: { id, caseId, reference } }) => ({ caseId, event: { kind: "action_ended", data: { actionId: id, reference, how: said, reason } } })));
  await recordAudits(
    tx,
    actor,
    subjects.map(({ account, action }) => ({ type: audit, at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id, kind: action.kind, reason })),
  );
  if (!tell || move === "supersede") return { ok: true };
  const how = ending.reopened ? "reopened" : endings[move].state;
  const messages = subjects.filter(({ action }) => !action.noTipOff).map(({ account, action }) => ({
    account,
    action,
    guard: ending.guard,
    content: (standingUrl: string): ContentOf<"action_ended"> => ({
      template: "action_ended",
      props: { businessName: account.businessName, reference: action.reference, kind: action.kind, endedAt: at.toJSDate(), how, reason: move === "expire" ? null : reason, standingUrl },
    }),
  }));
  await tellHolders(tx, deps, { at, occasion: "ended" }, messages);
  return { ok: true };
}
