import type { Deps } from "~/infra/deps.server";
import { namesOfStaff } from "../access/staff.queries.server";
import { featureNamesIn, offered } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { automationOfRule } from "./rule-automation.queries.server";
import { ruleBookOf, versionsOfRows, type SetVersion } from "./rule-book.repo.server";
import { platformKey } from "./rule-book.schema";
import { changesInWords, parametersInWords } from "./rule-in-words";
import { proposesNothing } from "./rule-interim";
import { ruleVersion } from "./rules/default-rules";
import { clauseOf, eventRuleCodes, isRuleCode, ruleCatalogue, ruleCodes, type RuleCode, type RuleMode } from "./rules/rule-catalogue";
import { versionAt, versionsThatCount } from "./rules/versions-that-count";

export interface RuleLine {
  rule: RuleCode;
  title: string;
  source: string;
  clause: string;
  version: number;
  mode: RuleMode;
  parameters: { name: string; what: string; value: string }[];
  /** Null: since it joined the catalogue. */
  since: string | null;
  next: { version: number; mode: RuleMode; at: string } | null;
}

const instant = (at: number): string | null => (at === 0 ? null : new Date(at).toISOString());

async function platformByKey(deps: Pick<Deps, "db">, key: string) {
  if (!platformKey.safeParse(key).success) return null;
  return deps.db.platform.findUnique({ where: { key }, select: { id: true, key: true, name: true, zone: true, signalThreshold: true, policies: { select: { code: true } } } });
}

/** The rules a platform runs or could, with what each does now and what comes next. */
export async function rulesOfPlatform(deps: Pick<Deps, "db" | "clock">, key: string) {
  const platform = await platformByKey(deps, key);
  if (!platform) return null;
  const { book } = await ruleBookOf(deps.db, platform.id);
  const now = deps.clock().toMillis();
  const codes = platform.policies.map(({ code }) => code);
  const rules = ruleCodes.flatMap((rule): RuleLine[] => {
    const clause = clauseOf(rule, codes);
    const { current, next } = versionAt(book.versions.filter((version) => version.rule === rule), now);
    if (!clause || !current) return [];
    const { title, source } = ruleCatalogue[rule];
    const parameters = parametersInWords(rule, current.parameters as Record<string, number | readonly string[]>);
    return [{ rule, title, source, clause, version: current.version, mode: current.mode, parameters, since: instant(current.effectiveFrom), next: next && { version: next.version, mode: next.mode, at: new Date(next.effectiveFrom).toISOString() } }];
  });
  return { platform: { key: platform.key, name: platform.name, zone: platform.zone }, threshold: platform.signalThreshold, rules, without: eventRuleCodes.filter((rule) => !clauseOf(rule, codes)).map((rule) => ruleCatalogue[rule].title) };
}

const mostExemptions = 200;

/** Exemptions of a platform: those that hold or will, then the latest of those that are over. */
export async function exemptionsOfPlatform(deps: Pick<Deps, "db" | "clock">, key: string) {
  const at = deps.clock().toJSDate();
  const platform = { key };
  const include = { account: { select: { id: true, externalId: true, businessName: true } } };
  const live = await deps.db.signalRuleExemption.findMany({ where: { platform, endedAt: null, OR: [{ until: null }, { until: { gt: at } }] }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: mostExemptions, include });
  const over = await deps.db.signalRuleExemption.findMany({ where: { platform, OR: [{ endedAt: { not: null } }, { until: { lte: at } }] }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: 20, include });
  const names = await namesOfStaff(deps.db, [...live, ...over].flatMap(({ setById, endedById }) => [setById, ...(endedById ? [endedById] : [])]));
  const told = (row: (typeof live)[number]) => ({
    id: row.id,
    title: isRuleCode(row.rule) ? ruleCatalogue[row.rule].title : row.rule,
    account: row.account,
    startsAt: row.startsAt.toISOString(),
    until: (row.endedAt ?? row.until)?.toISOString() ?? null,
    reason: row.reason,
    setBy: names.get(row.setById) ?? "somebody",
    ended: row.endedAt && { by: names.get(row.endedById ?? "") ?? "somebody", reason: row.endedReason ?? "" },
  });
  return { live: live.map(told), over: over.map(told) };
}

