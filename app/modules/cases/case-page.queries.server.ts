import { type Db, Prisma } from "~/infra/db.server";
import type { Severity } from "../policy/severity";
import {
  type CaseBody,
  caseBodySchema,
  shownReports,
  shownSignals,
  type TimelineEntry,
  timelineEntrySchema,
  timelinePage,
} from "./case-page.schema";
import type { CaseState } from "./case-state";
import { evidenceViews } from "./evidence-files.queries.server";
import { standingParts } from "./standing.queries.server";


export interface CaseHead {
  id: string;
  reference: string;
  state: CaseState;
  severity: Severity;
  priority: number;
  area: string;
  reportCount: number;
  signalCount: number;
  escalated: boolean;
  escalatedToName: string | null;
  leaseHolderId: string | null;
  leaseExpiresAt: Date | null;
  holderName: string | null;
  version: number;
  reviewReason: string | null;
  openedAt: Date;
  decidedAt: Date | null;
  closedAt: Date | null;
  accountId: string;
  externalId: string;
  businessName: string;
  accountStatus: string;
  planTier: string | null;
  accountCreatedAt: Date;
  platformId: string;
  platformKey: string;
  platformName: string;
  zone: string;
}

export interface CasePage {
  head: CaseHead;
  body: CaseBody;
  /** Where the timeline goes on, when there is more. */
  older: string | null;
}

/**
 * The whole case page in two round trips: which case it is, then everything about it at once. Each list is cut to
 * what is shown by its index, so a case with 10,000 entries costs what one with ten does.
 */
export async function casePage(db: Db, reference: string, before: string | null = null): Promise<CasePage | null> {
  const [head] = await db.$queryRaw<CaseHead[]>`
    SELECT c.id, c.reference, c.state, c.severity, c.priority, c.area, c.report_count AS "reportCount", c.signal_count AS "signalCount",
           c.escalated, e.name AS "escalatedToName", c.lease_holder_id AS "leaseHolderId", c.lease_expires_at AS "leaseExpiresAt",
           h.name AS "holderName", c.version, c.review_reason AS "reviewReason", c.opened_at AS "openedAt",
           c.decided_at AS "decidedAt", c.closed_at AS "closedAt", c.account_id AS "accountId", a.external_id AS "externalId",
           a.business_name AS "businessName", a.status AS "accountStatus", a.plan_tier AS "planTier",
           a.created_at AS "accountCreatedAt", p.id AS "platformId", p.key AS "platformKey", p.name AS "platformName", p.zone
      FROM "case" c
      JOIN account a ON a.id = c.account_id
      JOIN platform p ON p.id = c.platform_id
      LEFT JOIN staff h ON h.id = c.lease_holder_id
      LEFT JOIN staff e ON e.id = c.escalated_to_id
     WHERE c.reference = ${reference}`;
  if (!head) return null;
  const [row] = await db.$queryRaw<object[]>`
    SELECT ${reportsOf(head.id)} AS reports, ${signalsOf(head.id)} AS signals, ${timelineOf(head.id, parsePlace(before))} AS timeline,
           ${newestEventOf(head.id)} AS "newestEventId",
           ${colleagues} AS colleagues, ${standingParts(head.accountId, head.platformId, head.id)}`;
  const body = caseBodySchema.parse(row);
  return { head, ...cutTimeline(body) };
}

function cutTimeline(body: CaseBody): { body: CaseBody; older: string | null } {
  const entries = body.timeline.slice(0, timelinePage);
  const last = entries.at(-1);
  const older = body.timeline.length > timelinePage && last ? `${Date.parse(last.at)}.${last.id}` : null;
  return { body: { ...body, timeline: entries }, older };
}

interface TimelinePlace {
  at: Date;
  id: string;
}

/** A place in the timeline as `older` names it; null, for the newest page, when it makes no sense. */
function parsePlace(text: string | null): TimelinePlace | null {
  const [, millis, id] = /^(\d{1,14})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? "") ?? [];
  return millis && id ? { at: new Date(Number(millis)), id } : null;
}

/** Marks what a form made from this page had seen. */
const newestEventOf = (caseId: string): Prisma.Sql => Prisma.sql`
  (SELECT e.id FROM case_event e WHERE e.case_id = ${caseId}::uuid ORDER BY e.at DESC, e.id DESC LIMIT 1)`;

/** What happened to a case after the version of a form: shown beside a conflict. */
export async function timelineSince(db: Db, caseId: string, seenEventId: string | null): Promise<TimelineEntry[]> {
  const [row] = await db.$queryRaw<{ timeline: unknown }[]>`
    SELECT ${listOf(Prisma.sql`
      SELECT ${eventColumns} FROM case_event e ${noteOfEvent}
       WHERE e.case_id = ${caseId}::uuid AND e.id > coalesce(${seenEventId}::uuid, '00000000-0000-0000-0000-000000000000') ORDER BY e.at, e.id LIMIT 50`)} AS timeline`;
  return timelineEntrySchema.array().parse(row?.timeline);
}

