import type { Pool } from "pg";
import { categoryCodes, typeCodes } from "./event-codes";
import type { CohortDay } from "./rules/cohort-days";

const dayMs = 86_400_000;
const epoch = "date '1970-01-01'";

/** Days in [first, last] that were not counted yet, each with the platforms that lack it. */
export async function uncountedDays(pool: Pool, first: number, last: number): Promise<{ day: number; platformIds: string[] }[]> {
  const { rows } = await pool.query<{ day: number; platformIds: string[] }>(
    `SELECT d AS day, array_agg(p.id) AS "platformIds" FROM platform p CROSS JOIN generate_series($1::int, $2::int) AS d
      WHERE NOT EXISTS (SELECT FROM stream.cohort_day c WHERE c.platform_id = p.id AND c.day = ${epoch} + d)
      GROUP BY d ORDER BY d`,
    [first, last],
  );
  return rows;
}

/** Counts a UTC day of these platforms from the events that are stored. Of two that do it at once, the first row stays. @returns how many rows it wrote */
export async function countDay(pool: Pool, day: number, platformIds: readonly string[], at: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `INSERT INTO stream.cohort_day (platform_id, day, delivered, opt_outs, counted_at)
     SELECT p.id, ${epoch} + $1::int, coalesce(c.delivered, 0), coalesce(c.opt_outs, 0), $5
       FROM platform p
       LEFT JOIN (SELECT platform_id, count(*) FILTER (WHERE type = ${typeCodes["message.delivered"]}) AS delivered, count(*) FILTER (WHERE type = ${typeCodes.opt_out}) AS opt_outs
                    FROM stream.message_event
                   WHERE occurred_at >= $2 AND occurred_at < $3 AND (type = ${typeCodes.opt_out} OR type = ${typeCodes["message.delivered"]} AND category = ${categoryCodes.marketing})
                   GROUP BY platform_id) c ON c.platform_id = p.id
      WHERE p.id = ANY ($4::uuid[])
      ORDER BY p.id
     ON CONFLICT DO NOTHING`,
    [day, new Date(day * dayMs), new Date((day + 1) * dayMs), platformIds, at],
  );
  return rowCount ?? 0;
}

export async function forgetDays(pool: Pool, before: number): Promise<number> {
  const { rowCount } = await pool.query(`DELETE FROM stream.cohort_day WHERE day < ${epoch} + $1::int`, [before]);
  return rowCount ?? 0;
}

/** The counted days of these platforms, in order. */
export async function cohortDaysOf(pool: Pool, platformIds: readonly string[]): Promise<Map<string, CohortDay[]>> {
  const { rows } = await pool.query<{ platformId: string; day: number; delivered: number; optOuts: number }>(
    `SELECT platform_id AS "platformId", day - ${epoch} AS day, delivered::float8 AS delivered, opt_outs::float8 AS "optOuts"
       FROM stream.cohort_day WHERE platform_id = ANY ($1::uuid[]) ORDER BY platform_id, day`,
    [platformIds],
  );
  const byPlatform = new Map<string, CohortDay[]>(platformIds.map((id) => [id, []]));
  for (const { platformId, ...day } of rows) byPlatform.get(platformId)!.push(day);
  return byPlatform;
}
