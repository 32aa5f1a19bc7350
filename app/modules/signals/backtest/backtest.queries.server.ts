import type { Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { isId } from "~/infra/id";
import { namesOfStaff } from "../../access/staff.queries.server";
import { changesInWords } from "../rule-in-words";
import type { RuleVersion } from "../rules/rule-book";
import type { RuleCode } from "../rules/rule-catalogue";
import type { AccountFilter } from "./backtest.schema";
import { daysToTry } from "./backtest-span";
import { backtestTotalsSchema, type Change } from "./backtest-totals";
import { settingOf } from "./backtest.repo.server";

const mostListed = 10;

/** What the page of a rule says about trying it: which days can be, and what was tried. */
export async function backtestsOfRule(deps: Pick<Deps, "db" | "clock">, platformKey: string, versions: readonly RuleVersion[], rule: RuleCode) {
  const { id, zone, eventRetentionDays } = await deps.db.platform.findUniqueOrThrow({ where: { key: platformKey }, select: { id: true, zone: true, eventRetentionDays: true } });
  const rows = await deps.db.ruleBacktest.findMany({ where: { platformId: id, rule }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: mostListed });
  const names = await namesOfStaff(deps.db, rows.map(({ startedById }) => startedById));
  return {
    retentionDays: eventRetentionDays,
    days: daysToTry(versions, { now: deps.clock().toMillis(), retentionDays: eventRetentionDays, zone }),
    list: rows.map((row) => ({
      id: row.id,
      state: row.state,
      createdAt: row.createdAt.toISOString(),
      by: names.get(row.startedById) ?? "somebody",
      version: row.version,
      changes: changesInWords(rule, settingOf(row.present), settingOf(row.candidate)),
    })),
  };
}
export type BacktestsOfRule = Awaited<ReturnType<typeof backtestsOfRule>>;

/** One back-test with everything it counted; null where there is none of this rule of this platform. */
export async function backtestPage(db: Db, id: string, platformKey: string, rule: RuleCode) {
  if (!isId(id)) return null;
  const row = await db.ruleBacktest.findFirst({ where: { id, rule, platform: { key: platformKey } }, include: { platform: { select: { key: true, name: true } }, versions: { select: { version: true }, orderBy: { version: "asc" } } } });
  if (!row) return null;
  const names = await namesOfStaff(db, [row.startedById, ...(row.cancelledById ? [row.cancelledById] : [])]);
  return {
    id,
    rule,
    platform: { ...row.platform, zone: row.zone },
    state: row.state,
    version: row.version,
    presentVersion: row.presentVersion,
    keptWith: row.versions.map(({ version }) => version),
    changes: changesInWords(rule, settingOf(row.present), settingOf(row.candidate)),
    from: row.spanFrom.toISOString(),
    to: row.spanTo.toISOString(),
    readFrom: row.readFrom.toISOString(),
    progress: row.progress,
    progressOf: row.progressOf,
    events: Number(row.events),
    totals: backtestTotalsSchema.parse(row.totals),
    accountsKept: row.accountsKept,
    startedBy: names.get(row.startedById) ?? "somebody",
    cancelledBy: row.cancelledById && (names.get(row.cancelledById) ?? "somebody"),
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
export type BacktestPage = NonNullable<Awaited<ReturnType<typeof backtestPage>>>;

const pageSize = 50;

/** Accounts of a result, those with the most signals first, by keyset. */
export async function backtestAccounts(db: Db, backtestId: string, { change, after }: AccountFilter, most = pageSize) {
  const [weight, accountId] = after?.split(".") ?? [];
  const rows = await db.ruleBacktestAccount.findMany({
    where: {
      backtestId,
      ...(change && { change }),
      ...(accountId && { OR: [{ weight: { lt: Number(weight) } }, { weight: Number(weight), accountId: { gt: accountId } }] }),
    },
    orderBy: [{ weight: "desc" }, { accountId: "asc" }],
    take: most + 1,
    include: { account: { select: { businessName: true, externalId: true } } },
  });
  const shown = rows.slice(0, most).map(({ account, backtestId: _backtest, ...row }) => ({ ...row, change: row.change as Change, businessName: account.businessName, externalId: account.externalId }));
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > most && last ? `${last.weight}.${last.accountId}` : null };
}
export type BacktestAccountRow = Awaited<ReturnType<typeof backtestAccounts>>["rows"][number];
