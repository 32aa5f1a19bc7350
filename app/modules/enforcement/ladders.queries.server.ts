import type { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { featureNamesIn, offered } from "../platforms/features";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { severities, type Severity } from "../policy/severity";
import { strikesOf } from "./decision.repo.server";
import { recommendRung, type Ladder } from "./ladder";
import { changesBetween, checkDraft, draftKey, effectOn, takesEffectAt, type LadderChange, type LadderDraft, type Standing, type StandingEffect } from "./ladder-edit";
import { standingOf, versionsOf, type LadderVersion } from "./ladder.repo.server";
import { measureInWords } from "./measure";
import type { LadderDraftInput } from "./save-ladder.schema";
import type { Refusal } from "~/infra/result";

export interface LadderShown {
  version: number;
  firstRung: number;
  rungs: string[];
  strikeWeight: number;
  strikeExpiryDays: number;
  effectiveFrom: string;
  savedAt: string;
  savedBy: string | null;
  reason: string;
  orderReason: string | null;
  cancelled: { at: string; by: string; reason: string } | null;
  state: "in_force" | "scheduled" | "past" | "cancelled";
}

export interface LadderOverview {
  severity: Severity;
  current: LadderShown | null;
  scheduled: LadderShown | null;
  versions: number;
}

/** The ladders of one platform as they stand; null: no such platform. */
export async function laddersOfPlatform(deps: Deps, platformKey: string): Promise<{ name: string; zone: string; ladders: LadderOverview[] } | null> {
  const now = deps.clock();
  const platform = await deps.db.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
  if (!platform) return null;
  const terms = await platformTerms(deps.db, platform.id);
  const all = await versionsOf(deps.db, platform.id);
  const shown = await shower(deps, all, terms, now);
  return {
    name: terms.name,
    zone: terms.zone,
    ladders: severities.map((severity) => {
      const versions = all.filter((one) => one.severity === severity);
      const { current, scheduled } = standingOf(versions, now);
      return { severity, current: current && shown(current), scheduled: scheduled && shown(scheduled), versions: versions.length };
    }),
  };
}

export interface LadderPage {
  platform: { key: string; name: string; zone: string };
  severity: Severity;
  today: string;
  features: { code: string; name: string }[];
  /** What the editor starts from. */
  start: LadderDraft | null;
  basedOn: number;
  current: LadderShown | null;
  scheduled: LadderShown | null;
  /** Newest first. */
  history: (LadderShown & { changes: LadderChange[] })[];
}

/** One ladder with its history, each version beside the one it changed. */
export async function ladderPage(deps: Deps, platformKey: string, severity: Severity): Promise<LadderPage | null> {
  const now = deps.clock();
  const platform = await deps.db.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
  if (!platform) return null;
  const terms = await platformTerms(deps.db, platform.id);
  const versions = await versionsOf(deps.db, platform.id, severity);
  const { current, scheduled } = standingOf(versions, now);
  const shown = await shower(deps, versions, terms, now);
  const names = featureNamesIn(terms.features, "en");
  return {
    platform: { key: platformKey, name: terms.name, zone: terms.zone },
    severity,
    today: civilDayOf(now, terms.zone),
    features: offered(terms.features).map(({ code, name }) => ({ code, name })),
    start: current && { firstRung: current.firstRung, rungs: current.rungs, strikeWeight: current.strikeWeight, strikeExpiryDays: current.strikeExpiryDays },
    basedOn: versions.at(-1)?.version ?? 0,
    current: current && shown(current),
    scheduled: scheduled && shown(scheduled),
    history: versions
      .map((version, index) => {
        const before = versions.slice(0, index).findLast(({ cancelled }) => cancelled === null);
        return { ...shown(version), changes: before ? changesBetween(before, version, names) : [] };
      })
      .reverse(),
  };
}

async function shower({ db }: Pick<Deps, "db">, versions: readonly LadderVersion[], terms: Terms, now: DateTime): Promise<(version: LadderVersion) => LadderShown> {
  const ids = versions.flatMap(({ createdById, cancelled }) => [createdById, cancelled?.byId ?? null].filter((id): id is string => id !== null));
  const people = new Map((await db.staff.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })).map(({ id, name }) => [id, name]));
  const names = featureNamesIn(terms.features, "en");
  const inForce = new Set(severities.map((severity) => standingOf(versions.filter((one) => one.severity === severity), now).current?.id));
  return (one) => ({
    version: one.version,
    firstRung: one.firstRung,
    rungs: one.rungs.map((measure) => measureInWords(measure, names)),
    strikeWeight: one.strikeWeight,
    strikeExpiryDays: one.strikeExpiryDays,
    effectiveFrom: one.effectiveFrom.toUTC().toISO() ?? "",
    savedAt: one.createdAt.toUTC().toISO() ?? "",
    savedBy: one.createdById && (people.get(one.createdById) ?? "Somebody"),
    reason: one.reason,
    orderReason: one.orderReason,
    cancelled: one.cancelled && { at: one.cancelled.at.toUTC().toISO() ?? "", by: people.get(one.cancelled.byId ?? "") ?? "Somebody", reason: one.cancelled.reason },
    state: one.cancelled ? "cancelled" : +one.effectiveFrom > +now ? "scheduled" : inForce.has(one.id) ? "in_force" : "past",
  });
}

