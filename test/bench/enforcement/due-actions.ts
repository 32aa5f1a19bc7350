import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { aPlatform } from "../../factories/platform";
import type { BenchDatabase } from "./bench-gate";
import { batch, chunksOf, idOf, withoutIndexes, type DueRows } from "./due-rows";

const featuresEach = 3;

/**
 * Suspensions in force, of which `due` are over: each of an account and a case of its own, with its rows at the gate. The accounts
 * have no address, so nobody is written to: what a mail costs is the making of its text, which no bare loop would do.
 */
export async function dueActions(bench: BenchDatabase, sql: Client, size: number, due: number): Promise<DueRows> {
  const platform = await aPlatform(bench.deps, { key: "bench" });
  const now = bench.deps.clock().toISO();
  await withoutIndexes(sql, "action", async () => {
    // Only what is looked at has to be there.
    await sql.query(
      `INSERT INTO account (id, platform_id, external_id, business_name, status, created_at, updated_at)
       SELECT ${idOf("account")}, $1::uuid, 'acct-' || n, 'Business ' || n, 'suspended', $2::timestamptz, $2::timestamptz FROM generate_series(1, ${due}) n`,
      [platform.id, now],
    );
    await sql.query(
      `INSERT INTO "case" (id, reference, platform_id, account_id, area, state, severity, priority, opened_at, updated_at)
       SELECT ${idOf("case")}, 'C-' || n, $1::uuid, ${idOf("account")}, 'spam', 'investigating', 'medium', 0, $2::timestamptz - interval '8 days', $2::timestamptz FROM generate_series(1, ${due}) n`,
      [platform.id, now],
    );
    for (const [from, to] of chunksOf(size)) {
      await sql.query(
        `INSERT INTO action (id, reference, case_id, account_id, kind, interim, state, proposer_id, reason, starts_at, begun_at, ends_at, created_at)
         SELECT ${idOf("action")}, 'A-' || n, ${idOf("case")}, ${idOf("account")}, 'suspension', true, 'active', md5('staff')::uuid, 'Complaints kept coming in.',
                since, since, CASE WHEN n <= ${due} THEN $1::timestamptz - n * interval '1 second' ELSE $1::timestamptz + interval '30 days' + n * interval '1 second' END, since
           FROM (SELECT n, $1::timestamptz - interval '7 days' - n * interval '1 second' AS since FROM generate_series(${from}, ${to}) n) filled`,
        [now],
      );
    }
    await sql.query(
      `CREATE TABLE bench_gate AS
       SELECT ${idOf("account")} AS account_id, f.code AS feature, 'deny'::gate_verdict AS verdict, 'under_investigation' AS reason_code, a.starts_at, a.ends_at AS until, a.id AS action_id, a.starts_at AS updated_at
         FROM generate_series(1, ${due}) n JOIN feature f ON f.platform_id = $1 JOIN action a ON a.id = ${idOf("action")}`,
      [platform.id],
    );
  });
  await sql.query('VACUUM ANALYZE action, account, "case", bench_gate');
  await again(sql);
  await sql.query("ANALYZE gate_entry");
  await expireActions(bench.deps);
  const { body } = await bench.deps.db.auditEntry.findFirstOrThrow({ where: { type: "action.expired" } });
  const { data } = await bench.deps.db.caseEvent.findFirstOrThrow({ where: { kind: "action_ended" } });
  return {
    what: "measures past their end",
    ours: () => expireActions(bench.deps),
    bare: () => bareLoop(sql, platform.id, body, JSON.stringify(data)),
    again: () => again(sql),
    lookup: { statement: /AS found\s+FROM \(SELECT/, table: "action", index: "action_due" },
  };
}

/** The measures are in force again, which no trigger of the product would allow. */
async function again(sql: Client): Promise<void> {
  await sql.query("SET session_replication_role = replica");
  await sql.query("UPDATE action SET state = 'active', ended_at = NULL, end_reason = NULL WHERE state = 'expired'");
  await sql.query("UPDATE account SET status = 'suspended' WHERE status = 'active'");
  await sql.query("TRUNCATE audit_entry, audit_link, case_event, gate_change, gate_entry");
  await sql.query("INSERT INTO gate_entry (account_id, feature, verdict, reason_code, starts_at, until, action_id, updated_at) SELECT account_id, feature, verdict, reason_code, starts_at, until, action_id, updated_at FROM bench_gate");
  await sql.query("SET session_replication_role = origin");
  await sql.query('VACUUM action, account, "case", gate_entry, audit_head, gate_head');
  await sql.query("CHECKPOINT");
}

/** A loop that takes due rows by SKIP LOCKED and writes what ending a measure writes, rows of the same size, and nothing else. */
async function bareLoop(sql: Client, platformId: string, entry: string, event: string): Promise<number> {
  let total = 0;
  for (let taken = batch; taken === batch; total += taken) {
    const now = new Date();
    await sql.query("BEGIN");
    const { rows } = await sql.query<{ accountId: string; caseId: string }>({
      name: "end",
      text: `UPDATE action SET state = 'expired', ended_at = $1, end_reason = 'Its time was over.' WHERE id IN (
               SELECT id FROM action WHERE state = 'active' AND ends_at <= $1 ORDER BY ends_at, id LIMIT ${batch} FOR UPDATE SKIP LOCKED)
             RETURNING account_id AS "accountId", case_id AS "caseId"`,
      values: [now],
    });
    taken = rows.length;
    const [accounts, cases, ids, more] = [rows.map(({ accountId }) => accountId), rows.map(({ caseId }) => caseId), rows.map(() => randomUUID()), rows.map(() => randomUUID())];
    const gone = await sql.query({ name: "open", text: "DELETE FROM gate_entry WHERE account_id = ANY($1::uuid[])", values: [accounts] });
    if (gone.rowCount !== taken * featuresEach) throw new Error("the gate was not shut as it should be");
    await sql.query({ name: "stand", text: "UPDATE account SET status = 'active', updated_at = $2 WHERE id = ANY($1::uuid[])", values: [accounts, now] });
    await sql.query({ name: "touch", text: `UPDATE "case" SET version = version + 1, updated_at = $2 WHERE id = ANY($1::uuid[])`, values: [cases, now] });
    await sql.query({
      name: "tell",
      text: `INSERT INTO case_event (id, case_id, at, kind, actor_kind, actor_name, data) SELECT id, case_id, $3, 'action_ended', 'system', 'bench', $4::jsonb FROM unnest($1::uuid[], $2::uuid[]) AS row (id, case_id)`,
      values: [ids, cases, now, event],
    });
    await sql.query({
      name: "enter",
      text: `INSERT INTO audit_entry (id, at, type, actor_kind, actor_id, platform_id, account_id, case_id, body)
             SELECT id, $4, 'action.expired', 'system', 'bench', $5, account, case_id, $6 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS row (id, account, case_id)`,
      values: [more, accounts, cases, now, platformId, entry],
    });
    await sql.query("COMMIT");
  }
  return total;
}
