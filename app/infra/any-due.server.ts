import { Prisma, type Db } from "./db.server";

/**
 * Whether any of these queries finds a row, in one round trip: what a sweep asks first, so that looking for nothing
 * costs next to nothing. Each query has to be one that a partial index answers.
 */
export async function anyDue(db: Db, ...queries: readonly Prisma.Sql[]): Promise<boolean> {
  const [row] = await db.$queryRaw<{ due: boolean }[]>`SELECT ${Prisma.join(queries.map((query) => Prisma.sql`EXISTS (${query})`), " OR ")} AS due`;
  return row?.due ?? false;
}
