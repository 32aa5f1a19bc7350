import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import type { Permission } from "../access/permissions";
import { recordAudit } from "../audit/record-audit.server";
import { lockReferral } from "./referral.repo.server";
import { referralMachine } from "./referral-state";

export type ReferralStep = "submit" | "return" | "withdraw" | "close";
export type MoveRefusal = "forbidden" | "not_found" | "stale" | "illegal_move" | "referral_unfinished";

const needs: Record<ReferralStep, Permission> = { submit: "referral:draft", return: "referral:approve", withdraw: "referral:draft", close: "referral:approve" };
const said = { submit: "referral.submitted", return: "referral.returned", withdraw: "referral.withdrawn", close: "referral.closed" } as const;

/** Hands a draft in, gives it back with a reason, withdraws it, or closes an approved one when the agency is done with it. */
export async function moveReferral(
  deps: Deps,
  actor: StaffActor,
  { referralId, version, step, reason }: { referralId: string; version: number; step: ReferralStep; reason: string },
): Promise<Result<{ reference: string }, MoveRefusal>> {
  if (!may(actor, needs[step])) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string }, MoveRefusal>> => {
    const referral = await lockReferral(tx, referralId);
    if (!referral) return refuse("not_found");
    const moved = referralMachine.after(referral.state, step);
    if (!moved.ok) return moved;
    if (referral.version !== version) return refuse("stale");
    if (step === "submit" && (referral.agency === "" || referral.narrative === "" || referral.items.length === 0)) return refuse("referral_unfinished");
    const now = at.toJSDate();
    const data = {
      submit: { submittedAt: now, submittedById: actor.id, returnedReason: null },
      return: { submittedAt: null, submittedById: null, returnedReason: reason },
      withdraw: { endedAt: now, endedById: actor.id, endReason: reason },
      close: { endedAt: now, endedById: actor.id, endReason: reason },
    }[step];
    await tx.referral.update({ where: { id: referral.id }, data: { state: moved.state, updatedAt: now, ...data } });
    const { platformId, accountId, caseId } = referral;
    await recordAudit(tx, actor, { type: said[step], at, platformId, accountId, caseId, referralId, version, ...(step === "submit" ? {} : { reason }) });
    return { ok: true, reference: referral.reference };
  });
}
