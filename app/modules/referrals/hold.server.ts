import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import type { SetHoldInput } from "./hold.schema";

/** The account, locked, and the case where one is named: a case of another account is none. */
export async function lockScope(tx: Tx, { accountId, caseId }: { accountId: string; caseId?: string }): Promise<LockedAccount | null> {
  const account = await lockAccount(tx, accountId);
  if (!account || !caseId) return account;
  return (await tx.case.count({ where: { id: caseId, accountId } })) > 0 ? account : null;
}

/** From now on nothing about the account, or about the one case, is deleted, until two people lift the hold. */
export async function setHold(deps: Deps, actor: StaffActor, input: SetHoldInput): Promise<Result<{ reference: string; holdId: string }, "forbidden" | "not_found">> {
  if (!may(actor, "hold:manage")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string; holdId: string }, "not_found">> => {
    const account = await lockScope(tx, input);
    if (!account) return refuse("not_found");
    const { accountId, caseId = null, authority, reason } = input;
    const holdId = newId();
    const reference = newReference("LH");
    await tx.legalHold.create({ data: { id: holdId, reference, accountId, caseId, authority, reason, setById: actor.id, setAt: at.toJSDate() } });
    await recordAudit(tx, actor, { type: "legal_hold.set", at, platformId: account.platformId, accountId, caseId, holdId, authority, reason });
    return { ok: true, reference, holdId };
  });
}

type LiftRefusal = "forbidden" | "not_found" | "hold_lifted" | "hold_lift_asked" | "hold_lift_not_asked" | "own_lift";

/**
 * Lifting takes two people: the first asks with a reason, the second lifts or declines. Whoever asked can take it back
 * by declining.
 */
export async function liftHold(
  deps: Deps,
  actor: StaffActor,
  input: { holdId: string; step: "ask"; reason: string } | { holdId: string; step: "lift" | "decline" },
): Promise<Result<{ reference: string }, LiftRefusal>> {
  if (!may(actor, "hold:manage")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string }, LiftRefusal>> => {
    const of = await tx.legalHold.findUnique({ where: { id: input.holdId }, select: { accountId: true } });
    const account = of && (await lockAccount(tx, of.accountId));
    if (!account) return refuse("not_found");
    const hold = await tx.legalHold.findUniqueOrThrow({ where: { id: input.holdId } });
    if (hold.liftedAt) return refuse("hold_lifted");
    const asked = hold.liftRequestedById !== null;
    if (input.step === "ask" && asked) return refuse("hold_lift_asked");
    if (input.step !== "ask" && !asked) return refuse("hold_lift_not_asked");
    if (input.step === "lift" && hold.liftRequestedById === actor.id) return refuse("own_lift");
    const now = at.toJSDate();
    const data = {
      ask: { liftRequestedById: actor.id, liftRequestedAt: now, liftReason: input.step === "ask" ? input.reason : "" },
      lift: { liftedById: actor.id, liftedAt: now },
      decline: { liftRequestedById: null, liftRequestedAt: null, liftReason: null },
    }[input.step];
    await tx.legalHold.update({ where: { id: hold.id }, data });
    const type = { ask: "legal_hold.lift_asked", lift: "legal_hold.lifted", decline: "legal_hold.lift_declined" } as const;
    await recordAudit(tx, actor, { type: type[input.step], at, platformId: account.platformId, accountId: hold.accountId, caseId: hold.caseId, holdId: hold.id, reason: input.step === "ask" ? input.reason : (hold.liftReason ?? "") });
    return { ok: true, reference: hold.reference };
  });
}
