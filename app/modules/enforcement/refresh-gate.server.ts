import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { setStandings } from "../platforms/account.server";
import { accountsAtGate, deleteGateRows, insertGateRows, type GateRowOfAccount } from "./gate.repo.server";
import { projectGate, standingOf, type GateFeature } from "./gate-projection";

/** What the command went by. */
type GateTerms = { features: readonly GateFeature[] };

/**
 * Makes the gate say what the accounts' active actions amount to, in the transaction that changed them: the platform
 * reads the new verdict from the instant of the commit. The caller holds the accounts' locks. Features are read here once
 * more, behind the lock of the platform that goes with them: a feature that comes while an account is suspended is denied like the rest.
 * However many accounts there are, a statement for each kind of row does it.
 */
export async function refreshGates(tx: Tx, accounts: readonly { accountId: string; terms: GateTerms }[], now: DateTime): Promise<void> {
  const featuresOf = new Map(accounts.map(({ accountId, terms }) => [accountId, terms.features]));
  const accountIds = [...featuresOf.keys()];
  const atGate = await accountsAtGate(tx, accountIds);
  if (atGate.length < accountIds.length) throw new Error("the gate was to be refreshed for an account that does not exist");
  const wanted = atGate.flatMap(({ accountId, present, actions }) => {
    const known = [...present, ...featuresOf.get(accountId)!.filter(({ code }) => !present.some((feature) => feature.code === code))];
    return projectGate(actions, known, now).map((row): GateRowOfAccount => ({
      accountId,
      feature: row.feature,
      verdict: "deny",
      reasonCode: row.reasonCode,
      startsAt: row.from.toMillis(),
      until: row.until?.toMillis() ?? null,
      actionId: row.actionId,
    }));
  });
  const standing = atGate.flatMap((account) => account.standing);
  const kept = new Set(wanted.map(rowKey));
  const there = new Set(standing.map(rowKey));
  await deleteGateRows(tx, standing.filter((row) => !kept.has(rowKey(row))));
  await insertGateRows(tx, wanted.filter((row) => !there.has(rowKey(row))), now);
  const words = atGate.map(({ accountId, status, actions }) => ({ accountId, was: status, status: standingOf(actions, now) }));
  await setStandings(tx, words.flatMap(({ accountId, was, status }) => (status === was ? [] : [{ accountId, status }])), now);
}

/** The same for one account. */
export const refreshGate = (tx: Tx, accountId: string, terms: GateTerms, now: DateTime): Promise<void> => refreshGates(tx, [{ accountId, terms }], now);

const rowKey = ({ accountId, feature, verdict, reasonCode, startsAt, until, actionId }: GateRowOfAccount): string =>
  JSON.stringify([accountId, feature, verdict, reasonCode, startsAt, until, actionId]);
