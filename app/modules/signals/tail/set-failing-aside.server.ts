import { isDatabaseAway } from "~/infra/database-away";
import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { recordAudits } from "../../audit/record-audit.server";
import type { MessageEvent } from "../message-event";
import type { PlatformBooks } from "../platform-rules.server";
import type { EventReader } from "./events.repo.server";
import { failingAccounts, type Trial } from "./failing-accounts";
import { failureInWords, mayBeAnAccounts, tookTooLong } from "./failure";
import { savedAccounts } from "./memory.repo.server";
import { asideSince, setAside } from "./quarantine.repo.server";
import { engineActor } from "./refresh-signals.server";
import { ShardMemory } from "./shard-memory.server";
import { heldShard, noteFailure, ShardLost, type Fence } from "./shards.repo.server";
import { longestWrite, tryWriting } from "./write-shard.server";

/** So often a shard is taken up anew before anybody is set aside: most failures do not come again. */
export const triesBefore = 3;

/** So many accounts in an hour, of all shards: more fail by a mistake of ours, and waiting for its repair loses nothing. */
export const mostAnHour = 20;

/** A part of the accounts that takes so much less than all may is not what takes too long. */
const longestOfPart = longestWrite / 3;

/** No shard of this process is judged meanwhile, so looking for what takes too long ends, found or not. */
const longestSearch = 8 * longestWrite;

/** The time to search is up. */
class SearchedEnough extends Error {}

export interface Failure {
  error: unknown;
  /** Whoever the batch at hand, or what was still to be written, is about; empty: not known. */
  suspects: readonly string[];
  /** The last transaction of what was at hand. */
  upto: bigint;
}

interface Means {
  reader: EventReader;
  books: PlatformBooks;
}

type Parts = Pick<Deps, "db" | "clock" | "log">;

/**
 * Takes note that a shard's events could not be judged or written. Once that happened {@link triesBefore} times since its memory was
 * last saved, it is tried with some accounts at a time, by the same code in transactions that are taken back, until it is known whose
 * events fail; these accounts are set aside, and everybody else goes on. Nothing is changed before, so whoever dies over it leaves
 * it to the next holder. What is nobody's in particular is only logged, and tried again.
 *
 * @returns the accounts that were set aside
 * @throws ShardLost
 */
export async function setFailingAside(deps: Parts, fence: Fence, { error, suspects, upto }: Failure, means: Means): Promise<string[]> {
  const slow = tookTooLong(error);
  if (!slow && !mayBeAnAccounts(error)) return [];
  const reason = failureInWords(error);
  const failures = await noteFailure(poolOf(deps.db), fence, reason);
  if (slow ? !worthSearching(failures) : failures < triesBefore) return [];
  const trial = trialOf(deps, fence, upto, means);
  const failing = slow ? await tooSlow(deps, fence, suspects, trial) : await found(deps, fence, suspects, async (ids) => (await trial(ids, longestWrite)) !== "failed");
  if (failing.length === 0) {
    deps.log.error({ shard: fence.shard, failures, reason }, "a shard of events fails, and no single account is the cause; it is tried again and again");
    return [];
  }
  return asideWith(deps, fence, failing, reason);
}

/** After three failures, and then each time there were twice as many: a search takes minutes, and a database that is only busy gets worse by it. */
const worthSearching = (failures: number): boolean => failures % triesBefore === 0 && Number.isInteger(Math.log2(failures / triesBefore));

async function found(deps: Parts, fence: Fence, suspects: readonly string[], goesWell: Trial): Promise<string[]> {
  const failing = await failingAccounts(suspects, goesWell);
  if (failing.length > 0 || (suspects.length > 0 && !(await goesWell(suspects)))) return failing;
  const everybody = await savedAccounts(poolOf(deps.db), fence.shard);
  return failingAccounts([...new Set([...suspects, ...everybody])], goesWell);
}

/** Whoever takes too long alone, and does so again after all others together did not: a database that is busy now and then hits nobody twice in turn. */
async function tooSlow(deps: Parts, fence: Fence, suspects: readonly string[], trial: ReturnType<typeof trialOf>): Promise<string[]> {
  const until = performance.now() + longestSearch;
  const goesWell: Trial = async (ids) => {
    if (performance.now() > until) throw new SearchedEnough();
    return (await trial(ids, ids.length > suspects.length / 2 ? longestWrite : longestOfPart)) !== "slow";
  };
  try {
    const failing = await found(deps, fence, suspects, goesWell);
    for (const id of failing) if (await goesWell([id])) return [];
    return failing;
  } catch (error) {
    if (error instanceof SearchedEnough) return [];
    throw error;
  }
}

/** The same work with these accounts alone, from where the shard's memory was saved to the end of what failed. `well`: or what fails is nobody's. */
const trialOf =
  (deps: Parts, fence: Fence, upto: bigint, { reader, books }: Means) =>
  async (accountIds: readonly string[], longestMs: number): Promise<"well" | "failed" | "slow"> => {
    const held = await heldShard(poolOf(deps.db), fence);
    try {
      const memory = await ShardMemory.load(poolOf(deps.db), books, reader, held, accountIds);
      const known = new Map<string, MessageEvent>();
      for (let from = held.place; from < upto; ) {
        const part = await reader.between(held.shard, accountIds, from, upto, 5_000);
        if (!part) break;
        await memory.judge(books, part.events);
        for (const { event } of part.events) known.set(event.id, event);
        from = part.last;
      }
      if (upto > memory.place) memory.place = upto;
      for (const accountId of accountIds) {
        const platformId = memory.platformOf(accountId);
        if (platformId) memory.unsaved.set(accountId, platformId);
      }
      await tryWriting(deps, memory, { member: fence.member, reader, patienceMs: 0, all: true, known }, longestMs);
      memory.sweepAll();
      return "well";
    } catch (error) {
      if (tookTooLong(error)) return "slow";
      if (error instanceof ShardLost || isDatabaseAway(error)) throw error;
      return mayBeAnAccounts(error) ? "failed" : "well";
    }
  };

async function asideWith(deps: Parts, fence: Fence, accountIds: readonly string[], reason: string, most = mostAnHour): Promise<string[]> {
  const at = deps.clock();
  const done = await deps.db.$transaction(async (tx) => {
    if ((await asideSince(tx, at.minus({ hours: 1 }).toJSDate())) + accountIds.length > most) return null;
    const rows = await setAside(tx, fence, accountIds, reason, at.toJSDate());
    await recordAudits(tx, engineActor, rows.map(({ accountId, platformId, times }) => ({ type: "account.quarantined", at, platformId, accountId, shard: fence.shard, reason, times })));
    return rows;
  });
  if (!done) {
    deps.log.error({ shard: fence.shard, accountIds, reason }, "more accounts fail than can be by their own events: a mistake of the code or the database is to be looked for, and nobody more is set aside within the hour");
    return [];
  }
  for (const { accountId, times } of done) deps.log.error({ accountId, shard: fence.shard, reason, times }, "an account's events cannot be judged: it is set aside, and the others go on. Signals > Lateness shows it");
  return done.map(({ accountId }) => accountId);
}

/** The same for one account that was released and failed again while it was caught up with: nobody else's events were at hand. */
export const setAsideAgain = (deps: Parts, fence: Fence, accountId: string, error: unknown): Promise<string[]> => asideWith(deps, fence, [accountId], failureInWords(error), Infinity);
