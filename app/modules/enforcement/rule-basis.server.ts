import { DateTime } from "luxon";
import type { RuleStatement } from "#emails/rule-statement";
import type { Tx } from "~/infra/db.server";
import { appealClosesAt } from "../appeals/appeal";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import { clauseInForce, type ClauseInForce } from "../policy/clause-in-force.server";
import { titleIn } from "../policy/clause-title";

/** What an interim measure rests on where a rule proposed it. */
export interface RuleBasis {
  /** Nobody looked before it took effect. */
  byItself: boolean;
  clause: ClauseInForce;
  conductAt: DateTime<true>;
}

/** Null for a measure that a person came to without a rule's proposal. */
export async function ruleBasisOf(tx: Tx, actionId: string, at: DateTime): Promise<RuleBasis | null> {
  const proposed = await tx.ruleMeasure.findUnique({ where: { actionId }, select: { automationId: true, platformId: true, createdAt: true, signal: { select: { clauseId: true, windowEnd: true } } } });
  if (!proposed) return null;
  const { platformId, signal, automationId, createdAt } = proposed;
  // A day that is not over yet is judged as far as it had come when the measure was proposed.
  const conduct = Math.min(signal.windowEnd.getTime() - 1, createdAt.getTime(), at.toMillis());
  const conductAt = DateTime.fromMillis(conduct, { zone: "utc" }) as DateTime<true>;
  const clause = await clauseInForce(tx, { platformId, clauseId: signal.clauseId, at: conductAt });
  if (!clause) throw new Error("the clause of a finding was not in force when it was found");
  return { byItself: automationId !== null, clause, conductAt };
}

/** What every message about such a measure says of who found and who decided. `at`: when the message goes out. */
export function ruleStatementOf(basis: RuleBasis, { account, terms, at, decidedBy }: { account: LockedAccount; terms: Terms; at: DateTime; decidedBy?: RuleStatement["decidedBy"] }): RuleStatement {
  const { clause, byItself } = basis;
  const closesAt = appealClosesAt({ informedAt: at }, { zone: terms.zone, windowDays: terms.appealWindowDays });
  return {
    decidedBy: decidedBy ?? (byItself ? "machine" : "person_on_proposal"),
    finding: {
      clauseCode: clause.code,
      clauseTitle: titleIn(clause, account.language),
      policyTitle: titleIn({ title: clause.policyTitle, titleEs: clause.policyTitleEs }, account.language),
      versionLabel: String(clause.versionNumber),
    },
    appeal: closesAt && { windowDays: terms.appealWindowDays, openAtLeastUntil: closesAt.toJSDate() },
  };
}
