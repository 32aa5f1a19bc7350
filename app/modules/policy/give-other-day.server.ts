import type { DateTime } from "luxon";
import type { CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { tellOtherDay } from "../notices/campaign/start-campaign.server";
import { campaignWords, versionPath } from "./campaign-words";
import { contentOf, type LockedVersion } from "./policy-version.repo.server";
import { moveEffectiveDay } from "./posting.repo.server";

/** Gives a scheduled version another day: it is posted in the place of the earlier one, and named to everybody who is written to from now on. */
export async function giveOtherDay(
  tx: Tx,
  deps: Deps,
  actor: StaffActor,
  { version, campaignId, effectiveOn, note, now }: { version: LockedVersion & { contentHash: string }; campaignId: string | null; effectiveOn: CivilDay; note: string; now: DateTime },
): Promise<void> {
  await moveEffectiveDay(tx, { versionId: version.id, contentHash: version.contentHash, zone: version.zone, effectiveOn, by: actor, note, now });
  if (!campaignId) return;
  const policy = await tx.policy.findUniqueOrThrow({ where: { id: version.policyId }, select: { title: true, titleEs: true } });
  const words = campaignWords({ policy, content: await contentOf(tx, version.id) });
  await tellOtherDay(tx, deps, { campaignId, platformId: version.platformId, effectiveDay: effectiveOn, words, policyPath: versionPath(version) });
}
