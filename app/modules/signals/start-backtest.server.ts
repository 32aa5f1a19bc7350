import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { shardCount } from "./event-codes";
import { lockRuleBook, versionsSet } from "./rule-book.repo.server";
import type { RuleVersion } from "./rules/rule-book";
import { clauseOf, isEventRule, parametersSchema } from "./rules/rule-catalogue";
import { versionAt, versionsThatCount } from "./rules/versions-that-count";
import type { StartBacktestInput } from "./backtest/backtest.schema";
import { daysToRead, spanOf, type SpanRefused } from "./backtest/backtest-span";
import { noTotals } from "./backtest/backtest-totals";

type Refused = "forbidden" | "platform_unknown" | "rule_without_clause" | "invalid" | "backtest_without_events" | "backtest_version_unknown" | "backtest_running" | SpanRefused;

/**
 * Begins to try a change of a rule over stored events, beside the version in force now: a draft, or a version that was set
 * and is still to begin. At most one runs on a platform. Nothing is judged anew by it and nobody hears of it.
 */
export async function startBacktest(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: StartBacktestInput): Promise<Result<{ backtestId: string }, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  const { rule, firstDay, lastDay } = input;
  if (!isEventRule(rule)) return refuse("backtest_without_events");
  return transact(deps.db, async (tx): Promise<Result<{ backtestId: string }, Refused>> => {
    const platform = await lockRuleBook(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    if (!clauseOf(rule, platform.policyCodes)) return refuse("rule_without_clause");
    const now = deps.clock();
    const set = await versionsSet(tx, platform.id, rule);
    const present = versionAt(versionsThatCount(set, platform.policyCodes).filter((one) => one.rule === rule), now.toMillis()).current;
    const candidate = candidateOf(input, set);
    if (candidate === null || present === null) return refuse("version" in input ? "backtest_version_unknown" : "invalid");
    const { eventRetentionDays } = await tx.platform.findUniqueOrThrow({ where: { id: platform.id }, select: { eventRetentionDays: true } });
    const span = spanOf(firstDay, lastDay, [present, candidate], { now: now.toMillis(), retentionDays: eventRetentionDays, zone: platform.zone });
    if (typeof span === "string") return refuse(span);
    if ((await tx.ruleBacktest.count({ where: { platformId: platform.id, state: "running" } })) > 0) return refuse("backtest_running");
    const id = newId();
    await tx.ruleBacktest.create({
      data: {
        id,
        platformId: platform.id,
        rule,
        version: "version" in input ? input.version : null,
        presentVersion: present.version,
        present: settingIn(present),
        candidate: settingIn(candidate),
        zone: platform.zone,
        spanFrom: new Date(span.from),
        spanTo: new Date(span.to),
        readFrom: new Date(span.readFrom),
        progressOf: shardCount * daysToRead(span).length,
        totals: noTotals(),
        startedById: actor.id,
        createdAt: now.toJSDate(),
        progressAt: now.toJSDate(),
      },
      select: { id: true },
    });
    await stageOutbox(tx, { topic: "backtest.work", payload: { backtestId: id }, at: now });
    await recordAudit(tx, actor, { type: "backtest.started", at: now, platformId: platform.id, backtestId: id, rule, version: "version" in input ? input.version : null, presentVersion: present.version, candidate: settingIn(candidate), firstDay, lastDay });
    return { ok: true, backtestId: id };
  });
}

const settingIn = ({ mode, parameters }: RuleVersion) => ({ mode, parameters: { ...parameters } as Record<string, number | string[]> });

/** What is tried; null where it is out of bounds, or there is no such version. */
function candidateOf(input: StartBacktestInput, set: readonly RuleVersion[]): RuleVersion | null {
  if ("version" in input) return set.find(({ version }) => version === input.version) ?? null;
  const parsed = parametersSchema[input.rule].safeParse(input.parameters);
  return parsed.success ? ({ rule: input.rule, version: 0, mode: input.mode, effectiveFrom: 0, parameters: parsed.data } as RuleVersion) : null;
}
