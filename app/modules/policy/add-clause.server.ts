import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isClauseCode } from "./clause-code";
import { clausesOf, labelColumn, saveOrder, versionFacts } from "./policy-version.repo.server";
import { writeOnVersion, type NotWritten } from "./write-on-version.server";
import { mostClauses, writtenClause, type AddClauseInput } from "./write-version.schema";

type Refused = "clause_code_wrong" | "clause_code_taken" | "place_unknown" | "too_many_clauses";

/** Adds a clause to a draft under a code that no clause had before, not even one that was removed: findings cite codes for good. */
export const addClause = (deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: AddClauseInput): Promise<Result<{ clauseId: string; takenBack: boolean }, NotWritten | Refused>> =>
  writeOnVersion(deps, actor, input.versionId, async (tx, version, now): Promise<Result<{ clauseId: string }, Refused>> => {
    if (!isClauseCode(version.policyCode, input.code)) return refuse("clause_code_wrong");
    const clauses = await clausesOf(tx, version.id);
    if (clauses.length >= mostClauses) return refuse("too_many_clauses");
    const at = input.after === undefined ? 0 : clauses.findIndex(({ clauseId }) => clauseId === input.after) + 1;
    if (input.after !== undefined && at === 0) return refuse("place_unknown");
    const clauseId = newId();
    const { count } = await tx.clause.createMany({ data: [{ id: clauseId, policyId: version.policyId, code: input.code, area: input.area }], skipDuplicates: true });
    if (count === 0) return refuse("clause_code_taken");
    const id = newId();
    const said = writtenClause(input);
    await tx.clauseVersion.create({
      data: { id, clauseId, policyVersionId: version.id, ...said, reportLabel: labelColumn(said.reportLabel), position: at, editedById: actor.id, editedAt: now.toJSDate() },
      select: { id: true },
    });
    await saveOrder(tx, [...clauses.slice(0, at).map((one) => one.id), id, ...clauses.slice(at).map((one) => one.id)]);
    await recordAudit(tx, actor, { type: "policy_clause.added", ...versionFacts(version, now), clause: input.code, area: input.area });
    return { ok: true, clauseId };
  });
