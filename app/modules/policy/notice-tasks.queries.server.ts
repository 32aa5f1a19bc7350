import type { Deps } from "~/infra/deps.server";

export interface NoticeTask {
  campaignId: string;
  policy: string;
  version: number;
  /** Accounts that no address reaches and nobody told another way. */
  unreached: number;
  held: boolean;
}

/**
 * What waits for a person while a version is to come: account holders that no address reaches, those who joined later among them, for
 * whom the version does not wait (campaign-standing.server.ts), and versions that are held.
 */
export const noticeTasks = ({ db }: Pick<Deps, "db">): Promise<NoticeTask[]> => db.$queryRaw<NoticeTask[]>`
  SELECT c.id AS "campaignId", y.code AS policy, v.number AS version, u.unreached, c.held_since IS NOT NULL AS held
    FROM policy_version v JOIN policy y ON y.id = v.policy_id
    JOIN policy_notice_campaign c ON c.policy_version_id = v.id AND c.state <> 'stopped'
   CROSS JOIN LATERAL (SELECT count(*)::int AS unreached FROM policy_notice_recipient r WHERE r.campaign_id = c.id AND r.unreachable_at IS NOT NULL AND r.settled_at IS NULL AND r.state = 'unreachable') u
   WHERE v.state = 'scheduled' AND (u.unreached > 0 OR c.held_since IS NOT NULL) ORDER BY v.effective_from, c.id`;
