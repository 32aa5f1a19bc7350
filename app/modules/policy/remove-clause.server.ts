import type { Deps } from "~/infra/deps.server";
import type { Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { forgetUnused, versionFacts } from "./policy-version.repo.server";
import { writeOnClause, type NotWritten } from "./write-on-version.server";

/** Takes a clause out of a draft. Earlier versions keep it, and what they were cited for. */
export const removeClause = (deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: { versionId: string; clauseId: string; basedOn: number }): Promise<Result<{ code: string; takenBack: boolean }, NotWritten | "stale">> =>
  writeOnClause(deps, actor, input, async (tx, { version, clause }, now) => {
    await tx.clauseVersion.delete({ where: { id: clause.id } });
    await forgetUnused(tx, [clause.clauseId]);
    await recordAudit(tx, actor, { type: "policy_clause.removed", ...versionFacts(version, now), clause: clause.code });
    return { ok: true as const, code: clause.code };
  });
