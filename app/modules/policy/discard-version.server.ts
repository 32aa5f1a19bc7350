import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { emptyDraft, forgetVersion } from "./discard-version.repo.server";
import { lockVersion, versionFacts } from "./policy-version.repo.server";
import type { DiscardVersionInput } from "./write-version.schema";

type Refused = "forbidden" | "not_found" | "illegal_move" | "stale";

/**
 * Gives a draft up as its writer saw it. What nobody but its writers saw is gone, with its number, and with a policy that was never more than this
 * draft. Where something was announced or asked for under it, that stays, and only the text goes.
 */
export async function discardVersion(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: DiscardVersionInput): Promise<Result<{ kept: boolean }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ kept: boolean }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    if (version.state !== "draft" || version.discarded) return refuse("illegal_move");
    if (version.revision !== input.seen) return refuse("stale");
    const now = deps.clock();
    await emptyDraft(tx, version, now);
    const kept = !(await forgetVersion(tx, version));
    await recordAudit(tx, actor, { type: "policy_version.discarded", ...versionFacts(version, now), kept, note: input.note });
    return { ok: true, kept };
  });
}
