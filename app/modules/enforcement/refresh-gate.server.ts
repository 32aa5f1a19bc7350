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
  const actions = await actionsOfAccount(tx, accountId, "active");
  const present = await featuresOf(tx, accountId);
  const rows = projectGate(actions, [...present, ...features.filter(({ code }) => !present.some((feature) => feature.code === code))], now);
  const standing = await tx.gateEntry.findMany({ where: { accountId }, select: { feature: true, verdict: true, reasonCode: true, startsAt: true, until: true, actionId: true } });
  const wanted = rows.map(({ feature, reasonCode, from, until, actionId }) => ({ feature, verdict: "deny" as const, reasonCode, startsAt: from.toJSDate(), until: until?.toJSDate() ?? null, actionId }));
  const kept = new Set(wanted.map(rowKey));
  const gone = standing.filter((row) => !kept.has(rowKey(row)));
  const there = new Set(standing.map(rowKey));
  const added = wanted.filter((row) => !there.has(rowKey(row)));
  if (gone.length > 0) await tx.gateEntry.deleteMany({ where: { accountId, OR: gone.map(({ feature, startsAt }) => ({ feature, startsAt })) } });
  if (added.length > 0) await tx.gateEntry.createMany({ data: added.map((row) => ({ ...row, accountId, updatedAt: now.toJSDate() })) });
  await setStanding(tx, accountId, standingOf(actions, now), now);
}

type Row = { feature: string; verdict: string; reasonCode: string; startsAt: Date; until: Date | null; actionId: string | null };

const rowKey = ({ feature, verdict, reasonCode, startsAt, until, actionId }: Row): string =>
  JSON.stringify([feature, verdict, reasonCode, startsAt.getTime(), until?.getTime() ?? null, actionId]);

async function featuresOf(tx: Tx, accountId: string): Promise<GateFeature[]> {
  const [platform] = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM platform p WHERE p.id = (SELECT platform_id FROM account WHERE id = ${accountId}::uuid) FOR KEY SHARE`;
  return platform ? tx.feature.findMany({ where: { platformId: platform.id }, orderBy: { code: "asc" }, select: { code: true, includes: true } }) : [];
}
