import type { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import { inBatches } from "~/infra/purge.server";

/** Sessions that ended a month ago: until then a person can see where they had signed in. */
export const purgeSessions = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM session WHERE id IN (
      SELECT id FROM session WHERE expires_at < ${now.minus({ days: 30 }).toJSDate()}
       ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
