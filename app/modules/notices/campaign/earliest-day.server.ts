import type { DateTime } from "luxon";
import type { CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import { earliestLawfulDay } from "../policy-notice";
import { defaultPace, sendingSeconds, type Pace } from "./pace";

/** Nobody has been written to yet: most businesses that use a large provider's mail use the same one. */
const assumedShare = 0.6;

export interface EarliestDay {
  /** The first day on which the version may take effect, if sending begins now. */
  earliest: CivilDay;
  recipients: number;
  /** The share of the largest mail domain that was reckoned with, as in the platform's last campaign. */
  largestShare: number;
  sendingSeconds: number;
  /** Other campaigns under way, which share the rate with it. */
  others: number;
  /** When the last notice will have gone. */
  lastNoticeAt: DateTime;
}

/** The pace of the platform's last campaign: what its mail servers were seen to bear. */
export async function usualPace(tx: Tx, platformId: string): Promise<Pace> {
  const last = await tx.policyNoticeCampaign.findFirst({ where: { platformId, startedAt: { not: null } }, orderBy: [{ startedAt: "desc" }, { id: "desc" }], select: { ratePerSecond: true, domainPerSecond: true, warmUpMinutes: true } });
  return last ?? defaultPace;
}

/** The earliest lawful day of a campaign that starts now, at that pace (CF-AUP 9). What sends already shares the rate with it (take-messages.server.ts). */
export async function earliestDayFor(tx: Tx, { platformId, pace, now }: { platformId: string; pace: Pace; now: DateTime }): Promise<EarliestDay> {
  const { zone, policyNoticeLeadDays } = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { zone: true, policyNoticeLeadDays: true } });
  const recipients = await tx.account.count({ where: { platformId, status: { in: ["active", "restricted"] } } });
  const largestShare = (await lastShare(tx, platformId)) ?? assumedShare;
  const others = await tx.policyNoticeCampaign.count({ where: { state: "sending" } });
  const share = { ...pace, ratePerSecond: pace.ratePerSecond / (others + 1), domainPerSecond: pace.domainPerSecond / (others + 1) };
  const seconds = sendingSeconds({ messages: recipients, largestShare }, share);
  const lastNoticeAt = now.plus({ seconds: Math.ceil(seconds) });
  const earliest = earliestLawfulDay(lastNoticeAt, { zone, leadDays: policyNoticeLeadDays }).toISODate()!;
  return { earliest, recipients, largestShare, others, sendingSeconds: Math.ceil(seconds), lastNoticeAt };
}

async function lastShare(tx: Tx, platformId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ share: number | null }[]>`
    SELECT (SELECT max(d.messages)::float8 / nullif(sum(d.messages), 0) FROM policy_notice_domain d WHERE d.campaign_id = c.id AND d.domain <> '') AS share
      FROM policy_notice_campaign c WHERE c.platform_id = ${platformId}::uuid AND c.staged_at IS NOT NULL ORDER BY c.started_at DESC LIMIT 1`;
  return row?.share ?? null;
}
