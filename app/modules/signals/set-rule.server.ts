import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { backtestOfParameters } from "./backtest/backtest.repo.server";
import { offered } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { addVersion, bumpRules, lastSet, lockRuleBook, type SetVersion } from "./rule-book.repo.server";
import type { SetRuleInput } from "./rule-book.schema";
import { beginsOn } from "./rule-change";
import { leastRetentionDays } from "./event-retention";
import { ruleVersion } from "./rules/default-rules";
import type { RuleVersion } from "./rules/rule-book";
import { clauseOf, parametersSchema } from "./rules/rule-catalogue";

type Refused = "forbidden" | "platform_unknown" | "rule_without_clause" | "stale" | "invalid" | "effective_day_past" | "automation_unconfirmed" | "unknown_feature" | "rule_unchanged" | "retention_too_short";

/**
 * Sets a new version of a rule on a platform, from now on or from a day ahead, never back in time. It takes the place of
 * versions that were to begin later. Proposing measures needs the person's word for the very clause, which is
 * kept so that statements of reasons can tell of the automation, and features to restrict that the platform offers.
 */
export async function setRule(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: SetRuleInput): Promise<Result<{ version: number; effectiveFrom: DateTime }, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  const { rule, mode, reason } = input;
  const parsed = parametersSchema[rule].safeParse(input.parameters);
  if (!parsed.success) return refuse("invalid");
  return transact(deps.db, async (tx): Promise<Result<{ version: number; effectiveFrom: DateTime }, Refused>> => {
    const platform = await lockRuleBook(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    const clause = clauseOf(rule, platform.policyCodes);
    if (!clause) return refuse("rule_without_clause");
    const now = deps.clock();
    const begins = beginsOn(input.effectiveOn, platform.zone, now);
    if (!begins.ok) return begins;
    const { last, newest } = await lastSet(tx, platform.id, rule);
    const before: SetVersion = last ?? { ...ruleVersion(rule), measure: null };
    if (newest !== input.basedOn) return refuse("stale");
    if (mode === "signal_and_interim" && input.confirmedClause !== clause) return refuse("automation_unconfirmed");
    const terms = await platformTerms(tx, platform.id);
    const measure = mode === "signal_and_interim" ? { features: offered(terms.features).map(({ code }) => code).filter((code) => input.interimFeatures.includes(code)), days: input.interimDays ?? terms.interimMeasureDays } : null;
    if (measure && (measure.features.length === 0 || measure.features.length < new Set(input.interimFeatures).size)) return refuse("unknown_feature");
    const parameters = { ...parsed.data } as Record<string, number | string[]>;
    if (before.version === newest && before.mode === mode && JSON.stringify(before.measure) === JSON.stringify(measure) && JSON.stringify(before.parameters) === JSON.stringify(parameters) && before.effectiveFrom <= begins.at.toMillis()) return refuse("rule_unchanged");
    const version = newest + 1;
    const { eventRetentionDays } = await tx.platform.findUniqueOrThrow({ where: { id: platform.id }, select: { eventRetentionDays: true } });
    if (leastRetentionDays([{ ...ruleVersion(rule), mode, parameters: parsed.data } as RuleVersion]) > eventRetentionDays) return refuse("retention_too_short");
    const automatedClause = mode === "signal_and_interim" ? clause : null;
    const backtestId = await backtestOfParameters(tx, platform.id, rule, parameters);
    await addVersion(tx, { platformId: platform.id, rule, version, mode, parameters, effectiveFrom: begins.at, reason, automatedClause, measure, backtestId, setById: actor.id, createdAt: now });
    await bumpRules(tx, platform.id);
    await recordAudit(tx, actor, {
      type: "rule.set",
      at: now,
      platformId: platform.id,
      rule,
      before: { version: before.version, mode: before.mode, parameters: { ...before.parameters } as Record<string, number | string[]>, measure: before.measure && { ...before.measure } },
      after: { version, mode, parameters, effectiveFrom: begins.at.toISO(), automatedClause, measure: measure && { ...measure }, backtestId },
      reason,
    });
    return { ok: true, version, effectiveFrom: begins.at };
  });
}
