import { newId } from "~/infra/id";
import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { settledAfter } from "../rules/engine";
import { createEventReader, settledBound, type TailEvents } from "./events.repo.server";
import { createPlatformBooks } from "../platform-rules.server";
import type { StoredEvent } from "./packed-events";
import { CatchUp } from "./catch-up.server";
import { mayBeAnAccounts, tookTooLong } from "./failure";
import { releasedAccounts } from "./quarantine.repo.server";
import { setAsideAgain, setFailingAside, type Failure } from "./set-failing-aside.server";
import { ShardMemory } from "./shard-memory.server";
import { fairShare, giveBackShards, leave, renewShards, ShardLost, stayMember, takeShards } from "./shards.repo.server";
import { saveShard, writeShard, type Writing } from "./write-shard.server";

export interface TailOptions {
  /** For how long a shard belongs to a process that is not heard of. */
  leaseMs?: number;
  /** How often memory is saved, for each shard. */
  saveEveryMs?: number;
  patienceMs?: number;
  /** Rows read at once, for all shards together. */
  batchRows?: number;
}

export interface EventTail {
  /** Reads what is new, judges it and writes what was found. @returns whether there may be more at once */
  turn(): Promise<boolean>;
  /** Takes note of changed rules, which turns do every second. */
  look(): Promise<void>;
  /** Holds on to this process's shards; to be called a few times in each lease, also while a turn is under way. */
  renew(): Promise<void>;
  /** Takes or gives back some shards, so that all processes have as many. No turn may be under way. */
  share(): Promise<void>;
  /** Writes and saves everything and gives the shards back. No turn may be under way. */
  leave(): Promise<void>;
}

/** From so many on a look is made in parts. */
const manyEvents = 1_000;
const partsAtMany = 4;

/**
 * One process's part of reading the event store: the shards it holds, judged in memory. PostgreSQL holds what they are good
 * for: findings and signals with every turn that has some, memory now and then, each under the shard's token. A process that
 * dies loses nothing: the next reads again from the saved memory on, comes to the same findings, and writes only what differs.
 */