export interface LadderPreview {
  /** Stands for the draft: what is saved must be what was previewed. */
  key: string;
  version: number;
  changes: LadderChange[];
  effectiveFrom: string;
  /** By the weight of their active strikes on that day, lightest first. */
  standings: StandingEffect[];
  accounts: number;
  accountsAffected: number;
  /** Some of the accounts whose next breach would lead elsewhere. */
  examples: { id: string; businessName: string; before: string; after: string }[];
  /** Proposals that wait for a second person and would have to be made anew. */
  proposalsGoStale: number;
}

/** What saving a draft would change: its words, and where accounts with active strikes would stand at their next breach. */
export async function previewLadder(deps: Deps, input: LadderDraftInput): Promise<{ ok: true; preview: LadderPreview } | Refusal> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: input.platformKey }, select: { id: true } });
    if (!platform) return { ok: false as const, reason: "platform_unknown" };
    const terms = await platformTerms(tx, platform.id);
    const versions = await versionsOf(tx, platform.id, input.severity);
    const { current } = standingOf(versions, now);
    const { firstRung, rungs, strikeWeight, strikeExpiryDays, severity } = input;
    const draft = { firstRung, rungs, strikeWeight, strikeExpiryDays };
    const checked = checkDraft(draft, current, input.orderReason, terms.features);
    if (!checked.ok) return checked;
    const effective = takesEffectAt(input.effectiveOn, now, terms.zone);
    if (!effective.ok) return effective;
    const names = featureNamesIn(terms.features, "en");
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const after: Ladder = { ...draft, severity, version };
    const before: Ladder = current ?? after;
    const standings = effectOn(await standingsAt(tx, platform.id, effective.at), before, after, names);
    return {
      ok: true as const,
      preview: {
        key: draftKey(input),
        version,
        changes: current ? changesBetween(current, draft, names) : [],
        effectiveFrom: effective.at.toISO(),
        standings,
        accounts: standings.reduce((sum, { accounts }) => sum + accounts, 0),
        accountsAffected: standings.reduce((sum, { accounts, changed }) => sum + (changed ? accounts : 0), 0),
        examples: await examples(tx, platform.id, { before, after, at: effective.at, weights: standings.flatMap(({ weight, changed }) => (changed && weight > 0 ? [weight] : [])), names }),
        proposalsGoStale: await proposalsOn(tx, platform.id, severity),
      },
    };
  });
}

/** How many accounts have how much weight of strikes that still count at an instant; those without any have 0. */
async function standingsAt(tx: Tx, platformId: string, at: DateTime): Promise<Standing[]> {
  const instant = at.toJSDate();
  return tx.$queryRaw<Standing[]>`
    SELECT weight::int, count(*)::int AS accounts
      FROM (SELECT coalesce(sum(s.weight), 0) AS weight
              FROM account a LEFT JOIN strike s ON s.account_id = a.id AND s.voided_at IS NULL AND s.issued_at <= ${instant} AND s.expires_at > ${instant}
             WHERE a.platform_id = ${platformId}::uuid AND a.status <> 'terminated' AND a.closed_at IS NULL
             GROUP BY a.id) one
     GROUP BY weight ORDER BY weight`;
}

const exampleCount = 5;

async function examples(tx: Tx, platformId: string, of: { before: Ladder; after: Ladder; at: DateTime; weights: number[]; names: Readonly<Record<string, string>> }): Promise<LadderPreview["examples"]> {
  if (of.weights.length === 0) return [];
  const instant = of.at.toJSDate();
  const rows = await tx.$queryRaw<{ id: string; businessName: string; area: string }[]>`
    SELECT a.id, a.business_name AS "businessName", (array_agg(c.area ORDER BY s.issued_at DESC, s.id DESC))[1] AS area
      FROM strike s JOIN account a ON a.id = s.account_id JOIN clause c ON c.id = s.clause_id
     WHERE a.platform_id = ${platformId}::uuid AND a.status <> 'terminated' AND a.closed_at IS NULL
       AND s.voided_at IS NULL AND s.issued_at <= ${instant} AND s.expires_at > ${instant}
     GROUP BY a.id HAVING sum(s.weight) = ANY (${of.weights}::int[])
     ORDER BY max(s.issued_at) DESC, a.id LIMIT ${exampleCount}`;
  const shown: LadderPreview["examples"] = [];
  for (const { area, ...account } of rows) {
    const strikes = await strikesOf(tx, account.id);
    const explain = (ladder: Ladder) => recommendRung([{ clauseCode: "", area, ladder }], strikes, of.at, of.names).explanation;
    shown.push({ ...account, before: explain(of.before), after: explain(of.after) });
  }
  return shown;
}

async function proposalsOn(tx: Tx, platformId: string, severity: Severity): Promise<number> {
  return tx.decision.count({ where: { platformId, state: "awaiting_approval", recommendation: { path: ["severity"], equals: severity } } });
}
