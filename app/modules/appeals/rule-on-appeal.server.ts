import type { DateTime } from "luxon";
import type { InterimReasons } from "#emails/interim-reasons";
import type { ReplacingStatement } from "#emails/replacing-statement";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Refusal, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { leakGuard, recordConfirmedLeaks } from "../enforcement/check-leaks.server";
import { freezeMilderInterim } from "../enforcement/freeze-interim.server";
import { freezeReplacing } from "../enforcement/freeze-replacing.server";
import { modifyAction, type Modified } from "../enforcement/modify-action.server";
import { reverseAction } from "../enforcement/reverse-action.server";
import { reviseOutcomes } from "../intake/resolve-reports.server";
import { featureNamesIn } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { rule, type AppealState } from "./appeal";
import { breachOf, lockAppeal, saveAppeal } from "./appeal.repo.server";
import { endQuestion } from "./end-question.server";
import type { RulingInput } from "./rule-on-appeal.schema";
import { tellAppellant } from "./tell-appellant.server";

export interface Ruled {
  state: AppealState;
  reference: string;
  /** By weight, as the statement of reasons counted them. */
  strikesVoided: number;
  /** Decisions that counted a strike which is void now, and are looked at again (rule of procedure 5). */
  decisionsForReview: string[];
  isNew: boolean;
}

export type RulingRefusal =
  | "forbidden" | "not_found" | "not_independent" | "grounds_missing" | "illegal_move" | "stale" | "appeal_held_by_other"
  | "leak" | "not_late" | "not_milder" | "unknown_feature" | "action_undone" | "interim_no_warning";

export type RulingResult = Result<Ruled, RulingRefusal>;

/**
 * Records a ruling with its audit entry, the unwinding it causes and every notice: all or nothing. Sent twice, it rules
 * once.
 */
export async function ruleOnAppeal(deps: Deps, actor: StaffActor, input: RulingInput): Promise<RulingResult> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, (tx) => enactRuling(tx, deps, actor, input, now));
}

/** The ruling in the caller's transaction; the preview runs it too, and rolls back. */
export async function enactRuling(tx: Tx, deps: Deps, actor: StaffActor, input: RulingInput, now: DateTime<true>): Promise<RulingResult> {
  const locked = await lockAppeal(tx, input.appealId);
  if (!locked) return refuse("not_found");
  const { appeal, account, action } = locked;
  const { reference } = appeal;
  if (appeal.ruledById === actor.id && appeal.state === input.ruling && appeal.grounds === input.grounds) {
    return { ok: true, state: appeal.state, reference, strikesVoided: 0, decisionsForReview: [], isNew: false };
  }
  const ruled = rule({ ...action, state: appeal.state }, { ruling: input.ruling, grounds: input.grounds, reviewerId: actor.id });
  if (!ruled.ok) return ruled;
  if (appeal.reviewerId !== actor.id) return refuse("appeal_held_by_other");
  if (appeal.version !== input.version) return refuse("stale", { seen: input.version, version: appeal.version });
  if (input.ruling === "inadmissible" && input.inadmissibleReason === "late" && !appeal.late) return refuse("not_late");
  const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id }, input.confirmed);
  const words = await guard.judge(input.grounds);
  if (words.open.length > 0) return refuse("leak", { leaks: words.open });

  const carried = await carryOut(tx, deps, actor, input, action, now);
  if (!carried.ok) return carried;
  const inadmissibleReason = input.ruling === "inadmissible" ? input.inadmissibleReason : null;
  const { appeal: ended } = await endQuestion(tx, actor, appeal, { ending: "appeal_over", at: now, caseId: action.caseId });
  await saveAppeal(tx, appeal.id, { state: ruled.state, ruledById: actor.id, ruledAt: now.toJSDate(), grounds: input.grounds, inadmissibleReason, ...breachOf(ended, now) });
  const { decisionsForReview, strikesVoided } = carried;
  await recordAudit(tx, actor, {
    type: "appeal.ruled", at: now, platformId: appeal.platformId, accountId: account.id, caseId: action.caseId, appealId: appeal.id, actionId: action.id,
    ruling: ruled.state, grounds: input.grounds, inadmissibleReason, strikesVoided, decisionsForReview,
  });
  await recordConfirmedLeaks(tx, actor, { at: now, platformId: appeal.platformId, accountId: account.id, caseId: action.caseId, appealId: appeal.id }, words.confirmed);
  const event = { kind: "appeal_ruled", data: { appealId: appeal.id, reference, ruling: ruled.state } } as const;
  await recordCaseEvent(tx, actor, { caseId: action.caseId, at: now, event });

  const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, now);
  const told = (why: Why, url: string) =>
    ({ template: "appeal_ruling", props: { reference, ruledAt: now.toJSDate(), outcome: input.ruling, inadmissibleReason, grounds: input.grounds, newMeasure: carried.told, measureState: carried.stands, strikesVoided, standingUrl: url, ...why } }) as const;
  const why = carried.successor ? await reasonsOf(carried.successor) : noWhy;
  const appellant = { ...appeal, appealId: appeal.id, actionId: carried.actionId, caseId: action.caseId, language: account.language };
  await tellAppellant(tx, deps, appellant, { content: told(why, standingUrl), occasion: "ruling", at: now, guard });
  return { ok: true, state: ruled.state, reference, strikesVoided, decisionsForReview, isNew: true };

  /** The statement of reasons of the milder measure, which the message about the ruling carries. */
  async function reasonsOf(successor: Modified["action"]): Promise<Why> {
    const replacing = { account, terms: await platformTerms(tx, account.platformId), before: action, action: successor, why: input.grounds, at: now, guard };
    if (successor.interim) return { ...noWhy, reasons: await freezeMilderInterim(tx, deps, replacing, (reasons, url) => told({ ...noWhy, reasons }, url)) };
    return { ...noWhy, statement: await freezeReplacing(tx, deps, { ...replacing, saysHowToObject: true }, (statement, url) => told({ ...noWhy, statement }, url)) };
  }
}

