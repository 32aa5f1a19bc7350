import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockVersion, openForWriting } from "./policy-version.repo.server";
import type { VersionDetailsInput } from "./write-version.schema";

type Refused = "forbidden" | "not_found" | "version_not_open" | "stale";

/** Saves what people are told of a change, and whether it is material with the reason (CF-AUP 9). */
export async function describeChange(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: VersionDetailsInput): Promise<Result<{ takenBack: boolean }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ takenBack: boolean }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const before = await tx.policyVersion.findUniqueOrThrow({ where: { id: version.id }, select: { summary: true, summaryEs: true, material: true, materialReason: true, detailsRevision: true } });
    if (before.detailsRevision !== input.basedOn) return refuse("stale");
    const now = deps.clock();
    const opened = await openForWriting(tx, version, actor, now);
    if (!opened) return refuse("version_not_open");
    const after = { summary: input.summary, summaryEs: input.summaryEs ?? null, material: input.material, materialReason: input.materialReason };
    await tx.policyVersion.update({ where: { id: version.id }, data: { ...after, detailsRevision: { increment: 1 } }, select: { id: true } });
    const fields = (Object.keys(after) as (keyof typeof after)[]).filter((field) => before[field] !== after[field]);
    await recordAudit(tx, actor, { type: "policy_version.described", at: now, platformId: version.platformId, policyVersionId: version.id, policy: version.policyCode, number: version.number, fields, material: after.material, materialReason: after.materialReason });
    return { ok: true, takenBack: opened.takenBack };
  });
}
