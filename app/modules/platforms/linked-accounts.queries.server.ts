import { Prisma } from "~/infra/db.server";
import { tooCommon } from "./identifier";

/** Accounts beyond these are not shown: by then the number itself is the finding. */
export const shownLinked = 10;

/**
 * The accounts of the same platform that have something in common with this one, those with the most in common first,
 * as a SELECT. Each identifier is followed to a bounded number of accounts, so that one that thousands share costs no more.
 */
export const linkedAccounts = (accountId: string): Prisma.Sql => Prisma.sql`
  SELECT a.id AS "accountId", a.business_name AS "businessName", a.external_id AS "externalId", a.status, a.created_at AS since,
         json_agg(json_build_object('kind', l.kind, 'hint', l.hint, 'since', l.since, 'until', l.until, 'shared', l.shared)
                  ORDER BY l.shared, l.kind, l.hint) AS links
    FROM (
      SELECT o.account_id, mine.kind, greatest(mine.hint, o.hint) AS hint, o.shared,
             greatest(mine.first_told_at, o.first_told_at) AS since, least(mine.gone_at, o.gone_at) AS until
        FROM account_identifier mine
        CROSS JOIN LATERAL (
          SELECT x.account_id, x.hint, x.first_told_at, x.gone_at, count(*) OVER () AS shared
            FROM (SELECT * FROM account_identifier i
                   WHERE i.platform_id = mine.platform_id AND i.kind = mine.kind AND i.lookup_hash = mine.lookup_hash
                   ORDER BY i.account_id LIMIT ${tooCommon + 1}) x
        ) o
       WHERE mine.account_id = ${accountId}::uuid AND o.account_id <> mine.account_id
    ) l
    JOIN account a ON a.id = l.account_id
   GROUP BY a.id
   ORDER BY count(*) FILTER (WHERE l.shared <= ${tooCommon}) DESC, a.status IN ('terminated', 'suspended') DESC, a.created_at DESC, a.id
   LIMIT ${shownLinked}`;
