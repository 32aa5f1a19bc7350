import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isClauseCode } from "./clause-code";
import { clausesOf, labelColumn, lockVersion, openForWriting, saveOrder } from "./policy-version.repo.server";
import { mostClauses, type AddClauseInput } from "./write-version.schema";

type Refused = "forbidden" | "not_found" | "version_not_open" | "clause_code_wrong" | "clause_code_taken" | "place_unknown" | "too_many_clauses";

/** Adds a clause to a draft under a code that no clause had before, not even one that was removed: findings cite codes for good. */
export async function addClause(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: AddClauseInput): Promise<Result<{ clauseId: string; takenBack: boolean }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ clauseId: string; takenBack: boolean }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const now = deps.clock();
    const opened = await openForWriting(tx, version, actor, now);
    if (!opened) return refuse("version_not_open");
    if (!isClauseCode(version.policyCode, input.code)) return refuse("clause_code_wrong");
    const clauses = await clausesOf(tx, version.id);
    if (clauses.length >= mostClauses) return refuse("too_many_clauses");
    const at = input.after === undefined ? 0 : clauses.findIndex(({ clauseId }) => clauseId === input.after) + 1;
    if (input.after !== undefined && at === 0) return refuse("place_unknown");
    const clauseId = newId();
    const { count } = await tx.clause.createMany({ data: [{ id: clauseId, policyId: version.policyId, code: input.code, area: input.area }], skipDuplicates: true });
    if (count === 0) return refuse("clause_code_taken");
    const id = newId();
    const label = input.labelEn && input.labelEs ? { en: input.labelEn, es: input.labelEs } : null;
    await tx.clauseVersion.create({
      data: { id, clauseId, policyVersionId: version.id, section: input.section, title: input.title, titleEs: input.titleEs ?? null, body: input.body, severity: input.severity, reportLabel: labelColumn(label), position: at, editedById: actor.id, editedAt: now.toJSDate() },
      select: { id: true },
    });
    await saveOrder(tx, [...clauses.slice(0, at).map((one) => one.id), id, ...clauses.slice(at).map((one) => one.id)]);
    await recordAudit(tx, actor, { type: "policy_clause.added", at: now, platformId: version.platformId, policyVersionId: version.id, policy: version.policyCode, number: version.number, clause: input.code, area: input.area });
    return { ok: true, clauseId, takenBack: opened.takenBack };
  });
}
