import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { lockAccount } from "../platforms/account.server";
import { isOffered } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { areaName } from "../policy/areas";
import { insertAction, interimOfCase, interimTimes } from "./action.repo.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import { featureNamesOf } from "./decision-plan";
import { interimMemoryDays, outlastsOnePerson } from "./interim-limit";
import type { InterimMeasureInput } from "./interim-measure.schema";
import { measureEndsAt, measureInWords, type Measure } from "./measure";
import { loadCaseFacts } from "./prepare-decision.server";
import { refreshGate } from "./refresh-gate.server";
import { tellHolder } from "./tell-holder.server";

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
 * by itself (rule of procedure 6) and the account holder is told why. One at a time for each case; in all never longer than one person may suspend for
 * (rule of procedure 2).
 */
export async function applyInterimMeasure(deps: Deps, actor: StaffActor, input: InterimMeasureInput): Promise<Result<{ actionId: string; reference: string }, InterimRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ actionId: string; reference: string }, InterimRefusal>> => {
    const found = await loadCaseFacts(tx, input.caseId);
    const account = found && (await lockAccount(tx, found.accountId));
    if (!found || !account) return refuse("not_found");
    const terms = await platformTerms(tx, account.platformId);
    const days = input.days ?? terms.interimMeasureDays;
    const measure: Measure = input.kind === "suspension" ? { kind: "suspension", days } : { kind: "feature_restriction", features: input.features, days };
    if (measure.kind === "feature_restriction" && !measure.features.every((code) => isOffered(terms.features, code))) return refuse("unknown_feature");
    if (measure.kind === "feature_restriction" && measure.features.length === 0) return refuse("unknown_feature");
    if ((await interimOfCase(tx, found.id)).length > 0) return refuse("interim_exists");
    const endsAt = measureEndsAt(measure, at, terms.zone);
    const earlier = await interimTimes(tx, { accountId: account.id, caseId: found.id, since: at.minus({ days: interimMemoryDays }) });
    if (!endsAt || outlastsOnePerson({ startsAt: at, endsAt }, earlier, terms)) return refuse("interim_too_long", { days: terms.fourEyesSuspensionDays });
    const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: account.id }, input.confirmed);
    const words = await guard.judge(input.reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });

    const features = measure.kind === "feature_restriction" ? measure.features : [];
    const action = await insertAction(tx, {
      decisionId: null,
      caseId: found.id,
      accountId: account.id,
      kind: measure.kind,
      interim: true,
      features,
      state: "active",
      proposerId: actor.id,
      approverId: null,
      reason: input.reason,
      startsAt: at,
      endsAt,
      noTipOff: false,
      createdAt: at,
    });
    const [names, toldNames] = [featureNamesOf(terms), featureNamesOf(terms, account.language)];
    const told = await recordCaseEvent(tx, actor, {
      caseId: found.id,
      at,
      version: input.version,
      held: true,
      event: { kind: "interim_applied", data: { actionId: action.id, reference: action.reference, measure: measureInWords(measure, names), until: endsAt.toISO() } },
    });
    if (!told.ok) return told;
    if (!isOpenCase(told.case.state)) return refuse("case_decided");
    await refreshGate(tx, account.id, terms.features, at);
    await tellHolder(tx, deps, {
      account,
      action,
      at,
      occasion: "interim",
      guard,
      content: (standingUrl) => ({
        template: "interim_measure",
        props: {
          businessName: account.businessName,
          reference: action.reference,
          takenAt: at.toJSDate(),
          isNew: true,
          measure: { kind: measure.kind, features: features.map((code) => toldNames[code] ?? code), startsAt: at.toJSDate(), endsAt: endsAt.toJSDate() },
          reason: input.reason,
          policyArea: areaName(found.area, account.language),
          standingUrl,
        },
      }),
    });
    await recordAudit(tx, actor, { type: "action.interim_applied", at, platformId: account.platformId, accountId: account.id, caseId: found.id, actionId: action.id, kind: measure.kind, features, endsAt, reason: input.reason });
    await recordConfirmedLeaks(tx, actor, { at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id }, words.confirmed);
    return { ok: true, actionId: action.id, reference: action.reference };
  });
}
