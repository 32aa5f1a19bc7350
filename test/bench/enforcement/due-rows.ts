import type { Client } from "pg";
import { statementsOf } from "../statements";

/** Rows of a database that a sweep has to find among many that are not due, and the two that work through them. */
export interface DueRows {
  what: string;
  /** @returns how many were done */
  ours(): Promise<number>;
  bare(): Promise<number>;
  /** Which of the statements that a sweep sends finds what is due, and the index that is meant for it. */
  lookup: { statement: RegExp; table: string; index: string };
  /** The same rows are due again, and nothing is left of the run before. */
  again(): Promise<void>;
}

/** The id of a row by its number: as the product's own, it grows with the rows and ends like no other. */
export const idOf = (kind: string): string => `(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-' || left(md5('${kind}' || n), 12))::uuid`;

/** So many rows the bare loops take at a time. */
export const batch = 1_000;

const chunk = 1_000_000;

export const chunksOf = (size: number): [from: number, to: number][] =>
  Array.from({ length: Math.ceil(size / chunk) }, (_, n) => [n * chunk + 1, Math.min((n + 1) * chunk, size)]);

/** Fills a table whose indexes are built after, and whose triggers and references sleep. */
export async function withoutIndexes(sql: Client, table: string, fill: () => Promise<void>): Promise<void> {
  await sql.query("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'");
  const { rows } = await sql.query<{ name: string; definition: string }>("SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = $1 AND indexname <> $1 || '_pkey'", [table]);
  for (const { name } of rows) await sql.query(`DROP INDEX "${name}"`);
  await fill();
  for (const { definition } of rows) await sql.query(definition);
  await sql.query("SET session_replication_role = origin");
}


/** Prints how PostgreSQL finds the first batch of what a sweep takes. @returns whether it does so by the index that is meant for it */
export async function showPlan(sql: Client, { ours, again, lookup: { statement, table, index } }: DueRows): Promise<boolean> {
  const sent = (await statementsOf(ours)).find(({ text }) => statement.test(text));
  if (!sent) throw new Error("no statement looks for what is due");
  await again();
  await sql.query("BEGIN");
  const { rows } = await sql.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sent.text}`, sent.values);
  await sql.query("ROLLBACK");
  const plan = rows.map((row) => row["QUERY PLAN"]);
  for (const line of plan) console.log(`    ${line.slice(0, 160)}`);
  return plan.some((line) => line.includes(`Scan using ${index} on ${table}`)) && !plan.some((line) => line.includes(`Seq Scan on ${table}`));
}
