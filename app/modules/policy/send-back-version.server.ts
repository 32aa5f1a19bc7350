import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { policyVersionMachine } from "./policy-version-state";
import { lockVersion, toDraft, versionFacts } from "./policy-version.repo.server";

type Refused = "forbidden" | "not_found" | "illegal_move" | "stale";

/** Makes a version that was handed in a draft again: its reviewer says what should change, or whoever handed it in thinks again. */
export async function sendBackVersion(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: { versionId: string; seen: string; note: string }): Promise<Result<object, Refused>> {
  if (!may(actor, "policy:publish") && !may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const moved = policyVersionMachine.after(version.state, "send_back");
    if (!moved.ok) return moved;
    if (version.contentHash !== input.seen) return refuse("stale");
    const now = deps.clock();
    await toDraft(tx, version, { reviewNote: input.note });
    const own = version.proposedById === actor.id;
    await recordAudit(tx, actor, { type: own ? "policy_version.taken_back" : "policy_version.sent_back", ...versionFacts(version, now), note: input.note });
    return { ok: true };
  });
}
