import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { clauseFields } from "./policy-changes";
import { clausesOf, labelColumn, lockVersion, openForWriting, saveOrder } from "./policy-version.repo.server";
import type { SaveClauseInput } from "./write-version.schema";

type Refused = "forbidden" | "not_found" | "version_not_open" | "stale" | "place_unknown";

/**
 * Saves what a clause of a draft says and where it stands. A form that was made before somebody else saved the same clause is refused
 * as stale; other clauses may be written by others at the same time.
 */
export async function saveClause(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: SaveClauseInput): Promise<Result<{ code: string; takenBack: boolean }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ code: string; takenBack: boolean }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const now = deps.clock();
    const clauses = await clausesOf(tx, version.id);
    const clause = clauses.find(({ clauseId }) => clauseId === input.clauseId);
    if (!clause) return refuse("not_found");
    if (clause.revision !== input.basedOn) return refuse("stale");
    const opened = await openForWriting(tx, version, actor, now);
    if (!opened) return refuse("version_not_open");
    const before = await tx.clauseVersion.findUniqueOrThrow({ where: { id: clause.id } });
    const after = {
      section: input.section,
      title: input.title,
      titleEs: input.titleEs ?? null,
      body: input.body,
      severity: input.severity,
      reportLabel: input.labelEn && input.labelEs ? { en: input.labelEn, es: input.labelEs } : null,
    };
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
    await recordAudit(tx, actor, { type: "policy_clause.saved", at: now, platformId: version.platformId, policyVersionId: version.id, policy: version.policyCode, number: version.number, clause: clause.code, fields, moved });
    return { ok: true, code: clause.code, takenBack: opened.takenBack };
  });
}
