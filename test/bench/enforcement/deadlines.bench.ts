import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { sweepAppealSla } from "~/modules/appeals/sweep-appeal-sla.server";
import { aPlatform, anAccount } from "../../factories/platform";
import { median, report, rounds } from "../harness";
import type { Suite } from "../run";
import { benchDatabase, type BenchDatabase } from "./bench-gate";

const batch = 1_000;
const chunk = 1_000_000;

const name = (size: number) => (size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1_000} k`);

interface World {
  size: number;
  bench: BenchDatabase;
  sql: Client;
  platformId: string;
}

/** So many appeals that wait for a ruling, of which `due` are past their deadline and not yet marked as breached. */
async function databaseWithAppeals(clusterUrl: string, size: number, due: number): Promise<World> {
  const bench = await benchDatabase(clusterUrl, "deadlines");
  const sql = new Client({ connectionString: bench.url });
  await sql.connect();
  try {
    return { size, bench, sql, platformId: await fill(bench, sql, size, due) };
  } catch (error) {
    await sql.end();
    await bench.close();
    throw error;
  }
}

async function fill(bench: BenchDatabase, sql: Client, size: number, due: number): Promise<string> {
  const platform = await aPlatform(bench.deps, { key: "bench" });
  const account = await anAccount(bench.deps, platform.id);
  await sql.query(`SET session_replication_role = replica; SET maintenance_work_mem = '512MB'`);
  const { rows: indexes } = await sql.query<{ name: string; definition: string }>(`SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'appeal' AND indexname <> 'appeal_pkey'`);
  for (const index of indexes) await sql.query(`DROP INDEX "${index.name}"`);
  const now = bench.deps.clock().toISO();
  // Only an action that is looked at has to be there.
  await sql.query(
    `INSERT INTO action (id, reference, decision_id, case_id, account_id, kind, state, proposer_id, starts_at, begun_at, created_at)
     SELECT md5('action' || n)::uuid, 'A-' || n, md5('decision' || n)::uuid, md5('case' || n)::uuid, $1::uuid, 'warning', 'active', md5('staff')::uuid, $2::timestamptz, $2::timestamptz, $2::timestamptz FROM generate_series(1, ${due}) n`,
    [account.id, now],
  );
  for (let from = 1; from <= size; from += chunk) {
    await sql.query(
      `INSERT INTO appeal (id, reference, platform_id, account_id, action_id, state, channel, late, explanation, filed_at, due_at, warned_at, urged_at)
       SELECT md5('appeal' || n)::uuid, 'P-' || n, $1::uuid, $2::uuid, md5('action' || n)::uuid, 'filed', 'link', false, 'It was not us.', $3::timestamptz - interval '15 days',
              CASE WHEN n <= ${due} THEN $3::timestamptz - n * interval '1 second' ELSE $3::timestamptz + interval '30 days' + n * interval '1 second' END,
              CASE WHEN n <= ${due} THEN $3::timestamptz END, CASE WHEN n <= ${due} THEN $3::timestamptz END
         FROM generate_series(${from}, ${Math.min(from + chunk - 1, size)}) n`,
      [platform.id, account.id, now],
    );
  }
  for (const { definition } of indexes) await sql.query(definition);
  await sql.query("SET session_replication_role = origin");
  await sql.query("VACUUM ANALYZE appeal");
  return platform.id;
}

/** The deadlines are due again, which no trigger of the product would allow. */
async function again({ sql }: World): Promise<void> {
  await sql.query("SET session_replication_role = replica");
  await sql.query("UPDATE appeal SET breached_at = NULL WHERE breached_at IS NOT NULL");
  await sql.query("TRUNCATE audit_entry, audit_link");
  await sql.query("SET session_replication_role = origin");
  await sql.query("VACUUM appeal");
  await sql.query("CHECKPOINT");
}

/** A loop that takes due rows by SKIP LOCKED, marks them and writes an entry of the same size for each, and nothing else. */
async function bareLoop({ sql, platformId }: World, entry: string): Promise<number> {
  let total = 0;
  for (let taken = batch; taken === batch; total += taken) {
    const now = new Date();
    await sql.query("BEGIN");
    const { rows } = await sql.query<{ id: string; accountId: string }>({
      name: "take",
      text: `UPDATE appeal SET breached_at = $1 WHERE id IN (
               SELECT id FROM appeal WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND breached_at IS NULL AND platform_id = $2 AND due_at <= $1
                ORDER BY due_at, id LIMIT ${batch} FOR UPDATE SKIP LOCKED) RETURNING id, account_id AS "accountId"`,
      values: [now, platformId],
    });
    taken = rows.length;
    await sql.query({
      name: "enter",
      text: `INSERT INTO audit_entry (id, at, type, actor_kind, actor_id, platform_id, account_id, case_id, body)
             SELECT id, $2, 'appeal.sla_breached', 'system', 'bench', $3, account, id, $4 FROM unnest($1::uuid[], $5::uuid[]) AS row (id, account)`,
      values: [rows.map(() => randomUUID()), now, platformId, entry, rows.map(({ accountId }) => accountId)],
    });
    await sql.query("COMMIT");
  }
  return total;
}

/** Appeals whose time to be ruled on is over, marked by the sweep, beside a bare loop that writes the same rows. */
export const deadlines: Suite = async ({ clusterUrl, quick }) => {
  const [due, sizes] = quick ? [10_000, [11_000, 100_000]] : [100_000, [110_000, 1_000_000, 10_000_000]];
  const speeds: number[][] = [];
  let all = true;
  for (const size of sizes) {
    process.stdout.write(`filling a database with ${name(size)} appeals … `);
    const started = Date.now();
    const world = await databaseWithAppeals(clusterUrl, size, due);
    console.log(`${Math.round((Date.now() - started) / 1000)} s`);
    try {
      await sweepAppealSla(world.bench.deps);
      const entry = (await world.bench.deps.db.auditEntry.findFirstOrThrow({ where: { type: "appeal.sla_breached" } })).body;
      const runs = { ours: () => sweepAppealSla(world.bench.deps), bare: () => bareLoop(world, entry) };
      const pairs: { ours: number; bare: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const taken = { ours: 0, bare: 0 };
        for (const one of round % 2 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
          await again(world);
          const startedAt = performance.now();
          const done = await runs[one]();
          taken[one] = performance.now() - startedAt;
          if (done !== due) throw new Error(`${one} did ${done} of ${due}`);
        }
        pairs.push(taken);
      }
      speeds.push(pairs.map(({ ours }) => ours));
      all =
        report(`${name(due)} appeals past their deadline among ${name(size)}`, [
          { what: "deadlines a second, ours ÷ a bare SKIP LOCKED loop", value: median(pairs.map(({ ours, bare }) => bare / ours)), atLeast: 0.8 },
          { what: "deadlines a second, ours", value: median(pairs.map(({ ours }) => (due * 1_000) / ours)) },
        ]) && all;
    } finally {
      await world.sql.end();
      await world.bench.close();
    }
  }
  const [smallest, largest] = [median(speeds[0]!), median(speeds.at(-1)!)];
  return report(`${name(sizes.at(-1)!)} against ${name(sizes[0]!)}`, [{ what: "time for the same number of due deadlines", value: largest / smallest, atMost: 1.1 }]) && all;
};