/** One rule of a platform with every version there was. */
export async function rulePage(deps: Pick<Deps, "db" | "clock">, key: string, rule: RuleCode) {
  const platform = await platformByKey(deps, key);
  const clause = platform && clauseOf(rule, platform.policies.map(({ code }) => code));
  if (!platform || !clause) return null;
  const rows = await deps.db.signalRuleVersion.findMany({ where: { platformId: platform.id, rule }, orderBy: { version: "asc" } });
  const { versions: read, damaged } = versionsOfRows(rows);
  const versions: SetVersion[] = [{ ...ruleVersion(rule), measure: null }, ...read];
  const terms = await platformTerms(deps.db, platform.id);
  const featureNames = featureNamesIn(terms.features, "en");
  const counting = versionsThatCount(versions.slice(1), platform.policies.map(({ code }) => code)).filter((one) => one.rule === rule);
  const now = deps.clock();
  const { current, next } = versionAt(counting, now.toMillis());
  const names = await namesOfStaff(deps.db, rows.map(({ setById }) => setById));
  const stateOf = (version: number, from: number) => {
    if (version === current?.version) return "in_force" as const;
    if (!counting.some((one) => one.version === version)) return "called_off" as const;
    return from > now.toMillis() ? ("scheduled" as const) : ("past" as const);
  };
  const settings = versions.map(({ mode, parameters, measure }) => ({ mode, parameters: parameters as Record<string, number | readonly string[]>, measure }));
  const told = versions.map(({ version, mode, effectiveFrom }, index) => {
    const row = rows.find((one) => one.version === version);
    return {
      version,
      mode,
      state: stateOf(version, effectiveFrom),
      since: instant(effectiveFrom),
      setBy: row ? (names.get(row.setById) ?? "somebody") : null,
      reason: row?.reason ?? "",
      proposesNothing: proposesNothing({ mode, measure: settings[index]!.measure }),
      automatedClause: row?.automatedClause ?? null,
      backtestId: row?.backtestId ?? null,
      changes: index === 0 ? [] : changesInWords(rule, settings[index - 1]!, settings[index]!, featureNames),
    };
  });
  const unreadable = rows
    .filter(({ version }) => damaged.some((one) => one.version === version))
    .map(({ version, mode, effectiveFrom, setById, reason, automatedClause, backtestId }) => ({ version, mode, state: "damaged" as const, since: effectiveFrom.toISOString(), setBy: names.get(setById) ?? "somebody", reason, automatedClause, backtestId, changes: [] as string[] }));
  const history = [...told.filter(({ version }) => !damaged.some((one) => one.version === version)), ...unreadable].sort((a, b) => b.version - a.version);
  return {
    platform: { key: platform.key, name: platform.name, zone: platform.zone },
    rule,
    clause,
    /** What a draft is tried beside. */
    present: current,
    newest: { version: rows.at(-1)?.version ?? versions[0]!.version, ...settings.at(-1)! },
    features: offered(terms.features).map(({ code, name }) => ({ code, name })),
    featureNames,
    usualDays: terms.interimMeasureDays,
    automation: await automationOfRule(deps, platform.id, rule),
    measure: versions.find(({ version }) => version === current?.version)?.measure ?? null,
    current: current && { version: current.version, mode: current.mode, parameters: current.parameters as Record<string, number | readonly string[]>, since: instant(current.effectiveFrom) },
    next: next && { version: next.version, mode: next.mode, at: new Date(next.effectiveFrom).toISOString() },
    tomorrow: now.setZone(platform.zone).plus({ days: 1 }).toISODate()!,
    history,
  };
}
export type RulePage = Omit<NonNullable<Awaited<ReturnType<typeof rulePage>>>, "present">;
