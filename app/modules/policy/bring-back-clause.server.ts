import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { clauseChanges } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import { clausesOf, contentOf, labelColumn, lockVersion, openForWriting, saveOrder } from "./policy-version.repo.server";

type Refused = "forbidden" | "not_found" | "version_not_open" | "clause_there";

/** Puts a clause of an earlier version into a draft again, as it read last: the same clause, under its code. */
export async function bringBackClause(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: { versionId: string; clauseId: string }): Promise<Result<{ code: string; takenBack: boolean }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ code: string; takenBack: boolean }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const now = deps.clock();
    const clauses = await clausesOf(tx, version.id);
    if (clauses.some(({ clauseId }) => clauseId === input.clauseId)) return refuse("clause_there");
    const last = await tx.clauseVersion.findFirst({
      where: { clauseId: input.clauseId, clause: { policyId: version.policyId } },
      orderBy: { policyVersion: { number: "desc" } },
      include: { clause: { select: { code: true } } },
    });
    if (!last) return refuse("not_found");
    const opened = await openForWriting(tx, version, actor, now);
    if (!opened) return refuse("version_not_open");
    const id = newId();
    const { clauseId, section, title, titleEs, body, severity, position } = last;
    await tx.clauseVersion.create({
      data: { id, clauseId, policyVersionId: version.id, section, title, titleEs, body, severity, position, reportLabel: labelColumn(last.reportLabel as ClauseText["reportLabel"]), editedById: actor.id, editedAt: now.toJSDate() },
      select: { id: true },
    });
    const at = placeOf(last.clause.code, (await contentOf(tx, last.policyVersionId)).clauses, (await contentOf(tx, version.id)).clauses);
    await saveOrder(tx, [...clauses.slice(0, at).map((one) => one.id), id, ...clauses.slice(at).map((one) => one.id)]);
    await recordAudit(tx, actor, { type: "policy_clause.brought_back", at: now, platformId: version.platformId, policyVersionId: version.id, policy: version.policyCode, number: version.number, clause: last.clause.code });
    return { ok: true, code: last.clause.code, takenBack: opened.takenBack };
  });
}

/** Where the comparison shows what was removed: behind the nearest clause before it that is still where it was. */
function placeOf(code: string, earlier: readonly ClauseText[], now: readonly ClauseText[]): number {
  const changes = clauseChanges(earlier, now.filter((clause) => clause.code !== code));
  return changes.slice(0, changes.findIndex((change) => change.code === code)).filter(({ after }) => after).length;
}
