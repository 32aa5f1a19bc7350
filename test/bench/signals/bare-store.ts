import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { eventColumns } from "~/modules/signals/event-rows";

const names = eventColumns.map(([name]) => name);
const list = names.join(", ");
const insert = {
  name: "bare",
  text: `INSERT INTO bare.message_event (${list}) SELECT ${list} FROM unnest(${eventColumns.map(([, type], n) => `$${n + 1}::${type}[]`).join(", ")}) AS e(${list}) ON CONFLICT DO NOTHING`,
};

export type Columns = unknown[][];

export interface BareStore {
  /** Writes these batches one after the other, each in a statement and a commit. @returns the milliseconds it took */
  write(batches: readonly Columns[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * What the door is measured against: the same columns, by day, with the index for the tail and a unique index of the ids in
 * each day, and the driver's own arrays in the one statement everybody writes.
 */
export async function bareStore(url: string): Promise<BareStore> {
  const client = new Client({ connectionString: url, options: "-c timezone=UTC" });
  await client.connect();
  await client.query("CREATE SCHEMA bare");
  await client.query("CREATE TABLE bare.message_event (LIKE stream.message_event INCLUDING DEFAULTS) PARTITION BY RANGE (occurred_at)");
  for (const day of [-1, 0, 1]) {
    const bound = (offset: number) => `(date_trunc('day', now()) + interval '${day + offset} days')`;
    const { rows } = await client.query<{ first: string; last: string }>(`SELECT ${bound(0)}::text AS first, ${bound(1)}::text AS last`);
    const leaf = `bare.day_${day + 1}`;
    await client.query(`CREATE TABLE ${leaf} PARTITION OF bare.message_event FOR VALUES FROM ('${rows[0]!.first}') TO ('${rows[0]!.last}')`);
    await client.query(`CREATE INDEX ON ${leaf} (shard, xid)`);
    await client.query(`CREATE UNIQUE INDEX ON ${leaf} (platform_id, event_id)`);
  }
  return {
    async write(batches) {
      const startedAt = performance.now();
      for (const values of batches) await client.query({ ...insert, values });
      return performance.now() - startedAt;
    },
    close: () => client.end(),
  };
}

/** Rows such as the door makes of the events that it is sent. */
export function bareRows(count: number, platformId: string, accountIds: readonly string[], ids: readonly string[]): Columns {
  const at = new Date().toISOString();
  const of: Record<(typeof names)[number], (n: number) => unknown> = {
    occurred_at: () => at,
    received_at: () => at,
    consent_at: () => at,
    shard: (n) => n % 64,
    type: () => 1,
    category: () => 1,
    zone_set: () => 1,
    consent_method: () => 2,
    template_approved: () => true,
    opt_out_instructions: () => true,
    more_requested: () => false,
    platform_id: () => platformId,
    account_id: (n) => accountIds[n % accountIds.length],
    contact: () => randomUUID(),
    ip_hash: () => null,
    event_id: (n) => ids[n],
    template_id: () => "promo_7",
    business_name: () => "Zenith Plumbing",
    key_id: () => null,
  };
  return names.map((name) => Array.from({ length: count }, (_none, n) => of[name](n)));
}
