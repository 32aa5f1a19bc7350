import { Prisma, type Db, type Tx } from "~/infra/db.server";
import type { ChainHead, ChainRow } from "./chain";

export async function readHead(db: Db | Tx): Promise<ChainHead | null> {
  return db.auditHead.findUnique({ where: { id: 1 }, select: { seq: true, hash: true } });
}

type FlatRow = Omit<ChainRow, "entry"> & { [Column in keyof NonNullable<ChainRow["entry"]>]: NonNullable<ChainRow["entry"]>[Column] | null };

/** Links in order with the entries they name; a link whose entry is gone has none. */
export async function readChain(db: Db | Tx, page: { after: bigint; limit: number }): Promise<ChainRow[]> {
  const rows = await db.$queryRaw<FlatRow[]>`
    SELECT l.seq, l.entry_id AS "entryId", l.prev_hash AS "prevHash", l.hash, e.id, e.at, e.type, e.actor_kind AS "actorKind",
           e.actor_id AS "actorId", e.platform_id AS "platformId", e.account_id AS "accountId", e.case_id AS "caseId", e.body
      FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id
     WHERE l.seq > ${page.after}
     ORDER BY l.seq LIMIT ${page.limit}`;
  return rows.map(({ seq, entryId, prevHash, hash, ...entry }) => ({
    seq,
    entryId,
    prevHash,
    hash,
    entry: entry.id === null ? null : (entry as NonNullable<ChainRow["entry"]>),
  }));
}

/** Committed entries that no link names: somebody switched the trigger off. */
export async function readUnchained(db: Db | Tx): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT e.id FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.entry_id = e.id) LIMIT 1000`;
  return rows.map((row) => row.id);
}

export interface AuditFilter {
  type?: string;
  actorId?: string;
  caseId?: string;
  accountId?: string;
}

export interface AuditRow {
  seq: number;
  id: string;
  at: Date;
  type: string;
  actorKind: string;
  actorId: string | null;
  actorName: string | null;
  caseId: string | null;
  caseReference: string | null;
  accountId: string | null;
  accountName: string | null;
  body: string;
  hash: string;
}

/** The trail, newest first, paged by place in the chain. */
export async function listAudit(db: Db, filter: AuditFilter, page: { before: number | null; limit: number }): Promise<AuditRow[]> {
  const where = [
    page.before === null ? null : Prisma.sql`l.seq < ${BigInt(page.before)}`,
    filter.type ? Prisma.sql`e.type LIKE ${`${filter.type.replace(/[%_\\]/g, "\\$&")}%`}` : null,
    filter.actorId ? Prisma.sql`e.actor_id = ${filter.actorId}` : null,
    filter.caseId ? Prisma.sql`e.case_id = ${filter.caseId}::uuid` : null,
    filter.accountId ? Prisma.sql`e.account_id = ${filter.accountId}::uuid` : null,
  ].filter((part) => part !== null);
  const rows = await db.$queryRaw<(Omit<AuditRow, "seq" | "hash"> & { seq: bigint; hash: Uint8Array })[]>`
    SELECT l.seq, l.hash, e.id, e.at, e.type, e.actor_kind AS "actorKind", e.actor_id AS "actorId", s.name AS "actorName",
           e.case_id AS "caseId", c.reference AS "caseReference", e.account_id AS "accountId", a.business_name AS "accountName", e.body
      FROM audit_link l
      JOIN audit_entry e ON e.id = l.entry_id
      LEFT JOIN staff s ON e.actor_kind = 'staff' AND s.id::text = e.actor_id
      LEFT JOIN "case" c ON c.id = e.case_id
      LEFT JOIN account a ON a.id = e.account_id
     ${where.length > 0 ? Prisma.sql`WHERE ${Prisma.join(where, " AND ")}` : Prisma.empty}
     ORDER BY l.seq DESC LIMIT ${page.limit}`;
  return rows.map((row) => ({ ...row, seq: Number(row.seq), hash: Buffer.from(row.hash).toString("hex") }));
}
