import type { Pool } from "pg";
import type { MessageEvent } from "../message-event";
import { packAccount, unpackAccount } from "../rules/account-checkpoint.schema";
import type { DayTally } from "../rules/account-tally";
import { RuleEngine } from "../rules/engine";
import type { Finding } from "../rules/finding";
import type { RuleCode, RuleMode } from "../rules/rule-catalogue";
import { signalKey } from "../rules/signals-of-findings";
import { civilDayNumber, civilDayStart } from "../zone-clock";
import { ruleCatalogue } from "../rules/rule-catalogue";
import type { EventReader } from "./events.repo.server";
import type { FindingOfGroup, Group } from "./findings.repo.server";
import type { CatchUp, CaughtUp } from "./catch-up.server";
import { loadShard } from "./memory.repo.server";
import { accountsAside } from "./quarantine.repo.server";
import { measureOf } from "./refresh-signals.server";
import type { PlatformBooks, PlatformRules } from "../platform-rules.server";
import type { HeldShard } from "./shards.repo.server";

interface PlatformEngine {
  rules: PlatformRules;
  engine: RuleEngine;
}

/** What a batch, or a replay of several, changed: the last word on each finding; null: it does not hold. */
export type PlatformChanges = Map<string, Finding | null>;

/** Everything a process remembers of a shard while it holds it. What is thrown away here is found again from the database. */
export class ShardMemory {
  readonly shard: number;
  readonly token: string;
  /** Everything up to here was judged in memory. */
  place: bigint;
  readonly judged: bigint;
  since: number;
  late: number;
  readonly groups = new Map<string, Group>();
  /** Keys of those whose signals are to be written. */
  readonly due = new Set<string>();
  /** When each group's signal was last written; milliseconds of a clock that only moves forward. */
  readonly refreshedAt = new Map<string, number>();
  /** Changes that are not written yet: of a replay, until it has come to where another holder had been. */
  unwritten = new Map<string, PlatformChanges>();
  /** Accounts whose saved memory is out of date, with their platforms. */
  unsaved = new Map<string, string>();
  savedAt = performance.now();
  /** Accounts that are set aside: what they do is left out. */
  aside: ReadonlySet<string> = new Set();
  /** Accounts that were released, and are being caught up with. */
  readonly catchingUp = new Map<string, CatchUp>();
  /** Accounts that were caught up with, and are not saved yet. */
  readonly caughtUp = new Set<string>();
  private readonly engines = new Map<string, PlatformEngine>();
  private readonly groupsOfAccount = new Map<string, Set<string>>();

  private constructor({ shard, token, place, judged, since, late }: HeldShard) {
    this.shard = shard;
    this.token = token;
    this.place = place;
    this.judged = judged;
    this.since = since;
    this.late = late;
  }

  /**
   * Takes up a shard where its last holder left it.
   *
   * @param only nothing but these accounts: to try whose events fail
   */
  static async load(pool: Pool, books: PlatformBooks, reader: EventReader, held: HeldShard, only: readonly string[] | null = null): Promise<ShardMemory> {
    const memory = new ShardMemory(held);
    memory.aside = await accountsAside(pool, held.shard);
    const saved = await loadShard(pool, held.shard, only);
    for (const { platformId, watermark } of saved.clocks) await memory.engineOf(books, platformId, watermark);
    const unreadable = new Map<string, string[]>();
    for (const { accountId, platformId, memory: json } of saved.accounts) {
      const account = unpackAccount(json);
      const at = await memory.engineOf(books, platformId);
      if (!account) unreadable.set(platformId, [...(unreadable.get(platformId) ?? []), accountId]);
      else at?.engine.restore(accountId, account, at.engine.watermark);
    }
    for (const [platformId, accountIds] of unreadable) await memory.readAnew(books, reader, platformId, accountIds);
    for (const { rule, mode, ...group } of saved.groups) memory.keepGroup({ ...group, rule: rule as RuleCode, mode: mode as RuleMode });
    return memory;
  }

  /** Memory of a form this release does not read is made again from what the store still has up to the place. */
  private async readAnew(books: PlatformBooks, reader: EventReader, platformId: string, accountIds: readonly string[]): Promise<void> {
    const at = await this.engineOf(books, platformId);
    if (!at) return;
    const aside = new RuleEngine(at.rules.rules, { repeats: false });
    for (let from = 0n; ; ) {
      const part = await reader.between(this.shard, accountIds, from, this.place, 5_000);
      if (!part) break;
      aside.step(part.events.map(({ event }) => event));
      from = part.last;
    }
    for (const accountId of accountIds) {
      const account = aside.memoryOf(accountId);
      if (account) at.engine.restore(accountId, account, at.engine.watermark);
      this.unsaved.set(accountId, platformId);
    }
  }

  private async engineOf(books: PlatformBooks, platformId: string, watermark = -Infinity): Promise<PlatformEngine | null> {
    const rules = await books.of(platformId);
    if (!rules) return null;
    let at = this.engines.get(platformId);
    if (!at) this.engines.set(platformId, (at = { rules, engine: new RuleEngine(rules.rules, { repeats: false, watermark }) }));
    else if (at.rules !== rules) {
      if (at.rules.rules !== rules.rules) at.engine.goOnWith(rules.rules);
      at.rules = rules;
    }
    return at;
  }

