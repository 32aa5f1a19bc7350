import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

/** Begins a new version of a policy as a draft that says what the one in force says. One at a time is on its way. */
export async function startVersion(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { policyId }: { policyId: string }): Promise<Result<{ versionId: string }, "forbidden" | "not_found" | "nothing_in_force" | "version_under_way">> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ versionId: string }, "not_found" | "nothing_in_force" | "version_under_way">> => {
    const now = deps.clock();
    const at = now.toJSDate();
    const [policy] = await tx.$queryRaw<{ id: string; code: string; platformId: string }[]>`SELECT id, code, platform_id AS "platformId" FROM policy WHERE id = ${policyId}::uuid FOR NO KEY UPDATE`;
    if (!policy) return refuse("not_found");
    const versions = await tx.policyVersion.findMany({ where: { policyId }, select: { id: true, number: true, state: true } });
    const underWay = versions.find(({ state }) => state === "draft" || state === "in_review" || state === "scheduled");
    if (underWay) return refuse("version_under_way", { versionId: underWay.id });
    const base = versions.find(({ state }) => state === "in_force");
    if (!base) return refuse("nothing_in_force");
    const posted = await tx.policyPosting.aggregate({ where: { policyVersion: { policyId } }, _max: { number: true } });
    const number = Math.max(posted._max.number ?? 0, ...versions.map((one) => one.number)) + 1;
    const id = newId();
    await tx.policyVersion.create({ data: { id, policyId, number, state: "draft", createdAt: at, basedOnId: base.id, editedById: actor.id, editedAt: at, editors: { create: { staffId: actor.id, firstAt: at, lastAt: at } } } });
    await tx.$executeRaw`
      INSERT INTO clause_version (id, clause_id, policy_version_id, section, title, title_es, body, report_label, severity, position)
      SELECT gen_random_uuid(), clause_id, ${id}::uuid, section, title, title_es, body, report_label, severity, position FROM clause_version WHERE policy_version_id = ${base.id}::uuid`;
    await recordAudit(tx, actor, { type: "policy_version.started", at: now, platformId: policy.platformId, policyVersionId: id, policy: policy.code, number, basedOn: base.id });
    return { ok: true, versionId: id };
  });
}
