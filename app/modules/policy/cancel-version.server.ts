import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { stopCampaignWithin } from "../notices/campaign/stop-campaign.server";
import { policyVersionMachine } from "./policy-version-state";
import { lockVersion, toDraft, versionFacts } from "./policy-version.repo.server";
import { endPosting } from "./posting.repo.server";

type Refused = "forbidden" | "not_found" | "illegal_move" | "campaign_unknown";

/**
 * Calls a scheduled version off: nobody is told any more, what was posted says so, and its text is a draft again under the next number,
 * for the number that people were told of stays with what they were told.
 */
export async function cancelVersion(deps: Deps, actor: StaffActor, input: { versionId: string; note: string }): Promise<Result<{ number: number }, Refused>> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ number: number }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const moved = policyVersionMachine.after(version.state, "cancel");
    if (!moved.ok) return moved;
    const now = deps.clock();
    const campaigns = await tx.policyNoticeCampaign.findMany({ where: { policyVersionId: version.id, state: { not: "stopped" } }, select: { id: true } });
    for (const { id } of campaigns) {
      const stopped = await stopCampaignWithin(tx, deps, actor, { campaignId: id, reason: input.note.slice(0, 500) });
      if (!stopped.ok) return stopped;
    }
    await endPosting(tx, version.id, { how: "called_off", note: input.note, now });
    const posted = await tx.policyPosting.aggregate({ where: { policyVersion: { policyId: version.policyId } }, _max: { number: true } });
    const number = Math.max(version.number, posted._max.number ?? 0) + 1;
    await toDraft(tx, version, { number });
    await recordAudit(tx, actor, { type: "policy_version.called_off", ...versionFacts(version, now), draftNumber: number, note: input.note });
    return { ok: true, number };
  });
}
