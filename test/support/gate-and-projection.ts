import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { actionsOfAccount } from "~/modules/enforcement/action.repo.server";
import { projectGate } from "~/modules/enforcement/gate-projection";
import { platformTerms } from "~/modules/platforms/terms.queries.server";

/** What the gate says of an account, and what its actions amount to. */
export async function gateAndProjection(deps: Deps, accountId: string): Promise<{ gate: string[]; projection: string[] }> {
  const { platformId } = await deps.db.account.findUniqueOrThrow({ where: { id: accountId } });
  const { features } = await platformTerms(deps.db as never, platformId);
  const actions = await actionsOfAccount(deps.db as never, accountId, "active");
  const rows = await deps.db.gateEntry.findMany({ where: { accountId } });
  const said = (feature: string, from: number, until: number | null, actionId: string | null) => JSON.stringify([feature, from, until, actionId]);
  const instant = (date: Date | null) => date && DateTime.fromJSDate(date).toMillis();
  return {
    gate: rows.map(({ feature, startsAt, until, actionId }) => said(feature, instant(startsAt)!, instant(until), actionId)).toSorted(),
    projection: projectGate(actions, features, deps.clock()).map(({ feature, from, until, actionId }) => said(feature, +from, until && +until, actionId)).toSorted(),
  };
}
