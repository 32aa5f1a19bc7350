import { type Db, Prisma, type Tx } from "~/infra/db.server";
import type { Severity } from "../policy/severity";
import type { CaseState } from "./case-state";
import type { QueueCursor, QueueFilter, QueuePlace } from "./queue-filter";

export const queuePageSize = 50;

export interface QueueRow {
  id: string;
  reference: string;
  state: CaseState;
  severity: Severity;
  priority: number;
  area: string;
  reportCount: number;
  signalCount: number;
  escalated: boolean;
  reviewReason: string | null;
  leaseHolderId: string | null;
  leaseExpiresAt: Date | null;
  holderName: string | null;
  openedAt: Date;
  accountId: string;
  businessName: string;
  platformName: string;
}

export interface QueuePage {
  rows: QueueRow[];
  previous: QueueCursor | null;
  next: QueueCursor | null;
}

interface Viewer {
  staffId: string;
  now: Date;
}

/**
 * One page of the queue, most urgent first, by keyset. "Below this place" is written as a union of "same priority,
 * later id" and "lower priority": PostgreSQL walks its index for each, where a single OR would read every row before.
 */
export async function queuePage(db: Db, filter: QueueFilter, place: QueuePlace, viewer: Viewer, size = queuePageSize): Promise<QueuePage> {
  const backwards = place?.direction === "before";
  const found = await db.$queryRaw<QueueRow[]>`
    WITH page AS (${pageOf(filter, place, viewer, size + 1)})
    SELECT page.*, h.name AS "holderName", a.business_name AS "businessName", p.name AS "platformName"
      FROM page
      JOIN account a ON a.id = page."accountId"
      JOIN platform p ON p.id = a.platform_id
      LEFT JOIN staff h ON h.id = page."leaseHolderId"
     ORDER BY page.priority DESC, page.id`;
  const more = found.length > size;
  const rows = more ? (backwards ? found.slice(1) : found.slice(0, size)) : found;
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    rows,
    previous: first && (backwards ? more : place !== null) ? { priority: first.priority, id: first.id } : null,
    next: last && (backwards || more) ? { priority: last.priority, id: last.id } : null,
  };
}

const columns = Prisma.sql`
  c.id, c.reference, c.state, c.severity, c.priority, c.area, c.report_count AS "reportCount", c.signal_count AS "signalCount",
  c.escalated, c.review_reason AS "reviewReason", c.lease_holder_id AS "leaseHolderId", c.lease_expires_at AS "leaseExpiresAt",
  c.opened_at AS "openedAt", c.account_id AS "accountId"`;

function pageOf(filter: QueueFilter, place: QueuePlace, viewer: Viewer, limit: number): Prisma.Sql {
  const where = conditions(filter, viewer);
  const forward = Prisma.sql`ORDER BY c.priority DESC, c.id LIMIT ${limit}`;
  if (!place) return Prisma.sql`SELECT ${columns} FROM "case" c WHERE ${where} ${forward}`;
  const { priority, id } = place.cursor;
  const branch = (beyond: Prisma.Sql, order: Prisma.Sql) => Prisma.sql`(SELECT ${columns} FROM "case" c WHERE ${where} AND ${beyond} ${order})`;
  if (place.direction === "after") {
    return Prisma.sql`
      ${branch(Prisma.sql`c.priority = ${priority} AND c.id > ${id}::uuid`, forward)}
      UNION ALL
      ${branch(Prisma.sql`c.priority < ${priority}`, forward)}
      ORDER BY priority DESC, id LIMIT ${limit}`;
  }
  const backward = Prisma.sql`ORDER BY c.priority, c.id DESC LIMIT ${limit}`;
  return Prisma.sql`
    ${branch(Prisma.sql`c.priority = ${priority} AND c.id < ${id}::uuid`, backward)}
    UNION ALL
    ${branch(Prisma.sql`c.priority > ${priority}`, backward)}
    ORDER BY priority, id DESC LIMIT ${limit}`;
}

