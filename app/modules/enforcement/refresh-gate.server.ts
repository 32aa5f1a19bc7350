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
  await tx.gateEntry.deleteMany({ where: { accountId, feature: { notIn: rows.map(({ feature }) => feature) } } });
  for (const { feature, reasonCode, until, actionId } of rows) {
    const entry = { verdict: "deny" as const, reasonCode, until: until?.toJSDate() ?? null, actionId, updatedAt: now.toJSDate() };
    await tx.gateEntry.upsert({ where: { accountId_feature: { accountId, feature } }, create: { accountId, feature, ...entry }, update: entry });
  }
  await setStanding(tx, accountId, standingOf(actions, now), now);
}
