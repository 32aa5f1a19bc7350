import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { automationHours } from "./rule-automation";
import type { AskAutomationInput } from "./rule-automation.schema";
import { lockRuleBook, versionInForce } from "./rule-book.repo.server";
import { beginsOn } from "./rule-change";
import { clauseOf } from "./rules/rule-catalogue";

type Refused = "forbidden" | "platform_unknown" | "rule_without_clause" | "automation_unconfirmed" | "stale" | "rule_proposes_nothing" | "automation_exists" | "effective_day_past";

/**
 * Asks that the measure of the rule's version in force takes effect by itself, for one clause, from now on or from a day ahead.
 * Nothing changes until a second person confirms it.
 */
export async function askAutomation(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: AskAutomationInput): Promise<Result<{ automationId: string }, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ automationId: string }, Refused>> => {
    const platform = await lockRuleBook(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    const { rule, reason } = input;
    const clauseCode = clauseOf(rule, platform.policyCodes);
    if (!clauseCode) return refuse("rule_without_clause");
    if (input.confirmedClause !== clauseCode) return refuse("automation_unconfirmed");
    const now = deps.clock();
    const current = await versionInForce(tx, platform.id, rule, now.toMillis());
    if (current?.version !== input.ruleVersion) return refuse("stale");
    if (current.mode !== "signal_and_interim" || !current.measure) return refuse("rule_proposes_nothing");
    const begins = beginsOn(input.effectiveOn, platform.zone, now);
    if (!begins.ok) return begins;
    if ((await tx.ruleAutomation.count({ where: { platformId: platform.id, rule, state: { in: ["asked", "on"] } } })) > 0) return refuse("automation_exists");
    const id = newId();
    const asked = { platformId: platform.id, rule, ruleVersion: current.version, clauseCode };
    await tx.ruleAutomation.create({
      data: { id, ...asked, state: "asked", reason, askedById: actor.id, askedAt: now.toJSDate(), expiresAt: now.plus({ hours: automationHours }).toJSDate(), effectiveFrom: begins.at.toJSDate() },
      select: { id: true },
    });
    await recordAudit(tx, actor, { type: "rule.automation_asked", at: now, ...asked, automationId: id, effectiveFrom: begins.at.toISO(), measure: { ...current.measure }, reason });
    return { ok: true, automationId: id };
  });
}
