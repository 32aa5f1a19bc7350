import type { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import { inBatches } from "~/infra/purge.server";

/** What providers said beyond message events stays a month, for whoever asks what happened; of an account under a hold, as long as that stands. */
export const purgeChannelNotices = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM channel_notice WHERE id IN (
      SELECT id FROM channel_notice WHERE received_at < ${now.minus({ days: 30 }).toJSDate()}
         AND (account_id IS NULL OR NOT account_is_held(account_id))
       ORDER BY received_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
