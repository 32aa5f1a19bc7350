import { setTimeout as sleep } from "node:timers/promises";
import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../audit/record-audit.server";
import { cohortDaysOf } from "./cohort-days.repo.server";
import { countCohortDays } from "./count-cohort-days.server";
import { shardCount, shardOf } from "./event-codes";
import { ruleBookOf } from "./rule-book.repo.server";
import { CohortDays } from "./rules/cohort-days";
import { clauseOf } from "./rules/rule-catalogue";
import { createEventReader } from "./tail/events.repo.server";
import { daysToRead } from "./backtest/backtest-span";
import { addTo, type AccountResult } from "./backtest/backtest-totals";
import { clauseOfRule, firedSignals, holdAccounts, keepResults, lockBacktest, noteProgress, runningBacktest, updateBacktest, verdictsOf, type Running } from "./backtest/backtest.repo.server";
import { replayShard, type Ground, type Pace, type ReplayedShard } from "./replay-shard.server";

/** So many accounts are listed; the others are counted. */
export const mostAccounts = 20_000;

export interface BacktestWork {
  forMs?: number;
  /** Rest after each part of the events, as a share of the time it took: the tail judges what comes in in the same process. */
  restShare?: number;
}

type Background = Ground & { clause: { id: string; area: string }; fired: ReadonlyMap<string, number> };

/**
 * Works on a back-test for some seconds, accounts of one shard after the other. What is found about a shard commits with the
 * mark that it is done, so a process killed at any point has counted each account once or not at all; another does the
 * shard again and comes to the same. Of two that work on one, the second finds the mark moved and throws its work away.
 *
 * @returns how many shards it did, and whether more is to be done
 */
export async function workOnBacktest(deps: Deps, id: string, { forMs = 5_000, restShare = 1 }: BacktestWork = {}): Promise<{ shards: number; left: boolean }> {
  const until = performance.now() + forMs;
  let known: Omit<Background, "run"> | undefined;
  for (let shards = 0; ; shards += 1) {
    const run = await runningBacktest(deps.db, id);
    if (!run) return { shards, left: false };
    if (shards > 0 && performance.now() > until) return { shards, left: true };
    known ??= await backgroundOf(deps, run);
    const background = { ...known, run };
    const replayed = await replayShard(deps, background, run.shardsDone, paceOf(deps, run, restShare));
    if (replayed) await commitShard(deps, background, replayed);
  }
}

async function backgroundOf(deps: Deps, run: Running): Promise<Omit<Background, "run">> {
  const { policies } = await deps.db.platform.findUniqueOrThrow({ where: { id: run.platformId }, select: { policies: { select: { code: true } } } });
  const clause = await clauseOfRule(deps.db, clauseOf(run.rule, policies.map(({ code }) => code)) ?? "");
  if (!clause) throw new Error("the rule of a back-test has no clause any more");
  await countCohortDays(deps);
  const cohorts = new CohortDays();
  cohorts.learn((await cohortDaysOf(poolOf(deps.db), [run.platformId])).get(run.platformId) ?? []);
  const { book } = await ruleBookOf(deps.db, run.platformId);
  return { clause, inForce: clause.inForce, cohorts, exemptions: book.exemptions, reader: createEventReader(poolOf(deps.db)), fired: await firedSignals(deps.db, run) };
}

const noteEveryMs = 250;

function paceOf(deps: Deps, run: Running, restShare: number): Pace {
  const days = daysToRead(run).length;
  let progress = run.shardsDone * days;
  let noted = performance.now();
  return {
    async rest(workedMs) {
      await sleep(workedMs * restShare);
      if (performance.now() - noted < noteEveryMs) return true;
      noted = performance.now();
      return noteProgress(deps.db, run, progress, deps.clock().toJSDate());
    },
    dayRead(daysRead) {
      progress = run.shardsDone * days + daysRead;
    },
  };
}

/** Everybody of the shard that any of the three has something about. */
function flaggedIn({ run, fired }: Background, { present, candidate }: ReplayedShard): Omit<AccountResult, "verdict" | "decisionId">[] {
  const firedHere = [...fired.keys()].filter((accountId) => shardOf(accountId) === run.shardsDone);
  return [...new Set([...present.keys(), ...candidate.keys(), ...firedHere])].sort().map((accountId) => ({
    accountId,
    presentSignals: present.get(accountId)?.signals ?? 0,
    presentFindings: present.get(accountId)?.findings ?? 0,
    candidateSignals: candidate.get(accountId)?.signals ?? 0,
    candidateFindings: candidate.get(accountId)?.findings ?? 0,
    firedSignals: fired.get(accountId) ?? 0,
  }));
}

async function commitShard(deps: Deps, background: Background, replayed: ReplayedShard): Promise<void> {
  const { run, clause } = background;
  const at = deps.clock();
  await deps.db.$transaction(
    async (tx) => {
      const now = await lockBacktest(tx, run.id);
      if (now?.state !== "running" || now.shardsDone !== run.shardsDone) return;
      const flagged = flaggedIn(background, replayed);
      const ids = flagged.map(({ accountId }) => accountId);
      const there = await holdAccounts(tx, ids);
      const decided = await verdictsOf(tx, ids, clause, new Date(run.from));
      const results = flagged.filter(({ accountId }) => there.has(accountId)).map((one): AccountResult => ({ ...one, ...(decided.get(one.accountId) ?? { verdict: "undecided", decisionId: null }) }));
      const kept = results.slice(0, mostAccounts - now.accountsKept);
      await keepResults(tx, run.id, kept);
      const shardsDone = run.shardsDone + 1;
      const totals = addTo(now.totals, results);
      const isOver = shardsDone === shardCount;
      await updateBacktest(tx, run.id, {
        shardsDone,
        totals,
        accountsKept: now.accountsKept + kept.length,
        events: now.events + BigInt(replayed.events),
        progress: (run.progressOf / shardCount) * shardsDone,
        progressAt: at.toJSDate(),
        ...(isOver && { state: "finished", endedAt: at.toJSDate() }),
      });
      if (isOver) await recordAudit(tx, { kind: "system", name: "signals" }, { type: "backtest.finished", at, platformId: run.platformId, backtestId: run.id, rule: run.rule, events: Number(now.events) + replayed.events, accounts: totals.changes });
    },
    { timeout: 60_000 },
  );
}
