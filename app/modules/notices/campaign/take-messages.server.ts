import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { platformIsPaused } from "../sending/is-paused.server";
import { allowance, giveTurns, turnLastsMs, type Pace } from "./pace";

export interface TakenMessage {
  id: string;
  language: string;
  sealed: string;
  addressee: string;
  attempts: number;
  /** The effective day it names. */
  textDay: string;
  /** A server may have taken it already: it keeps its text. */
  mayBeTaken: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** The account waits for it, and the address is still the account's. */
  isWanted: "yes" | "account_dropped" | "address_taken_back";
}

interface Row extends TakenMessage {
  /** Where it needs a turn of its domain's first. */
  turnAt: string | null;
}

/** How soon it is worth asking again where nothing more is due. */
const emptyMs = 250;

/**
 * Takes messages that are due for one sender, as many as the campaign's rate allows now; those to a domain that had its share get a turn
 * later. All takers of a campaign wait for each other here, so that together they keep the rate, and for whoever pauses it.
 *
 * Nothing is taken while the notices of the platform, or of all, are paused. What a sender took that is no longer alive is free again, and who is not alive takes nothing. Whether one is alive is asked of the
 * database's own clock.
 */
export async function takeMessages(
  deps: Pick<Deps, "db" | "clock">,
  { campaignId, senderId, most, pace, sharedBy }: { campaignId: string; senderId: string; most: number; pace: Pace; sharedBy: number },
): Promise<{ taken: TakenMessage[]; nextAt: number | null }> {
  return deps.db.$transaction(
    async (tx) => {
      const now = deps.clock();
      const nowMs = now.toMillis();
      const limit = { perSecond: pace.ratePerSecond / sharedBy, warmUpMinutes: pace.warmUpMinutes };
      const [turns] = await tx.$queryRaw<{ granted: number; freeAt: Date }[]>`SELECT granted, free_at AS "freeAt" FROM policy_notice_domain WHERE campaign_id = ${campaignId}::uuid AND domain = '' FOR UPDATE`;
      if (!turns) return { taken: [], nextAt: null };
      const before = { granted: turns.granted, freeAt: +turns.freeAt };
      const open = allowance(before, most, nowMs, limit);
      if (open.allowed === 0) return { taken: [], nextAt: open.nextAt };
      const rows = await tx.$queryRaw<Row[]>`
        WITH due AS (
          SELECT m.id, m.text_day IS NOT NULL AS bound FROM policy_notice_message m
           WHERE m.campaign_id = ${campaignId}::uuid AND m.state = 'queued' AND m.due_at <= ${now.toJSDate()}
             AND (m.sender_id IS NULL OR m.sender_id NOT IN (SELECT s.id FROM policy_notice_sender s WHERE s.lease_until > clock_timestamp()))
             AND EXISTS (SELECT FROM policy_notice_sender s WHERE s.id = ${senderId}::uuid AND s.lease_until > clock_timestamp())
             AND EXISTS (SELECT FROM policy_notice_campaign c WHERE c.id = ${campaignId}::uuid AND c.state = 'sending' AND NOT ${platformIsPaused(Prisma.sql`c.platform_id`)})
           ORDER BY m.due_at, m.id LIMIT ${open.allowed} FOR UPDATE OF m SKIP LOCKED)
        UPDATE policy_notice_message m SET sender_id = ${senderId}::uuid, text_day = coalesce(m.text_day, c.effective_day) FROM due, policy_notice_campaign c WHERE m.id = due.id AND c.id = m.campaign_id
        RETURNING m.id, m.language, m.address_sealed AS sealed, m.addressee, m.attempts, m.text_day::text AS "textDay", due.bound AS "mayBeTaken", (extract(epoch FROM m.created_at) * 1000)::float8 AS "createdAt",
          (SELECT d.domain FROM policy_notice_domain d WHERE d.campaign_id = m.campaign_id AND d.domain = m.domain AND d.messages > ${Math.max(1, pace.domainPerSecond)}::int
             AND NOT (m.has_turn AND m.due_at >= ${now.minus(turnLastsMs).toJSDate()})) AS "turnAt",
          CASE WHEN NOT EXISTS (SELECT FROM policy_notice_recipient r WHERE r.campaign_id = m.campaign_id AND r.account_id = m.account_id AND r.state = 'waiting') THEN 'account_dropped'
               WHEN NOT EXISTS (SELECT FROM account_contact k WHERE k.id = m.contact_id) THEN 'address_taken_back' ELSE 'yes' END AS "isWanted"`;
      const held = rows.filter(({ turnAt, isWanted }) => isWanted === "yes" && turnAt !== null);
      const later = held.length > 0 ? await wait(tx, campaignId, held, nowMs, { perSecond: Math.min(pace.ratePerSecond, pace.domainPerSecond) / sharedBy, warmUpMinutes: pace.warmUpMinutes }) : new Set<string>();
      const taken = rows.filter(({ id }) => !later.has(id));
      const { after } = allowance(before, taken.length, nowMs, limit);
      await tx.$executeRaw`UPDATE policy_notice_domain SET granted = ${after.granted}, free_at = ${new Date(Math.floor(after.freeAt))} WHERE campaign_id = ${campaignId}::uuid AND domain = ''`;
      const nextAt = rows.length === open.allowed ? nowMs : nowMs + emptyMs;
      return { taken, nextAt: taken.length < most ? Math.max(nextAt, open.allowed < most ? open.nextAt : nowMs) : nowMs };
    },
    { timeout: 60_000 },
  );
}

