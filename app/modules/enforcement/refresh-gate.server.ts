import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { setStanding } from "../platforms/account.server";
import { actionsOfAccount } from "./action.repo.server";
import { projectGate, standingOf, type GateFeature } from "./gate-projection";

/**
 * Makes the gate say what the account's active actions amount to, in the transaction that changed them: the platform
 * reads the new verdict from the instant of the commit. The caller holds the account's lock.
 */
export async function refreshGate(tx: Tx, accountId: string, features: readonly GateFeature[], now: DateTime): Promise<void> {
  const actions = await actionsOfAccount(tx, accountId, "active");
  const rows = projectGate(actions, features, now);
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
