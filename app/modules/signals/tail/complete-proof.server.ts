import { isDatabaseAway } from "~/infra/database-away";
import { poolOf, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { MessageEvent } from "../message-event";
import { earlierOf } from "../rules/signals-of-findings";
import { copyOf } from "./copy-proof.server";
import { createEventReader, type EventReader } from "./events.repo.server";
import { pendingProofs, proofIsThere, shownFindings, type PendingProof } from "./findings.repo.server";
import { copiedEvents, copyEvents, lockAccounts, signalsByKey } from "./signals.repo.server";

const most = 200;

/**
 * Copies the earlier messages that findings rest on beside their signals, as the later ones are (CF-AUP 4.3, 4.4): both are
 * needed to show an account holder what happened, and the store keeps its days only so long. What is not in the store any more
 * stays an id. Two workers may do it at once.
 *
 * @returns how many events were copied
 */
export async function completeProof(deps: Pick<Deps, "db" | "log">): Promise<number> {
  const reader = createEventReader(poolOf(deps.db));
  const shards = new Map<number, PendingProof[]>();
  for (const group of await pendingProofs(deps.db, most)) shards.set(group.shard, [...(shards.get(group.shard) ?? []), group]);
  let copied = 0;
  for (const [shard, groups] of shards) copied += await completeWhatCanBe(deps, reader, shard, groups);
  return copied;
}

/** What fails is tried in halves, down to the signals whose proof cannot be completed: they are logged, come again, and keep no other from it. */
async function completeWhatCanBe(deps: Pick<Deps, "db" | "log">, reader: EventReader, shard: number, groups: readonly PendingProof[]): Promise<number> {
  try {
    return await completeShard(deps, reader, shard, groups);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (groups.length === 1) {
      deps.log.error({ err: error, signalKey: groups[0]!.key }, "the proof of a signal cannot be completed");
      return 0;
    }
    const half = Math.ceil(groups.length / 2);
    return (await completeWhatCanBe(deps, reader, shard, groups.slice(0, half))) + (await completeWhatCanBe(deps, reader, shard, groups.slice(half)));
  }
}

type Lacking = Awaited<ReturnType<typeof lackingIn>>;

/** What each signal lacks, with the time in which it happened. */
async function lackingIn(db: Tx, groups: readonly PendingProof[]) {
  const keys = groups.map(({ key }) => key);
  const findings = await shownFindings(db, keys);
  const signals = await signalsByKey(db, keys);
  const copied = await copiedEvents(db, [...signals.values()].map(({ id }) => id));
  return groups.flatMap((group) => {
    const signal = signals.get(group.key);
    const shown = findings.get(group.key)!;
    if (!signal || signal.retracted || shown.length === 0) return [];
    const ids = earlierOf(group.rule, shown).filter((id) => !copied.get(signal.id)!.has(id));
    return [{ ...group, signalId: signal.id, ids, from: Math.min(...shown.map(({ from }) => from)), to: Math.max(...shown.map(({ to }) => to)) }];
  });
}

/** Looks events up before it takes the accounts' locks; what came to be lacking meanwhile is left for the next time. */
async function completeShard(deps: Pick<Deps, "db">, reader: EventReader, shard: number, groups: readonly PendingProof[]): Promise<number> {
  const before = (await lackingIn(deps.db, groups)).filter(({ ids }) => ids.length > 0);
  const range = { from: Math.min(...before.map(({ from }) => from)), to: Math.max(...before.map(({ to }) => to)) };
  const asked = new Set(before.flatMap(({ accountId, ids }) => ids.map((id) => `${accountId} ${id}`)));
  const events = await reader.ofAccounts(shard, before.map(({ accountId }) => accountId), before.flatMap(({ ids }) => ids), range);
  const found = new Map(events.map((event) => [`${event.accountId} ${event.id}`, event]));
  return deps.db.$transaction(async (tx) => {
    await lockAccounts(tx, groups.map(({ accountId }) => accountId));
    const lacking = await lackingIn(tx, groups);
    const copies = copiesOf(lacking, found);
    await copyEvents(tx, copies, []);
    const behind = new Set(lacking.filter(({ accountId, ids }) => ids.some((id) => !asked.has(`${accountId} ${id}`))).map(({ key }) => key));
    await proofIsThere(tx, groups.flatMap(({ key }) => (behind.has(key) ? [] : [key])));
    return copies.length;
  });
}

const copiesOf = (lacking: Lacking, found: ReadonlyMap<string, MessageEvent>) =>
  lacking.flatMap(({ signalId, accountId, ids }) => ids.flatMap((id) => {
    const event = found.get(`${accountId} ${id}`);
    return event ? [copyOf(signalId, event, false)] : [];
  }));