/** Gives the messages to large domains their turns, behind those that other notices have: a statement of reasons goes before a campaign. @returns those whose turn is later; they are no longer taken */
async function wait(tx: Tx, campaignId: string, held: readonly Row[], nowMs: number, limit: { perSecond: number; warmUpMinutes: number }): Promise<Set<string>> {
  const domains = [...new Set(held.map(({ turnAt }) => turnAt!))];
  const rows = await tx.$queryRaw<{ domain: string; granted: number; freeAt: Date }[]>`
    SELECT d.domain, d.granted, greatest(d.free_at, (SELECT max(t.free_at) FROM notice_turn t WHERE t.domain = d.domain)) AS "freeAt"
      FROM policy_notice_domain d WHERE d.campaign_id = ${campaignId}::uuid AND d.domain = ANY(${domains}) ORDER BY d.domain FOR UPDATE OF d`;
  const [later, at, bound]: [string[], Date[], boolean[]] = [[], [], []];
  const saved = rows.map(({ domain, granted, freeAt }) => {
    const own = held.filter(({ turnAt }) => turnAt === domain);
    const { turns, after } = giveTurns({ granted, freeAt: +freeAt }, own.length, nowMs, limit);
    for (const [index, turn] of turns.entries()) {
      if (turn <= nowMs) continue;
      later.push(own[index]!.id);
      at.push(new Date(Math.ceil(turn)));
      bound.push(own[index]!.mayBeTaken);
    }
    return { domain, granted: after.granted, freeAt: new Date(Math.ceil(after.freeAt)) };
  });
  await tx.$executeRaw`
    UPDATE policy_notice_domain d SET granted = n.granted, free_at = n.free_at
      FROM unnest(${saved.map((s) => s.domain)}::text[], ${saved.map((s) => s.granted)}::int[], ${saved.map((s) => s.freeAt)}::timestamptz[]) AS n(domain, granted, free_at)
     WHERE d.campaign_id = ${campaignId}::uuid AND d.domain = n.domain`;
  if (later.length > 0)
    await tx.$executeRaw`
      UPDATE policy_notice_message m SET due_at = n.at, has_turn = true, sender_id = NULL, text_day = CASE WHEN n.bound THEN m.text_day END FROM unnest(${later}::uuid[], ${at}::timestamptz[], ${bound}::boolean[]) AS n(id, at, bound) WHERE m.id = n.id`;
  return new Set(later);
}
