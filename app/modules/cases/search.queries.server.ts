import { type Db, Prisma, type Tx } from "~/infra/db.server";
import type { Severity } from "../policy/severity";
import type { CaseState } from "./case-state";
import { mustNotBeTippedOff } from "./tip-off.queries.server";

export interface AccountHit {
  id: string;
  businessName: string;
  externalId: string;
  status: string;
  platformName: string;
  noTipOff: boolean;
}

export interface CaseHit {
  reference: string;
  area: string;
  state: CaseState;
  severity: Severity;
  businessName: string;
  platformName: string;
  noTipOff: boolean;
  /** What led here when it was not the case itself: "report R-…". */
  via: string | null;
}

export interface SearchHits {
  accounts: AccountHit[];
  cases: CaseHit[];
  /** A report no account was certain for: it has no case yet and waits to be matched. */
  unmatchedReportId: string | null;
}

const most = 25;

const accountColumns = Prisma.sql`
  a.id, a.business_name AS "businessName", a.external_id AS "externalId", a.status::text AS status, p.name AS "platformName", ${mustNotBeTippedOff(Prisma.sql`a.id`)} AS "noTipOff"
  FROM account a JOIN platform p ON p.id = a.platform_id`;

const caseColumns = (via: Prisma.Sql): Prisma.Sql => Prisma.sql`
  c.reference, c.area, c.state, c.severity, a.business_name AS "businessName", p.name AS "platformName", ${mustNotBeTippedOff(Prisma.sql`a.id`)} AS "noTipOff", ${via} AS via
  FROM "case" c JOIN account a ON a.id = c.account_id JOIN platform p ON p.id = c.platform_id`;

const noVia = Prisma.sql`NULL::text`;

/** Accounts whose name holds the text, best fit first, and the one the platform calls so. */
export function accountsByName(db: Db, text: string): Promise<AccountHit[]> {
  const pattern = `%${text.replace(/[%_\\]/g, "\\$&")}%`;
  return db.$queryRaw<AccountHit[]>`
    WITH found AS (
      SELECT id FROM account WHERE external_id = ${text}
      UNION
      (SELECT id FROM account WHERE business_name ILIKE ${pattern} LIMIT 200))
    SELECT ${accountColumns} JOIN found f ON f.id = a.id
     ORDER BY (a.external_id = ${text}) DESC, similarity(a.business_name, ${text}) DESC, a.id LIMIT ${most}`;
}

export async function findById(db: Db, id: string): Promise<SearchHits> {
  const [accounts, cases] = await Promise.all([
    db.$queryRaw<AccountHit[]>`SELECT ${accountColumns} WHERE a.id = ${id}::uuid`,
    db.$queryRaw<CaseHit[]>`SELECT ${caseColumns(noVia)} WHERE c.id = ${id}::uuid`,
  ]);
  return { accounts, cases, unmatchedReportId: null };
}

const viaTables = {
  report: Prisma.sql`JOIN report v ON v.case_id = c.id`,
  decision: Prisma.sql`JOIN decision v ON v.case_id = c.id`,
  action: Prisma.sql`JOIN action v ON v.case_id = c.id`,
  appeal: Prisma.sql`JOIN action x ON x.case_id = c.id JOIN appeal v ON v.action_id = x.id`,
};

/** The case a reference leads to, directly or by the report, decision, action or appeal it names. */
export async function findByReference(db: Db, of: "case" | keyof typeof viaTables, reference: string): Promise<SearchHits> {
  const cases =
    of === "case"
      ? await db.$queryRaw<CaseHit[]>`SELECT ${caseColumns(noVia)} WHERE c.reference = ${reference}`
      : await db.$queryRaw<CaseHit[]>`
          SELECT ${caseColumns(Prisma.sql`${`${of} ${reference}`}::text`)} ${viaTables[of]} WHERE v.reference = ${reference}`;
  const waiting = of === "report" && cases.length === 0 ? await db.report.findUnique({ where: { reference, caseId: null }, select: { id: true } }) : null;
  return { accounts: [], cases, unmatchedReportId: waiting?.id ?? null };
}

export const accountsByContact = (tx: Tx, kind: "email" | "phone", hash: string): Promise<AccountHit[]> =>
  tx.$queryRaw<AccountHit[]>`
    SELECT ${accountColumns}
     WHERE a.id IN (SELECT account_id FROM account_contact WHERE kind = ${kind}::contact_point_kind AND lookup_hash = ${hash})
     ORDER BY a.business_name, a.id LIMIT ${most}`;

/** Cases with a report from this address, or one that names this number. */
export function reportsByContact(tx: Tx, kind: "email" | "phone", hash: string): Promise<CaseHit[]> {
  const reports =
    kind === "email"
      ? Prisma.sql`r.reporter_id IN (SELECT w.id FROM platform y JOIN reporter w ON w.platform_id = y.id AND w.email_hash = ${hash})`
      : Prisma.sql`r.id IN (SELECT report_id FROM report_phone WHERE lookup_hash = ${hash}
                             UNION SELECT id FROM report WHERE accused_phone_hash = ${hash})`;
  return tx.$queryRaw<CaseHit[]>`
    SELECT ${caseColumns(Prisma.sql`'report ' || r.reference`)} JOIN report r ON r.case_id = c.id
     WHERE ${reports} ORDER BY r.received_at DESC LIMIT ${most}`;
}
