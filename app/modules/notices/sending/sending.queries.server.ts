import type { Deps } from "~/infra/deps.server";
import { rateAfter } from "../campaign/pace";
import { measureKinds, noticeKinds } from "../notice-kind";
import { laneOf } from "./lane";

const first = noticeKinds.filter((kind) => laneOf(kind) === "first");
const shownDomains = 12;
const shownPauses = 20;

export interface OpenPause {
  id: string;
  /** Null: all platforms. */
  platformName: string | null;
  pausedAt: string;
  pausedBy: string;
  reason: string;
  /** How many messages it holds up. */
  waiting: number;
  /** Of those, how many tell an account holder of a measure: they are not informed, and their time to appeal has not begun. */
  measures: number;
  oldestAt: string | null;
  /** Campaigns that wait for it as well. */
  campaigns: number;
}

/** The pauses there are now, and what each holds up; what console pages warn of. */
export async function openPauses({ db }: Pick<Deps, "db">): Promise<OpenPause[]> {
  const rows = await db.$queryRaw<(Omit<OpenPause, "pausedAt" | "oldestAt"> & { pausedAt: Date; oldestAt: Date | null })[]>`
    SELECT h.id, p.name AS "platformName", h.paused_at AS "pausedAt", s.name AS "pausedBy", h.pause_reason AS reason, (SELECT count(*)::int FROM policy_notice_campaign c WHERE c.state = 'sending' AND (h.platform_id IS NULL OR h.platform_id = c.platform_id)) AS campaigns, w.waiting, w.measures, w."oldestAt"
      FROM notice_pause h JOIN staff s ON s.id = h.paused_by_id LEFT JOIN platform p ON p.id = h.platform_id
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS waiting, count(*) FILTER (WHERE n.kind::text = ANY(${[...measureKinds]}))::int AS measures, min(n.created_at) AS "oldestAt"
         FROM notice n WHERE n.state = 'queued' AND n.platform_id IS NOT NULL AND (h.platform_id IS NULL OR n.platform_id = h.platform_id)) w
     WHERE h.ended_at IS NULL ORDER BY h.paused_at, h.id`;
  return rows.map(({ pausedAt, oldestAt, ...row }) => ({ ...row, pausedAt: pausedAt.toISOString(), oldestAt: oldestAt?.toISOString() ?? null }));
}

/** Whose notices are paused, for the line that warns of it on every page of the console; all platforms have no name. */
export async function pausedScopes({ db }: Pick<Deps, "db">): Promise<string[]> {
  const pauses = await db.noticePause.findMany({ where: { endedAt: null }, orderBy: [{ pausedAt: "asc" }, { id: "asc" }], select: { platform: { select: { name: true } } } });
  return pauses.map(({ platform }) => platform?.name ?? "all platforms");
}

/** What the page of sending shows besides: the pace, where it makes messages wait, and earlier pauses. */
export async function sendingDesk(deps: Pick<Deps, "db" | "clock" | "config">) {
  const { db, clock, config } = deps;
  const now = clock().toJSDate();
  const [pauses, platforms, queued, turns, past] = await Promise.all([
    openPauses(deps),
    db.platform.findMany({ orderBy: { name: "asc" }, select: { key: true, name: true } }),
    db.$queryRaw<{ first: number; after: number; oldestAt: Date | null }[]>`
      SELECT count(*) FILTER (WHERE kind::text = ANY(${first}))::int AS first, count(*) FILTER (WHERE kind::text <> ALL(${first}))::int AS after, min(created_at) AS "oldestAt" FROM notice WHERE state = 'queued'`,
    db.noticeTurn.findMany({ where: { freeAt: { gt: now } }, orderBy: [{ freeAt: "desc" }, { domain: "asc" }, { lane: "asc" }], take: shownDomains }),
    db.noticePause.findMany({
      where: { endedAt: { not: null } },
      orderBy: [{ pausedAt: "desc" }, { id: "desc" }],
      take: shownPauses,
      select: { id: true, pausedAt: true, pauseReason: true, endedAt: true, endReason: true, platform: { select: { name: true } }, pausedBy: { select: { name: true } }, endedBy: { select: { name: true } } },
    }),
  ]);
  const { first: goFirst, after: goAfter, oldestAt } = queued[0]!;
  return {
    pauses,
    platforms,
    pace: config.noticePace,
    waiting: { first: goFirst, after: goAfter, oldestAt: oldestAt?.toISOString() ?? null },
    domains: turns.map(({ domain, lane, granted, freeAt }) => ({ domain, lane, granted, perSecond: rateAfter(granted, config.noticePace), freeAt: freeAt.toISOString() })),
    past: past.map(({ id, pausedAt, pauseReason, endedAt, endReason, platform, pausedBy, endedBy }) => ({
      id, platformName: platform?.name ?? null, pausedAt: pausedAt.toISOString(), pausedBy: pausedBy.name, pauseReason, endedAt: endedAt!.toISOString(), endedBy: endedBy!.name, endReason: endReason!,
    })),
  };
}
