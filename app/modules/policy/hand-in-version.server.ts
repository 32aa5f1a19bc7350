import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { policyVersionMachine } from "./policy-version-state";
import { contentOf, hashOf, lockVersion, versionFacts } from "./policy-version.repo.server";
import { readinessProblems } from "./version-readiness";

type Refused = "forbidden" | "not_found" | "stale" | "illegal_move" | "version_not_ready";

/** Hands a draft in for a second person to agree to. From here on its text stands still; writing on it takes it back. */
export async function handInVersion(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: { versionId: string; seen: number }): Promise<Result<{ contentHash: string }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ contentHash: string }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    if (version.discarded) return refuse("illegal_move");
    const moved = policyVersionMachine.after(version.state, "submit");
    if (!moved.ok) return moved;
    if (version.revision !== input.seen) return refuse("stale");
    const content = await contentOf(tx, version.id);
    const problems = readinessProblems(version.basedOnId ? await contentOf(tx, version.basedOnId) : null, content);
    if (problems.length > 0) return refuse("version_not_ready", { problems });
    const now = deps.clock();
    const contentHash = hashOf(content);
    await tx.policyVersion.update({ where: { id: version.id }, data: { state: moved.state, contentHash, proposedById: actor.id, submittedAt: now.toJSDate(), reviewNote: null }, select: { id: true } });
    await recordAudit(tx, actor, { type: "policy_version.handed_in", ...versionFacts(version, now), contentHash, material: version.material });
    return { ok: true, contentHash };
  });
}