export function createEventTail(deps: Pick<Deps, "db" | "clock" | "log">, { leaseMs = 10_000, saveEveryMs = 30_000, patienceMs = 5_000, batchRows = 32_000 }: TailOptions = {}): EventTail {
  const pool = poolOf(deps.db);
  const member = newId();
  const reader = createEventReader(pool);
  const books = createPlatformBooks(deps);
  const held = new Map<number, ShardMemory>();
  /** Taken, but their memory is still being loaded. */
  const loading = new Set<number>();
  let members = 1;
  let lastBound: bigint | null = null;
  let bookLooked = -Infinity;
  /** How many events the last look found. */
  let found = 0;

  const writing = (events: readonly StoredEvent[] = [], all = false): Writing => {
    let known: Writing["known"] | null = null;
    // Most batches breach nothing, and nobody asks.
    return { member, reader, patienceMs, all, get known() { return (known ??= new Map(events.map(({ event }) => [event.id, event]))); } };
  };

  type Held = Pick<ShardMemory, "shard" | "token">;

  /** Memory that is ahead of the database is worth nothing. @param before what is to be done while the shard is still ours */
  async function giveUp({ shard }: Held, error: unknown, before?: () => Promise<unknown>): Promise<void> {
    held.delete(shard);
    lastBound = null;
    if (error instanceof ShardLost) return deps.log.warn({ shard }, "another worker judges this shard now");
    deps.log.error({ err: error, shard }, "events could not be judged; the shard is taken up anew");
    loading.add(shard);
    await before?.().catch((failure: unknown) => deps.log.warn({ err: failure, shard }, "whose events fail could not be found out; the next failure asks again"));
    loading.delete(shard);
    await giveBackShards(pool, member, [shard]);
  }

  const forget = ({ shard, token }: Held, failure: Failure): Promise<void> => giveUp({ shard, token }, failure.error, () => setFailingAside(deps, { shard, token, member }, failure, { reader, books }));

  const failed = (memory: ShardMemory, error: unknown, batch?: TailEvents): Failure => ({
    error,
    suspects: [...new Set([...memory.accountsAtWork(), ...(batch?.events ?? []).map(({ event }) => event.accountId)])].filter((id) => !memory.aside.has(id)),
    upto: batch?.last ?? memory.place,
  });

  /** Catches up with accounts that were released: a part of one account in each shard, so that no turn is long. */
  async function catchUp(): Promise<boolean> {
    let more = false;
    for (const memory of [...held.values()]) {
      const [next] = memory.catchingUp;
      if (!next || memory.place < memory.judged || memory.unwritten.size > 0) continue;
      const [accountId, account] = next;
      more = true;
      try {
        const caughtUp = await account.advance(memory.place);
        if (!caughtUp) continue;
        await memory.takeIn(books, caughtUp);
        await writeShard(deps, memory, writing());
        await saveShard(deps, memory, member);
      } catch (error) {
        if ((mayBeAnAccounts(error) || tookTooLong(error)) && !(error instanceof ShardLost)) {
          await setAsideAgain(deps, { shard: memory.shard, token: memory.token, member }, accountId, error).catch((failure: unknown) => deps.log.warn({ err: failure, accountId }, "an account that failed again could not be set aside; it is tried once more"));
        }
        await giveUp(memory, error);
      }
    }
    return more;
  }

  async function judge(memory: ShardMemory, { events, last }: TailEvents): Promise<void> {
    const late = await memory.judge(books, events);
    if (late > 0) deps.log.info({ shard: memory.shard, late }, "events came too late to be judged");
    memory.place = last;
    await writeShard(deps, memory, writing(events));
  }

  async function look(): Promise<void> {
    await books.look();
    for (const { shard, ...aside } of await releasedAccounts(pool, [...held.keys()])) {
      const memory = held.get(shard);
      if (memory && memory.aside.has(aside.accountId) && !memory.catchingUp.has(aside.accountId)) memory.catchingUp.set(aside.accountId, new CatchUp({ pool, reader, books, shard }, aside));
    }
    bookLooked = performance.now();
  }

  async function turn(): Promise<boolean> {
    if (performance.now() - bookLooked > 1_000 || books.isBehind()) await look();
    const shards = [...held.values()];
    const { bound, at } = await settledBound(pool);
    const quiet = bound === lastBound;
    // A clock that runs ahead of the database's would pass over events that may still come.
    const started = Math.min(deps.clock().toMillis(), at);
    let more = false;
    if (!quiet && shards.length > 0) {
      const most = Math.max(500, Math.ceil(batchRows / shards.length));
      lastBound = bound;
      for await (const { memory, batch } of readAhead(shards, bound, most)) {
        await judgeOrForget(memory, batch);
        if (batch && batch.events.length >= most) more = true;
        else if (memory.place < bound - 1n) {
          memory.place = bound - 1n;
          memory.since = started - settledAfter;
        }
      }
      if (more) lastBound = null;
    } else for (const memory of shards) await judgeOrForget(memory, undefined);
    const catching = await catchUp();
    await saveSome();
    return more || catching;
  }

  /** What is new in each shard. With much to do the next shards are read by the database while these are judged here. */
  async function* readAhead(shards: readonly ShardMemory[], bound: bigint, most: number): AsyncGenerator<{ memory: ShardMemory; batch: TailEvents | undefined }> {
    const each = Math.ceil(shards.length / (found >= manyEvents ? partsAtMany : 1));
    const read = (from: number) => {
      const part = shards.slice(from, from + each);
      const reading = reader.behind(part, bound, Math.min(...part.map(({ since }) => since)), most);
      // Nobody may be waiting for it yet.
      reading.catch(() => undefined);
      return { part, reading };
    };
    try {
      let count = 0;
      for (let from = 0, next = read(0); from < shards.length; from += each) {
        const { part, reading } = next;
        const batches = await reading;
        if (from + each < shards.length) next = read(from + each);
        for (const memory of part) {
          const batch = batches.get(memory.shard);
          count += batch?.events.length ?? 0;
          yield { memory, batch };
        }
      }
      found = count;
    } catch (error) {
      lastBound = null;
      throw error;
    }
  }

  async function judgeOrForget(memory: ShardMemory, batch: TailEvents | undefined): Promise<void> {
    if (held.get(memory.shard) !== memory) return;
    try {
      if (batch) await judge(memory, batch);
      else await writeShard(deps, memory, writing());
    } catch (error) {
      await forget(memory, failed(memory, error, batch));
    }
  }

  /** One shard a turn, so that no turn is long: the one that waits longest. */
  async function saveSome(): Promise<void> {
    const now = performance.now();
    const [oldest] = [...held.values()].filter(({ savedAt, place, judged }) => place >= judged && now - savedAt > saveEveryMs).sort((a, b) => a.savedAt - b.savedAt);
    if (!oldest) return;
    try {
      await saveShard(deps, oldest, member);
    } catch (error) {
      await forget(oldest, failed(oldest, error));
    }
  }

  return {
    turn,
    look,
    async renew() {
      members = await stayMember(pool, member, leaseMs);
      const before = [...held.values()];
      const still = await renewShards(pool, member, [...held.keys(), ...loading], leaseMs);
      for (const memory of before) if (still.get(memory.shard) !== memory.token && held.get(memory.shard) === memory) held.delete(memory.shard);
    },
    async share() {
      const share = fairShare(members);
      for (const memory of [...held.values()].slice(share)) {
        held.delete(memory.shard);
        await saveShard(deps, memory, member).catch((error: unknown) => forget(memory, failed(memory, error)));
        await giveBackShards(pool, member, [memory.shard]);
      }
      if (held.size >= share) return;
      const all = await takeShards(pool, member, share - held.size, leaseMs);
      for (const { shard } of all) loading.add(shard);
      try {
        const { bound } = await settledBound(pool);
        const ahead = all.filter(({ place }) => place > bound).length;
        if (ahead > 0) deps.log.error({ shards: ahead }, "events were read further than this database has come: it was restored from a dump, and nothing is judged until its owner runs stream.after_restore()");
        const errors: unknown[] = [];
        for (const taken of all) {
          try {
            held.set(taken.shard, await ShardMemory.load(pool, books, reader, taken));
            lastBound = null;
          } catch (error) {
            errors.push(error);
            await forget(taken, { error, suspects: [], upto: taken.place });
          }
          loading.delete(taken.shard);
        }
        // What keeps all of them from being loaded is no shard's.
        if (errors.length > 0 && errors.length === all.length) throw errors[0];
      } finally {
        loading.clear();
      }
    },
    async leave() {
      for (const memory of held.values()) {
        try {
          await writeShard(deps, memory, writing([], true));
          if (memory.place >= memory.judged) await saveShard(deps, memory, member);
        } catch (error) {
          deps.log.warn({ err: error, shard: memory.shard }, "a shard could not be saved; the next holder reads a little more again");
        }
      }
      held.clear();
      await leave(pool, member);
    },
  };
}
