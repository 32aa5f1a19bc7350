import { DateTime } from "luxon";
import { Prisma, type Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { preparable, idIn } from "~/infra/raw-sql.server";
import { newReference } from "~/infra/reference.server";
import type { Actor } from "../access/actor";
import type { Severity } from "../policy/severity";
import type { Case } from "./case";
import type { CaseEvent } from "./case-event";
import type { CaseState } from "./case-state";
import { priorityOf } from "./priority";

const utc = (date: Date): DateTime => DateTime.fromJSDate(date, { zone: "utc" });
const orNull = (date: Date | null): DateTime | null => (date ? utc(date) : null);

export interface CaseRow {
  id: string;
  reference: string;
  platformId: string;
  accountId: string;
  area: string;
  state: CaseState;
  severity: Severity;
  priority: number;
  reportCount: number;
  signalCount: number;
  escalated: boolean;
  escalatedToId: string | null;
  leaseHolderId: string | null;
  leaseExpiresAt: Date | null;
  version: number;
  reviewReason: string | null;
  openedAt: Date;
  updatedAt: Date;
  decidedAt: Date | null;
  closedAt: Date | null;
}

export const caseOf = ({ leaseHolderId, leaseExpiresAt, ...row }: CaseRow): Case => ({
  ...row,
  lease: leaseHolderId && leaseExpiresAt ? { holderId: leaseHolderId, expiresAt: utc(leaseExpiresAt) } : null,
  openedAt: utc(row.openedAt),
  updatedAt: utc(row.updatedAt),
  decidedAt: orNull(row.decidedAt),
  closedAt: orNull(row.closedAt),
});

export const caseColumns = preparable(Prisma.sql`
  id, reference, platform_id AS "platformId", account_id AS "accountId", area, state::text AS state, severity::text AS severity, priority,
  report_count AS "reportCount", signal_count AS "signalCount", escalated, escalated_to_id AS "escalatedToId",
  lease_holder_id AS "leaseHolderId", lease_expires_at AS "leaseExpiresAt", version, review_reason AS "reviewReason",
  opened_at AS "openedAt", updated_at AS "updatedAt", decided_at AS "decidedAt", closed_at AS "closedAt"`);

/** The case, locked until the transaction ends. Lock the account first where both are needed. */
export async function lockCase(tx: Tx, id: string): Promise<Case | null> {
  const [found] = await lockCases(tx, [id]);
  return found ?? null;
}

/** Cases, locked in the order of their ids. */
export async function lockCases(tx: Tx, ids: readonly string[]): Promise<Case[]> {
  const rows = await tx.$queryRaw<CaseRow[]>`SELECT ${caseColumns} FROM "case" WHERE id ${idIn(ids)} ORDER BY id FOR UPDATE`;
  return rows.map(caseOf);
}

/** Writes back of cases what the passing of an event changes, and nothing else. The caller holds their locks. */
export async function saveTouched(tx: Tx, cases: readonly Case[]): Promise<void> {
  const rows = cases.map(({ id, priority, version, updatedAt }) => ({ id, priority, version, updatedAt: updatedAt.toJSDate() }));
  await tx.$executeRaw`
    UPDATE "case" SET priority = touched.priority, version = touched.version, updated_at = touched."updatedAt"
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS touched (id uuid, priority int, version int, "updatedAt" timestamptz)
     WHERE "case".id = touched.id`;
}

/** Writes back everything a rule may change. The caller holds the lock. */
export async function saveCase(tx: Tx, { lease, ...next }: Case): Promise<void> {
  const at = (instant: DateTime | null | undefined): Date | null => instant?.toJSDate() ?? null;
  await tx.$executeRaw`
    UPDATE "case"
       SET state = ${next.state}::case_state, severity = ${next.severity}::severity, priority = ${next.priority}, report_count = ${next.reportCount},
           signal_count = ${next.signalCount}, escalated = ${next.escalated}, escalated_to_id = ${next.escalatedToId}::uuid,
           lease_holder_id = ${lease?.holderId ?? null}::uuid, lease_expires_at = ${at(lease?.expiresAt)}, version = ${next.version},
           review_reason = ${next.reviewReason}, updated_at = ${at(next.updatedAt)}, decided_at = ${at(next.decidedAt)}, closed_at = ${at(next.closedAt)}
     WHERE id = ${next.id}::uuid`;
}

/**
 * Orders what may open or join a case of one account, without keeping others from referring to the account.
 * Enforcement locks the account before the case; so does this.
 */
export async function lockAccountForJoining(tx: Tx, accountId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT 1 FROM account WHERE id = ${accountId}::uuid FOR NO KEY UPDATE`;
  return rows.length > 0;
}

/** The account's open case in an area, locked. */
export async function lockOpenCase(tx: Tx, accountId: string, area: string): Promise<Case | null> {
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "case"
     WHERE account_id = ${accountId}::uuid AND area = ${area} AND state IN ('open', 'investigating', 'waiting_for_information')
       FOR UPDATE`;
  const row = found[0] && (await tx.case.findUnique({ where: { id: found[0].id } }));
  return row ? caseOf(row) : null;
}

export interface NewCase {
  platformId: string;
  accountId: string;
  area: string;
  severity: Severity;
  openedAt: DateTime;
}

/** A new open case without reports or signals yet; null when an open one appeared meanwhile or the reference is taken. */
export async function insertCase(tx: Tx, { openedAt, ...rest }: NewCase): Promise<Case | null> {
  const fresh = { severity: rest.severity, reportCount: 0, signalCount: 0, escalated: false, openedAt };
  const { count } = await tx.case.createMany({
    data: {
      ...rest,
      id: newId(),
      reference: newReference("C"),
      state: "open",
      priority: priorityOf(fresh),
      openedAt: openedAt.toJSDate(),
      updatedAt: openedAt.toJSDate(),
    },
    skipDuplicates: true,
  });
  return count === 1 ? lockOpenCase(tx, rest.accountId, rest.area) : null;
}

/** Adds an entry to the case's timeline. */
export const insertCaseEvent = (tx: Tx, actor: Actor, caseId: string, at: DateTime, event: CaseEvent): Promise<void> => insertCaseEvents(tx, actor, at, [{ caseId, event }]);

/** Adds entries to the timelines of many cases, in their order. */
export async function insertCaseEvents(tx: Tx, actor: Actor, at: DateTime, events: readonly { caseId: string; event: CaseEvent }[]): Promise<void> {
  const rows = events.map(({ caseId, event }) => ({ id: newId(), caseId, kind: event.kind, data: event.data }));
  const [actorId, actorName] = [actor.kind === "staff" ? actor.id : null, actor.kind === "staff" || actor.kind === "system" ? actor.name : null];
  await tx.$executeRaw`
    INSERT INTO case_event (id, case_id, at, kind, actor_kind, actor_id, actor_name, data)
    SELECT id, "caseId", ${at.toJSDate()}, kind, ${actor.kind}, ${actorId}::uuid, ${actorName}, data
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS event (id uuid, "caseId" uuid, kind text, data jsonb)`;
}

/** Somebody who may be given a case. */
export const findColleague = (tx: Tx, id: string): Promise<{ id: string; name: string; roles: string[] } | null> =>
  tx.staff.findFirst({ where: { id, disabledAt: null }, select: { id: true, name: true, roles: true } });

export const insertNote = (
  tx: Tx,
  note: { id: string; caseId: string; authorId: string; text: string; createdAt: Date },
): Promise<unknown> => tx.caseNote.createMany({ data: note });

export async function hasOpenCase(tx: Tx, accountId: string, area: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT 1 FROM "case"
     WHERE account_id = ${accountId}::uuid AND area = ${area} AND state IN ('open', 'investigating', 'waiting_for_information')
     LIMIT 1`;
  return rows.length > 0;
}

/** As {@link lockAccountForJoining}, found by one of the account's cases. */
export async function lockAccountOfCase(tx: Tx, caseId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM account WHERE id = (SELECT account_id FROM "case" WHERE id = ${caseId}::uuid) FOR NO KEY UPDATE`;
}

/** What of a report is sealed; only the command that reveals it reads this. */
export const sealedIdentity = (tx: Tx, reportId: string) =>
  tx.report.findUnique({
    where: { id: reportId },
    select: {
      id: true,
      reference: true,
      caseId: true,
      accusedPhoneSealed: true,
      reporter: { select: { emailSealed: true, nameSealed: true } },
      phones: { select: { sealed: true }, orderBy: { id: "asc" } },
    },
  });
