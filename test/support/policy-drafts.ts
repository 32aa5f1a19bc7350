import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "~/modules/access/actor";
import { describeChange } from "~/modules/policy/describe-change.server";
import { handInVersion } from "~/modules/policy/hand-in-version.server";
import { saveClause } from "~/modules/policy/save-clause.server";
import { startVersion } from "~/modules/policy/start-version.server";
import type { SaveClauseInput } from "~/modules/policy/write-version.schema";
import { must } from "../factories/appealed";

/** The id of a clause by its code. */
export const clauseId = async (deps: Pick<Deps, "db">, code: string): Promise<string> => (await deps.db.clause.findUniqueOrThrow({ where: { code } })).id;

/** What the form of a clause of a draft sends, as it stands. */
export async function clauseForm(deps: Pick<Deps, "db">, versionId: string, code: string, over: Partial<SaveClauseInput> = {}): Promise<SaveClauseInput> {
  const all = await deps.db.clauseVersion.findMany({ where: { policyVersionId: versionId }, orderBy: { position: "asc" }, include: { clause: true } });
  const at = all.findIndex((one) => one.clause.code === code);
  const { section, title, titleEs, body, bodyEs, severity, reportLabel, revision, clauseId: id } = all[at]!;
  const label = reportLabel as { en: string; es: string } | null;
  const stoodAfter = all[at - 1]?.clauseId;
  return { versionId, clauseId: id, basedOn: revision, section, title, titleEs: titleEs ?? undefined, body, bodyEs: bodyEs ?? undefined, severity, labelEn: label?.en, labelEs: label?.es, after: stoodAfter, stoodAfter, ...over };
}

/** A draft of the policy's next version in which one clause reads otherwise, described and ready to be handed in. */
export async function aDraft(deps: Pick<Deps, "db" | "clock">, by: StaffActor, policyCode: string, { material = true, changes = {} as Record<string, Partial<SaveClauseInput>> } = {}): Promise<{ versionId: string; number: number }> {
  const policy = await deps.db.policy.findUniqueOrThrow({ where: { code: policyCode } });
  const { versionId } = must(await startVersion(deps, by, { policyId: policy.id }));
  for (const [code, over] of Object.entries(changes)) must(await saveClause(deps, by, await clauseForm(deps, versionId, code, over)));
  must(await describeChange(deps, by, { versionId, basedOn: 0, summary: "Businesses must keep a record of when and how each person agreed.", summaryEs: "Las empresas deben guardar un registro de cuándo y cómo aceptó cada persona.", material, materialReason: "It asks more of account holders than before." }));
  const { number } = await deps.db.policyVersion.findUniqueOrThrow({ where: { id: versionId } });
  return { versionId, number };
}

/** Hands a draft in as it stands. */
export async function handIn(deps: Pick<Deps, "db" | "clock">, by: StaffActor, versionId: string): Promise<string> {
  const { revision } = await deps.db.policyVersion.findUniqueOrThrow({ where: { id: versionId } });
  return must(await handInVersion(deps, by, { versionId, seen: revision })).contentHash;
}
