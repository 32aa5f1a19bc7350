import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { barsAnswer, type AnswerRefusal, type AutomationState } from "./rule-automation";
import type { AnswerAutomationInput } from "./rule-automation.schema";
import { versionInForce } from "./rule-book.repo.server";

type Refused = "forbidden" | "not_found" | "stale" | AnswerRefusal;

/** The switch, locked against every other answer and against measures that would rest on it. */
async function lockAutomation(tx: Tx, id: string) {
  await tx.$queryRaw`SELECT 1 FROM rule_automation WHERE id = ${id}::uuid FOR UPDATE`;
  const found = await tx.ruleAutomation.findUnique({ where: { id } });
  return found && { ...found, state: found.state as AutomationState };
}

const factsOf = ({ id, platformId, rule, ruleVersion, clauseCode }: NonNullable<Awaited<ReturnType<typeof lockAutomation>>>) => ({ automationId: id, platformId, rule, ruleVersion, clauseCode });

/**
 * The second person's yes: from now on, or from the day that was asked for, the rule's measure takes effect by itself. It restricts
 * accounts, so it takes the right to approve decisions, and nobody confirms what they asked for.
 */
export async function confirmAutomation(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { automationId }: { automationId: string }): Promise<Result<object, Refused>> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const found = await lockAutomation(tx, automationId);
    if (!found) return refuse("not_found");
    const at = deps.clock();
    const bars = barsAnswer({ ...found, expiresAt: found.expiresAt.getTime() }, actor.id, "confirm", at.toMillis());
    if (bars) return refuse(bars);
    if ((await versionInForce(tx, found.platformId, found.rule, at.toMillis()))?.version !== found.ruleVersion) return refuse("stale");
    const effectiveFrom = new Date(Math.max(found.effectiveFrom.getTime(), at.toMillis()));
    await tx.ruleAutomation.update({ where: { id: automationId }, data: { state: "on", confirmedById: actor.id, confirmedAt: at.toJSDate(), effectiveFrom }, select: { id: true } });
    await recordAudit(tx, actor, { type: "rule.automation_confirmed", at, ...factsOf(found), askedById: found.askedById, effectiveFrom: effectiveFrom.toISOString() });
    return { ok: true };
  });
}

const endings = {
  "reject-automation": { state: "rejected", permission: "decision:approve", audit: "rule.automation_rejected", how: "reject" },
  "withdraw-automation": { state: "withdrawn", permission: "rule:manage", audit: "rule.automation_withdrawn", how: "withdraw" },
} as const;

/** Says no to a request, or takes one's own back. */
export async function dropAutomation(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: Extract<AnswerAutomationInput, { intent: keyof typeof endings }>): Promise<Result<object, Refused>> {
  const { state, permission, audit, how } = endings[input.intent];
  if (!may(actor, permission)) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const found = await lockAutomation(tx, input.automationId);
    if (!found) return refuse("not_found");
    const at = deps.clock();
    const bars = barsAnswer({ ...found, expiresAt: found.expiresAt.getTime() }, actor.id, how, at.toMillis());
    if (bars) return refuse(bars);
    await end(tx, actor, found, { state, audit, reason: input.reason, at });
    return { ok: true };
  });
}

/** Switches it off from now on, which takes one person. Measures that took effect stay until they end, are lifted or reversed. */
export async function endAutomation(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { automationId, reason }: { automationId: string; reason: string }): Promise<Result<object, Refused>> {
  if (!may(actor, "rule:manage") && !may(actor, "decision:approve")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const found = await lockAutomation(tx, automationId);
    if (!found) return refuse("not_found");
    if (found.state !== "on") return refuse("already_answered");
    await end(tx, actor, found, { state: "off", audit: "rule.automation_ended", reason, at: deps.clock() });
    return { ok: true };
  });
}

const sweeper: Actor = { kind: "system", name: "expire-proposals" };

/** Requests that nobody answered in time, the longest waiting first. */
export async function overdueAutomations(db: Deps["db"], at: DateTime, limit: number): Promise<string[]> {
  const rows = await db.ruleAutomation.findMany({ where: { state: "asked", expiresAt: { lte: at.toJSDate() } }, orderBy: [{ expiresAt: "asc" }, { id: "asc" }], take: limit, select: { id: true } });
  return rows.map(({ id }) => id);
}

/** Lets a request lapse that nobody answered in time. @returns whether it was still waiting */
export async function lapseAutomation(deps: Pick<Deps, "db">, id: string, at: DateTime): Promise<boolean> {
  const done = await transact(deps.db, async (tx): Promise<Result<object, "already_answered">> => {
    const found = await lockAutomation(tx, id);
    if (found?.state !== "asked" || +found.expiresAt > +at) return refuse("already_answered");
    await end(tx, sweeper, found, { state: "lapsed", audit: "rule.automation_lapsed", reason: "Nobody answered in time.", at });
    return { ok: true };
  });
  return done.ok;
}

async function end(tx: Tx, actor: Actor, found: NonNullable<Awaited<ReturnType<typeof lockAutomation>>>, { state, audit, reason, at }: { state: AutomationState; audit: `rule.${string}`; reason: string; at: DateTime }): Promise<void> {
  await tx.ruleAutomation.update({ where: { id: found.id }, data: { state, endedAt: at.toJSDate(), endedById: actor.kind === "staff" ? actor.id : null, endedReason: reason }, select: { id: true } });
  await recordAudit(tx, actor, { type: audit, at, ...factsOf(found), reason });
}