/** The predicates of the partial indexes, word for word, and whatever narrows further. */
function conditions(filter: QueueFilter, { staffId, now }: Viewer): Prisma.Sql {
  const parts: Prisma.Sql[] = [];
  if (filter.state) parts.push(Prisma.sql`c.state = ${filter.state}::case_state`);
  else if (!filter.review) parts.push(Prisma.sql`c.state IN ('open', 'investigating', 'waiting_for_information')`);
  if (filter.review) parts.push(Prisma.sql`c.review_reason IS NOT NULL`);
  if (filter.platform) parts.push(Prisma.sql`c.platform_id = (SELECT id FROM platform WHERE key = ${filter.platform})`);
  if (filter.area) parts.push(Prisma.sql`c.area = ${filter.area}`);
  if (filter.severity) parts.push(Prisma.sql`c.severity = ${filter.severity}::severity`);
  if (filter.escalated) parts.push(Prisma.sql`c.escalated`);
  if (filter.holder === "mine") parts.push(Prisma.sql`c.lease_holder_id = ${staffId}::uuid`);
  if (filter.holder === "unclaimed") parts.push(Prisma.sql`(c.lease_holder_id IS NULL OR c.lease_expires_at <= ${now}::timestamptz)`);
  return Prisma.join(parts, " AND ");
}

/** The cases a filter leaves, most urgent first, but no more than `limit`; of ticked ones those that exist. */
export const matchingCases = (db: Tx, chosen: { filter: QueueFilter; ids: readonly string[] | null }, viewer: Viewer, limit: number): Promise<{ id: string; accountId: string; version: number }[]> => {
  const where = chosen.ids ? Prisma.sql`c.id = ANY(${[...chosen.ids]}::uuid[])` : conditions(chosen.filter, viewer);
  return db.$queryRaw`
    SELECT c.id, c.account_id AS "accountId", c.version FROM "case" c WHERE ${where} ORDER BY c.priority DESC, c.id LIMIT ${limit}`;
};

/** A notice says "50 or more" rather than count further. */
export const mostFresh = 50;

/**
 * What changed since a queue page was made: how many cases of this filter were opened after `marker` (an id made at
 * that moment; ids sort by time), and where the listed cases stand now.
 */
export async function queuePulse(
  db: Db,
  filter: QueueFilter,
  seen: { marker: string; ids: readonly string[] },
  viewer: Viewer,
): Promise<{ fresh: number; listed: Pick<QueueRow, "id" | "state" | "leaseHolderId" | "leaseExpiresAt" | "holderName">[] }> {
  const [[count], listed] = await Promise.all([
    db.$queryRaw<{ fresh: number }[]>`
      SELECT count(*)::int AS fresh FROM (
        SELECT 1 FROM "case" c WHERE c.id > ${seen.marker}::uuid AND ${conditions(filter, viewer)} LIMIT ${mostFresh}) newer`,
    db.$queryRaw<Pick<QueueRow, "id" | "state" | "leaseHolderId" | "leaseExpiresAt" | "holderName">[]>`
      SELECT c.id, c.state, c.lease_holder_id AS "leaseHolderId", c.lease_expires_at AS "leaseExpiresAt", h.name AS "holderName"
        FROM "case" c LEFT JOIN staff h ON h.id = c.lease_holder_id
       WHERE c.id = ANY(${[...seen.ids]}::uuid[])`,
  ]);
  return { fresh: count?.fresh ?? 0, listed };
}

export interface QueueChoices {
  platforms: { key: string; name: string }[];
  /** Policy areas of the platform the queue is narrowed to. */
  areas: string[];
  views: { id: string; name: string; query: string }[];
}

/** What the queue can be narrowed by, in one round trip. Areas belong to the platform they are shown with. */
export async function queueChoices(db: Db, staffId: string, platformKey: string | null): Promise<QueueChoices> {
  const [choices] = await db.$queryRaw<[QueueChoices]>`
    SELECT (SELECT coalesce(json_agg(json_build_object('key', key, 'name', name) ORDER BY name), '[]') FROM platform) AS platforms,
           (SELECT coalesce(json_agg(DISTINCT c.area), '[]')
              FROM clause c JOIN policy y ON y.id = c.policy_id JOIN platform p ON p.id = y.platform_id
             WHERE p.key = ${platformKey}) AS areas,
           (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'query', query) ORDER BY name), '[]')
              FROM saved_view WHERE staff_id = ${staffId}::uuid) AS views`;
  return choices;
}
