import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { poolOf, type Tx } from "~/infra/db.server";
import type { AuditEvent } from "../../audit/audit-event";
import { recordAudits } from "../../audit/record-audit.server";
import type { MessageEvent } from "../message-event";
import { ruleCatalogue } from "../rules/rule-catalogue";
import type { EventReader } from "./events.repo.server";
import { saveFindings, saveGroups, type Group } from "./findings.repo.server";
import { longUnsaved, saveClocks, saveMemories } from "./memory.repo.server";
import { endAside } from "./quarantine.repo.server";
import { engineActor, refreshSignals } from "./refresh-signals.server";
import type { ShardMemory } from "./shard-memory.server";
import { markJudged, markSaved } from "./shards.repo.server";
import { lockAccounts } from "./signals.repo.server";

/** Longer than this writes nobody; milliseconds. */
export const longestWrite = 60_000;
/** In a trial others' locks are not waited for: what they hold up is not the account's doing. */
const trialLocksMs = 5_000;

export interface Writing {
  member: string;
  reader: EventReader;
  known: ReadonlyMap<string, MessageEvent>;
  /** How long a signal of many findings, or one whose proof has to be looked up, may be behind them. */
  patienceMs: number;
  /** Write every signal that is due, however lately it was written. */
  all?: boolean;
}

/** Signals of few messages are written at once. The more there is to gather, the less often it is. */
function patience({ size, rule }: Group, patienceMs: number): number {
  if (size === 0) return 0;
  if (ruleCatalogue[rule].finds === "message" && size < 100) return 0;
  return Math.min(12 * patienceMs, patienceMs + size);
}

function ripe(memory: ShardMemory, { patienceMs, all }: Writing): Group[] {
  const now = performance.now();
  return [...memory.due].map((key) => memory.groups.get(key)!).filter((group) => all || now - (memory.refreshedAt.get(group.key) ?? -Infinity) >= patience(group, patienceMs));
}

const byPlatform = (groups: readonly Group[]): Map<string, Group[]> => {
  const platforms = new Map<string, Group[]>();
  for (const group of groups) platforms.set(group.platformId, [...(platforms.get(group.platformId) ?? []), group]);
  return platforms;
};

/**
 * Writes what was found in a shard, and the signals that are due, in one transaction under the shard's token. If it fails,
 * the memory is void: it knows more than the database, and has to be loaded anew.
 *
 * @returns whether there was anything to write
 * @throws ShardLost
 */
export async function writeShard(deps: Pick<Deps, "db" | "clock">, memory: ShardMemory, writing: Writing): Promise<boolean> {
  const { unwritten } = memory;
  if (memory.place < memory.judged) return false;
  if (unwritten.size === 0 && ripe(memory, writing).length === 0) return false;
  const written = await deps.db.$transaction((tx) => writeFound(tx, memory, writing, deps.clock(), longestWrite), { timeout: longestWrite });
  const now = performance.now();
  for (const group of written) {
    memory.keepGroup(group);
    memory.refreshedAt.set(group.key, now);
  }
  memory.unwritten = new Map();
  return true;
}

/** @returns the groups as they are now on record */
async function writeFound(tx: Tx, memory: ShardMemory, writing: Writing, at: DateTime, longestMs: number): Promise<Group[]> {
  await markJudged(tx, { ...memory, member: writing.member }, memory.place, longestMs);
  const touched = await saveChanges(tx, memory);
  for (const key of touched) memory.makeDue(key);
  const chosen = ripe(memory, writing);
  const there = await lockAccounts(tx, chosen.map(({ accountId }) => accountId));
  const refreshed: Group[] = [];
  for (const [platformId, groups] of byPlatform(chosen.filter(({ accountId }) => there.has(accountId)))) {
    refreshed.push(...(await refreshSignals(tx, { platform: memory.rulesOf(platformId), groups, tallyOf: memory.tallyOf(platformId), proofs: { reader: writing.reader, shard: memory.shard, known: writing.known }, at })));
  }
  const gone = chosen.filter(({ accountId }) => !there.has(accountId)).map((group) => ({ ...group, due: false }));
  const done = [...refreshed, ...gone];
  const keys = new Set(done.map(({ key }) => key));
  await saveGroups(tx, memory.shard, [...done, ...[...touched].filter((key) => !keys.has(key)).map((key) => memory.groups.get(key)!)], at.toJSDate());
  return done;
}

/** @returns the groups in which something changed */
async function saveChanges(tx: Tx, memory: ShardMemory): Promise<Set<string>> {
  const touched = new Set<string>();
  for (const [platformId, changes] of memory.unwritten) {
    const put = [...changes.values()].flatMap((finding) => finding ?? []).map((finding) => memory.placed(platformId, finding));
    const retract = [...changes].flatMap(([key, finding]) => (finding ? [] : [key]));
    for (const key of await saveFindings(tx, platformId, put, retract)) if (memory.groups.has(key)) touched.add(key);
  }
  return touched;
}

const untouchedDays = 1;

/**
 * Saves what is remembered of a shard, so that whoever takes it up does not have to read much again. Everything found up to
 * the place has to be written before.
 *
 * @throws ShardLost
 */
export async function saveShard(deps: Pick<Deps, "db" | "clock">, memory: ShardMemory, member: string): Promise<void> {
  const at = deps.clock();
  const { unsaved } = memory;
  for (const accountId of await longUnsaved(poolOf(deps.db), memory.shard, at.minus({ days: untouchedDays }).toJSDate())) {
    if (!unsaved.has(accountId)) unsaved.set(accountId, memory.platformOf(accountId) ?? "");
  }
  const packed = memory.packed(unsaved);
  await deps.db.$transaction((tx) => saveRemembered(tx, memory, packed, member, at, longestWrite), { timeout: longestWrite });
  memory.unsaved = new Map();
  memory.caughtUp.clear();
  memory.savedAt = performance.now();
  memory.forgetGroups();
}

async function saveRemembered(tx: Tx, memory: ShardMemory, packed: ReturnType<ShardMemory["packed"]>, member: string, at: DateTime, longestMs: number): Promise<void> {
  await markSaved(tx, { ...memory, member }, memory, longestMs);
  await saveMemories(tx, memory.shard, packed, at.toJSDate());
  await saveClocks(tx, memory.shard, memory.clocks());
  if (memory.caughtUp.size === 0) return;
  const ended = await endAside(tx, [...memory.caughtUp]);
  await recordAudits(tx, engineActor, ended.map(({ accountId, platformId }): AuditEvent => ({ type: "account.quarantine_ended", at, platformId, accountId })));
}

/** Carries a trial out of its transaction. */
class Tried extends Error {}

/**
 * Does with a shard's memory what writing and saving it does, and takes all of it back. The memory is not good for anything else afterwards.
 *
 * @param longestMs how long it may take
 * @throws what writing and saving it would throw
 */
export async function tryWriting(deps: Pick<Deps, "db" | "clock">, memory: ShardMemory, writing: Writing, longestMs: number): Promise<void> {
  const at = deps.clock();
  const packed = memory.packed(memory.unsaved);
  try {
    await deps.db.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT set_config('lock_timeout', ${String(trialLocksMs)}, true)`;
        if (memory.place >= memory.judged) await writeFound(tx, memory, writing, at, longestMs);
        await saveRemembered(tx, memory, packed, writing.member, at, longestMs);
        await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`;
        throw new Tried();
      },
      { timeout: longestMs },
    );
  } catch (error) {
    if (!(error instanceof Tried)) throw error;
  }
}
