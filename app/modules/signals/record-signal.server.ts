import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { joinCase } from "../cases/join-case.server";
import type { RecordSignalInput } from "./record-signal.schema";
import { clauseInForce, insertSignal, platformOfAccount, pointSignalAtCase } from "./signal.repo.server";

/**
 * Records one machine finding with its proof and attaches it to the account's open case in that policy area, or opens
 * one. The same rule over the same window is recorded once, however often it is reported.
 */
export async function recordSignal(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  input: RecordSignalInput,
): Promise<Result<{ signalId: string | null; caseId: string | null; duplicate: boolean }, "forbidden" | "not_found" | "clause_not_in_force">> {
  if (actor.kind !== "system") return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const platformId = await platformOfAccount(tx, input.accountId);
    if (!platformId) return refuse("not_found");
    const clause = await clauseInForce(tx, platformId, input.clauseCode, DateTime.fromISO(input.windowEnd, { zone: "utc" }));
    if (!clause) return refuse("clause_not_in_force");
    const signalId = newId();
    const added = await insertSignal(tx, { ...input, id: signalId, platformId, clauseId: clause.id, createdAt: now });
    if (!added) return { ok: true, signalId: null, caseId: null, duplicate: true };
    const joined = await joinCase(tx, actor, {
      platformId,
      accountId: input.accountId,
      area: clause.area,
      severity: clause.severity,
      at: now,
      what: { kind: "signal", id: signalId, rule: input.rule },
    });
    if (!joined.ok) throw new Error(`account ${input.accountId} vanished while its signal was recorded`);
    await pointSignalAtCase(tx, signalId, joined.caseId);
    await recordAudit(tx, actor, {
      type: "signal.recorded",
      at: now,
      platformId,
      accountId: input.accountId,
      caseId: joined.caseId,
      signalId,
      rule: input.rule,
      ruleVersion: input.ruleVersion,
    });
    return { ok: true, signalId, caseId: joined.caseId, duplicate: false };
  });
}
