import type { Tx } from "~/infra/db.server";
import { isPaused } from "./is-paused.server";

/** Whether a platform's notices are paused, until the transaction ends: who ends a pause waits, and then finds what was left queued because of it. */
export async function holdsNow(tx: Tx, platformId: string): Promise<boolean> {
  const pauses = await tx.$queryRaw<unknown[]>`SELECT 1 FROM notice_pause WHERE ended_at IS NULL AND (platform_id IS NULL OR platform_id = ${platformId}::uuid) LIMIT 1 FOR SHARE`;
  return pauses.length > 0;
}

export interface LockedPause {
  id: string;
  platformId: string | null;
  isOpen: boolean;
}

export async function lockPause(tx: Tx, pauseId: string): Promise<LockedPause | null> {
  const [row] = await tx.$queryRaw<LockedPause[]>`SELECT id, platform_id AS "platformId", ended_at IS NULL AS "isOpen" FROM notice_pause WHERE id = ${pauseId}::uuid FOR UPDATE`;
  return row ?? null;
}

/** Hands over again what waits and is no longer paused; what may not wait goes first. @returns how many */
export const stageWaiting = (tx: Tx, platformId: string | null, at: Date, first: readonly string[]): Promise<number> => tx.$executeRaw`
  INSERT INTO outbox_message (id, topic, payload, created_at, available_at)
  SELECT gen_random_uuid(), 'notice.deliver', jsonb_build_object('noticeId', n.id), ${at}, ${at}::timestamptz - CASE WHEN n.kind::text = ANY(${[...first]}) THEN interval '1 second' ELSE interval '0' END
    FROM notice n WHERE n.state = 'queued' AND n.platform_id IS NOT NULL AND (${platformId}::uuid IS NULL OR n.platform_id = ${platformId}::uuid) AND NOT (${isPaused})`;
