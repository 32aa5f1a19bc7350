import { DateTime } from "luxon";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import type { AppealState } from "./appeal";
import type { AppealsView } from "./appeals-view";
import { businessDaysLeft, tellHowComputed } from "./sla";

interface Row {
  id: string;
  reference: string;
  platformId: string;
  platform: string;
  businessName: string;
  actionKind: string;
  clauses: string[];
  state: AppealState;
  late: boolean;
  filedAt: Date;
  dueAt: Date;
  ruledAt: Date | null;
  breachedAt: Date | null;
  warnedAt: Date | null;
  urgedAt: Date | null;
  pausedAt: Date | null;
  pauseEndsAt: Date | null;
  pausedDays: number;
  unconfirmed: boolean;
  reviewerId: string | null;
  reviewer: string | null;
}

export interface AppealRow {
  id: string;
  reference: string;
  platform: string;
  businessName: string;
  actionKind: string;
  clauses: string[];
  state: AppealState;
  late: boolean;
  filedAt: string;
  ruledAt: string | null;
  reviewer: string | null;
  zone: string;
  unconfirmed: boolean;
  /** The last step of the clock that was told to colleagues. A breach shows for good, also once the ruling is given. */
  step: "warned" | "urged" | "breached" | null;
  pause: { since: string; endsAt: string; left: string | null } | null;
  due: { at: string; left: string | null; computed: string[] };
}

export interface AppealsPage {
  rows: AppealRow[];
  next: string | null;
}

const columns = Prisma.sql`
  ap.id, ap.reference, ap.platform_id AS "platformId", p.name AS platform, a.business_name AS "businessName", ac.kind::text AS "actionKind",
  ap.state::text AS state, ap.late, ap.filed_at AS "filedAt", ap.due_at AS "dueAt", ap.ruled_at AS "ruledAt", ap.breached_at AS "breachedAt",
  ap.warned_at AS "warnedAt", ap.urged_at AS "urgedAt", ap.paused_at AS "pausedAt", ap.paused_days AS "pausedDays",
  (SELECT q.pause_ends_at FROM appeal_question q WHERE q.appeal_id = ap.id AND q.ended_at IS NULL) AS "pauseEndsAt",
  (ap.channel = 'form' AND ap.confirmed_at IS NULL) AS unconfirmed,
  ap.reviewer_id AS "reviewerId", s.name AS reviewer,
  ARRAY(SELECT c.code FROM decision_finding f JOIN clause_version v ON v.id = f.clause_version_id JOIN clause c ON c.id = v.clause_id
         WHERE f.decision_id = ac.decision_id ORDER BY c.code) AS clauses`;

const joins = Prisma.sql`
  JOIN platform p ON p.id = ap.platform_id JOIN account a ON a.id = ap.account_id JOIN action ac ON ac.id = ap.action_id
  LEFT JOIN staff s ON s.id = COALESCE(ap.ruled_by_id, ap.reviewer_id)`;

/**
 * One page of appeals. Open ones come by their due day, so the overdue stand first; settled ones by their filing, the
 * newest first. Keyset by a row comparison on the partial index of each: the last page costs what the first does.
 */
export async function listAppeals(
  deps: Pick<Deps, "db" | "clock">,
  query: { view: AppealsView; staffId: string; after: string | null; limit?: number },
): Promise<AppealsPage> {
  const limit = query.limit ?? 50;
  const at = cursorOf(query.after);
  const rows = query.view === "settled" ? await settled(deps, at, limit + 1) : await open(deps, query.view, query.staffId, at, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const key = last && (query.view === "settled" ? last.filedAt : last.dueAt);
  const now = deps.clock();
  const terms = new Map<string, Terms>();
  for (const { platformId } of shown) if (!terms.has(platformId)) terms.set(platformId, await platformTerms(deps.db, platformId));
  return {
    rows: shown.map((row) => rowOf(row, terms.get(row.platformId)!, now)),
    next: rows.length > limit && last && key ? `${key.getTime().toString(36)}.${last.id}` : null,
  };
}

type Cursor = { at: Date; id: string } | null;

function cursorOf(text: string | null): Cursor {
  const [, millis, id] = /^([0-9a-z]{1,10})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? "") ?? [];
  return millis && id ? { at: new Date(Number.parseInt(millis, 36)), id } : null;
}

function open(deps: Pick<Deps, "db">, view: AppealsView, staffId: string, cursor: Cursor, limit: number): Promise<Row[]> {
  const from = cursor ? Prisma.sql`AND (ap.due_at, ap.id) > (${cursor.at}, ${cursor.id}::uuid)` : Prisma.empty;
  const whose = view === "mine" ? Prisma.sql`AND ap.reviewer_id = ${staffId}::uuid` : view === "unassigned" ? Prisma.sql`AND ap.reviewer_id IS NULL` : Prisma.empty;
  return deps.db.$queryRaw<Row[]>`
    SELECT ${columns} FROM appeal ap ${joins}
     WHERE ap.state IN ('filed', 'under_review') ${from} ${whose}
     ORDER BY ap.due_at, ap.id LIMIT ${limit}`;
}

function settled(deps: Pick<Deps, "db">, cursor: Cursor, limit: number): Promise<Row[]> {
  const from = cursor ? Prisma.sql`AND (ap.filed_at, ap.id) < (${cursor.at}, ${cursor.id}::uuid)` : Prisma.empty;
  return deps.db.$queryRaw<Row[]>`
    SELECT ${columns} FROM appeal ap ${joins}
     WHERE ap.state NOT IN ('filed', 'under_review') ${from}
     ORDER BY ap.filed_at DESC, ap.id DESC LIMIT ${limit}`;
}

function rowOf({ dueAt, filedAt, ruledAt, platformId: _platform, breachedAt, warnedAt, urgedAt, pausedAt, pauseEndsAt, pausedDays, reviewerId: _reviewer, ...row }: Row, terms: Terms, now: DateTime): AppealRow {
  const due = DateTime.fromJSDate(dueAt, { zone: "utc" });
  const filed = DateTime.fromJSDate(filedAt, { zone: "utc" });
  return {
    ...row,
    zone: terms.zone,
    step: breachedAt ? "breached" : urgedAt ? "urged" : warnedAt ? "warned" : null,
    pause: pausedAt && pauseEndsAt && { since: pausedAt.toISOString(), endsAt: pauseEndsAt.toISOString(), left: businessDaysLeft(DateTime.fromJSDate(pausedAt), due, terms.calendar) },
    filedAt: filedAt.toISOString(),
    ruledAt: ruledAt?.toISOString() ?? null,
    due: {
      at: dueAt.toISOString(),
      left: businessDaysLeft(now, due, terms.calendar),
      computed: tellHowComputed({ filedAt: filed, dueAt: due, pausedDays }, { slaDays: terms.appealSlaBusinessDays, calendar: terms.calendar }),
    },
  };
}
