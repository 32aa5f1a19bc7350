import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { stageOutboxes } from "~/infra/outbox.server";
import type { Actor } from "../../access/actor";
import type { AuditEvent } from "../../audit/audit-event";
import { recordAudits } from "../../audit/record-audit.server";
import { takeBackSignal } from "../../cases/take-back-signal.server";
import { clauseOf } from "../rules/rule-catalogue";
import type { DayTally } from "../rules/account-tally";
import { denominatorOf, signalOfDay, signalOfEpisode, type Signal } from "../rules/signals-of-findings";
import { pointsOf } from "../signal-points";
import { attachSignals } from "./attach-signals.server";
import { copyProof, type Proofs } from "./copy-proof.server";
import { gatherFindings, type Group } from "./findings.repo.server";
import type { PlatformRules } from "../platform-rules.server";
import { clausesAt, retractSignals, signalsByKey, writeSignals, type StandingSignal, type WrittenSignal } from "./signals.repo.server";

export const engineActor: Actor = { kind: "system", name: "signals" };

export interface Refreshing {
  platform: PlatformRules;
  groups: readonly Group[];
  tallyOf(accountId: string, day: number): DayTally | null;
  proofs: Proofs;
  at: DateTime;
}

/**
 * Writes the signals of these groups as their findings have them now: records new ones, updates those that changed, takes
 * back those of which nothing is left. Each with its proof, its audit entry and its place on a case. The caller holds the
 * locks of the accounts.
 *
 * @returns the groups as they are now on record
 */
export async function refreshSignals(tx: Tx, refreshing: Refreshing): Promise<Group[]> {
  const { platform, groups, tallyOf, at } = refreshing;
  const refreshed: Group[] = [];
  const signals: Signal[] = [];
  for (const group of groups) {
    const gathered = await gatherFindings(tx, group);
    const denominator = measureOf(group, tallyOf);
    refreshed.push({ ...group, size: gathered?.totals.breaches ?? 0, denominator, due: false });
    if (gathered) signals.push(signalOf(group, gathered, platform.zone, denominator));
  }
  const standing = await signalsByKey(tx, groups.map(({ key }) => key));
  const written = await writtenOf(tx, platform, signals, standing, at);
  const changed = await writeSignals(tx, platform.id, written, at.toJSDate());
  const news = written.filter(({ key }) => changed.has(key));
  await copyProof(tx, news, refreshing.proofs);

  const left = new Set(signals.map(({ key }) => key));
  const retracted = groups.flatMap(({ key, accountId, rule }) => {
    const stood = standing.get(key);
    return stood && !stood.retracted && !left.has(key) ? [{ ...stood, accountId, rule }] : [];
  });
  if (retracted.length > 0) await retractSignals(tx, retracted.map(({ id }) => id), at.toJSDate());

  await recordAudits(tx, engineActor, [
    ...news.map((signal) => auditOf(platform.id, signal, standing.get(signal.key), at)),
    ...retracted.map(({ id, accountId, rule, caseId }): AuditEvent => ({ type: "signal.retracted", at, platformId: platform.id, accountId, caseId, signalId: id, rule })),
  ]);
  for (const { id, rule, caseId } of retracted) if (caseId) await takeBackSignal(tx, engineActor, { caseId, signalId: id, rule, at });
  await stageOutboxes(tx, retracted.flatMap(({ id, caseId, mode }) => (caseId && mode === "signal_and_interim" ? [{ topic: "signal.measure" as const, payload: { signalId: id }, at }] : [])));
  await attachSignals(tx, engineActor, platform, news.filter(({ mode }) => mode !== "shadow").map(({ accountId }) => accountId), at);
  return refreshed;
}

/** What the findings of a day are measured by now; as it was, where the day is settled and forgotten. */
export function measureOf({ rule, accountId, day, denominator }: Group, tallyOf: Refreshing["tallyOf"]): number | null {
  const name = denominatorOf(rule);
  const tally = name && day !== null ? tallyOf(accountId, day) : null;
  return name && tally ? tally[name] : denominator;
}

function signalOf({ rule, day }: Group, { listed, totals }: { listed: Parameters<typeof signalOfDay>[0]; totals: Parameters<typeof signalOfDay>[1] }, zone: string, count: number | null): Signal {
  if (day === null) return signalOfEpisode(listed[0]!);
  const name = denominatorOf(rule);
  return signalOfDay(listed, totals, day, zone, name === null || count === null ? null : { name, count });
}

/** What is about no clause in force then is no breach of anything. */
async function writtenOf(tx: Tx, platform: PlatformRules, signals: readonly Signal[], standing: ReadonlyMap<string, StandingSignal>, at: DateTime): Promise<WrittenSignal[]> {
  const asked = signals.map(({ rule, window }) => ({ code: clauseOf(rule, platform.policyCodes) ?? "", at: Math.min(window.to - 1, at.toMillis()) }));
  const clauses = await clausesAt(tx, platform.id, asked);
  return signals.flatMap((signal, index) => {
    const clause = clauses[index];
    return clause ? [{ ...signal, id: standing.get(signal.key)?.id ?? newId(), clauseId: clause.clauseId, points: pointsOf(signal, clause.severity) }] : [];
  });
}

const auditOf = (platformId: string, { id, accountId, rule, version, mode, observed, score }: WrittenSignal, stood: StandingSignal | undefined, at: DateTime): AuditEvent => ({
  type: stood && !stood.retracted ? "signal.updated" : "signal.recorded",
  at,
  platformId,
  accountId,
  caseId: stood && !stood.retracted ? stood.caseId : null,
  signalId: id,
  rule,
  ruleVersion: version,
  mode,
  observed,
  score,
});
