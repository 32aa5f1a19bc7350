import type { Tx } from "~/infra/db.server";
import type { Case } from "./case";
import { caseColumns, caseOf, type CaseRow } from "./case.repo.server";

/**
 * The case, locked behind its account, which is locked as `lockAccount` locks it. Filters come before locks: the account's is held
 * when the case's is taken.
 */
export async function lockCaseAndAccount(tx: Tx, caseId: string): Promise<Case | null> {
  const [row] = await tx.$queryRaw<CaseRow[]>`
    WITH held AS MATERIALIZED (
      SELECT a.id FROM account a JOIN platform p ON p.id = a.platform_id
       WHERE a.id = (SELECT account_id FROM "case" WHERE id = ${caseId}::uuid) FOR NO KEY UPDATE OF a FOR KEY SHARE OF p)
    SELECT ${caseColumns} FROM "case" WHERE id = ${caseId}::uuid AND account_id = (SELECT id FROM held) FOR UPDATE`;
  return row ? caseOf(row) : null;
}