type Why = { statement: ReplacingStatement | null; reasons: InterimReasons | null };
const noWhy: Why = { statement: null, reasons: null };

interface CarriedOut {
  /** The action in force after the ruling: the milder one, where there is one. Being told of it opens its appeal window. */
  actionId: string;
  told: { kind: "warning" | "feature_restriction" | "suspension" | "termination" | "law_enforcement_referral"; features: string[]; startsAt: Date; endsAt: Date | null } | null;
  stands: "runs" | "over_now" | "over_before";
  strikesVoided: number;
  decisionsForReview: string[];
  /** The milder measure that took the place of the one appealed against. */
  successor: Modified["action"] | null;
}

/** What a ruling does to the action, and what its reporters hear (rule of procedure 5). */
async function carryOut(
  tx: Tx,
  deps: Deps,
  actor: StaffActor,
  input: RulingInput,
  action: { id: string; caseId: string; decisionId: string | null },
  at: DateTime<true>,
): Promise<Result<CarriedOut, RulingRefusal>> {
  const nothing = { ok: true as const, actionId: action.id, told: null, stands: "runs" as const, strikesVoided: 0, decisionsForReview: [], successor: null };
  switch (input.ruling) {
    case "inadmissible":
      return nothing;
    case "upheld":
      if (action.decisionId) await reviseOutcomes(tx, deps, actor, { caseId: action.caseId, occasion: `appeal:${input.appealId}:upheld`, revision: "unchanged", at });
      return nothing;
    case "overturned": {
      const reversed = await reverseAction(tx, deps, actor, { actionId: action.id, grounds: input.grounds, at, tell: false });
      return reversed.ok ? { ...nothing, strikesVoided: reversed.strikesVoided, decisionsForReview: reversed.decisionsForReview } : reversed;
    }
    case "modified": {
      const modified = await modifyAction(tx, deps, actor, { actionId: action.id, measure: input.measure, grounds: input.grounds, at });
      if (!modified.ok) return modified satisfies Refusal<RulingRefusal>;
      const { action: successor, stands, strikesVoided, decisionsForReview } = modified;
      return { ok: true, actionId: successor.id, told: await toldMeasure(tx, successor), stands, strikesVoided, decisionsForReview, successor };
    }
  }
}

async function toldMeasure(
  tx: Tx,
  successor: { accountId: string; kind: NonNullable<CarriedOut["told"]>["kind"]; features: readonly string[]; startsAt: DateTime | null; endsAt: DateTime | null },
): Promise<CarriedOut["told"]> {
  const { platformId, language } = await tx.account.findUniqueOrThrow({ where: { id: successor.accountId }, select: { platformId: true, language: true } });
  const { features } = await platformTerms(tx, platformId);
  const names = featureNamesIn(features, language);
  if (!successor.startsAt) return null;
  return {
    kind: successor.kind,
    features: successor.features.map((code) => names[code] ?? code),
    startsAt: successor.startsAt.toJSDate(),
    endsAt: successor.endsAt?.toJSDate() ?? null,
  };
}
