import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { unpackAccount } from "./rules/account-checkpoint.schema";
import { newHistory, type ContactHistory } from "./rules/contact-history";
import { compileRules, newAccount, RuleEngine, type AccountMemory } from "./rules/engine";
import type { Cohorts } from "./rules/opt-out-spike";
import type { Exemption, RuleVersion } from "./rules/rule-book";
import type { EventReader } from "./tail/events.repo.server";
import { memoriesOf } from "./tail/memory.repo.server";
import { daysToRead, restsOnWishes } from "./backtest/backtest-span";
import type { Running } from "./backtest/backtest.repo.server";
import { FindingCounts, type Found } from "./backtest/finding-counts";

/** What both versions of the rule have in common. */
export interface Ground {
  run: Running;
  exemptions: readonly Exemption[];
  cohorts: Cohorts;
  inForce(instant: number): boolean;
  reader: EventReader;
}

export interface Pace {
  /** Called after every part of the events. @returns whether to go on */
  rest(workedMs: number): Promise<boolean>;
  /** Called after every day of events. */
  dayRead(daysRead: number): void;
}

export interface ReplayedShard {
  events: number;
  present: ReadonlyMap<string, Found>;
  candidate: ReadonlyMap<string, Found>;
}

const rowsAtOnce = 2_000;

/**
 * Plays the stored events of one shard's accounts through the engine of the live tail, once by the present version of the
 * rule and once by the one that is tried, each as if it had always been in force. It holds in memory what the tail would.
 *
 * What contacts said before the oldest stored event is taken from the tail's memory. That keeps what still holds: a STOP
 * from before the store that was taken back within it is not known any more, to either version.
 *
 * @returns null when it was told not to go on
 */
export async function replayShard(deps: Pick<Deps, "db">, ground: Ground, shard: number, pace: Pace): Promise<ReplayedShard | null> {
  const { run, reader } = ground;
  const sides = [run.present, run.candidate].map((version) => ({ engine: engineBy(ground, version), counts: new FindingCounts(run, ground.inForce) }));
  const days = daysToRead(run);
  let events = 0;
  if (await reader.hasAny(shard, run.platformId, { from: run.readFrom, to: run.to })) {
    if (restsOnWishes(run.rule)) await rememberWishes(deps, run, shard, sides.map(({ engine }) => engine));
    for (const [index, day] of days.entries()) {
      const window = { from: Math.max(day, run.readFrom), to: Math.min(day + 86_400_000, run.to), knownBefore: run.createdAt };
      for (let place = 0n; ; ) {
        const began = performance.now();
        const part = await reader.ofDay(shard, run.platformId, window, place, rowsAtOnce);
        if (!part) break;
        for (const { engine, counts } of sides) counts.note(engine.step(part.events));
        events += part.events.length;
        place = part.last;
        if (!(await pace.rest(performance.now() - began))) return null;
      }
      for (const { engine, counts } of sides) counts.settle(engine.frontier);
      pace.dayRead(index + 1);
    }
  }
  for (const { counts } of sides) counts.settle(Infinity);
  return { events, present: sides[0]!.counts.byAccount, candidate: sides[1]!.counts.byAccount };
}

/** An engine for this rule alone. The store has each event once. */
const engineBy = ({ run, exemptions, cohorts }: Ground, version: RuleVersion): RuleEngine =>
  new RuleEngine(compileRules({ zone: run.zone, versions: [version], exemptions }, cohorts), { repeats: false, watermark: run.readFrom });

const accountsAtOnce = 20;

async function rememberWishes({ db }: Pick<Deps, "db">, run: Running, shard: number, engines: readonly RuleEngine[]): Promise<void> {
  for (let after: string | null = null; ; ) {
    const saved = await memoriesOf(poolOf(db), shard, run.platformId, after, accountsAtOnce);
    for (const { accountId, memory } of saved) {
      const known = unpackAccount(memory);
      if (known) for (const engine of engines) engine.restore(accountId, wishesBefore(known, run.readFrom), run.readFrom);
    }
    if (saved.length < accountsAtOnce) return;
    after = saved.at(-1)!.accountId;
  }
}

function wishesBefore({ contacts }: AccountMemory, instant: number): AccountMemory {
  const account = newAccount();
  for (const [contact, { facts, consents }] of contacts) {
    const before: ContactHistory = {
      ...newHistory(),
      facts: facts.filter(({ at }) => at < instant),
      consents: consents.map((first) => (first && first.at < instant ? first : null)),
    };
    if (before.facts.length > 0 || before.consents.some((first) => first !== null)) account.contacts.set(contact, before);
  }
  return account;
}
