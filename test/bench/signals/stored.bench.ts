import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { newId } from "~/infra/id";
import { generationsAt } from "~/modules/signals/event-generation";
import { benchDatabase, type BenchDatabase } from "../enforcement/bench-gate";
import { crowd, type Crowd } from "../enforcement/caller";
import { median, report, rounds, type Bound } from "../harness";
import type { Suite } from "../run";
import { castFor, type Cast } from "./door";

const each = 100;
const days = 10;
const part = 100_000;

/** The ids of a platform's events may grow, or stand in no order, where each goes to a page of its own. */
const ids = { growing: { sql: "uuidv7()", make: newId }, random: { sql: "gen_random_uuid()", make: randomUUID } } as const;
type Ids = keyof typeof ids;

/** So many events of the last days, and their ids, all among those that a new one is looked for. */
async function fill({ url }: BenchDatabase, { platformId, accountIds }: Cast, events: number, of: Ids): Promise<void> {
  const client = new Client({ connectionString: url, options: "-c timezone=UTC -c synchronous_commit=off" });
  await client.connect();
  await client.query(`SELECT stream.prepare_days(current_date - ${days}, current_date + 1)`);
  const [generation] = generationsAt(Date.now()).write;
  for (let done = 0; done < events; done += part) {
    await client.query(
      `WITH ids AS MATERIALIZED (SELECT n, ${ids[of].sql}::text AS id FROM generate_series($1::int, $1::int + $2::int - 1) AS n),
            keys AS (INSERT INTO stream.event_key (generation, head, hash) SELECT $3::int, stream.event_head(id), stream.event_hash($4::uuid, id) FROM ids)
       INSERT INTO stream.message_event (occurred_at, received_at, shard, type, category, zone_set, template_approved, opt_out_instructions, more_requested, platform_id, account_id, contact, event_id, template_id, business_name)
       SELECT at, at, (n % 64)::smallint, 1, 1, NULL, true, true, false, $4::uuid, ($5::uuid[])[1 + n % cardinality($5::uuid[])], gen_random_uuid(), id, 'promo_7', 'Zenith Plumbing'
         FROM (SELECT ids.*, now() - (n::float8 / $6) * interval '${days} days' AS at FROM ids) AS e`,
      [done, Math.min(part, events - done), generation, platformId, accountIds, events],
    );
  }
  await client.query("ANALYZE stream.message_event, stream.event_key");
  await client.query("CHECKPOINT");
  await client.end();
}

interface Door {
  sending: Crowd;
  renew(count: number): void;
}

interface House {
  bench: BenchDatabase;
  cast: Cast;
}

async function houseWith(clusterUrl: string, open: BenchDatabase[], events: number, of: Ids): Promise<House> {
  const bench = await benchDatabase(clusterUrl, `stored_${of}_${events}`);
  open.push(bench);
  const cast = await castFor(bench, ids[of].make);
  await fill(bench, cast, events, of);
  return { bench, cast };
}

/** Opened once both are filled: a server hangs up on connections that are idle as long as that takes. */
async function doorOf({ bench, cast }: House): Promise<Door> {
  const requests: string[] = [];
  const sending = await crowd(await bench.spawn("gate"), requests, 32);
  return { sending, renew: (count) => void requests.splice(0, requests.length, ...Array.from({ length: count }, () => cast.request(each))) };
}

/** The rate of the door with many events stored, beside the same door with few. */
export const stored: Suite = async ({ quick }) => {
  const sizes = quick ? { many: 1_000_000, few: 100_000 } : { many: 10_000_000, few: 200_000 };
  const [turns, count] = [quick ? 2 : 6, 100];
  const dir = await mkdtemp(join(tmpdir(), "console-bench-stored-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: true, maxConnections: 60 });
  const bounds: Bound[] = [];
  try {
    for (const of of Object.keys(ids) as Ids[]) {
      const open: BenchDatabase[] = [];
      const houses = { many: await houseWith(cluster.url("postgres"), open, sizes.many, of), few: await houseWith(cluster.url("postgres"), open, sizes.few, of) };
      const doors = { many: await doorOf(houses.many), few: await doorOf(houses.few) };
      const ratios: number[] = [];
      const rates: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const taken = { many: 0, few: 0 };
        for (let turn = 0; turn < turns; turn += 1) {
          for (const who of turn % 2 ? (["many", "few"] as const) : (["few", "many"] as const)) {
            doors[who].renew(count);
            taken[who] += await doors[who].sending.send(count);
          }
        }
        if (round === 0) continue;
        ratios.push(taken.few / taken.many);
        rates.push((turns * count * each * 1_000) / taken.many);
      }
      bounds.push(
        { what: `${of} ids: rate at ${sizes.many / 1e6} M stored ÷ rate at ${sizes.few / 1e6} M`, value: median(ratios), atLeast: 0.85 },
        { what: `${of} ids: events a second with many`, value: median(rates) },
      );
      for (const { sending } of Object.values(doors)) sending.end();
      for (const bench of open) await bench.close();
    }
    return report("Events in, with many stored", bounds);
  } finally {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
