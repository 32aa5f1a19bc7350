import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { clauseChanges } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import { clausesOf, contentOf, labelColumn, saveOrder, versionFacts } from "./policy-version.repo.server";
import { writeOnVersion, type NotWritten } from "./write-on-version.server";

type Refused = "not_found" | "clause_there";

/** Puts a clause of an earlier version into a draft again, as it read last: the same clause, under its code. */
export const bringBackClause = (deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: { versionId: string; clauseId: string }): Promise<Result<{ code: string; takenBack: boolean }, NotWritten | Refused>> =>
  writeOnVersion(deps, actor, input.versionId, async (tx, version, now): Promise<Result<{ code: string }, Refused>> => {
    const clauses = await clausesOf(tx, version.id);
    if (clauses.some(({ clauseId }) => clauseId === input.clauseId)) return refuse("clause_there");
    const last = await tx.clauseVersion.findFirst({
      where: { clauseId: input.clauseId, clause: { policyId: version.policyId } },
      orderBy: { policyVersion: { number: "desc" } },
      include: { clause: { select: { code: true } } },
    });
    if (!last) return refuse("not_found");
    const id = newId();
    const { clauseId, section, title, titleEs, body, bodyEs, severity, position } = last;
    await tx.clauseVersion.create({
      data: { id, clauseId, policyVersionId: version.id, section, title, titleEs, body, bodyEs, severity, position, reportLabel: labelColumn(last.reportLabel as ClauseText["reportLabel"]), editedById: actor.id, editedAt: now.toJSDate() },
      select: { id: true },
    });
    const at = placeOf(last.clause.code, (await contentOf(tx, last.policyVersionId)).clauses, (await contentOf(tx, version.id)).clauses);
    await saveOrder(tx, [...clauses.slice(0, at).map((one) => one.id), id, ...clauses.slice(at).map((one) => one.id)]);
    await recordAudit(tx, actor, { type: "policy_clause.brought_back", ...versionFacts(version, now), clause: last.clause.code });
    return { ok: true, code: last.clause.code };
  });

/** Where the comparison shows what was removed: behind the nearest clause before it that is still where it was. */
function placeOf(code: string, earlier: readonly ClauseText[], now: readonly ClauseText[]): number {
  const changes = clauseChanges(earlier, now.filter((clause) => clause.code !== code));
  return changes.slice(0, changes.findIndex((change) => change.code === code)).filter(({ after }) => after).length;
}
