import { DateTime } from "luxon";
import { localeOf } from "#emails/locale";
import type { Deps } from "~/infra/deps.server";
import { titleIn } from "../policy/clause-title";
import { isEventRule } from "../signals/rules/rule-catalogue";
import { totalsOf } from "../signals/sender-health";
import { sendingDays } from "../signals/sender-health.queries.server";
import type { Language } from "./sla";

const shownDays = 28;
const mostExamples = 3;

interface Row {
  rule: string;
  clause: string;
  title: string;
  titleEs: string | null;
  messages: number | null;
  days: number;
  examples: { at: string; contact: string | null }[] | null;
}

/**
 * What an account holder may see of their own sending: counts of the last 28 days, and which rules it kept badly. Read from their
 * messages and what rules in force found in them, whatever became of it: no case, report, measure or score is read, so nothing here
 * changes when somebody looks into the account, and nothing must be left out for it (rules of procedure 7 and 8). Shadows are not
 * read, nor what a rule measured against.
 */
export async function holderHealth(deps: Pick<Deps, "db" | "clock">, accountId: string, asked: Language | null) {
  const { db } = deps;
  const account = await db.account.findUnique({ where: { id: accountId }, select: { id: true, platformId: true, businessName: true, language: true, platform: { select: { name: true, zone: true, supportEmail: true, eventRetentionDays: true } } } });
  if (!account) return null;
  const { zone } = account.platform;
  const language: Language = asked ?? localeOf(account.language);
  const { days, behindSince, today } = await sendingDays(deps, { id: accountId, platformId: account.platformId, zone, eventRetentionDays: account.platform.eventRetentionDays });
  const shown = days.slice(-shownDays);
  const since = DateTime.fromISO(shown[0]!.day, { zone }).toJSDate();
  const rows = await db.$queryRaw<Row[]>`
    WITH found AS (
      SELECT s.id, s.rule, s.clause_id, s.window_start, CASE WHEN jsonb_typeof(s.measures -> 'breaches') = 'number' THEN (s.measures ->> 'breaches')::float8 END AS messages
        FROM signal s WHERE s.account_id = ${accountId}::uuid AND s.mode IN ('signal', 'signal_and_interim') AND s.retracted_at IS NULL AND s.window_end > ${since}
    ), by_rule AS (
      SELECT rule, (array_agg(clause_id ORDER BY window_start DESC))[1] AS clause_id, sum(messages)::float8 AS messages, count(DISTINCT window_start)::int AS days FROM found GROUP BY rule
    )
    SELECT r.rule, k.code AS clause, v.title, v.title_es AS "titleEs", r.messages, r.days, e.examples
      FROM by_rule r
      JOIN clause k ON k.id = r.clause_id
     CROSS JOIN LATERAL (SELECT cv.title, cv.title_es FROM clause_version cv JOIN policy_version pv ON pv.id = cv.policy_version_id
                          WHERE cv.clause_id = k.id AND pv.state IN ('in_force', 'superseded') ORDER BY pv.effective_from DESC LIMIT 1) v
     CROSS JOIN LATERAL (SELECT json_agg(json_build_object('at', x.occurred_at, 'contact', x.contact) ORDER BY x.occurred_at DESC) AS examples
                           FROM (SELECT occurred_at, contact FROM signal_event WHERE signal_id IN (SELECT id FROM found WHERE rule = r.rule) AND contact IS NOT NULL AND type IN ('message.sent', 'template.sent') ORDER BY occurred_at DESC LIMIT ${mostExamples}) x) e
     ORDER BY k.code`;
  return {
    businessName: account.businessName,
    language,
    zone,
    platform: { name: account.platform.name, supportEmail: account.platform.supportEmail },
    now: deps.clock().toISO(),
    from: shown[0]!.day,
    today,
    behindSince,
    bars: shown.map(({ day, ...totals }) => ({ key: day, ...totals })),
    totals: totalsOf(shown),
    toFix: rows.flatMap(({ rule, title, titleEs, messages, examples, ...row }) => (isEventRule(rule) ? [{ ...row, rule, title: titleIn({ title, titleEs }, language), messages, examples: (examples ?? []).map(({ at, contact }) => ({ at: new Date(at).toISOString(), contact })) }] : [])),
  };
}
export type HolderHealth = NonNullable<Awaited<ReturnType<typeof holderHealth>>>;
