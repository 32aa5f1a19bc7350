import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { categoryCodes, shardOf, typeCodes } from "./event-codes";
import { ruleBookOf } from "./rule-book.repo.server";
import { compileRule } from "./rules/rule-book";
import { parametersSchema } from "./rules/rule-catalogue";
import { aroundDay, comparedDays, rangeOf, totalsOf, withEmptyDays, type HealthDay } from "./sender-health";
import { zoneSeparator } from "./zone-sets.server";

/** How messages to contacts are spread, and how close together automated ones follow, within a range. */
interface Spread {
  once: number;
  few: number;
  many: number;
  followUps: number;
  tooClose: number;
}

/**
 * What an account sent, from the event store, by civil day of its platform. Only the account's shard is read, and only
 * the days there are: retention bounds it.
 */
export async function senderHealth(deps: Pick<Deps, "db" | "clock">, accountId: string, asked: { from: string | null; to: string | null }) {
  const { db } = deps;
  const account = await db.account.findUnique({ where: { id: accountId }, select: { platformId: true, businessName: true, platform: { select: { zone: true, eventRetentionDays: true } } } });
  if (!account) return null;
  const { zone, eventRetentionDays } = account.platform;
  const now = deps.clock();
  const today = now.setZone(zone).startOf("day");
  const oldest = today.minus({ days: eventRetentionDays - 1 });
  const [first, last] = [oldest.toJSDate(), today.plus({ days: 1 }).toJSDate()];
  const { book } = await ruleBookOf(db, account.platformId);
  const quiet = compileRule(book, "quiet_hours").at(now.toMillis())?.parameters ?? parametersSchema.quiet_hours.parse({});
  const spacing = compileRule(book, "spacing").at(now.toMillis())?.parameters ?? parametersSchema.spacing.parse({});
  const shard = shardOf(accountId);
  const days = await db.$queryRaw<HealthDay[]>`
    SELECT to_char(e.occurred_at AT TIME ZONE ${zone}, 'YYYY-MM-DD') AS day,
           count(*) FILTER (WHERE e.type IN (${typeCodes["message.sent"]}, ${typeCodes["template.sent"]}))::int AS sent,
           count(*) FILTER (WHERE e.type IN (${typeCodes["message.sent"]}, ${typeCodes["template.sent"]}) AND e.category = ${categoryCodes.marketing})::int AS marketing,
           count(*) FILTER (WHERE e.type = ${typeCodes["message.delivered"]})::int AS delivered,
           count(*) FILTER (WHERE e.type = ${typeCodes["message.failed"]})::int AS failed,
           count(*) FILTER (WHERE e.type = ${typeCodes.opt_out})::int AS "optOuts",
           count(*) FILTER (WHERE e.type IN (${typeCodes["message.sent"]}, ${typeCodes["template.sent"]}) AND e.category = ${categoryCodes.marketing} AND (
             SELECT bool_and(CASE WHEN ${quiet.from}::int > ${quiet.until}::int THEN m.minute >= ${quiet.from}::int OR m.minute < ${quiet.until}::int ELSE m.minute >= ${quiet.from}::int AND m.minute < ${quiet.until}::int END)
               FROM unnest(string_to_array(z.zones, ${zoneSeparator})) AS name
               CROSS JOIN LATERAL (SELECT extract(hour FROM e.occurred_at AT TIME ZONE name)::int * 60 + extract(minute FROM e.occurred_at AT TIME ZONE name)::int AS minute) m))::int AS quiet
      FROM stream.message_event e LEFT JOIN stream.zone_set z ON z.id = e.zone_set
     WHERE e.shard = ${shard}::smallint AND e.account_id = ${accountId}::uuid AND e.occurred_at >= ${first} AND e.occurred_at < ${last}
     GROUP BY 1 ORDER BY 1`;
  const range = rangeOf(asked, oldest.toISODate()!, today.toISODate()!);
  const all = withEmptyDays(days, oldest.toISODate()!, today.toISODate()!);
  const from = DateTime.fromISO(range.from, { zone }).toJSDate();
  const to = DateTime.fromISO(range.to, { zone }).plus({ days: 1 }).toJSDate();
  const [spread] = await db.$queryRaw<Spread[]>`
    WITH message AS (
      SELECT contact, category, occurred_at, occurred_at - lag(occurred_at) OVER (PARTITION BY contact, category ORDER BY occurred_at) AS gap
        FROM stream.message_event
       WHERE shard = ${shard}::smallint AND account_id = ${accountId}::uuid AND occurred_at >= ${from} AND occurred_at < ${to} AND contact IS NOT NULL
         AND type IN (${typeCodes["message.sent"]}, ${typeCodes["template.sent"]}) AND category IN (${categoryCodes.marketing}, ${categoryCodes.automated})
    ), person AS (SELECT contact, count(*) AS messages FROM message WHERE category = ${categoryCodes.marketing} GROUP BY contact)
    SELECT (SELECT count(*) FROM person WHERE messages = 1)::int AS once, (SELECT count(*) FROM person WHERE messages BETWEEN 2 AND 3)::int AS few,
           (SELECT count(*) FROM person WHERE messages > 3)::int AS many,
           (SELECT count(gap) FROM message WHERE category = ${categoryCodes.automated})::int AS "followUps",
           (SELECT count(*) FROM message WHERE category = ${categoryCodes.automated} AND gap < make_interval(hours => ${spacing.hours}::int))::int AS "tooClose"`;
  const actions = await db.action.findMany({
    where: { accountId, state: { in: ["active", "expired", "lifted", "reversed", "superseded"] }, startsAt: { gte: first, lt: last } },
    orderBy: [{ startsAt: "asc" }, { id: "asc" }],
    select: { id: true, reference: true, kind: true, startsAt: true, endsAt: true },
  });
  const shown = all.filter(({ day }) => day >= range.from && day <= range.to);
  return {
    businessName: account.businessName,
    zone,
    range,
    oldest: oldest.toISODate()!,
    today: today.toISODate()!,
    days: shown,
    totals: totalsOf(shown),
    spread: spread ?? { once: 0, few: 0, many: 0, followUps: 0, tooClose: 0 },
    spacingHours: spacing.hours,
    actions: actions.map(({ startsAt, endsAt, ...action }) => {
      const day = DateTime.fromJSDate(startsAt!, { zone }).toISODate()!;
      return { ...action, day, endDay: endsAt && endsAt <= now.toJSDate() ? DateTime.fromJSDate(endsAt, { zone }).toISODate() : null, ...aroundDay(all, day), days: comparedDays };
    }),
  };
}
export type SenderHealth = NonNullable<Awaited<ReturnType<typeof senderHealth>>>;
