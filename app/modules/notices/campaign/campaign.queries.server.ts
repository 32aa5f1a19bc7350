import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { takenBack } from "./write-messages.server";
import type { CampaignFigures, CampaignState, RecipientState } from "./campaign";
import { secondsFor } from "./pace";

const shownDomains = 12;
const rateWindowSeconds = 60;

/** The figures of one campaign, counted in its rows; null when there is none. */
export async function campaignFigures(deps: Pick<Deps, "db" | "clock">, campaignId: string): Promise<CampaignFigures | null> {
  return deps.db.$transaction(async (tx) => {
    const campaign = await tx.policyNoticeCampaign.findUnique({ where: { id: campaignId }, select: { state: true, platformId: true, stagedAt: true, ratePerSecond: true, domainPerSecond: true, warmUpMinutes: true } });
    if (!campaign) return null;
    const now = deps.clock();
    const isPaused = (await tx.noticePause.count({ where: { endedAt: null, OR: [{ platformId: null }, { platformId: campaign.platformId }] } })) > 0;
    const states = await tx.$queryRaw<{ state: RecipientState; count: number; joined: number; settled: number }[]>`
      SELECT state::text AS state, count(*)::int AS count, count(joined_at)::int AS joined, count(settled_at)::int AS settled FROM policy_notice_recipient WHERE campaign_id = ${campaignId}::uuid GROUP BY state`;
    const sent = await tx.$queryRaw<{ state: string; language: string; count: number; complained: number; lately: number; firstAt: Date | null }[]>`
      SELECT state::text AS state, language, count(*)::int AS count, count(complained_at)::int AS complained,
             count(*) FILTER (WHERE handed_over_at > ${now.minus({ seconds: rateWindowSeconds }).toJSDate()})::int AS lately, min(handed_over_at) AS "firstAt"
        FROM policy_notice_message WHERE campaign_id = ${campaignId}::uuid GROUP BY state, language`;
    const domains = await topDomains(tx, campaignId);
    const of = (...wanted: string[]): number => sent.filter(({ state }) => wanted.includes(state)).reduce((sum, { count }) => sum + count, 0);
    const recipients = { waiting: 0, notified: 0, unreachable: 0, dropped: 0, ...Object.fromEntries(states.map(({ state, count }) => [state, count])) };
    const firstAt = Math.min(...sent.map(({ firstAt: at }) => (at ? +at : Infinity)));
    const over = Math.min(rateWindowSeconds, Math.max(1, (now.toMillis() - firstAt) / 1_000));
    return {
      campaignId,
      state: campaign.state as CampaignState,
      stagedAt: campaign.stagedAt,
      recipients,
      joined: states.reduce((sum, { joined }) => sum + joined, 0),
      settled: states.reduce((sum, { settled }) => sum + settled, 0),
      messages: { queued: of("queued"), handedOver: of("handed_over"), delivered: of("delivered"), bounced: of("bounced"), failed: of("failed"), complained: sent.reduce((sum, { complained }) => sum + complained, 0) },
      ratePerSecond: sent.reduce((sum, { lately }) => sum + lately, 0) / over,
      secondsLeft: campaign.state === "sending" && campaign.stagedAt && !isPaused ? Math.ceil(await secondsLeft(tx, campaignId, campaign, of("queued"))) : null,
      languages: [...new Set(sent.map(({ language }) => language))].sort().map((language) => ({
        language,
        notified: sent.filter((row) => row.language === language && (row.state === "handed_over" || row.state === "delivered")).reduce((sum, { count }) => sum + count, 0),
        total: sent.filter((row) => row.language === language).reduce((sum, { count }) => sum + count, 0),
      })),
      domains,
    };
  });
}

const topDomains = (tx: Tx, campaignId: string): Promise<CampaignFigures["domains"]> => tx.$queryRaw`
  SELECT d.domain, d.messages, count(m.id) FILTER (WHERE m.state IN ('handed_over', 'delivered'))::int AS accepted
    FROM (SELECT domain, messages FROM policy_notice_domain WHERE campaign_id = ${campaignId}::uuid AND domain <> '' ORDER BY messages DESC, domain LIMIT ${shownDomains}) d
    LEFT JOIN policy_notice_message m ON m.campaign_id = ${campaignId}::uuid AND m.domain = d.domain
   GROUP BY d.domain, d.messages ORDER BY d.messages DESC, d.domain`;

/** As long as the slowest limit takes: that of all together, or that of the domain with most left. */
async function secondsLeft(tx: Tx, campaignId: string, pace: { ratePerSecond: number; domainPerSecond: number; warmUpMinutes: number }, queued: number): Promise<number> {
  const limits = await tx.policyNoticeDomain.findMany({ where: { campaignId }, orderBy: { messages: "desc" }, take: 50, select: { domain: true, messages: true, granted: true } });
  const all = limits.find(({ domain }) => domain === "") ?? (await tx.policyNoticeDomain.findUniqueOrThrow({ where: { campaignId_domain: { campaignId, domain: "" } } }));
  const [most] = await tx.$queryRaw<{ domain: string; left: number }[]>`
    SELECT domain, count(*)::int AS left FROM policy_notice_message WHERE campaign_id = ${campaignId}::uuid AND state = 'queued' AND due_at < '9000-01-01' GROUP BY domain ORDER BY 2 DESC LIMIT 1`;
  const ofAll = secondsFor(queued, all.granted, { perSecond: pace.ratePerSecond, warmUpMinutes: pace.warmUpMinutes });
  if (!most || most.left <= pace.domainPerSecond) return ofAll;
  const granted = limits.find(({ domain }) => domain === most.domain)?.granted ?? 0;
  return Math.max(ofAll, secondsFor(most.left, Math.max(0, granted - most.left), { perSecond: Math.min(pace.ratePerSecond, pace.domainPerSecond), warmUpMinutes: pace.warmUpMinutes }));
}

/** How many unreachable accounts have a message that was refused at the door, to an address they still have, and can be sent once more (try-again). */
export async function countTriable(tx: Tx, campaignId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT r.account_id)::int AS count FROM policy_notice_recipient r JOIN policy_notice_message m ON m.campaign_id = r.campaign_id AND m.account_id = r.account_id
     WHERE r.campaign_id = ${campaignId}::uuid AND r.state = 'unreachable' AND r.settled_at IS NULL AND m.state = 'failed' AND m.last_error IS DISTINCT FROM ${takenBack}
       AND EXISTS (SELECT FROM account_contact k WHERE k.id = m.contact_id)`;
  return row!.count;
}
