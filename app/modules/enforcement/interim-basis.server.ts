import { DateTime } from "luxon";
import { z } from "zod";
import type { InterimReasons } from "#emails/interim-reasons";
import type { Tx } from "~/infra/db.server";
import { appealClosesAt } from "../appeals/appeal";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import { clauseInForce, type ClauseInForce } from "../policy/clause-in-force.server";
import { titleIn } from "../policy/clause-title";

/** What an interim measure rests on (DSA 17(3)): the ground, and who found it and decided. */
export interface InterimBasis {
  clause: ClauseInForce;
  conductAt: DateTime<true>;
  decidedBy: InterimReasons["decidedBy"];
  detectedBy: InterimReasons["detectedBy"];
}

/** Null for a measure from before its ground was kept. */
export async function interimBasisOf(tx: Tx, actionId: string, at: DateTime): Promise<InterimBasis | null> {
  const action = await tx.action.findUniqueOrThrow({
    where: { id: actionId },
    select: {
      groundClauseId: true,
      conductAt: true,
      case: { select: { platformId: true, reportCount: true, signalCount: true } },
      statements: { orderBy: { id: "asc" }, take: 1, select: { content: true } },
      ruleMeasure: { select: { automationId: true, createdAt: true, signal: { select: { clauseId: true, windowEnd: true } } } },
    },
  });
  const { ruleMeasure: proposed } = action;
  const { platformId } = action.case;
  if (proposed) {
    const { signal, automationId, createdAt } = proposed;
    // A day that is not over yet is judged as far as it had come when the measure was proposed.
    const conductAt = utc(Math.min(signal.windowEnd.getTime() - 1, createdAt.getTime(), at.toMillis()));
    return { ...(await cited(tx, platformId, signal.clauseId, conductAt)), decidedBy: automationId ? "machine" : "person_on_proposal", detectedBy: "machine" };
  }
  if (!action.groundClauseId || !action.conductAt) return null;
  return { ...(await cited(tx, platformId, action.groundClauseId, utc(action.conductAt.getTime()))), decidedBy: "person", detectedBy: saidFirst(action.statements[0]?.content) ?? foundBy(action.case) };
}

const utc = (millis: number) => DateTime.fromMillis(millis, { zone: "utc" }) as DateTime<true>;

async function cited(tx: Tx, platformId: string, clauseId: string, conductAt: DateTime<true>): Promise<Pick<InterimBasis, "clause" | "conductAt">> {
  const clause = await clauseInForce(tx, { platformId, clauseId, at: conductAt });
  if (!clause) throw new Error("the clause of an interim measure was not in force when it was breached");
  return { clause, conductAt };
}

const said = z.object({ reasons: z.object({ detectedBy: z.enum(["people", "machine", "both", "staff"]) }) });

/** As its first statement says: what its case counts has changed where a signal was taken back since. */
function saidFirst(content: unknown): InterimBasis["detectedBy"] | null {
  const parsed = said.safeParse(content);
  return parsed.success ? parsed.data.reasons.detectedBy : null;
}

function foundBy({ reportCount, signalCount }: { reportCount: number; signalCount: number }): InterimBasis["detectedBy"] {
  if (reportCount === 0) return signalCount === 0 ? "staff" : "machine";
  return signalCount === 0 ? "people" : "both";
}

/** What every message about such a measure says of its reasons. `at`: when the message goes out. */
export function interimReasonsOf({ clause, decidedBy, detectedBy }: InterimBasis, { account, terms, at, toldBefore = null }: { account: LockedAccount; terms: Terms; at: DateTime; toldBefore?: string | null }): InterimReasons {
  const closesAt = appealClosesAt({ informedAt: at }, { zone: terms.zone, windowDays: terms.appealWindowDays });
  return {
    decidedBy,
    detectedBy,
    finding: {
      clauseCode: clause.code,
      clauseTitle: titleIn(clause, account.language),
      policyTitle: titleIn({ title: clause.policyTitle, titleEs: clause.policyTitleEs }, account.language),
      versionLabel: String(clause.versionNumber),
    },
    toldBefore,
    appeal: closesAt && { windowDays: terms.appealWindowDays, openAtLeastUntil: closesAt.toJSDate() },
  };
}