/** The rows of a query as one JSON array, in their order. */
const listOf = (query: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT coalesce(json_agg(l), '[]') FROM (${query}) l)`;

const eventColumns = Prisma.sql`
  e.id, e.at, e.kind, e.actor_kind AS "actorKind", e.actor_name AS "actorName", e.data, n.text AS note`;
const noteOfEvent = Prisma.sql`
  LEFT JOIN case_note n ON e.kind = 'note_added' AND n.id = (e.data->>'noteId')::uuid`;

function timelineOf(caseId: string, place: TimelinePlace | null): Prisma.Sql {
  const newestFirst = Prisma.sql`ORDER BY e.at DESC, e.id DESC LIMIT ${timelinePage + 1}`;
  const of = Prisma.sql`e.case_id = ${caseId}::uuid`;
  const rows = place
    ? Prisma.sql`
        (SELECT e.* FROM case_event e WHERE ${of} AND e.at = ${place.at}::timestamptz AND e.id < ${place.id}::uuid ${newestFirst})
        UNION ALL
        (SELECT e.* FROM case_event e WHERE ${of} AND e.at < ${place.at}::timestamptz ${newestFirst})
        ORDER BY at DESC, id DESC LIMIT ${timelinePage + 1}`
    : Prisma.sql`SELECT e.* FROM case_event e WHERE ${of} ${newestFirst}`;
  return listOf(Prisma.sql`SELECT ${eventColumns} FROM (${rows}) e ${noteOfEvent} ORDER BY e.at DESC, e.id DESC`);
}

/** A clause's title in the version of its policy that is in force. */
const titleOf = (clauseId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (SELECT v.title FROM clause_version v JOIN policy_version pv ON pv.id = v.policy_version_id
    WHERE v.clause_id = ${clauseId} AND pv.state = 'in_force' LIMIT 1)`;

const reportsOf = (caseId: string): Prisma.Sql =>
  listOf(Prisma.sql`
    SELECT r.id, r.reference, r.channel, r.state, r.outcome, r.description, r.message_text AS "messageText",
           r.accused_name AS "accusedName", r.happened_at AS "happenedAt", r.happened_day_only AS "happenedDayOnly", r.received_at AS "receivedAt", r.language,
           k.code AS "clauseCode", ${titleOf(Prisma.sql`r.clause_id`)} AS "clauseTitle", w.kind AS "reporterKind",
           w.email_sealed IS NOT NULL AS "hasAddress",
           (SELECT jsonb_build_object('id', v.id, 'size', v.size, 'likeness', r.wave_likeness) FROM report_wave v WHERE v.id = r.wave_id AND v.size > 1) AS wave,
           (r.accused_phone_sealed IS NOT NULL)::int + (SELECT count(*)::int FROM report_phone f WHERE f.report_id = r.id) AS "phoneCount",
           ${listOf(evidenceViews(Prisma.sql`f.report_id = r.id`))} AS files,
           ${listOf(Prisma.sql`
             SELECT m.id, m.direction, m.text, s.name AS by, m.created_at AS at
               FROM report_message m LEFT JOIN staff s ON s.id = m.staff_id WHERE m.report_id = r.id
              ORDER BY m.created_at LIMIT 50`)} AS messages
      FROM report r
      LEFT JOIN clause k ON k.id = r.clause_id
      LEFT JOIN reporter w ON w.id = r.reporter_id
     WHERE r.case_id = ${caseId}::uuid ORDER BY r.received_at DESC LIMIT ${shownReports}`);

const signalsOf = (caseId: string): Prisma.Sql =>
  listOf(Prisma.sql`
    SELECT s.id, s.rule, s.rule_version AS "ruleVersion", s.window_start AS "windowStart", s.window_end AS "windowEnd",
           s.observed, s.threshold, s.measures, cardinality(s.event_ids) AS "eventCount", k.code AS "clauseCode",
           ${titleOf(Prisma.sql`s.clause_id`)} AS "clauseTitle", s.created_at AS "createdAt",
           s.mode::text AS mode, s.ambiguous, s.retracted_at AS "retractedAt"
      FROM signal s JOIN clause k ON k.id = s.clause_id
     WHERE s.case_id = ${caseId}::uuid ORDER BY s.created_at DESC LIMIT ${shownSignals}`);

const colleagues = listOf(Prisma.sql`
  SELECT id, name, roles FROM staff WHERE disabled_at IS NULL AND roles && ARRAY['analyst', 'lead'] ORDER BY name LIMIT 200`);
