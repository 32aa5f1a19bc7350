import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { FieldCrypto } from "~/infra/crypto.server";
import { newId } from "~/infra/id";
import type { AccountCandidate } from "./match-account";
import type { ReportState } from "./report-state";

/** A report as commands see it: who sent it stays sealed. */
export interface Report {
  id: string;
  reference: string;
  platformId: string;
  accountId: string | null;
  caseId: string | null;
  clauseId: string | null;
  state: ReportState;
  outcome: string | null;
  channel: "form" | "email" | "api";
  language: string;
  reporter: { id: string; emailSealed: string | null } | null;
}

const reportColumns = {
  id: true,
  reference: true,
  platformId: true,
  accountId: true,
  caseId: true,
  clauseId: true,
  state: true,
  outcome: true,
  channel: true,
  language: true,
  reporter: { select: { id: true, emailSealed: true } },
} as const;

/** Locks the report until the transaction ends. Lock its case first where both are needed. */
export async function lockReport(tx: Tx, id: string): Promise<Report | null> {
  const locked = await tx.$queryRaw<object[]>`SELECT 1 FROM report WHERE id = ${id}::uuid FOR UPDATE`;
  return locked.length === 0 ? null : tx.report.findUnique({ where: { id }, select: reportColumns });
}

export const findReport = (tx: Tx, id: string): Promise<Report | null> => tx.report.findUnique({ where: { id }, select: reportColumns });

export interface NewReport {
  reference: string;
  platformId: string;
  reporterId: string | null;
  /** The mute under which it comes in. */
  setAsideById: string | null;
  clauseId: string | null;
  channel: "form" | "email" | "api";
  accusedName: string | null;
  accusedPhone: string | null;
  description: string;
  messageText: string | null;
  happenedAt: DateTime | null;
  happenedDayOnly: boolean;
  language: string;
  contentHash: string;
  receivedAt: DateTime;
  phones: readonly string[];
}

/** @returns the id, or null when the reference is taken (one in 2¹⁷ billion: draw again) */
export async function insertReport(tx: Tx, crypto: FieldCrypto, report: NewReport): Promise<string | null> {
  const { phones, accusedPhone, happenedAt, receivedAt, ...columns } = report;
  const id = newId();
  const { count } = await tx.report.createMany({
    data: {
      ...columns,
      id,
      state: "received",
      accusedPhoneSealed: accusedPhone && crypto.seal(accusedPhone, "report.accused_phone"),
      accusedPhoneHash: accusedPhone && crypto.lookup(accusedPhone, "phone"),
      happenedAt: happenedAt?.toJSDate() ?? null,
      receivedAt: receivedAt.toJSDate(),
    },
    skipDuplicates: true,
  });
  if (count === 0) return null;
  await tx.reportPhone.createMany({
    data: phones.map((phone) => ({ id: newId(), reportId: id, sealed: crypto.seal(phone, "report.phone"), lookupHash: crypto.lookup(phone, "phone") })),
  });
  return id;
}

/** The reporter behind an address on a platform: the one known, or a new one. The address is sealed, its keyed hash finds it. */
export async function reporterOf(tx: Tx, crypto: FieldCrypto, platformId: string, email: string, language: string, at: DateTime): Promise<string> {
  const emailHash = crypto.lookup(email, "email");
  await tx.reporter.createMany({
    data: { id: newId(), platformId, kind: "email", emailSealed: crypto.seal(email, "reporter.email"), emailHash, language, createdAt: at.toJSDate() },
    skipDuplicates: true,
  });
  const { id } = await tx.reporter.findUniqueOrThrow({ where: { platformId_emailHash: { platformId, emailHash } }, select: { id: true } });
  await tx.$queryRaw`SELECT 1 FROM reporter WHERE id = ${id}::uuid FOR UPDATE`;
  return id;
}

/** The mute a reporter is under, with its end. The caller holds the reporter's row. */
export async function runningMute(tx: Tx, reporterId: string, now: DateTime): Promise<{ id: string; endsAt: Date } | null> {
  const mute = await tx.reporterMeasure.findFirst({ where: { reporterId, kind: "mute", state: "active", endsAt: { gt: now.toJSDate() } }, select: { id: true, endsAt: true } });
  return mute?.endsAt ? { id: mute.id, endsAt: mute.endsAt } : null;
}

