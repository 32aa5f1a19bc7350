import { Prisma, type Db, type Tx } from "~/infra/db.server";

/** Whether anything was decided, or waits for a second person, that the holder must not learn of. It stays so when it is over. */
export const mustNotBeTippedOff = (accountId: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM action hidden WHERE hidden.account_id = ${accountId} AND hidden.no_tip_off AND hidden.state <> 'rejected')`;

/** The accounts among these whose holders must not be tipped off. */
export async function notToBeTippedOff(db: Db | Tx, accountIds: readonly string[]): Promise<Set<string>> {
  if (accountIds.length === 0) return new Set();
  const rows = await db.$queryRaw<{ id: string }[]>`SELECT id FROM account WHERE id = ANY (${[...accountIds]}::uuid[]) AND ${mustNotBeTippedOff(Prisma.sql`account.id`)}`;
  return new Set(rows.map(({ id }) => id));
}
