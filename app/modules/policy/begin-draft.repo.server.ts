import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { Result } from "~/infra/result";
import { refuse } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

export type BeginRefused = "not_found" | "version_under_way";

/** A policy's next version as a draft that says what the one in force says; of a policy that has none yet, an empty one. One at a time is on its way. */
export async function beginDraft(tx: Tx, actor: StaffActor, policyId: string, now: DateTime): Promise<Result<{ versionId: string }, BeginRefused>> {
  const [policy] = await tx.$queryRaw<{ id: string; code: string; platformId: string }[]>`SELECT id, code, platform_id AS "platformId" FROM policy WHERE id = ${policyId}::uuid FOR NO KEY UPDATE`;
  if (!policy) return refuse("not_found");
  const versions = await tx.policyVersion.findMany({ where: { policyId }, select: { id: true, number: true, state: true, discardedAt: true } });
  const underWay = versions.find(({ state, discardedAt }) => discardedAt === null && (state === "draft" || state === "in_review" || state === "scheduled"));
  if (underWay) return refuse("version_under_way", { versionId: underWay.id });
  const base = versions.find(({ state }) => state === "in_force") ?? null;
  const posted = await tx.policyPosting.aggregate({ where: { policyVersion: { policyId } }, _max: { number: true } });
  const number = Math.max(posted._max.number ?? 0, ...versions.map((one) => one.number)) + 1;
  const id = newId();
  const at = now.toJSDate();
  await tx.policyVersion.create({ data: { id, policyId, number, state: "draft", createdAt: at, basedOnId: base?.id ?? null, editedById: actor.id, editedAt: at, editors: { create: { staffId: actor.id, firstAt: at, lastAt: at } } }, select: { id: true } });
  if (base)
    await tx.$executeRaw`
      INSERT INTO clause_version (id, clause_id, policy_version_id, section, title, title_es, body, body_es, report_label, severity, position)
      SELECT gen_random_uuid(), clause_id, ${id}::uuid, section, title, title_es, body, body_es, report_label, severity, position FROM clause_version WHERE policy_version_id = ${base.id}::uuid`;
  await recordAudit(tx, actor, { type: "policy_version.started", at: now, platformId: policy.platformId, policyVersionId: id, policy: policy.code, number, basedOn: base?.id ?? null });
  return { ok: true, versionId: id };
}
