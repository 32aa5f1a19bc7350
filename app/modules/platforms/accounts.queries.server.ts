import { type Db, Prisma, type Tx } from "~/infra/db.server";

export const accountPageSize = 50;

export interface AccountRow {
  id: string;
  businessName: string;
  externalId: string;
  planTier: string | null;
  status: string;
  createdAt: Date;
}

export interface AccountPlace {
  createdAt: Date;
  id: string;
}

/** "millis.id", as an address carries a place in the list. */
export const placeText = ({ createdAt, id }: AccountPlace): string => `${createdAt.getTime()}.${id}`;

export function parsePlace(text: string | null): AccountPlace | null {
  const [, millis, id] = /^(\d{1,14})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? "") ?? [];
  return millis && id ? { createdAt: new Date(Number(millis)), id } : null;
}

/** One page of a platform's accounts, newest first, by keyset. */
export async function accountPage(
  db: Db,
  filter: { platformKey: string; status: string | null },
  after: AccountPlace | null,
): Promise<{ rows: AccountRow[]; next: AccountPlace | null }> {
  const where = Prisma.sql`
    platform_id = (SELECT id FROM platform WHERE key = ${filter.platformKey})
    ${filter.status ? Prisma.sql`AND status = ${filter.status}::account_status` : Prisma.empty}`;
  const order = Prisma.sql`ORDER BY created_at DESC, id DESC LIMIT ${accountPageSize + 1}`;
  const columns = Prisma.sql`
    id, business_name AS "businessName", external_id AS "externalId", plan_tier AS "planTier", status::text AS status, created_at`;
  const rows = await db.$queryRaw<(Omit<AccountRow, "createdAt"> & { created_at: Date })[]>(
    after
      ? Prisma.sql`
          (SELECT ${columns} FROM account WHERE ${where} AND created_at = ${after.createdAt}::timestamptz AND id < ${after.id}::uuid ${order})
          UNION ALL
          (SELECT ${columns} FROM account WHERE ${where} AND created_at < ${after.createdAt}::timestamptz ${order})
          ${order}`
      : Prisma.sql`SELECT ${columns} FROM account WHERE ${where} ${order}`,
  );
  const shown = rows.slice(0, accountPageSize).map(({ created_at: createdAt, ...row }) => ({ ...row, createdAt }));
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > accountPageSize && last ? { createdAt: last.createdAt, id: last.id } : null };
}

/** The accounts a list is narrowed to, newest first, but no more than `limit`; of ticked ones those that exist. */
export const matchingAccounts = (db: Tx, chosen: { filter: { platform: string | null; status: string | null }; ids: readonly string[] | null }, limit: number): Promise<{ id: string }[]> => {
  const { platform, status } = chosen.filter;
  const where = chosen.ids
    ? Prisma.sql`id = ANY(${[...chosen.ids]}::uuid[])`
    : Prisma.sql`platform_id = (SELECT id FROM platform WHERE key = ${platform}) ${status ? Prisma.sql`AND status = ${status}::account_status` : Prisma.empty}`;
  return db.$queryRaw`SELECT id FROM account WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
};

export interface AccountHead extends AccountRow {
  closedAt: Date | null;
  language: string;
  platformId: string;
  platformName: string;
  zone: string;
}

/** One account with its platform; its addresses are counted, not opened. */
export async function accountHead(db: Db, id: string): Promise<AccountHead | null> {
  const [row] = await db.$queryRaw<AccountHead[]>`
    SELECT a.id, a.business_name AS "businessName", a.external_id AS "externalId", a.plan_tier AS "planTier", a.status::text AS status,
           a.created_at AS "createdAt", a.closed_at AS "closedAt", a.language, p.id AS "platformId", p.name AS "platformName", p.zone
      FROM account a JOIN platform p ON p.id = a.platform_id
     WHERE a.id = ${id}::uuid`;
  return row ?? null;
}
