import type { Db } from "~/infra/db.server";

/** What one account is to be shown about changes of policies. */
export interface AccountNotice {
  id: string;
  policy: string;
  title: string;
  titleEs: string | null;
  platform: string;
  version: number;
  summary: string;
  summaryEs: string | null;
  versionState: string;
  held: boolean;
  effectiveFrom: Date | null;
  zone: string;
  startedAt: Date;
  mailAcceptedAt: Date | null;
  readAt: Date | null;
}

/** How long after a version took effect the banner still tells of it, in days. */
const shownAfterDays = 30;

/** @returns the notices of an account, newest first; null when the platform has no such account */
export async function accountNotices(db: Db, { platformId, externalId, now }: { platformId: string; externalId: string; now: Date }): Promise<AccountNotice[] | null> {
  const account = await db.account.findUnique({ where: { platformId_externalId: { platformId, externalId } }, select: { id: true } });
  if (!account) return null;
  return db.$queryRaw<AccountNotice[]>`
    SELECT c.id, y.code AS policy, y.title, y.title_es AS "titleEs", p.key AS platform, v.number AS version, v.summary, v.summary_es AS "summaryEs", v.state::text AS "versionState", c.held_since IS NOT NULL AND v.state = 'scheduled' AS held, v.effective_from AS "effectiveFrom", p.zone,
           c.started_at AS "startedAt", r.notified_at AS "mailAcceptedAt", r.read_at AS "readAt"
      FROM policy_notice_recipient r
      JOIN policy_notice_campaign c ON c.id = r.campaign_id AND c.state IN ('sending', 'paused', 'complete')
      JOIN policy_version v ON v.id = c.policy_version_id AND v.state IN ('scheduled', 'in_force') AND v.effective_from + make_interval(days => ${shownAfterDays}::int) > ${now}
      JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id
     WHERE r.account_id = ${account.id}::uuid AND r.state <> 'dropped'
     ORDER BY c.started_at DESC, c.id LIMIT 50`;
}
