import { z } from "zod";
import { Prisma, type Db } from "~/infra/db.server";
import { identifierKinds, tooCommon } from "../platforms/identifier";
import type { BarredAccount } from "./evasion";

const tiesSchema = z.array(z.object({ kind: z.enum(identifierKinds), since: z.coerce.date(), shared: z.number() }));

interface Row {
  accountId: string;
  actionId: string;
  reference: string;
  since: Date;
  ties: unknown;
}

/** The suspension or termination of an account that has run longest, as a lateral SELECT. One that is decided for a later day counts from its decision. */
const barringOf = (account: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT a.id, a.reference, least(a.starts_at, greatest(a.created_at, d.effective_at)) AS since
    FROM action a LEFT JOIN decision d ON d.id = a.decision_id
   WHERE a.account_id = ${account} AND a.state = 'active' AND a.kind IN ('suspension', 'termination') AND a.starts_at IS NOT NULL
   ORDER BY 3, a.id LIMIT 1`;

/** Every account that has an identifier, counted up to one more than is too common, as a lateral SELECT beside `mine`. */
const sharers = Prisma.sql`
  SELECT y.account_id, count(*) OVER () AS shared
    FROM (SELECT i.account_id FROM account_identifier i
           WHERE i.platform_id = mine.platform_id AND i.kind = mine.kind AND i.lookup_hash = mine.lookup_hash
           ORDER BY i.account_id LIMIT ${tooCommon + 1}) y`;

/**
 * Accounts of the same platform under a running suspension or termination that have something in common with this
 * one: of each, the action that has run longest.
 */
export async function barredTwins(db: Db, accountId: string): Promise<BarredAccount[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT o.account_id AS "accountId", x.id AS "actionId", x.reference, x.since,
           json_agg(json_build_object('kind', mine.kind, 'since', mine.first_told_at, 'shared', o.shared) ORDER BY mine.kind, mine.lookup_hash) AS ties
      FROM account_identifier mine
      CROSS JOIN LATERAL (${sharers}) o
      CROSS JOIN LATERAL (${barringOf(Prisma.sql`o.account_id`)}) x
     WHERE mine.account_id = ${accountId}::uuid AND o.account_id <> mine.account_id
     GROUP BY o.account_id, x.id, x.reference, x.since`;
  return rows.map(({ accountId: twin, actionId, reference, since, ties }) => ({ accountId: twin, action: { id: actionId, reference, since }, ties: tiesSchema.parse(ties) }));
}

/** Accounts that were registered after this one was barred and have something in common with it: a platform may tell of the old one's identifiers last. */
export async function laterTwins(db: Db, accountId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT t.id
      FROM account_identifier mine
      CROSS JOIN LATERAL (${barringOf(Prisma.sql`mine.account_id`)}) x
      CROSS JOIN LATERAL (${sharers}) o
      JOIN account t ON t.id = o.account_id AND t.created_at >= x.since
     WHERE mine.account_id = ${accountId}::uuid AND o.account_id <> mine.account_id AND o.shared <= ${tooCommon}
     ORDER BY 1`;
  return rows.map(({ id }) => id);
}

/** The gravest clause that the decision behind an action found a breach of: what is evaded, where a platform's policies have no clause about evading. */
export async function evadedClause(db: Db, actionId: string): Promise<string | null> {
  const [found] = await db.$queryRaw<{ code: string }[]>`
    SELECT c.code
      FROM action x
      JOIN decision_finding f ON f.decision_id = x.decision_id
      JOIN clause_version v ON v.id = f.clause_version_id
      JOIN clause c ON c.id = v.clause_id
     WHERE x.id = ${actionId}::uuid ORDER BY v.severity DESC, c.code LIMIT 1`;
  return found?.code ?? null;
}
