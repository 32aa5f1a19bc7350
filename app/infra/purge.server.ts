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

/** Relayed rows have done their work; they stay a week for whoever asks what happened. */
export const purgeOutbox = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM outbox_message WHERE id IN (
      SELECT id FROM outbox_message WHERE relayed_at IS NOT NULL AND relayed_at < ${now.minus({ days: 7 }).toJSDate()}
       ORDER BY relayed_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);

/** A form is not submitted twice a day apart by accident. */
export const purgeIdempotencyKeys = ({ db }: { db: Db }, now: DateTime): Promise<number> =>
  inBatches((limit) => db.$executeRaw`
    DELETE FROM idempotency_key WHERE (scope, key) IN (
      SELECT scope, key FROM idempotency_key WHERE created_at < ${now.minus({ days: 2 }).toJSDate()}
       ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
