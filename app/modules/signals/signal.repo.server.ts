import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Severity } from "../policy/severity";
import type { RecordSignalInput } from "./record-signal.schema";
import type { RuleMode } from "./rules/rule-catalogue";

export async function platformOfAccount(tx: Tx, accountId: string): Promise<string | null> {
  const account = await tx.account.findUnique({ where: { id: accountId }, select: { platformId: true } });
  return account?.platformId ?? null;
}

/** The clause in the version in force at that instant. */
export async function clauseInForce(tx: Tx, platformId: string, code: string, at: DateTime): Promise<{ id: string; area: string; severity: Severity } | null> {
  const instant = at.toJSDate();
  const version = await tx.clauseVersion.findFirst({
    where: {
      clause: { code, policy: { platformId } },
      policyVersion: {
        state: { in: ["in_force", "superseded"] },
        effectiveFrom: { lte: instant },
        OR: [{ effectiveTo: null }, { effectiveTo: { gt: instant } }],
      },
    },
    select: { severity: true, clause: { select: { id: true, area: true } } },
  });
  return version && { ...version.clause, severity: version.severity };
}

/** Without a mode it is a signal; without points it adds nothing to what its account has together. */
type NewSignal = RecordSignalInput & { id: string; platformId: string; clauseId: string; mode?: RuleMode; points?: number; createdAt: DateTime };

/** Answers false when this rule has reported this window of this account already. */
export async function insertSignal(tx: Tx, { clauseCode: _, createdAt, ...signal }: NewSignal): Promise<boolean> {
  const { count } = await tx.signal.createMany({
    data: {
      ...signal,
      dedupeKey: [signal.accountId, signal.rule, signal.ruleVersion, signal.windowStart, signal.windowEnd].join(":"),
      createdAt: createdAt.toJSDate(),
    },
    skipDuplicates: true,
  });
  return count === 1;
}

export async function pointSignalAtCase(tx: Tx, signalId: string, caseId: string): Promise<void> {
  await tx.signal.update({ where: { id: signalId }, data: { caseId } });
}
