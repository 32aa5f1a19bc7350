import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { tooCommon } from "../platforms/identifier";
import { barredTwins, evasionClause, laterTwins } from "./evasion.queries.server";
import { evasionRule, evasionTies } from "./evasion";
import { recordSignal } from "./record-signal.server";

/**
 * Compares an account with the terminated and suspended ones of its platform, and records one signal for each whose
 * action it seems to get around (CF-AUP 3.5). What is told of a barred account itself is compared with the accounts that came
 * after it. Running it again over the same facts records nothing new.
 *
 * @returns how many signals were recorded
 */
export async function findEvasion(deps: Pick<Deps, "db" | "clock">, actor: Actor, accountId: string): Promise<number> {
  let recorded = await compare(deps, actor, accountId);
  for (const later of await laterTwins(deps.db, accountId)) recorded += await compare(deps, actor, later);
  return recorded;
}

async function compare(deps: Pick<Deps, "db" | "clock">, actor: Actor, accountId: string): Promise<number> {
  let recorded = 0;
  for (const barred of await barredTwins(deps.db, accountId)) {
    const ties = evasionTies(barred, tooCommon);
    const clauseCode = ties.length > 0 ? await evasionClause(deps.db, { accountId, actionId: barred.action.id, rule: evasionRule.code }) : null;
    if (!clauseCode) continue;
    const newest = Math.max(...ties.map(({ since }) => since.getTime()));
    const result = await recordSignal(deps, actor, {
      accountId,
      clauseCode,
      rule: evasionRule.code,
      ruleVersion: evasionRule.version,
      windowStart: barred.action.since.toISOString(),
      windowEnd: new Date(Math.max(newest, barred.action.since.getTime() + 1)).toISOString(),
      observed: ties.length,
      threshold: 1,
      score: Math.min(100, 40 + 20 * ties.length),
      measures: { shared: ties.length, ...countByKind(ties.map(({ kind }) => kind)) },
      eventIds: [barred.action.reference, barred.accountId],
    });
    if (result.ok && !result.duplicate) recorded += 1;
  }
  return recorded;
}

function countByKind(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[`shared_${kind}`] = (counts[`shared_${kind}`] ?? 0) + 1;
  return counts;
}
