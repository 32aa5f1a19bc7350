import { poolOf, Prisma, type Db } from "./db.server";

/**
 * Whether any of these queries finds a row, in one round trip: what a sweep asks first, so that looking for nothing
 * costs next to nothing. Each query has to be one that a partial index answers.
 *
 * @param name of the question, under which each connection keeps its plan
 */
export async function anyDue(db: Db, name: string, ...queries: readonly Prisma.Sql[]): Promise<boolean> {
  const { text, values } = Prisma.join(queries.map((query) => Prisma.sql`EXISTS (${query})`), " OR ");
  const { rows } = await poolOf(db).query<{ due: boolean }>({ name: `due: ${name}`, text: `SELECT ${text} AS due`, values });
  return rows[0]?.due ?? false;
}
