import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { Batch } from "~/infra/sweep.server";
import { waveDays } from "./report-wave";

export interface ReportToGroup {
  id: string;
  platformId: string;
  receivedAt: Date;
  /** What was sent to people; without it, the reporter's own words, into which many copy it. Null: a machine's complaint without a message. */
  message: string | null;
}

/** One worker at a time, so that two copies of one message that come at once cannot begin two waves. */
export async function takeGroupingLane(tx: Tx): Promise<boolean> {
  const [taken] = await tx.$queryRaw<{ free: boolean }[]>`SELECT pg_try_advisory_xact_lock(hashtextextended('report-waves', 0)) AS free`;
  return taken?.free === true;
}

/** The longest waiting, locked; who is at work on a report has it first. */
export const reportsToGroup = (tx: Tx, { after, limit }: Pick<Batch, "after" | "limit">): Promise<ReportToGroup[]> =>
  tx.$queryRaw<ReportToGroup[]>`
    SELECT id, platform_id AS "platformId", received_at AS "receivedAt",
           CASE WHEN message_text IS NOT NULL THEN message_text WHEN channel <> 'email' OR reporter_id IS NOT NULL THEN description END AS message
      FROM report
     WHERE grouped_at IS NULL AND (received_at, id) > (${after?.at ?? new Date(0)}, ${after?.id ?? "00000000-0000-0000-0000-000000000000"}::uuid)
     ORDER BY received_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED`;

export interface WaveToJoin {
  id: string;
  signature: number[];
}

/** How many waves a band is asked for: whoever makes up texts that share one makes nobody read them all. */
const mostInBand = 8;

/** The running waves a message could be of: a few for each band, those that were there first. Each is looked up by itself, for a planner that expects many would read them all. */
export const wavesWithBands = (tx: Tx, platformId: string, bands: readonly number[], receivedAt: Date): Promise<WaveToJoin[]> =>
  tx.$queryRaw<WaveToJoin[]>`
    SELECT w.id, w.signature
      FROM (SELECT DISTINCT hit.wave_id
              FROM unnest(${bands}::bigint[]) AS of(band)
             CROSS JOIN LATERAL (SELECT b.wave_id FROM report_wave_band b WHERE b.band = of.band ORDER BY b.wave_id LIMIT ${mostInBand}) hit) found
     CROSS JOIN LATERAL (SELECT id, signature, platform_id, ended_at, last_at FROM report_wave WHERE id = found.wave_id LIMIT 1) w
     WHERE w.platform_id = ${platformId}::uuid AND w.ended_at IS NULL AND w.last_at > ${receivedAt}::timestamptz - ${waveDays} * interval '1 day'`;

export async function beginWave(tx: Tx, { platformId, receivedAt }: ReportToGroup, signature: readonly number[], bands: readonly number[]): Promise<string> {
  const id = newId();
  await tx.$executeRaw`
    WITH begun AS (
      INSERT INTO report_wave (id, platform_id, signature, first_at, last_at)
      VALUES (${id}::uuid, ${platformId}::uuid, ${signature}::int[], ${receivedAt}, ${receivedAt}) RETURNING id)
    INSERT INTO report_wave_band (band, wave_id) SELECT DISTINCT band, begun.id FROM unnest(${bands}::bigint[]) AS band, begun`;
  return id;
}

export const growWave = (tx: Tx, waveId: string, receivedAt: Date): Promise<number> =>
  tx.$executeRaw`
    UPDATE report_wave SET size = size + 1, first_at = least(first_at, ${receivedAt}), last_at = greatest(last_at, ${receivedAt}) WHERE id = ${waveId}::uuid`;

export const saveGrouping = (tx: Tx, reportId: string, joined: { waveId: string; likeness: number } | null, at: Date): Promise<number> =>
  tx.$executeRaw`
    UPDATE report SET grouped_at = ${at}, wave_id = ${joined?.waveId ?? null}::uuid, wave_likeness = ${joined?.likeness ?? null}::smallint WHERE id = ${reportId}::uuid`;

/** Nothing joined them for so long that they are not looked for any more: their bands go, what they are stays. */
export const endWaves = (tx: Tx, at: Date, limit: number): Promise<number> =>
  tx.$executeRaw`
    WITH over AS (
      UPDATE report_wave SET ended_at = ${at} WHERE id IN (
        SELECT id FROM report_wave WHERE ended_at IS NULL AND last_at < ${at}::timestamptz - ${waveDays} * interval '1 day'
         ORDER BY last_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id
    ), gone AS (DELETE FROM report_wave_band WHERE wave_id IN (SELECT id FROM over))
    SELECT id FROM over`;
