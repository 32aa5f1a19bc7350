import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { setStanding } from "../platforms/account.server";
import { actionsOfAccount } from "./action.repo.server";
import { projectGate, standingOf, type GateFeature } from "./gate-projection";

/**
 * Makes the gate say what the account's active actions amount to, in the transaction that changed them: the platform
 * reads the new verdict from the instant of the commit. The caller holds the account's lock. Features are read here once
 * more, behind the lock that adding one takes: a feature that comes while an account is suspended is denied like the rest.
 */
export async function refreshGate(tx: Tx, accountId: string, features: readonly GateFeature[], now: DateTime): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM platform WHERE id = (SELECT platform_id FROM account WHERE id = ${accountId}::uuid) FOR KEY SHARE`;
  const actions = await actionsOfAccount(tx, accountId, "active");
  const { status, present, standing } = await standingAtGate(tx, accountId);
  const rows = projectGate(actions, [...present, ...features.filter(({ code }) => !present.some((feature) => feature.code === code))], now);
  const wanted = rows.map(({ feature, reasonCode, from, until, actionId }) => ({ feature, verdict: "deny" as const, reasonCode, startsAt: from.toMillis(), until: until?.toMillis() ?? null, actionId }));
  const kept = new Set(wanted.map(rowKey));
  const gone = standing.filter((row) => !kept.has(rowKey(row)));
  const there = new Set(standing.map(rowKey));
  const added = wanted.filter((row) => !there.has(rowKey(row)));
  if (gone.length > 0) await tx.gateEntry.deleteMany({ where: { accountId, OR: gone.map(({ feature, startsAt }) => ({ feature, startsAt: new Date(startsAt) })) } });
  if (added.length > 0) {
    const data = added.map(({ startsAt, until, ...row }) => ({ ...row, accountId, startsAt: new Date(startsAt), until: until === null ? null : new Date(until), updatedAt: now.toJSDate() }));
    await tx.gateEntry.createMany({ data });
  }
  const word = standingOf(actions, now);
  if (word !== status && status !== "closed") await setStanding(tx, accountId, word, now);
}

type Row = { feature: string; verdict: string; reasonCode: string; startsAt: number; until: number | null; actionId: string | null };

const rowKey = ({ feature, verdict, reasonCode, startsAt, until, actionId }: Row): string => JSON.stringify([feature, verdict, reasonCode, startsAt, until, actionId]);

/** What the gate says of an account and for which features, with the account's standing, which nobody changes without its lock. */
async function standingAtGate(tx: Tx, accountId: string): Promise<{ status: string; present: GateFeature[]; standing: Row[] }> {
  const [found] = await tx.$queryRaw<{ status: string; present: GateFeature[]; standing: Row[] }[]>`
    SELECT a.status::text AS status,
           (SELECT coalesce(json_agg(json_build_object('code', f.code, 'includes', f.includes) ORDER BY f.code), '[]')
              FROM feature f WHERE f.platform_id = a.platform_id) AS present,
           (SELECT coalesce(json_agg(json_build_object('feature', g.feature, 'verdict', g.verdict, 'reasonCode', g.reason_code, 'actionId', g.action_id,
                                                       'startsAt', round(extract(epoch FROM g.starts_at) * 1000), 'until', round(extract(epoch FROM g.until) * 1000))), '[]')
              FROM gate_entry g WHERE g.account_id = a.id) AS standing
      FROM account a WHERE a.id = ${accountId}::uuid`;
  if (!found) throw new Error("there is no such account");
  return found;
}
