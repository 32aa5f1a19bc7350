import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import type { ConfirmedLeak, LeakConfirmation } from "../notices/leak-guard";
import type { LockedAccount } from "../platforms/account.server";
import { isOffered } from "../platforms/features";
import { fourEyesFloorDays } from "../platforms/four-eyes";
import type { Terms } from "../platforms/terms.queries.server";
import { actionsOfAccount, insertAction, interimOfCase, interimTimes, type Action } from "./action.repo.server";
import { beginInterim } from "./begin-interim.server";
import { leakGuard } from "./check-leaks.server";
import { featureNamesOf } from "./decision-plan";
import type { CaseFacts } from "./decision.repo.server";
import type { Ground } from "./interim-ground.server";
import { interimMemoryDays, interimTakes } from "./interim-limit";
import { measureEndsAt, measureInWords, type Measure } from "./measure";
import { isCovered } from "./rule-measure";

export interface InterimStart {
  found: CaseFacts;
  account: LockedAccount;
  terms: Terms;
  measure: Measure;
  reason: string;
  /** What it rests on; null: on the finding of the rule that proposed it. */
  ground: Ground | null;
  confirmed: readonly LeakConfirmation[] | undefined;
  /** Refused where it adds nothing to what holds already: what a rule proposed while nothing did. */
  mustAdd: boolean;
  /** What the case still has to be: at the version that was looked at, held by whoever acts. */
  expected: { version?: number | undefined; held: boolean };
  /** Writes down what it came from before anybody is told of it, because they are told that as well. */
  trace?: (actionId: string) => Promise<unknown>;
  at: DateTime<true>;
}

export interface StartedInterim {
  action: Action;
  state: "active" | "awaiting_approval";
  endsAt: DateTime<true>;
  /** Whom and what it is about, for the audit trail. */
  facts: { at: DateTime<true>; platformId: string; accountId: string; caseId: string; actionId: string };
  confirmed: readonly ConfirmedLeak[];
}

export type InterimBarred = "not_found" | "stale" | "lease_missing" | "case_held_by_other" | "case_decided" | "interim_exists" | "already_restricted" | "unknown_feature" | "interim_too_long" | "leak";

/**
 * Writes down a person's interim measure in the transaction of whoever decided on it, with the case's timeline: one at a time for each
 * case, in all never longer than anybody may suspend for alone (rule of procedure 2). It holds and the account holder is told at once, or
 * it waits for a second person where the platform asks for one. The audit entry is the caller's.
 */
export async function startInterim(tx: Tx, deps: Deps, actor: StaffActor, start: InterimStart): Promise<Result<StartedInterim, InterimBarred>> {
  const { found, account, terms, measure, at } = start;
  const features = measure.kind === "feature_restriction" ? measure.features : [];
  const interim = await interimOfCase(tx, found.id);
  if (interim.active.length > 0 || interim.proposed.length > 0) return refuse("interim_exists");
  if (measure.kind === "feature_restriction" && (features.length === 0 || !features.every((code) => isOffered(terms.features, code)))) return refuse("unknown_feature");
  const endsAt = measureEndsAt(measure, at, terms.zone);
  if (!endsAt) return refuse("interim_too_long", { days: fourEyesFloorDays });
  if (start.mustAdd && isCovered(await actionsOfAccount(tx, account.id, "active"), terms.features, { features, endsAt }, at)) return refuse("already_restricted");
  const earlier = await interimTimes(tx, { accountId: account.id, caseId: found.id, since: at.minus({ days: interimMemoryDays }) });
  const takes = interimTakes({ startsAt: at, endsAt }, earlier, terms);
  if (takes === "too_long") return refuse("interim_too_long", { days: fourEyesFloorDays });
  const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: account.id }, start.confirmed);
  const words = await guard.judge(start.reason);
  if (words.open.length > 0) return refuse("leak", { leaks: words.open });

  const alone = takes === "one";
  const state = alone ? "active" : "awaiting_approval";
  const action = await insertAction(tx, {
    decisionId: null,
    caseId: found.id,
    accountId: account.id,
    kind: measure.kind,
    interim: true,
    features,
    state,
    proposerId: actor.id,
    approverId: null,
    reason: start.reason,
    startsAt: alone ? at : null,
    endsAt,
    noTipOff: false,
    ground: start.ground,
    createdAt: at,
  });
  await start.trace?.(action.id);
  const of = { actionId: action.id, reference: action.reference, measure: measureInWords(measure, featureNamesOf(terms)) };
  const event = alone ? { kind: "interim_applied" as const, data: { ...of, until: endsAt.toISO() } } : { kind: "interim_proposed" as const, data: of };
  const told = await recordCaseEvent(tx, actor, { caseId: found.id, at, ...start.expected, event });
  if (!told.ok) return told;
  if (!isOpenCase(told.case.state)) return refuse("case_decided");
  if (alone) await beginInterim(tx, deps, { account, action, terms, area: found.area, at, guard });
  const facts = { at, platformId: account.platformId, accountId: account.id, caseId: found.id, actionId: action.id };
  return { ok: true, action, state, endsAt, facts, confirmed: words.confirmed };
}
