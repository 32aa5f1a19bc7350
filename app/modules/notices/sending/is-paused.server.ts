import { Prisma } from "~/infra/db.server";

/** Whether the notices of the platform that stands in the column are paused now, alone or with those of all. */
export const platformIsPaused = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM notice_pause h WHERE h.ended_at IS NULL AND (h.platform_id IS NULL OR h.platform_id = ${column}))`;

/**
 * Whether the notice `n` is paused now. What the console writes to colleagues names no platform and is never paused: it tells of deadlines.
 */
export const isPaused = Prisma.sql`n.platform_id IS NOT NULL AND ${platformIsPaused(Prisma.sql`n.platform_id`)}`;
