import type { DateTime } from "luxon";
import type { Db, Prisma, Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { InterimProposal } from "./rule-interim";
import type { Exemption, RuleBook, RuleVersion } from "./rules/rule-book";
import { ruleVersion } from "./rules/default-rules";
import { isRuleCode, parametersSchema, type RuleCode, type RuleMode } from "./rules/rule-catalogue";
import { versionAt, versionsThatCount } from "./rules/versions-that-count";

interface VersionRow {
  rule: string;
  version: number;
  mode: RuleMode;
  effectiveFrom: Date;
  parameters: unknown;
  interimFeatures: string[];
  interimDays: number | null;
}

/** A version that somebody set, with the measure it proposes. */
export type SetVersion = RuleVersion & { measure: InterimProposal | null };

/** A stored version as the engine takes it; null for a rule that the catalogue does not have any more, and for one whose parameters cannot be read. */
export function versionOfRow({ rule, version, mode, effectiveFrom, parameters, interimFeatures, interimDays }: VersionRow): SetVersion | null {
  if (!isRuleCode(rule)) return null;
  const parsed = parametersSchema[rule].safeParse(parameters);
  if (!parsed.success) return null;
  const measure = interimDays === null ? null : { features: interimFeatures, days: interimDays };
  return { rule, version, mode, effectiveFrom: effectiveFrom.getTime(), parameters: parsed.data, measure } as SetVersion;
}

type DamagedRow = VersionRow & { rule: RuleCode };

/**
 * The stored versions of a platform's rules, one that cannot be read left out: the one before it counts. A rule with none
 * that can be read is off from where the first of them would have begun, for nobody knows what it was to find.
 */
export function versionsOfRows(rows: readonly VersionRow[]): { versions: SetVersion[]; damaged: { rule: RuleCode; version: number }[] } {
  const readable = rows.flatMap((row) => versionOfRow(row) ?? []);
  const damaged = rows.filter((row): row is DamagedRow => isRuleCode(row.rule) && versionOfRow(row) === null);
  const lost = damaged.filter(({ rule, version }) => !readable.some((one) => one.rule === rule) && !damaged.some((one) => one.rule === rule && one.version < version));
  const off = lost.map(({ rule, version, effectiveFrom }): SetVersion => ({ ...ruleVersion(rule), version, mode: "off", effectiveFrom: effectiveFrom.getTime(), measure: null }));
  return { versions: [...readable, ...off], damaged: damaged.map(({ rule, version }) => ({ rule, version })) };
}

interface ExemptionRow {
  rule: string;
  accountId: string;
  startsAt: Date;
  until: Date | null;
  endedAt: Date | null;
}

/** An exemption for as long as it holds; null where it was ended before it began. */
export function exemptionOfRow({ rule, accountId, startsAt, until, endedAt }: ExemptionRow): Exemption | null {
  if (!isRuleCode(rule)) return null;
  const ends = [until, endedAt].flatMap((end) => (end ? [end.getTime()] : []));
  const from = startsAt.getTime();
  const end = ends.length > 0 ? Math.min(...ends) : null;
  return end !== null && end <= from ? null : { rule, accountId, from, until: end };
}

/**
 * Everything a platform has set about its rules, with the number of its last change. The number is read first: rows that
 * are newer than it are read once more by whoever finds the number changed.
 *
 * @throws when there is no such platform
 */
export async function ruleBookOf(db: Db | Tx, platformId: string): Promise<{ book: RuleBook; revision: number; damaged: { rule: RuleCode; version: number }[] }> {
  const { rulesRevision, zone, policies } = await db.platform.findUniqueOrThrow({ where: { id: platformId }, select: { rulesRevision: true, zone: true, policies: { select: { code: true } } } });
  const versions = await db.signalRuleVersion.findMany({ where: { platformId }, orderBy: [{ rule: "asc" }, { version: "asc" }] });
  const { versions: read, damaged } = versionsOfRows(versions);
  const exemptions = await db.signalRuleExemption.findMany({ where: { platformId }, orderBy: { id: "asc" } });
  return {
    book: {
      zone,
      versions: versionsThatCount(read, policies.map(({ code }) => code)),
      exemptions: exemptions.flatMap((row) => exemptionOfRow(row) ?? []),
    },
    revision: rulesRevision,
    damaged,
  };
}

/** The version of one rule that judges what happens at an instant, with the measure it proposes. */
export async function versionInForce(db: Db | Tx, platformId: string, rule: string, instant: number): Promise<SetVersion | null> {
  const { book } = await ruleBookOf(db, platformId);
  const { current } = versionAt(book.versions.filter((version) => version.rule === rule), instant);
  if (!current) return null;
  const row = await db.signalRuleVersion.findUnique({ where: { platformId_rule_version: { platformId, rule, version: current.version } } });
  return (row && versionOfRow(row)) ?? { ...current, measure: null };
}

export interface LockedBook {
  id: string;
  zone: string;
  signalThreshold: number;
  policyCodes: string[];
}

/** The platform, locked against every other change of its rules until the transaction ends. */
export async function lockRuleBook(tx: Tx, platformKey: string): Promise<LockedBook | null> {
  const [platform] = await tx.$queryRaw<{ id: string; zone: string; signalThreshold: number }[]>`SELECT id, zone, signal_threshold AS "signalThreshold" FROM platform WHERE key = ${platformKey} FOR NO KEY UPDATE`;
  if (!platform) return null;
  const policies = await tx.policy.findMany({ where: { platformId: platform.id }, select: { code: true } });
  return { ...platform, policyCodes: policies.map(({ code }) => code) };
}

/** Tells whoever works by the rules of a platform that they changed. */
export async function bumpRules(tx: Tx, platformId: string): Promise<void> {
  await tx.platform.update({ where: { id: platformId }, data: { rulesRevision: { increment: 1 } }, select: { id: true } });
}

/** The last version of one rule that can be read, null when none was set, and the number of the newest, readable or not. */
export async function lastSet(tx: Tx, platformId: string, rule: RuleCode): Promise<{ last: SetVersion | null; newest: number }> {
  const rows = await tx.signalRuleVersion.findMany({ where: { platformId, rule }, orderBy: { version: "asc" } });
  return { last: versionsOfRows(rows).versions.at(-1) ?? null, newest: rows.at(-1)?.version ?? ruleVersion(rule).version };
}

/** Versions of one rule that were set and can be read, oldest first. */
export async function versionsSet(tx: Tx, platformId: string, rule: RuleCode): Promise<SetVersion[]> {
  return versionsOfRows(await tx.signalRuleVersion.findMany({ where: { platformId, rule }, orderBy: { version: "asc" } })).versions;
}

interface NewVersion {
  platformId: string;
  rule: RuleCode;
  version: number;
  mode: RuleMode;
  parameters: Prisma.InputJsonObject;
  effectiveFrom: DateTime;
  reason: string;
  automatedClause: string | null;
  measure: InterimProposal | null;
  backtestId: string | null;
  setById: string;
  createdAt: DateTime;
}

export async function addVersion(tx: Tx, { effectiveFrom, createdAt, measure, ...version }: NewVersion): Promise<void> {
  await tx.signalRuleVersion.create({ data: { id: newId(), ...version, interimFeatures: measure?.features ?? [], interimDays: measure?.days ?? null, effectiveFrom: effectiveFrom.toJSDate(), createdAt: createdAt.toJSDate() } });
}

/** Whoever works by the rules sees it with the next look at the platform. */
export async function saveThreshold(tx: Tx, platformId: string, signalThreshold: number): Promise<void> {
  await tx.platform.update({ where: { id: platformId }, data: { signalThreshold }, select: { id: true } });
}

export async function saveRetention(tx: Tx, platformId: string, eventRetentionDays: number): Promise<void> {
  await tx.platform.update({ where: { id: platformId }, data: { eventRetentionDays }, select: { id: true } });
}
