import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { verdictOf, type FeatureVerdict } from "./gate";

export interface GateAnswer {
  asOf: DateTime;
  features: FeatureVerdict[];
}

interface Row {
  feature: string | null;
  verdict: "allow" | "deny" | null;
  reasonCode: string | null;
  until: Date | null;
  actionId: string | null;
}

/**
 * Every feature of the platform with its verdict for one account at this moment, in one round trip, from committed rows: right from
 * the instant a decision commits.
 *
 * @returns null when the platform has no such account
 */
export async function readGate(deps: Pick<Deps, "clock"> & { db: Tx }, platformId: string, externalId: string): Promise<GateAnswer | null> {
  const asOf = deps.clock();
  const rows = await deps.db.$queryRaw<Row[]>`
    SELECT f.code AS feature, g.verdict::text AS verdict, g.reason_code AS "reasonCode", g.until, g.action_id AS "actionId"
      FROM account a
      LEFT JOIN feature f ON f.platform_id = a.platform_id
      LEFT JOIN LATERAL (
        SELECT * FROM gate_entry WHERE account_id = a.id AND feature = f.code AND starts_at <= ${asOf.toJSDate()} ORDER BY starts_at DESC LIMIT 1
      ) g ON true
     WHERE a.platform_id = ${platformId}::uuid AND a.external_id = ${externalId}
     ORDER BY f.position, f.code`;
  if (rows.length === 0) return null;
  return { asOf, features: rows.flatMap((row) => (row.feature === null ? [] : [verdictOf(row.feature, gateRowOf(row), asOf)])) };
}

function gateRowOf({ verdict, reasonCode, until, actionId }: Row) {
  if (verdict === null || reasonCode === null) return null;
  return { verdict, reasonCode, until: until ? DateTime.fromJSDate(until, { zone: "utc" }) : null, actionId };
}
