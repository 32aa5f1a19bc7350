import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import type { LeakGuard } from "../notices/leak-guard";
import { fourEyesFloorDays } from "../platforms/four-eyes";
import { interimTimes, setEnd } from "./action.repo.server";
import type { Subject } from "./change-action.server";
import { freezeInterim } from "./freeze-interim.server";
import { interimBasisOf, interimReasonsOf } from "./interim-basis.server";
import { interimMessage } from "./interim-message";
import { extensionTakes, interimMemoryDays } from "./interim-limit";
import { refreshGate } from "./refresh-gate.server";
import { tellHolder } from "./tell-holder.server";

export type Longer = { startsAt: DateTime; endsAt: DateTime<true>; takes: "one" | "two" };

/** Until when a measure would last with so many local days more, and how many people that takes (rules of procedure 2 and 6). */
export async function planExtension(tx: Tx, { account, action, terms }: Subject, days: number, at: DateTime): Promise<Result<Longer, "illegal_move" | "interim_too_long">> {
  const { startsAt } = action;
  if (!action.interim || action.state !== "active" || !startsAt || !action.endsAt || +action.endsAt <= +at) return refuse("illegal_move", { state: action.state, move: "extend" });
  const endsAt = action.endsAt.setZone(terms.zone).plus({ days }).toUTC();
  const others = await interimTimes(tx, { accountId: account.id, caseId: action.caseId, exceptId: action.id, since: at.minus({ days: interimMemoryDays }) });
  const takes = endsAt.isValid ? extensionTakes({ startsAt, endsAt, approverId: action.approverId }, others, terms) : "too_long";
  if (!endsAt.isValid || takes === "too_long") return refuse("interim_too_long", { days: fourEyesFloorDays });
  return { ok: true, startsAt, endsAt, takes };
}

/**
 * Moves the end of an interim measure with everything that follows: timeline, gate, the account holder's message, which is a statement
 * of reasons in the place of the one before, audit. Its extension is recorded before. The caller holds the locks of `lockSubject`.
 */
export async function lengthenInterim(
  tx: Tx,
  deps: Deps,
  actor: StaffActor,
  { account, action, terms }: Subject,
  { extensionId, startsAt, endsAt, area, reason, proposerId, at, guard }: Longer & { extensionId: string; area: string; reason: string; proposerId: string; at: DateTime<true>; guard: LeakGuard },
): Promise<Result<{ endsAt: string }, "not_found" | "stale" | "lease_missing" | "case_held_by_other">> {
  const until = endsAt.toISO();
  const event = { kind: "interim_extended" as const, data: { actionId: action.id, reference: action.reference, until, reason } };
  // Whoever extends alone holds the case; whoever approves what its holder proposed need not.
  const told = await recordCaseEvent(tx, actor, { caseId: action.caseId, at, held: proposerId === actor.id, event });
  if (!told.ok) return told;
  await setEnd(tx, action.id, endsAt);
  await refreshGate(tx, account.id, terms, at);
  const basis = await interimBasisOf(tx, action.id, at);
  const reasons = basis && interimReasonsOf({ ...basis, decidedBy: "person" }, { account, terms, at, toldBefore: action.reason });
  const content = interimMessage({ account, action, terms, area, isNew: false, startsAt, endsAt, reason, reasons });
  if (basis) {
    const facts = [action.reason, reason].join("\n\n");
    await freezeInterim(tx, deps, { account, action, terms, basis: { ...basis, decidedBy: "person" }, facts, extension: { id: extensionId, endsAt }, at, guard }, content);
  }
  await tellHolder(tx, deps, { account, action, at, occasion: `extended:${until}`, guard, content });
  await recordAudit(tx, actor, { type: "action.interim_extended", at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id, endsAt, proposerId, reason });
  return { ok: true, endsAt: until };
}
