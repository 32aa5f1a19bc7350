import { Client } from "pg";
import { applyMigrations } from "~/infra/migrations.server";
import { databaseUrl, onCluster } from "../support/cluster.setup";

/** Ids that sort by number, as UUIDv7 ids sort by time. */
const idOf = (series: string, n: string) => `(lpad(to_hex(1760000000000 + ${n}), 12, '0') || '7${series}8000' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const areas = 10;
const chunk = 1_000_000;

/** A database of its own with `size` cases: half open, a fifth in work, the rest decided or closed. */
export async function databaseWithCases(clusterUrl: string, size: number, purpose = "queue"): Promise<string> {
  const name = `${purpose}_${size}`;
  await onCluster(clusterUrl, `CREATE DATABASE ${name}`);
  const url = databaseUrl(clusterUrl, name);
  await applyMigrations(url);
  const sql = new Client({ connectionString: url });
  await sql.connect();
  try {
    await fill(sql, size);
  } finally {
    await sql.end();
  }
  return url;
}

async function fill(sql: Client, size: number): Promise<void> {
  await sql.query(`SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2`);
  await sql.query(`
    INSERT INTO platform (id, key, name, legal_name, postal_address, abuse_email, appeals_email, support_email, security_email, zone, created_at)
    SELECT ${idOf("001", "n")}, 'platform-' || n, 'Platform ' || n, 'Legal', 'Address', 'abuse@p.example', 'appeals@p.example',
           'support@p.example', 'security@p.example', 'America/Denver', '2026-01-01'
      FROM generate_series(0, 4) n`);
  const accounts = Math.ceil(size / areas);
  await sql.query(`
    INSERT INTO account (id, platform_id, external_id, business_name, created_at, updated_at)
    SELECT ${idOf("002", "n")}, ${idOf("001", "n % 5")}, 'acct-' || n, 'Business ' || n, '2026-01-01', '2026-01-01'
      FROM generate_series(0, ${accounts - 1}) n`);

  const { rows: indexes } = await sql.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'case' AND indexname <> 'case_pkey'`,
  );
  for (const { name } of indexes) await sql.query(`DROP INDEX "${name}"`);
  for (let from = 0; from < size; from += chunk) {
    await sql.query(`
      INSERT INTO "case" (id, reference, platform_id, account_id, area, state, severity, priority, report_count, signal_count, escalated,
                          opened_at, updated_at, closed_at)
      SELECT ${idOf("003", "n")}, 'C-' || n, ${idOf("001", `(n / ${areas}) % 5`)}, ${idOf("002", `n / ${areas}`)}, 'area-' || n % ${areas},
             (CASE WHEN h % 100 < 50 THEN 'open' WHEN h % 100 < 65 THEN 'investigating' WHEN h % 100 < 70 THEN 'waiting_for_information'
                   WHEN h % 100 < 75 THEN 'decided' ELSE 'closed' END)::case_state,
             (ARRAY['low', 'medium', 'high', 'critical'])[1 + (h / 100) % 4]::severity, (h / 1000) % 1000,
             1 + (h / 7) % 5, (h / 11) % 3, h % 97 = 0, at, at + interval '1 hour', CASE WHEN h % 100 >= 75 THEN at + interval '2 days' END
        FROM generate_series(${from}, ${Math.min(from + chunk, size) - 1}) n,
             LATERAL (SELECT abs(hashint8(n))::bigint AS h, timestamptz '2026-01-01' + n * interval '1 second' AS at) made`);
  }
  for (const { definition } of indexes) await sql.query(definition);
  await sql.query(`INSERT INTO case_counter (platform_id, state, slot, count) SELECT platform_id, state, 0, count(*) FROM "case" GROUP BY 1, 2`);
  await sql.query(`SET session_replication_role = origin`);
  await sql.query(`VACUUM ANALYZE "case"`);
  await sql.query(`VACUUM ANALYZE account`);
}