  /** Judges a batch. @returns how many of it came too late to be judged */
  async judge(books: PlatformBooks, batch: readonly { platformId: string; event: MessageEvent }[]): Promise<number> {
    const byPlatform = new Map<string, MessageEvent[]>();
    for (const { platformId, event } of batch) {
      if (this.aside.has(event.accountId)) continue;
      const events = byPlatform.get(platformId);
      if (events) events.push(event);
      else byPlatform.set(platformId, [event]);
    }
    let late = 0;
    for (const [platformId, events] of byPlatform) {
      const at = await this.engineOf(books, platformId);
      if (!at) continue;
      const result = at.engine.step(events);
      late += result.late;
      const changes: PlatformChanges = this.unwritten.get(platformId) ?? new Map();
      for (const key of result.retract) changes.set(key, null);
      for (const finding of result.put) changes.set(finding.key, finding);
      if (changes.size > 0) this.unwritten.set(platformId, changes);
      for (const accountId of at.engine.changedAccounts()) this.touch(accountId, platformId);
    }
    this.late += late;
    return late;
  }

  /** What the account did may change what its findings are measured by. */
  private touch(accountId: string, platformId: string): void {
    this.unsaved.set(accountId, platformId);
    for (const key of this.groupsOfAccount.get(accountId) ?? []) {
      const group = this.groups.get(key)!;
      if (!group.due && measureOf(group, this.tallyOf(platformId)) !== group.denominator) this.makeDue(key);
    }
  }

  /** Takes an account in again that was caught up with to this shard's place. */
  async takeIn(books: PlatformBooks, { accountId, platformId, memory, groups, changes }: CaughtUp): Promise<void> {
    const at = await this.engineOf(books, platformId);
    if (at && memory) at.engine.restore(accountId, memory, at.engine.watermark);
    for (const { rule, mode, ...group } of groups) this.keepGroup({ ...group, rule: rule as RuleCode, mode: mode as RuleMode });
    const all: PlatformChanges = this.unwritten.get(platformId) ?? new Map();
    for (const [key, finding] of changes) all.set(key, finding);
    if (all.size > 0) this.unwritten.set(platformId, all);
    this.touch(accountId, platformId);
    this.aside = new Set([...this.aside].filter((id) => id !== accountId));
    this.catchingUp.delete(accountId);
    this.caughtUp.add(accountId);
  }

  /** Whoever something may be written for now, or was since memory was last saved. */
  accountsAtWork(): string[] {
    const found = [...this.unwritten.values()].flatMap((changes) => [...changes.values()].flatMap((finding) => finding?.accountId ?? []));
    return [...new Set([...this.unsaved.keys(), ...found, ...[...this.due].flatMap((key) => this.groups.get(key)?.accountId ?? [])])];
  }

  /** Everything is looked at and forgotten once, as turns do bit by bit. */
  sweepAll(): void {
    for (const { engine } of this.engines.values()) engine.sweep(Infinity);
  }

  readonly tallyOf =
    (platformId: string) =>
    (accountId: string, day: number): DayTally | null =>
      this.engines.get(platformId)?.engine.memoryOf(accountId)?.windows.days.get(day) ?? null;

  rulesOf(platformId: string): PlatformRules {
    return this.engines.get(platformId)!.rules;
  }

  /** The finding with the signal it goes into, which is made known here. */
  placed(platformId: string, finding: Finding): FindingOfGroup {
    const { zone } = this.rulesOf(platformId);
    const key = signalKey(finding, zone);
    const isEpisode = ruleCatalogue[finding.rule].finds === "episode";
    const day = isEpisode ? null : civilDayNumber(zone, finding.at);
    const endsAt = day === null ? finding.window.to : civilDayStart(zone, day + 1);
    const group = this.groups.get(key);
    if (group) group.endsAt = endsAt;
    else {
      const { accountId, rule, version, mode } = finding;
      this.keepGroup({ key, platformId, accountId, rule, version, mode, day, endsAt, size: 0, denominator: null, due: true });
    }
    return { ...finding, signalKey: key };
  }

  makeDue(key: string): void {
    this.groups.get(key)!.due = true;
    this.due.add(key);
  }

  keepGroup(group: Group): void {
    this.groups.set(group.key, group);
    if (group.due) this.due.add(group.key);
    else this.due.delete(group.key);
    const ofAccount = this.groupsOfAccount.get(group.accountId);
    if (ofAccount) ofAccount.add(group.key);
    else this.groupsOfAccount.set(group.accountId, new Set([group.key]));
  }

  /** Lets go of groups that nothing can change any more; the database keeps them a while longer. */
  forgetGroups(): void {
    for (const { key, accountId, platformId, endsAt, due } of this.groups.values()) {
      const frontier = this.engines.get(platformId)?.engine.frontier ?? -Infinity;
      if (due || endsAt > frontier - 86_400_000) continue;
      this.groups.delete(key);
      this.refreshedAt.delete(key);
      const ofAccount = this.groupsOfAccount.get(accountId);
      ofAccount?.delete(key);
      if (ofAccount?.size === 0) this.groupsOfAccount.delete(accountId);
    }
  }

  /** What to save of these accounts. */
  packed(accounts: ReadonlyMap<string, string>): { accountId: string; platformId: string; memory: string | null }[] {
    return [...accounts].map(([accountId, platformId]) => {
      const memory = this.engines.get(platformId)?.engine.memoryOf(accountId) ?? null;
      return { accountId, platformId, memory: memory && JSON.stringify(packAccount(memory)) };
    });
  }

  clocks(): { platformId: string; watermark: number }[] {
    return [...this.engines].flatMap(([platformId, { engine }]) => (Number.isFinite(engine.watermark) ? [{ platformId, watermark: engine.watermark }] : []));
  }

  platformOf(accountId: string): string | undefined {
    for (const [platformId, { engine }] of this.engines) if (engine.memoryOf(accountId)) return platformId;
    return undefined;
  }
}
