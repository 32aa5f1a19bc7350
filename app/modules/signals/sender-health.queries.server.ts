import { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { shardOf } from "./event-codes";
import { quietSettings } from "./quiet-settings.server";
import { ruleBookOf } from "./rule-book.repo.server";
import type { RuleCode, RuleMode } from "./rules/rule-catalogue";
import { versionAt } from "./rules/versions-that-count";
import { aroundDay, byDay, byHour, comparedDays, isHourly, rangeOf, totalsOf, type AskedRange, type HealthDay, type HealthHour } from "./sender-health";
import { countedUntil, hoursOfAccount } from "./sending-hours.repo.server";

/** Events that came since a shard was last counted are read one by one; when that was longer ago, there may be too many. */
const liveMinutes = 10;

export interface SendingDays {
  zone: string;
  /** Civil days of the platform: the first of which events are kept, and today. */
  oldest: string;
  today: string;
  days: HealthDay[];
  hours: HealthHour[];
  /** Up to when the numbers are, where that is not now: who counts them is behind. Null: nothing was counted yet. */
  behindSince: string | null | undefined;
}

/** What an account sent, by hour and civil day of its platform, for as long as its events are kept: read from counters. */
export async function sendingDays(deps: Pick<Deps, "db" | "clock">, account: { id: string; platformId: string; zone: string; eventRetentionDays: number }): Promise<SendingDays> {
  const { zone } = account;
  const now = deps.clock();
  const today = now.setZone(zone).startOf("day");
  const oldest = today.minus({ days: account.eventRetentionDays - 1 });
  const shard = shardOf(account.id);
  const liveSince = now.minus({ minutes: liveMinutes }).toJSDate();
  const rows = await hoursOfAccount(deps.db, {
    shard, accountId: account.id, zone, from: oldest.toJSDate(), to: today.plus({ days: 1 }).toJSDate(), liveSince, settings: await quietSettings(deps.db, account.platformId),
  });
  const until = await countedUntil(deps.db, shard);
  const hours = rows.map(({ hour: _instant, ...row }) => row);
  const [first, last] = [oldest.toISODate()!, today.toISODate()!];
  return { zone, oldest: first, today: last, hours, days: byDay(hours, first, last), behindSince: until && until >= liveSince ? undefined : (until?.toISOString() ?? null) };
}

export interface Breaches {
  rule: RuleCode;
  /** Messages that broke the rule; of rules that look at the clock, the stretches of it in which it was broken. */
  breaches: number;
  days: number;
  /** Whether some of it only was a trial: found by a rule in shadow mode. */
  shadow: boolean;
}

/** What the rules found about an account in the civil days [from, to] of its platform, by rule. */
export const breachesOf = (db: Db, accountId: string, { from, to }: { from: Date; to: Date }): Promise<Breaches[]> => db.$queryRaw`
  SELECT rule, count(DISTINCT window_start)::int AS days, bool_or(mode = 'shadow') AS shadow,
         sum(CASE WHEN jsonb_typeof(measures -> 'breaches') = 'number' THEN (measures ->> 'breaches')::float8 WHEN jsonb_typeof(measures -> 'windows_over') = 'number' THEN (measures ->> 'windows_over')::float8 ELSE 1 END)::float8 AS breaches
    FROM signal WHERE account_id = ${accountId}::uuid AND retracted_at IS NULL AND window_start >= ${from} AND window_start < ${to}
   GROUP BY rule ORDER BY rule`;

/** Rules about how often and how soon, which health shows beside what was sent, with the count each is measured by. */
const shownRules = [["frequency", "marketing"], ["spacing", "automated"], ["after_opt_out", "marketing"]] as const satisfies readonly [RuleCode, "marketing" | "automated"][];

/** Sender health as staff see it: what an account sent in a range, what the rules found there, and what each measure changed. */
export async function senderHealth(deps: Pick<Deps, "db" | "clock">, accountId: string, asked: AskedRange) {
  const { db } = deps;
  const account = await db.account.findUnique({ where: { id: accountId }, select: { id: true, platformId: true, externalId: true, businessName: true, platform: { select: { key: true, zone: true, eventRetentionDays: true } } } });
  if (!account) return null;
  const { platform, businessName, platformId, externalId } = account;
  const { zone } = platform;
  const now = deps.clock();
  const { oldest, today, days, hours, behindSince } = await sendingDays(deps, { id: accountId, platformId, zone, eventRetentionDays: platform.eventRetentionDays });
  const range = rangeOf(asked, oldest, today);
  const midnight = (day: string, plus = 0) => DateTime.fromISO(day, { zone }).plus({ days: plus }).toJSDate();
  const found = await breachesOf(db, accountId, { from: midnight(range.from), to: midnight(range.to, 1) });
  const { book } = await ruleBookOf(db, platformId);
  const modeOf = (rule: RuleCode): RuleMode | null => versionAt(book.versions.filter((version) => version.rule === rule), now.toMillis()).current?.mode ?? null;
  const actions = await db.action.findMany({
    where: { accountId, state: { in: ["active", "expired", "lifted", "reversed", "superseded"] }, startsAt: { gte: midnight(oldest), lt: midnight(today, 1), lte: now.toJSDate() } },
    orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    select: { id: true, reference: true, kind: true, startsAt: true, endsAt: true, endedAt: true },
  });
  const hourly = isHourly(range);
  const shownDays = days.filter(({ day }) => day >= range.from && day <= range.to);
  const shownHours = hourly ? byHour(hours, range) : [];
  const slotOf = (at: Date) => DateTime.fromJSDate(at, { zone }).toFormat("yyyy-MM-dd'T'HH");
  const wholeDays = totalsOf(shownDays);
  return {
    businessName,
    externalId,
    platformKey: platform.key,
    now: now.toISO(),
    zone,
    range,
    hourly,
    oldest,
    today,
    behindSince,
    bars: hourly ? shownHours.map(({ slot, ...totals }) => ({ key: slot, ...totals })) : shownDays.map(({ day, ...totals }) => ({ key: day, ...totals })),
    totals: hourly ? totalsOf(shownHours) : wholeDays,
    rules: shownRules.map(([rule, denominator]) => {
      const one = found.find((other) => other.rule === rule);
      return { rule, breaches: one?.breaches ?? 0, of: wholeDays[denominator], denominator, shadow: one?.shadow ?? false, mode: modeOf(rule) };
    }),
    actions: actions.map(({ startsAt, endsAt, endedAt, ...action }) => {
      const slot = slotOf(startsAt!);
      const over = [endedAt, endsAt].filter((at) => at !== null && at <= now.toJSDate()).sort((a, b) => a!.getTime() - b!.getTime())[0];
      return { ...action, slot, endSlot: over ? slotOf(over) : null, ...aroundDay(days, slot.slice(0, 10)), days: comparedDays };
    }),
  };
}
export type SenderHealth = NonNullable<Awaited<ReturnType<typeof senderHealth>>>;
