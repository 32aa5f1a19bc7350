import { DateTime } from "luxon";
import type { Db, Tx } from "~/infra/db.server";
import { actsByItself, type AutomationState } from "./rule-automation";
import { exemptionOfRow, versionInForce, versionOfRow } from "./rule-book.repo.server";
import type { InterimProposal } from "./rule-interim";

const utc = (date: Date) => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;

/** A finding with everything that decides whether a measure follows from it. */
export interface MeasureFacts {
  signalId: string;
  platformId: string;
  accountId: string;
  caseId: string | null;
  rule: string;
  ruleVersion: number;
  mode: string;
  retracted: boolean;
  clause: { id: string; code: string; area: string };
  windowStart: DateTime<true>;
  windowEnd: DateTime<true>;
  observed: number;
  threshold: number;
  measures: Record<string, number>;
  /** What the version that found it proposes. */
  proposal: InterimProposal | null;
  /** The rule's version in force proposes measures still. */
  stillProposes: boolean;
  /** The rule leaves the account alone, now or while it was looked at. */
  exempt: boolean;
  /** The switch under which its measure takes effect by itself. */
  automation: { id: string; askedById: string; confirmedById: string } | null;
}

export async function measureFacts(db: Db | Tx, signalId: string, now: DateTime): Promise<MeasureFacts | null> {
  const signal = await db.signal.findUnique({ where: { id: signalId }, include: { clause: { select: { id: true, code: true, area: true } } } });
  if (!signal) return null;
  const { platformId, accountId, rule, ruleVersion } = signal;
  const row = await db.signalRuleVersion.findUnique({ where: { platformId_rule_version: { platformId, rule, version: ruleVersion } } });
  const exemptions = (await db.signalRuleExemption.findMany({ where: { accountId, rule } })).flatMap((one) => exemptionOfRow(one) ?? []);
  const exemptAt = (instant: number): boolean => exemptions.some(({ from, until }) => from <= instant && (until === null || instant < until));
  const found = { ruleVersion, clauseCode: signal.clause.code, at: signal.createdAt.getTime(), windowEnd: signal.windowEnd.getTime() };
  const automations = await db.ruleAutomation.findMany({ where: { platformId, rule, state: "on" } });
  const automation = automations.find((one) => actsByItself({ ...one, state: one.state as AutomationState, effectiveFrom: one.effectiveFrom.getTime() }, found, now.toMillis()));
  return {
    signalId,
    platformId,
    accountId,
    caseId: signal.caseId,
    rule,
    ruleVersion,
    mode: signal.mode,
    retracted: signal.retractedAt !== null,
    clause: signal.clause,
    windowStart: utc(signal.windowStart),
    windowEnd: utc(signal.windowEnd),
    observed: Number(signal.observed),
    threshold: Number(signal.threshold),
    measures: signal.measures as Record<string, number>,
    proposal: (row && versionOfRow(row)?.measure) ?? null,
    stillProposes: (await versionInForce(db, platformId, rule, now.toMillis()))?.mode === "signal_and_interim",
    exempt: exemptAt(now.toMillis()) || exemptAt(found.windowEnd - 1),
    automation: automation?.confirmedById ? { id: automation.id, askedById: automation.askedById, confirmedById: automation.confirmedById } : null,
  };
}

/** Findings of this rule on this case that hold and were not proposed for, the newest first. */
export async function findingsLeft(tx: Tx, { caseId, rule }: { caseId: string; rule: string }): Promise<string[]> {
  const rows = await tx.signal.findMany({ where: { caseId, rule, mode: "signal_and_interim", retractedAt: null, measure: null }, orderBy: [{ windowEnd: "desc" }, { id: "desc" }], take: 20, select: { id: true } });
  return rows.map(({ id }) => id);
}

/** Findings whose measures are not settled yet, the oldest first. */
export async function findingsDue(db: Db, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`SELECT id FROM signal WHERE measure_due ORDER BY created_at, id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** What follows from a finding for measures is settled, until it is moved or taken back. */
export const noteSettled = (tx: Tx, signalId: string): Promise<unknown> => tx.$executeRaw`UPDATE signal SET measure_due = false WHERE id = ${signalId}::uuid AND measure_due`;
