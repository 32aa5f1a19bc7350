import type { Pool } from "pg";
import { unpackAccount } from "../rules/account-checkpoint.schema";
import { RuleEngine, type AccountMemory } from "../rules/engine";
import type { PlatformBooks } from "../platform-rules.server";
import type { EventReader } from "./events.repo.server";
import { loadAccount, type SavedGroup } from "./memory.repo.server";
import type { AccountAside } from "./quarantine.repo.server";
import type { PlatformChanges } from "./shard-memory.server";

const rowsAtOnce = 5_000;

/** What became of an account that was caught up with. */
export interface CaughtUp {
  accountId: string;
  platformId: string;
  memory: AccountMemory | null;
  groups: SavedGroup[];
  changes: PlatformChanges;
}

/**
 * Judges what an account did while it was set aside, by an engine of its own that goes on from the account's saved memory: by the
 * shard's clock, which went on without it, much of that would be too late. Nothing is written here, so whoever dies over it, or
 * loses the shard, leaves it to the next, who comes to the same.
 */
export class CatchUp {
  private engine: RuleEngine | null = null;
  private at = 0n;
  private groups: SavedGroup[] = [];
  private readonly changes: PlatformChanges = new Map();

  constructor(
    private readonly source: { pool: Pool; reader: EventReader; books: PlatformBooks; shard: number },
    private readonly aside: AccountAside,
  ) {}

  /** Judges a part of it. @returns what became of it, once nothing is left up to a place; null while something is */
  async advance(upto: bigint): Promise<CaughtUp | null> {
    const { reader, books, shard } = this.source;
    const { accountId, platformId } = this.aside;
    const platform = await books.of(platformId);
    if (!platform) throw new Error("the platform of an account that was set aside is gone");
    if (this.engine) this.engine.goOnWith(platform.rules);
    const engine = (this.engine ??= await this.begin(new RuleEngine(platform.rules, { repeats: false, watermark: this.aside.watermark ?? -Infinity })));
    const part = this.at < upto ? await reader.between(shard, [accountId], this.at, upto, rowsAtOnce) : null;
    if (!part) return { accountId, platformId, memory: engine.memoryOf(accountId), groups: this.groups, changes: this.changes };
    this.judge(engine, part.events);
    this.at = part.last;
    return null;
  }

  private judge(engine: RuleEngine, events: readonly { event: Parameters<RuleEngine["step"]>[0][number] }[]): void {
    const { put, retract } = engine.step(events.map(({ event }) => event));
    for (const key of retract) this.changes.set(key, null);
    for (const finding of put) this.changes.set(finding.key, finding);
  }

  /** Memory of a form this release does not read is made again from what the store has up to the place: that was judged, and is told nobody. */
  private async begin(engine: RuleEngine): Promise<RuleEngine> {
    const { pool, reader, shard } = this.source;
    const { accountId, place, watermark } = this.aside;
    const saved = await loadAccount(pool, shard, accountId);
    this.groups = saved.groups;
    const memory = saved.memory === null ? null : unpackAccount(saved.memory);
    if (memory) engine.restore(accountId, memory, watermark ?? -Infinity);
    else if (saved.memory !== null) {
      const platform = await this.source.books.of(this.aside.platformId);
      const anew = new RuleEngine(platform!.rules, { repeats: false });
      for (let from = 0n; ; ) {
        const part = await reader.between(shard, [accountId], from, place, rowsAtOnce);
        if (!part) break;
        anew.step(part.events.map(({ event }) => event));
        from = part.last;
      }
      const remembered = anew.memoryOf(accountId);
      if (remembered) engine.restore(accountId, remembered, watermark ?? -Infinity);
    }
    this.at = place;
    return engine;
  }
}
