import type { DateTime } from "luxon";
import type { CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import { earliestLawfulDay } from "../policy-notice";
import { sendingSeconds, type Pace } from "./pace";

/** Nobody has been written to yet: most businesses that use a large provider's mail use the same one. */
const assumedShare = 0.6;

export interface EarliestDay {
  /** The first day on which the version may take effect, if sending begins now. */
  earliest: CivilDay;
  recipients: number;
  /** The share of the largest mail domain that was reckoned with, as in the platform's last campaign. */
  largestShare: number;
  sendingSeconds: number;
  /** When the last notice will have gone. */
  lastNoticeAt: DateTime;
}

/** The earliest lawful day of a campaign that starts now, at that pace (CF-AUP 9). */
export async function earliestDayFor(tx: Tx, { platformId, pace, now }: { platformId: string; pace: Pace; now: DateTime }): Promise<EarliestDay> {
  const { zone, policyNoticeLeadDays } = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { zone: true, policyNoticeLeadDays: true } });
  const recipients = await tx.account.count({ where: { platformId, status: { in: ["active", "restricted"] } } });
  const largestShare = (await lastShare(tx, platformId)) ?? assumedShare;
  const seconds = sendingSeconds({ messages: recipients, largestShare }, pace);
  const lastNoticeAt = now.plus({ seconds: Math.ceil(seconds) });
  const earliest = earliestLawfulDay(lastNoticeAt, { zone, leadDays: policyNoticeLeadDays }).toISODate()!;
  return { earliest, recipients, largestShare, sendingSeconds: Math.ceil(seconds), lastNoticeAt };
}

async function lastShare(tx: Tx, platformId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ share: number | null }[]>`
    SELECT (SELECT max(d.messages)::float8 / nullif(sum(d.messages), 0) FROM policy_notice_domain d WHERE d.campaign_id = c.id AND d.domain <> '') AS share
      FROM policy_notice_campaign c WHERE c.platform_id = ${platformId}::uuid AND c.staged_at IS NOT NULL ORDER BY c.started_at DESC LIMIT 1`;
  return row?.share ?? null;
}
