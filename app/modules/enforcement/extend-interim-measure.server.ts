import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { fourEyesFloorDays } from "../platforms/four-eyes";
import { areaName } from "../policy/areas";
import { interimTimes, setEnd } from "./action.repo.server";
import { lockSubject } from "./change-action.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import { featureNamesOf } from "./decision-plan";
import { interimMemoryDays, interimTakes } from "./interim-limit";
import type { ExtendInterimInput } from "./interim-measure.schema";
import { loadCaseFacts } from "./prepare-decision.server";
import { refreshGate } from "./refresh-gate.server";
import { tellHolder } from "./tell-holder.server";

export type ExtendRefusal = "forbidden" | "not_found" | "lease_missing" | "case_held_by_other" | "stale" | "illegal_move" | "interim_too_long" | "interim_takes_two" | "leak";

/** Lets an interim measure last longer, for a reason the account holder is told (rule of procedure 6). */
export async function extendInterimMeasure(deps: Deps, actor: StaffActor, input: ExtendInterimInput): Promise<Result<{ endsAt: string }, ExtendRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ endsAt: string }, ExtendRefusal>> => {
    const subject = await lockSubject(tx, input.actionId);
    if (!subject.ok) return subject;
    const { account, action, terms } = subject;
    const found = await loadCaseFacts(tx, action.caseId);
    if (!found || action.caseId !== input.caseId) return refuse("not_found");
    const { startsAt } = action;
    if (!action.interim || action.state !== "active" || !startsAt || !action.endsAt || +action.endsAt <= +at) return refuse("illegal_move", { state: action.state, move: "extend" });
    const endsAt = action.endsAt.setZone(terms.zone).plus({ days: input.days }).toUTC();
    const others = await interimTimes(tx, { accountId: account.id, caseId: action.caseId, exceptId: action.id, since: at.minus({ days: interimMemoryDays }) });
    if (!endsAt.isValid || interimTakes({ startsAt, endsAt }, others, terms) === "too_long") return refuse("interim_too_long", { days: fourEyesFloorDays });
    if (interimTakes({ startsAt, endsAt }, others, terms) === "two" && (!may(actor, "decision:approve") || action.proposerId === actor.id)) return refuse("interim_takes_two");
    const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id }, input.confirmed);
    const words = await guard.judge(input.reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });
    const until = endsAt.toISO();
    const event = { kind: "interim_extended" as const, data: { actionId: action.id, reference: action.reference, until, reason: input.reason } };
    const told = await recordCaseEvent(tx, actor, { caseId: action.caseId, at, held: true, event });
    if (!told.ok) return told;
    await setEnd(tx, action.id, endsAt);
    await refreshGate(tx, account.id, terms.features, at);
    const names = featureNamesOf(terms, account.language);
    await tellHolder(tx, deps, {
      account,
      action,
      at,
      occasion: `extended:${until}`,
      guard,
      content: (standingUrl) => ({
        template: "interim_measure",
        props: {
          businessName: account.businessName,
          reference: action.reference,
          takenAt: startsAt.toJSDate(),
          isNew: false,
          measure: { kind: action.kind, features: action.features.map((code) => names[code] ?? code), startsAt: startsAt.toJSDate(), endsAt: endsAt.toJSDate() },
          reason: input.reason,
          policyArea: areaName(found.area, account.language),
          standingUrl,
        },
      }),
    });
    await recordAudit(tx, actor, { type: "action.interim_extended", at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id, endsAt, reason: input.reason });
    await recordConfirmedLeaks(tx, actor, { at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id }, words.confirmed);
    return { ok: true, endsAt: until };
  });
}