/** A report of the same thing by the same reporter that has no outcome yet. The caller holds the reporter's row. */
export const findSameReport = (tx: Tx, same: { reporterId: string; platformId: string; contentHash: string; since: DateTime }) =>
  tx.report.findFirst({
    where: {
      reporterId: same.reporterId,
      platformId: same.platformId,
      contentHash: same.contentHash,
      receivedAt: { gte: same.since.toJSDate() },
      state: { in: ["received", "attached"] },
    },
    orderBy: { receivedAt: "desc" },
    select: reportColumns,
  });

interface Sought {
  platformId: string;
  name: string | null;
  externalId: string | null;
  /** Keyed hashes of every number the reporter gave. */
  phoneHashes: readonly string[];
}

/** Accounts that could be meant: by the platform's id, by a number of theirs, by a name that looks alike or contains it (trigrams). */
export async function findAccountCandidates(tx: Tx, { platformId, name, externalId, phoneHashes }: Sought): Promise<AccountCandidate[]> {
  const rows = await tx.$queryRaw<AccountCandidate[]>`
    WITH hit AS (
      SELECT id FROM account WHERE platform_id = ${platformId}::uuid AND external_id = ${externalId}
      UNION
      SELECT a.id FROM account_contact c JOIN account a ON a.id = c.account_id
       WHERE a.platform_id = ${platformId}::uuid AND c.kind = 'phone' AND c.lookup_hash = ANY(${phoneHashes}::text[])
      UNION
      (SELECT id FROM account WHERE platform_id = ${platformId}::uuid AND (business_name % ${name ?? ""} OR business_name %> ${name ?? ""})
        ORDER BY greatest(similarity(business_name, ${name ?? ""}), word_similarity(${name ?? ""}, business_name)) DESC, id LIMIT 8)
    )
    SELECT a.id, a.business_name AS "businessName",
           greatest(similarity(a.business_name, ${name ?? ""}), word_similarity(${name ?? ""}, a.business_name))::float8 AS similarity,
           coalesce(a.external_id = ${externalId}, false) AS "externalIdMatches",
           EXISTS (SELECT 1 FROM account_contact c WHERE c.account_id = a.id AND c.kind = 'phone'
                    AND c.lookup_hash = ANY(${phoneHashes}::text[])) AS "phoneMatches"
      FROM hit JOIN account a USING (id)
     ORDER BY similarity DESC, a.id
     LIMIT 20`;
  return rows;
}

export interface ReportedClause {
  id: string;
  area: string;
  severity: "low" | "medium" | "high" | "critical";
}

/** The clause a reporter chose, as it stands now; null when the platform has no such choice. */
export async function findReportedClause(tx: Tx, platformId: string, code: string): Promise<ReportedClause | null> {
  const found = await tx.clauseVersion.findFirst({
    where: { clause: { code, policy: { platformId } }, policyVersion: { state: "in_force" } },
    select: { severity: true, clause: { select: { id: true, area: true } } },
  });
  return found && { ...found.clause, severity: found.severity };
}

export async function findClauseById(tx: Tx, platformId: string, clauseId: string): Promise<ReportedClause | null> {
  const found = await tx.clauseVersion.findFirst({
    where: { clauseId, clause: { policy: { platformId } }, policyVersion: { state: "in_force" } },
    select: { severity: true, clause: { select: { id: true, area: true } } },
  });
  return found && { ...found.clause, severity: found.severity };
}

export async function attachToCase(tx: Tx, reportId: string, to: { accountId: string; clauseId: string; caseId: string }): Promise<void> {
  await tx.report.update({ where: { id: reportId }, data: { ...to, state: "attached" } });
}

export async function saveDismissal(tx: Tx, reportId: string, reason: string, at: DateTime): Promise<void> {
  await tx.report.update({ where: { id: reportId }, data: { state: "dismissed", dismissalReason: reason, resolvedAt: at.toJSDate() } });
}

export const isAccountOf = async (tx: Tx, platformId: string, accountId: string): Promise<boolean> =>
  (await tx.account.count({ where: { id: accountId, platformId } })) === 1;

export const sealedIdentityOf = (tx: Tx, reportId: string) =>
  tx.report.findUnique({
    where: { id: reportId },
    select: {
      id: true,
      platformId: true,
      caseId: true,
      accusedPhoneSealed: true,
      phones: { select: { sealed: true } },
      reporter: { select: { emailSealed: true, nameSealed: true } },
    },
  });
