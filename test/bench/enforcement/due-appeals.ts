import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { sweepAppealSla } from "~/modules/appeals/sweep-appeal-sla.server";
import { aPlatform, anAccount } from "../../factories/platform";
import type { BenchDatabase } from "./bench-gate";
import { batch, chunksOf, idOf, withoutIndexes, type DueRows } from "./due-rows";

/** Appeals that wait for a ruling, of which `due` are past their deadline and not yet marked as breached. */
export async function dueAppeals(bench: BenchDatabase, sql: Client, size: number, due: number): Promise<DueRows> {
  const platform = await aPlatform(bench.deps, { key: "bench" });
  const account = await anAccount(bench.deps, platform.id);
  const now = bench.deps.clock().toISO();
  await withoutIndexes(sql, "appeal", async () => {
    // Only an action that is looked at has to be there.
    await sql.query(
      `INSERT INTO action (id, reference, decision_id, case_id, account_id, kind, state, proposer_id, starts_at, begun_at, created_at)
       SELECT ${idOf("action")}, 'A-' || n, ${idOf("decision")}, ${idOf("case")}, $1::uuid, 'warning', 'active', md5('staff')::uuid, $2::timestamptz, $2::timestamptz, $2::timestamptz FROM generate_series(1, ${due}) n`,
      [account.id, now],
    );
    for (const [from, to] of chunksOf(size)) {
      await sql.query(
        `INSERT INTO appeal (id, reference, platform_id, account_id, action_id, state, channel, late, explanation, filed_at, due_at, warned_at, urged_at)
         SELECT ${idOf("appeal")}, 'P-' || n, $1::uuid, $2::uuid, ${idOf("action")}, 'filed', 'link', false, 'It was not us.', $3::timestamptz - interval '15 days',
                CASE WHEN n <= ${due} THEN $3::timestamptz - n * interval '1 second' ELSE $3::timestamptz + interval '30 days' + n * interval '1 second' END,
                CASE WHEN n <= ${due} THEN $3::timestamptz END, CASE WHEN n <= ${due} THEN $3::timestamptz END
           FROM generate_series(${from}, ${to}) n`,
        [platform.id, account.id, now],
      );
    }
  });
  await sql.query("VACUUM ANALYZE appeal");
  await sweepAppealSla(bench.deps);
  const { body } = await bench.deps.db.auditEntry.findFirstOrThrow({ where: { type: "appeal.sla_breached" } });
  return {
    what: "appeals past their deadline",
    ours: () => sweepAppealSla(bench.deps),
    bare: () => bareLoop(sql, platform.id, body),
    again: () => again(sql),
    lookup: { statement: /SET "?breached_at/, table: "appeal", index: "appeal_to_breach" },
  };
}

/** The deadlines are due again, which no trigger of the product would allow. */
async function again(sql: Client): Promise<void> {
  await sql.query("SET session_replication_role = replica");
  await sql.query("UPDATE appeal SET breached_at = NULL WHERE breached_at IS NOT NULL");
  await sql.query("TRUNCATE audit_entry, audit_link");
  await sql.query("SET session_replication_role = origin");
  await sql.query("VACUUM appeal");
  await sql.query("CHECKPOINT");
}

/** A loop that takes due rows by SKIP LOCKED, marks them and writes an entry of the same size for each, and nothing else. */
async function bareLoop(sql: Client, platformId: string, entry: string): Promise<number> {
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
