import { type Db, Prisma } from "~/infra/db.server";
import { linkedAccounts } from "../platforms/linked-accounts.queries.server";
import { type Standing, standingSchema } from "./case-page.schema";
import { mustNotBeTippedOff } from "./tip-off.queries.server";

const listOf = (query: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT coalesce(json_agg(l), '[]') FROM (${query}) l)`;

/** The record of an account as columns of a SELECT: strikes, actions, cases, what its gate says of each feature,
 * and the accounts it has something in common with. */
export function standingParts(accountId: string, platformId: string, butCaseId: string | null): Prisma.Sql {
  const account = Prisma.sql`${accountId}::uuid`;
  return Prisma.sql`
    ${listOf(Prisma.sql`
      SELECT s.id, s.weight, s.issued_at AS "issuedAt", s.expires_at AS "expiresAt", s.voided_at AS "voidedAt",
             k.code AS "clauseCode", d.reference AS "decisionReference"
        FROM strike s JOIN clause k ON k.id = s.clause_id JOIN decision d ON d.id = s.decision_id
       WHERE s.account_id = ${account} ORDER BY s.issued_at DESC LIMIT 50`)} AS strikes,
    ${listOf(Prisma.sql`
      SELECT x.id, x.reference, x.kind, x.interim, x.features, x.state, x.starts_at AS "startsAt", x.ends_at AS "endsAt",
             x.created_at AS "createdAt", c.reference AS "caseReference", x.no_tip_off AS "noTipOff"
        FROM action x JOIN "case" c ON c.id = x.case_id
       WHERE x.account_id = ${account} ORDER BY x.created_at DESC LIMIT 20`)} AS actions,
    ${listOf(Prisma.sql`
      SELECT c.reference, c.area, c.state, c.severity, c.opened_at AS "openedAt"
        FROM "case" c
       WHERE c.account_id = ${account} AND c.id IS DISTINCT FROM ${butCaseId}::uuid ORDER BY c.opened_at DESC LIMIT 10`)} AS "otherCases",
    ${listOf(Prisma.sql`
      SELECT coalesce(f.code, g.feature) AS feature, f.name, coalesce(g.verdict::text, 'allow') AS verdict,
             coalesce(g.reason_code, 'clear') AS "reasonCode", g.starts_at AS "from", g.until
        FROM (SELECT * FROM feature WHERE platform_id = ${platformId}::uuid) f
        FULL JOIN (SELECT * FROM gate_entry WHERE account_id = ${account}) g ON g.feature = f.code
       ORDER BY f.position, feature, g.starts_at`)} AS gate,
    ${listOf(linkedAccounts(accountId))} AS linked, ${mustNotBeTippedOff(account)} AS "noTipOff"`;
}

/** The record of one account, in one round trip. */
export async function accountStanding(db: Db, accountId: string, platformId: string): Promise<Standing> {
  const [row] = await db.$queryRaw<object[]>`SELECT ${standingParts(accountId, platformId, null)}`;
  return standingSchema.parse(row);
}
