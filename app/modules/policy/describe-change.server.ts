import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { versionFacts } from "./policy-version.repo.server";
import { writeOnVersion, type NotWritten } from "./write-on-version.server";
import type { VersionDetailsInput } from "./write-version.schema";

/** Saves what people are told of a change, and whether it is material with the reason (CF-AUP 9). */
export const describeChange = (deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: VersionDetailsInput): Promise<Result<{ takenBack: boolean }, NotWritten | "stale">> =>
  writeOnVersion(deps, actor, input.versionId, async (tx, version, now): Promise<Result<object, "stale">> => {
    const before = await tx.policyVersion.findUniqueOrThrow({ where: { id: version.id }, select: { summary: true, summaryEs: true, material: true, materialReason: true, detailsRevision: true } });
    if (before.detailsRevision !== input.basedOn) return refuse("stale");
    const after = { summary: input.summary, summaryEs: input.summaryEs ?? null, material: input.material, materialReason: input.materialReason };
    await tx.policyVersion.update({ where: { id: version.id }, data: { ...after, detailsRevision: { increment: 1 } }, select: { id: true } });
    const fields = (Object.keys(after) as (keyof typeof after)[]).filter((field) => before[field] !== after[field]);
    await recordAudit(tx, actor, { type: "policy_version.described", ...versionFacts(version, now), fields, material: after.material, materialReason: after.materialReason });
    return { ok: true };
  });
