import { DateTime } from "luxon";
import { addCivilDays, civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { Pace } from "../notices/campaign/pace";
import { startCampaign, type RequiredByLaw, type StartCampaignRefusal } from "../notices/campaign/start-campaign.server";
import { campaignWords, versionPath } from "./campaign-words";
import type { PolicyContent } from "./policy-content";
import { policyVersionMachine } from "./policy-version-state";
import { contentOf, hashOf, lockVersion, versionFacts, wroteOn, type LockedVersion } from "./policy-version.repo.server";
import { postChange } from "./posting.repo.server";
import type { PublishInput } from "./write-version.schema";

type Refused = StartCampaignRefusal | "forbidden" | "not_found" | "illegal_move" | "stale" | "own_version" | "effective_day_over" | "effective_too_far";

/**
 * A second person agrees to a version as it was handed in and gives it its day (DOMAIN, rule 2; CF-AUP 9). The change is posted at once and
 * stays posted. Of a material one everybody is told from now on, and its day has to leave them their notice; one that is not
 * material needs no notice, but the second person all the same.
 */
export async function publishVersion(deps: Deps, actor: StaffActor, input: PublishInput): Promise<Result<{ campaignId: string | null }, Refused>> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ campaignId: string | null }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    const moved = policyVersionMachine.after(version.state, "schedule");
    if (!moved.ok) return moved;
    const { contentHash } = version;
    if (contentHash === null || contentHash !== input.seen) return refuse("stale");
    if (version.proposedById === actor.id || (await wroteOn(tx, version.id, actor.id))) return refuse("own_version");
    const now = deps.clock();
    const today = civilDayOf(now, version.zone);
    const { effectiveOn } = input;
    if (effectiveOn <= today) return refuse("effective_day_over");
    if (effectiveOn > addCivilDays(today, 366)) return refuse("effective_too_far");
    const content = await contentOf(tx, version.id);
    if (hashOf(content) !== contentHash) throw new Error(`version ${version.id} does not say what was handed in`);
    await tx.policyVersion.update({
      where: { id: version.id },
      data: { state: moved.state, publishedById: actor.id, publishedAt: now.toJSDate(), effectiveFrom: startOfCivilDay(effectiveOn, version.zone).toJSDate() },
      select: { id: true },
    });
    await postChange(tx, { versionId: version.id, contentHash, effectiveOn, by: actor, now });
    const started = version.material ? await tellEverybody(tx, deps, actor, { version, content, contentHash, effectiveOn, pace: paceOf(input) }) : ({ ok: true, campaignId: null } as const);
    if (!started.ok) return started;
    await recordAudit(tx, actor, { type: "policy_version.published", ...versionFacts(version, now), contentHash, effectiveOn, material: version.material, campaignId: started.campaignId });
    return { ok: true, campaignId: started.campaignId };
  });
}

const paceOf = ({ ratePerSecond, domainPerSecond, warmUpMinutes }: PublishInput): Partial<Pace> => ({
  ...(ratePerSecond !== undefined && { ratePerSecond }),
  ...(domainPerSecond !== undefined && { domainPerSecond }),
  ...(warmUpMinutes !== undefined && { warmUpMinutes }),
});

async function tellEverybody(tx: Tx, deps: Deps, actor: StaffActor, { version, content, contentHash, effectiveOn, pace }: { version: LockedVersion; content: PolicyContent; contentHash: string; effectiveOn: string; pace: Partial<Pace> }) {
  const policy = await tx.policy.findUniqueOrThrow({ where: { id: version.policyId }, select: { title: true, titleEs: true } });
  const requiredByLaw = await shorterNotice(tx, { versionId: version.id, contentHash, effectiveOn });
  return startCampaign(tx, deps, actor, {
    policyVersionId: version.id,
    effectiveDay: effectiveOn,
    words: campaignWords({ policy, content }),
    policyPath: versionPath(version),
    pace,
    ...(requiredByLaw && { requiredByLaw }),
  });
}

/** The legal reason for less notice that two people gave for this text and this day. */
async function shorterNotice(tx: Tx, { versionId, contentHash, effectiveOn }: { versionId: string; contentHash: string; effectiveOn: string }): Promise<RequiredByLaw | null> {
  const given = await tx.policyShorterNotice.findFirst({ where: { policyVersionId: versionId, contentHash, effectiveDay: new Date(`${effectiveOn}T00:00:00Z`), state: "agreed" } });
  if (!given?.answeredById || !given.answeredAt) return null;
  return { reason: given.reason, askedById: given.askedById, askedAt: DateTime.fromJSDate(given.askedAt), agreedById: given.answeredById, agreedAt: DateTime.fromJSDate(given.answeredAt) };
}
