import type { DateTime } from "luxon";
import { poolOf, type Db } from "./db.server";

/**
 * A question whether any of these queries finds a row at an instant, `$1`, in one round trip: what a sweep asks first, so
 * that looking for nothing costs next to nothing. Each query has to be one that a partial index answers. The question is
 * put together once, and each connection keeps its plan under its name.
 */
export function dueQuestion(name: string, ...queries: readonly string[]): (db: Db, now: DateTime) => Promise<boolean> {
  const question = { name: `due: ${name}`, text: `SELECT ${queries.map((query) => `EXISTS (${query})`).join(" OR ")} AS due` };
  return async (db, now) => {
    const { rows } = await poolOf(db).query<{ due: boolean }>({ ...question, values: [now.toJSDate()] });
    return rows[0]?.due ?? false;
  };
}
