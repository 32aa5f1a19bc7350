import type { DateTime } from "luxon";
import type { Db } from "./db.server";

const batch = 5_000;

/** Deletes in batches until a batch comes back short, so that no run holds many rows for long. */
export async function inBatches(deleteSome: (limit: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await deleteSome(batch);
    total += deleted;
    if (deleted < batch) return total;
  }
}

/** Rows whose work is over stay a week for whoever asks what happened; one whose work is not is all that remembers it. */
export const purgeOutbox = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM outbox_message WHERE id IN (
      SELECT id FROM outbox_message WHERE relayed_at < ${now.minus({ days: 7 }).toJSDate()} AND finished_at IS NOT NULL
       ORDER BY relayed_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

/** A form is not submitted twice a day apart by accident. */
export const purgeIdempotencyKeys = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM idempotency_key WHERE (scope, key) IN (
      SELECT scope, key FROM idempotency_key WHERE created_at < ${now.minus({ days: 2 }).toJSDate()}
       ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

/** Whoever repeats a call of the API does so within a day or two. */
export const purgeApiRequests = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM api_request WHERE id IN (
      SELECT id FROM api_request WHERE started_at < ${now.minus({ days: 2 }).toJSDate()}
       ORDER BY started_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

/**
 * What platforms were told stays a quarter of a year for whoever replays it or asks what was sent, with the record of every
 * attempt; what still waits to be delivered stays as long as it waits, and what tells of an account under a hold as long as that stands.
 */
export const purgeWebhookMessages = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM webhook_message WHERE id IN (
      SELECT id FROM webhook_message m WHERE occurred_at < ${now.minus({ days: 90 }).toJSDate()}
         AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.message_id = m.id AND d.state = 'pending')
         AND (account_id IS NULL OR NOT account_is_held(account_id))
       ORDER BY occurred_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

/** A replaced secret that signs nothing any more is of use to nobody but a thief. */
export const purgeRetiredSecrets = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM webhook_retired_secret WHERE id IN (
      SELECT id FROM webhook_retired_secret WHERE signs_until <= ${now.toJSDate()} LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

/**
 * Gate changes are kept a week of real time for those who follow them; one who comes back later begins anew. The head
 * says up to which number they are gone, in the same statement.
 */
export const purgeGateChanges = ({ db }: { db: Db }): Promise<number> =>
  inBatches(async (limit) => {
    const [purged] = await db.$queryRaw<{ count: number }[]>`
      WITH gone AS (
        DELETE FROM gate_change WHERE seq IN (
          SELECT seq FROM gate_change WHERE changed_at < now() - interval '7 days' ORDER BY seq LIMIT ${limit})
        RETURNING seq
      ), moved AS (
        UPDATE gate_head SET floor = greatest(floor, (SELECT max(seq) FROM gone)) WHERE EXISTS (SELECT FROM gone) RETURNING 1
      ) SELECT count(*)::int AS count FROM gone`;
    return purged?.count ?? 0;
  });
