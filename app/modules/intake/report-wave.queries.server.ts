import { z } from "zod";
import type { Db } from "~/infra/db.server";

export interface WaveMember {
  id: string;
  reference: string;
  channel: string;
  state: string;
  accountId: string | null;
  businessName: string | null;
  accusedName: string | null;
  caseReference: string | null;
  likeness: number;
  excerpt: string;
  receivedAt: string;
}

export interface Wave {
  id: string;
  platform: { name: string; zone: string };
  size: number;
  firstAt: string;
  lastAt: string;
  endedAt: string | null;
}

/** What the newest reports of a wave are about. Counted over so many at most, so that a huge wave costs no more to look at. */
export interface WaveSpread {
  counted: number;
  accounts: { id: string; businessName: string; reports: number }[];
  withoutAccount: number;
  reporters: number;
  anonymous: number;
  waiting: number;
}

const pageSize = 50;
const mostCounted = 1_000;
const mostAccounts = 8;
const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a page that was left ended; what is no such place means the first page. */
function placeOf(after: string | null): [string, string] {
  const cursor = cursorSchema.safeParse(after?.split("~"));
  return cursor.success ? cursor.data : ["9999-12-31T00:00:00.000Z", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
}

export interface ListedWave {
  id: string;
  platform: string;
  size: number;
  excerpt: string;
  firstAt: string;
  lastAt: string;
}

/** Waves of more than one report, those first that grew last. */
export async function waveList(db: Db, { platformId, after }: { platformId: string | null; after: string | null }): Promise<{ rows: ListedWave[]; next: string | null }> {
  const [before, beforeId] = placeOf(after);
  const rows = await db.$queryRaw<(Omit<ListedWave, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date })[]>`
    SELECT w.id, p.name AS platform, w.size, newest.excerpt, w.first_at AS "firstAt", w.last_at AS "lastAt"
      FROM report_wave w
      JOIN platform p ON p.id = w.platform_id
      JOIN LATERAL (
        SELECT left(coalesce(r.message_text, r.description), 200) AS excerpt FROM report r
         WHERE r.wave_id = w.id ORDER BY r.received_at DESC, r.id DESC LIMIT 1) newest ON true
     WHERE w.size > 1 AND (w.last_at, w.id) < (${before}::timestamptz, ${beforeId}::uuid)
       AND (${platformId}::uuid IS NULL OR w.platform_id = ${platformId}::uuid)
     ORDER BY w.last_at DESC, w.id DESC LIMIT ${pageSize + 1}`;
  const shown = rows.slice(0, pageSize).map((row) => ({ ...row, firstAt: row.firstAt.toISOString(), lastAt: row.lastAt.toISOString() }));
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > pageSize && last ? `${last.lastAt}~${last.id}` : null };
}

/** A wave with a page of its reports, the newest first. */
export async function wavePage(db: Db, id: string, after: string | null): Promise<{ wave: Wave; spread: WaveSpread; rows: WaveMember[]; next: string | null } | null> {
  const found = await db.reportWave.findUnique({ where: { id }, select: { id: true, size: true, firstAt: true, lastAt: true, endedAt: true, platform: { select: { name: true, zone: true } } } });
  if (!found) return null;
  const [rows, spread] = [await membersOf(db, id, after), await spreadOf(db, id)];
  const shown = rows.slice(0, pageSize).map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
  const last = shown.at(-1);
  const wave = { ...found, firstAt: found.firstAt.toISOString(), lastAt: found.lastAt.toISOString(), endedAt: found.endedAt?.toISOString() ?? null };
  return { wave, spread, rows: shown, next: rows.length > pageSize && last ? `${last.receivedAt}~${last.id}` : null };
}

function membersOf(db: Db, waveId: string, after: string | null) {
  const [before, beforeId] = placeOf(after);
  return db.$queryRaw<(Omit<WaveMember, "receivedAt"> & { receivedAt: Date })[]>`
    SELECT r.id, r.reference, r.channel::text, r.state::text, r.account_id AS "accountId", a.business_name AS "businessName", r.accused_name AS "accusedName",
           c.reference AS "caseReference", r.wave_likeness::int AS likeness, left(coalesce(r.message_text, r.description), 200) AS excerpt, r.received_at AS "receivedAt"
      FROM report r
      LEFT JOIN account a ON a.id = r.account_id
      LEFT JOIN "case" c ON c.id = r.case_id
     WHERE r.wave_id = ${waveId}::uuid AND (r.received_at, r.id) < (${before}::timestamptz, ${beforeId}::uuid)
     ORDER BY r.received_at DESC, r.id DESC LIMIT ${pageSize + 1}`;
}

async function spreadOf(db: Db, waveId: string): Promise<WaveSpread> {
  const [spread] = await db.$queryRaw<WaveSpread[]>`
    WITH newest AS MATERIALIZED (
      SELECT account_id, reporter_id, state FROM report WHERE wave_id = ${waveId}::uuid ORDER BY received_at DESC, id DESC LIMIT ${mostCounted})
    SELECT count(*)::int AS counted,
           (count(*) FILTER (WHERE account_id IS NULL))::int AS "withoutAccount",
           count(DISTINCT reporter_id)::int AS reporters,
           (count(*) FILTER (WHERE reporter_id IS NULL))::int AS anonymous,
           (count(*) FILTER (WHERE state = 'received'))::int AS waiting,
           coalesce((
             SELECT jsonb_agg(jsonb_build_object('id', a.id, 'businessName', a.business_name, 'reports', top.reports) ORDER BY top.reports DESC, a.id)
               FROM (SELECT account_id, count(*)::int AS reports FROM newest WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostAccounts}) top
               JOIN account a ON a.id = top.account_id), '[]') AS accounts
      FROM newest`;
  return spread!;
}
