import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { campaignFigures, countTriable } from "../notices/campaign/campaign.queries.server";
import { isHeldReason, offeredDay } from "./effect";
import { earliestDayNow } from "./move-effective-day.server";
import { noticeTasks } from "./notice-tasks.queries.server";
import { shorterNotices } from "./shorter-notice.queries.server";

const shownUnreachable = 50;
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const dayText = (day: Date): string => day.toISOString().slice(0, 10);

/** Under which number each campaign announced its version: of one that was called off, the draft goes on under another. */
async function announcedNumbers(db: Deps["db"], campaignIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ campaignId: string; number: number }[]>`SELECT campaign_id AS "campaignId", number FROM policy_notice_announced WHERE campaign_id = ANY(${campaignIds}::uuid[])`;
  return new Map(rows.map(({ campaignId, number }) => [campaignId, number]));
}

/** Every campaign, newest first. */
export async function listCampaigns({ db }: Pick<Deps, "db">) {
  const rows = await db.policyNoticeCampaign.findMany({
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: 200,
    select: { id: true, state: true, effectiveDay: true, startedAt: true, heldSince: true, platform: { select: { name: true } }, policyVersion: { select: { number: true, state: true, policy: { select: { code: true } } } } },
  });
  const numbers = await announcedNumbers(db, rows.map(({ id }) => id));
  const tasks = new Map((await noticeTasks({ db })).map((task) => [task.campaignId, task]));
  return rows.map(({ effectiveDay, startedAt, heldSince, platform, policyVersion, ...row }) => ({
    ...row,
    platform: platform.name,
    policy: policyVersion.policy.code,
    version: numbers.get(row.id) ?? policyVersion.number,
    versionState: policyVersion.state,
    effectiveDay: dayText(effectiveDay),
    startedAt: iso(startedAt),
    held: heldSince !== null && policyVersion.state === "scheduled",
    unreached: tasks.get(row.id)?.unreached ?? 0,
  }));
}

/** What a form of the campaign's page needs to be read: the version it is about, and the zone its times are in. */
export async function campaignPlace({ db }: Pick<Deps, "db">, campaignId: string): Promise<{ versionId: string; zone: string } | null> {
  const found = await db.policyNoticeCampaign.findUnique({ where: { id: campaignId }, select: { policyVersionId: true, platform: { select: { zone: true } } } });
  return found && { versionId: found.policyVersionId, zone: found.platform.zone };
}

/** One campaign as its page shows it; null when there is none. */
export async function campaignDesk(deps: Deps, campaignId: string, now: DateTime) {
  const { db } = deps;
  const found = await db.policyNoticeCampaign.findUnique({
    where: { id: campaignId },
    include: { platform: true, policyVersion: { include: { policy: true } }, texts: { select: { language: true }, orderBy: { language: "asc" } } },
  });
  const figures = found && (await campaignFigures(deps, campaignId));
  if (!found || !figures) return null;
  const { platform, policyVersion: version } = found;
  const unreachable = await db.policyNoticeRecipient.findMany({
    where: { campaignId, state: "unreachable", settledAt: null },
    orderBy: [{ joinedAt: { sort: "asc", nulls: "first" } }, { unreachableAt: "asc" }],
    take: shownUnreachable,
    select: { accountId: true, unreachableAt: true, joinedAt: true, account: { select: { externalId: true, businessName: true } } },
  });
  const read = await db.policyNoticeRecipient.count({ where: { campaignId, readAt: { not: null } } });
  const scheduled = version.state === "scheduled";
  const earliest = scheduled && found.state !== "stopped" ? await earliestDayNow(db, { id: version.id, platformId: platform.id, zone: platform.zone }, now) : null;
  return {
    id: found.id,
    state: found.state,
    platform: { name: platform.name, zone: platform.zone, leadDays: platform.policyNoticeLeadDays },
    policy: version.policy.code,
    version: { id: version.id, number: (await announcedNumbers(db, [found.id])).get(found.id) ?? version.number, state: version.state },
    calledOff: found.state === "stopped" && (version.state === "draft" || version.state === "in_review"),
    effectiveDay: dayText(found.effectiveDay),
    offered: earliest && offeredDay(earliest, dayText(found.effectiveDay)),
    pace: { ratePerSecond: found.ratePerSecond, domainPerSecond: found.domainPerSecond, warmUpMinutes: found.warmUpMinutes },
    languages: found.texts.map(({ language }) => language),
    startedAt: iso(found.startedAt),
    pauseReason: found.pauseReason,
    stopReason: found.stopReason,
    held: scheduled && found.heldSince && found.heldReason && isHeldReason(found.heldReason) ? { since: found.heldSince.toISOString(), reason: found.heldReason } : null,
    requiredByLaw: found.requiredByLaw,
    read,
    figures: { ...figures, stagedAt: iso(figures.stagedAt) },
    unreachable: unreachable.map(({ accountId, unreachableAt, joinedAt, account }) => ({ accountId, since: iso(unreachableAt), joinedLater: joinedAt !== null, ...account })),
    triable: await countTriable(db, campaignId),
    shorter: await shorterNotices(db, version.id),
  };
}

export type CampaignDesk = NonNullable<Awaited<ReturnType<typeof campaignDesk>>>;
