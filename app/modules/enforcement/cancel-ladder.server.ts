import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { callOffLadder, lockPlatform, standingOf, versionsOf } from "./ladder.repo.server";
import type { CancelLadderInput } from "./save-ladder.schema";

/** Calls off a version of a ladder before its day came. Its number stays taken and its reason stays in the history. */
export async function cancelLadder(deps: Deps, actor: StaffActor, { platformKey, severity, version, reason }: CancelLadderInput): Promise<Result<object, "forbidden" | "platform_unknown" | "ladder_not_scheduled">> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, "platform_unknown" | "ladder_not_scheduled">> => {
    const platform = await lockPlatform(tx, platformKey);
    if (!platform) return refuse("platform_unknown");
    const at = deps.clock();
    const { scheduled } = standingOf(await versionsOf(tx, platform.id, severity), at);
    if (scheduled?.version !== version) return refuse("ladder_not_scheduled");
    await callOffLadder(tx, scheduled.id, { at, byId: actor.id, reason });
    await recordAudit(tx, actor, { type: "ladder.cancelled", at, platformId: platform.id, severity, version, reason });
    return { ok: true };
  });
}
