import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { lockAccount } from "../platforms/account.server";
import { isOffered } from "../platforms/features";
import { fourEyesFloorDays } from "../platforms/four-eyes";
import { platformTerms } from "../platforms/terms.queries.server";
import { insertAction, interimOfCase, interimTimes } from "./action.repo.server";
import { beginInterim } from "./begin-interim.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import { featureNamesOf } from "./decision-plan";
import { interimMemoryDays, interimTakes } from "./interim-limit";
import type { InterimMeasureInput } from "./interim-measure.schema";
import { measureEndsAt, measureInWords, type Measure } from "./measure";
import { loadCaseFacts } from "./decision.repo.server";

export type AppliedInterim = { actionId: string; reference: string; state: "active" | "awaiting_approval" };

export type InterimRefusal =
  | "forbidden"
  | "not_found"
  | "stale"
  | "lease_missing"
  | "case_held_by_other"
  | "case_decided"
  | "interim_exists"
  | "unknown_feature"
  | "interim_too_long"
  | "leak";

/**
 * Restricts or suspends an account while its case is still looked into (CF-AUP 7.1). It holds at the gate at once, ends
 * by itself (rule of procedure 6) and the account holder is told why. One at a time for each case, and in all never longer
 * than rule of procedure 2 lets anybody suspend for alone. Where the platform asks for a second person sooner, it waits for
 * one: nothing holds and nobody is told until then.
 */
export async function applyInterimMeasure(deps: Deps, actor: StaffActor, input: InterimMeasureInput): Promise<Result<AppliedInterim, InterimRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<AppliedInterim, InterimRefusal>> => {
    const found = await loadCaseFacts(tx, input.caseId);
    const account = found && (await lockAccount(tx, found.accountId));
    if (!found || !account) return refuse("not_found");
    const terms = await platformTerms(tx, account.platformId);
    const days = input.days ?? terms.interimMeasureDays;
    const measure: Measure = input.kind === "suspension" ? { kind: "suspension", days } : { kind: "feature_restriction", features: input.features, days };
    if (measure.kind === "feature_restriction" && !measure.features.every((code) => isOffered(terms.features, code))) return refuse("unknown_feature");
    if (measure.kind === "feature_restriction" && measure.features.length === 0) return refuse("unknown_feature");
    const interim = await interimOfCase(tx, found.id);
    if (interim.active.length > 0 || interim.proposed.length > 0) return refuse("interim_exists");
    const endsAt = measureEndsAt(measure, at, terms.zone);
    const earlier = await interimTimes(tx, { accountId: account.id, caseId: found.id, since: at.minus({ days: interimMemoryDays }) });
    const takes = endsAt ? interimTakes({ startsAt: at, endsAt }, earlier, terms) : "too_long";
    if (!endsAt || takes === "too_long") return refuse("interim_too_long", { days: fourEyesFloorDays });
    const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: account.id }, input.confirmed);
    const words = await guard.judge(input.reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });

    const alone = takes === "one";
    const action = await insertAction(tx, {
      decisionId: null,
      caseId: found.id,
      accountId: account.id,
      kind: measure.kind,
      interim: true,
      features: measure.kind === "feature_restriction" ? measure.features : [],
      state: alone ? "active" : "awaiting_approval",
      proposerId: actor.id,
      approverId: null,
      reason: input.reason,
      startsAt: alone ? at : null,
      endsAt,
      noTipOff: false,
      createdAt: at,
    });
    const of = { actionId: action.id, reference: action.reference, measure: measureInWords(measure, featureNamesOf(terms)) };
    const event = alone ? { kind: "interim_applied" as const, data: { ...of, until: endsAt.toISO() } } : { kind: "interim_proposed" as const, data: of };
    const told = await recordCaseEvent(tx, actor, { caseId: found.id, at, version: input.version, held: true, event });
    if (!told.ok) return told;
    if (!isOpenCase(told.case.state)) return refuse("case_decided");
    if (alone) await beginInterim(tx, deps, { account, action, terms, area: found.area, at, guard });
    const facts = { at, platformId: account.platformId, accountId: account.id, caseId: found.id, actionId: action.id };
    await recordAudit(tx, actor, { ...facts, type: alone ? "action.interim_applied" : "action.interim_proposed", kind: measure.kind, features: action.features, endsAt, reason: input.reason });
    await recordConfirmedLeaks(tx, actor, facts, words.confirmed);
    return { ok: true, actionId: action.id, reference: action.reference, state: alone ? "active" : "awaiting_approval" };
  });
}
