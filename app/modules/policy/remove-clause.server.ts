import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { clausesOf, forgetUnused, lockVersion, openForWriting } from "./policy-version.repo.server";

type Refused = "forbidden" | "not_found" | "version_not_open" | "stale";

/** Takes a clause out of a draft. Earlier versions keep it, and what they were cited for. */
export async function removeClause(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: { versionId: string; clauseId: string; basedOn: number }): Promise<Result<{ code: string; takenBack: boolean }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ code: string; takenBack: boolean }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const now = deps.clock();
    const clause = (await clausesOf(tx, version.id)).find(({ clauseId }) => clauseId === input.clauseId);
    if (!clause) return refuse("not_found");
    if (clause.revision !== input.basedOn) return refuse("stale");
    const opened = await openForWriting(tx, version, actor, now);
    if (!opened) return refuse("version_not_open");
    await tx.clauseVersion.delete({ where: { id: clause.id } });
    await forgetUnused(tx, clause.clauseId);
    await recordAudit(tx, actor, { type: "policy_clause.removed", at: now, platformId: version.platformId, policyVersionId: version.id, policy: version.policyCode, number: version.number, clause: clause.code });
    return { ok: true, code: clause.code, takenBack: opened.takenBack };
  });
}
