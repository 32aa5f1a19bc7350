import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { clauseFields } from "./policy-changes";
import { labelColumn, saveOrder, versionFacts } from "./policy-version.repo.server";
import { writeOnClause, type NotWritten } from "./write-on-version.server";
import { writtenClause, type SaveClauseInput } from "./write-version.schema";

/**
 * Saves what a clause of a draft says and where it stands. A form that was made before somebody else saved the same clause is refused
 * as stale; other clauses may be written by others at the same time.
 */
export const saveClause = (deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: SaveClauseInput): Promise<Result<{ code: string; takenBack: boolean }, NotWritten | "stale" | "place_unknown">> =>
  writeOnClause(deps, actor, input, async (tx, { version, clauses, clause }, now): Promise<Result<{ code: string }, "place_unknown">> => {
    const before = await tx.clauseVersion.findUniqueOrThrow({ where: { id: clause.id } });
    const after = writtenClause(input);
    await tx.clauseVersion.update({
      where: { id: clause.id },
      data: { ...after, reportLabel: labelColumn(after.reportLabel), revision: { increment: 1 }, editedById: actor.id, editedAt: now.toJSDate() },
      select: { id: true },
    });
    const moved = input.after !== input.stoodAfter;
    if (moved) {
      const others = clauses.filter(({ id }) => id !== clause.id);
      const at = input.after === undefined ? 0 : others.findIndex(({ clauseId }) => clauseId === input.after) + 1;
      if (input.after !== undefined && at === 0) return refuse("place_unknown");
      await saveOrder(tx, [...others.slice(0, at), clause, ...others.slice(at)].map(({ id }) => id));
    }
    const fields = clauseFields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
    await recordAudit(tx, actor, { type: "policy_clause.saved", ...versionFacts(version, now), clause: clause.code, fields, moved });
    return { ok: true, code: clause.code };
  });
