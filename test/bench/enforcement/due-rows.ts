import type { Client } from "pg";

/** Rows of a database that a sweep has to find among many that are not due, and the two that work through them. */
export interface DueRows {
  what: string;
  /** @returns how many were done */
  ours(): Promise<number>;
  bare(): Promise<number>;
  /** The same rows are due again, and nothing is left of the run before. */
  again(): Promise<void>;
}

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
