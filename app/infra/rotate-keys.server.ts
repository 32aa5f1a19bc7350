import type { Deps } from "./deps.server";
import { Prisma } from "./db.server";
import { sealedColumns, type SealedColumn } from "./sealed-columns";
import { storedKeys } from "./stored-keys.server";

const batchSize = 500;

export interface Rotation {
  /** Values sealed anew, by `table.column`. */
  values: Record<string, number>;
  files: number;
  /** Files a row names and the store does not have. */
  missingFiles: number;
}

/**
 * Seals everything again that an older key sealed, so that the older key can be dropped. It can be stopped and run
 * again, beside a running console: a value that changed in the meantime was sealed by the newest key anyway.
 */
export async function rotateKeys(deps: Pick<Deps, "db" | "crypto" | "storage">): Promise<Rotation> {
  const values: Record<string, number> = {};
  for (const column of sealedColumns) values[`${column.table}.${column.column}`] = await resealColumn(deps, column);
  return { values, ...(await resealFiles(deps)) };
}

interface Row {
  id: string;
  sealed: string;
  by: string | null;
}

async function resealColumn({ db, crypto }: Pick<Deps, "db" | "crypto">, { table, column, context }: SealedColumn): Promise<number> {
  const [from, sealed] = [identifier(table), identifier(column)];
  const by = typeof context === "string" ? Prisma.sql`NULL` : Prisma.sql`${identifier(context.by)}::text`;
  let resealed = 0;
  let last = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await db.$queryRaw<Row[]>`
      SELECT id::text AS id, ${sealed} AS sealed, ${by} AS by FROM ${from}
       WHERE id > ${last}::uuid AND ${sealed} IS NOT NULL ORDER BY id LIMIT ${batchSize}`;
    if (rows.length === 0) return resealed;
    last = rows.at(-1)!.id;
    const old = rows.filter((row) => crypto.needsReseal(row.sealed));
    if (old.length === 0) continue;
    const renewed = old.map((row) => crypto.reseal(row.sealed, typeof context === "string" ? context : `${context.prefix}${row.by}`));
    resealed += await db.$executeRaw`
      UPDATE ${from} AS t SET ${sealed} = n.renewed
        FROM unnest(${old.map((row) => row.id)}::uuid[], ${old.map((row) => row.sealed)}::text[], ${renewed}::text[]) AS n(id, was, renewed)
       WHERE t.id = n.id AND t.${sealed} = n.was`;
  }
}

async function resealFiles({ db, storage }: Pick<Deps, "db" | "storage">): Promise<{ files: number; missingFiles: number }> {
  let [files, missingFiles] = [0, 0];
  let last = "";
  for (;;) {
    const keys = await storedKeys(db, last, batchSize);
    if (keys.length === 0) return { files, missingFiles };
    last = keys.at(-1)!;
    for (const key of keys) {
      if (!(await storage.has(key))) missingFiles++;
      else if (await storage.needsReseal(key)) {
        await storage.reseal(key);
        files++;
      }
    }
  }
}

/** Names come from the list above, never from outside. */
const identifier = (name: string): Prisma.Sql => Prisma.raw(`"${name}"`);
