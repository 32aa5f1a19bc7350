import { lateHours, type MessageEvent } from "../message-event";
import { compileAccountWindows, newWindows, type AccountWindows } from "./account-windows";
import { consentIn, consentsIn, factIn, forget, isMessage, isWish, newHistory, noteWish, type ContactHistory } from "./contact-history";
import { compileContactRules, type Recipient } from "./contact-rules";
import { isBefore, placeOf, type Moment } from "./event-order";
import { ChangeLog, type Finding, type FindingsChange } from "./finding";
import { compileMessageRules } from "./message-rules";
import { compileOptOutSpike, newSpikeMemory, noCohorts, type Cohorts, type SpikeMemory } from "./opt-out-spike";
import { ruleCatalogue } from "./rule-catalogue";
import type { RuleBook } from "./rule-book";
import { SeenEvents } from "./seen-events";

/** Beyond the hours an event may be late: for what is ahead of our clock, and for the way from the door to the rules. */
const slackHours = 1;
export const settledAfter = (lateHours + slackHours) * 3_600_000;

/** How many later messages a message can be proof for. */
const proofReach = ruleCatalogue.frequency.parameters.allowed.max;

/** Everything the rules remember of an account. */
export interface AccountMemory {
  contacts: Map<string, ContactHistory>;
  windows: AccountWindows;
  spike: SpikeMemory;
  /** The batch at hand has touched it. */
  touched: boolean;
}

export const newAccount = (): AccountMemory => ({ contacts: new Map(), windows: newWindows(), spike: newSpikeMemory(), touched: false });

export interface StepResult extends FindingsChange {
  /** Events that came again: they change nothing. */
  repeated: number;
  /** Events older than what is settled: they are not judged. */
  late: number;
}

/** The rules of one platform, with all the parameters they ever had, made quick to ask. */
export type CompiledRules = ReturnType<typeof compileRules>;

export function compileRules(book: RuleBook, cohorts: Cohorts = noCohorts) {
  return { contact: compileContactRules(book), message: compileMessageRules(book), windows: compileAccountWindows(book), spike: compileOptOutSpike(book, cohorts) };
}

const sameProof = (a: Finding, b: Finding): boolean => a.observed === b.observed && a.proof.length === b.proof.length && a.proof.every((id, index) => id === b.proof[index]);

/** Whether a message belongs at the end of its list: where almost every one does. */
const comesLast = (list: readonly Moment[], message: Moment): boolean => list.length === 0 || isBefore(list[list.length - 1]!, message);

/** Tells what changed from the findings about the same messages before to those after. */
function tell(before: readonly Finding[], after: readonly Finding[], log: ChangeLog): void {
  for (const old of before) if (!after.some(({ key }) => key === old.key)) log.retract(old.key);
  const known = new Map(before.map((finding) => [finding.key, finding]));
  for (const finding of after) {
    const old = known.get(finding.key);
    if (!old || !sameProof(old, finding)) log.put(finding, old !== undefined);
  }
}

/**
 * Runs a platform's rules over its events, for the accounts of one shard. What has been found in the end depends on
 * which events came, not on the order in which they came nor on how they were split into batches, as long as none
 * comes later than `lateHours`; so findings are also replaced and taken back. Remembers what that needs and no more.
 */
export class RuleEngine {
  private readonly accounts = new Map<string, AccountMemory>();
  private readonly seen: SeenEvents | null;
  private newest = -Infinity;
  private touched = new Set<string>();
  /** Reused, since most messages breach nothing. */
  private readonly found: Finding[] = [];
  /** Where the sweep is: the account, its contacts still to come, and the accounts after it. */
  private swept: { accountId: string; account: AccountMemory } | null = null;
  private contactsInTurn: Iterator<[string, ContactHistory]> | null = null;
  private accountsInTurn: Iterator<[string, AccountMemory]> | null = null;

  /** @param repeats whether an event may come twice: not when they are read from the store, which has each id once */
  constructor(
    private rules: CompiledRules,
    { repeats, seen = null, watermark = -Infinity }: { repeats: boolean; seen?: SeenEvents | null; watermark?: number },
  ) {
    this.newest = watermark;
    this.seen = repeats ? (seen ?? new SeenEvents()) : null;
  }

  /** The latest instant anything happened at. */
  get watermark(): number {
    return this.newest;
  }

  /** What happened before this is settled. */
  get frontier(): number {
    return this.newest - settledAfter;
  }

  step(events: readonly MessageEvent[]): StepResult {
    const log = new ChangeLog();
    const touched: string[] = [];
    let repeated = 0;
    let late = 0;
    for (const event of events) {
      if (event.occurredAt < this.newest - settledAfter) late += 1;
      else if (this.seen && !this.seen.note(event.id, event.occurredAt)) repeated += 1;
      else this.take(event, touched, log);
    }
    for (const accountId of touched) this.judgeAccount(accountId, log);
    this.sweep(Math.ceil(events.length / 4));
    return { ...log.change(), repeated, late };
  }

  private judgeAccount(accountId: string, log: ChangeLog): void {
    const account = this.accounts.get(accountId)!;
    this.rules.windows.judge(accountId, account.windows, log);
    account.touched = false;
    this.rules.spike.judge(accountId, account.spike, log);
    this.touched.add(accountId);
  }

  private take(event: MessageEvent, touched: string[], log: ChangeLog): void {
    const { accountId, contact } = event;
    if (event.occurredAt > this.newest) this.newest = event.occurredAt;
    let account = this.accounts.get(accountId);
    if (!account) this.accounts.set(accountId, (account = newAccount()));
    if (!account.touched) {
      account.touched = true;
      touched.push(accountId);
    }
    this.rules.windows.count(account.windows, event);
    if (this.rules.spike.runs) this.rules.spike.count(account.spike, event);
    if (isMessage(event)) {
      this.rules.message(event, this.found);
      if (contact !== null) this.takeMessage(account, { accountId, contact }, event, log);
      if (this.found.length > 0) for (const finding of this.found.splice(0)) log.put(finding, false);
    } else if (contact !== null && isWish(event)) this.takeWish(account, { accountId, contact }, event, log);
  }

  private historyOf(account: AccountMemory, contact: string): ContactHistory {
    let history = account.contacts.get(contact);
    if (!history) account.contacts.set(contact, (history = newHistory()));
    return history;
  }

  private takeMessage(account: AccountMemory, recipient: Recipient, event: MessageEvent, log: ChangeLog): void {
    const { id, occurredAt: at, category } = event;
    const { marketing, automated } = this.rules.contact;
    if (category !== "marketing" && category !== "automated") return;
    const history = this.historyOf(account, recipient.contact);
    if (category === "marketing") {
      const message = { at, id, more: event.moreRequested, consent: consentIn(event) };
      if (!comesLast(history.marketing, message)) return this.insert(history.marketing, message, proofReach, (index, out) => marketing(recipient, history, index, out), log);
      if (history.marketing.length === 0) history.marketing = [message];
      else history.marketing.push(message);
      marketing(recipient, history, history.marketing.length - 1, this.found);
      return;
    }
    const message = { at, id };
    if (!comesLast(history.automated, message)) return this.insert(history.automated, message, 1, (index, out) => automated(recipient, history, index, out), log);
    if (history.automated.length === 0) history.automated = [message];
    else history.automated.push(message);
    automated(recipient, history, history.automated.length - 1, this.found);
  }

  /** Puts a message that came late in its place and judges it, and those it may be proof for. */
  private insert<M extends Moment>(list: M[], message: M, reach: number, judge: (index: number, out: Finding[]) => void, log: ChangeLog): void {
    const place = placeOf(list, message);
    const judgeAll = (to: number): Finding[] => {
      const found: Finding[] = [];
      for (let index = place; index < to && index < list.length; index += 1) judge(index, found);
      return found;
    };
    const before = judgeAll(place + reach);
    list.splice(place, 0, message);
    tell(before, judgeAll(place + 1 + reach), log);
  }

  /** Takes what the contact said, or an import said of them, and judges the messages after it again. */
  private takeWish(account: AccountMemory, recipient: Recipient, event: MessageEvent, log: ChangeLog): void {
    const fact = factIn(event);
    const ways = consentsIn(event);
    if (!fact && ways.length === 0) return;
    const moment = { at: event.occurredAt, id: event.id };
    const history = this.historyOf(account, recipient.contact);
    const from = placeOf(history.marketing, moment);
    if (from === history.marketing.length) return noteWish(history, fact, ways, moment);
    const judgeLater = (): Finding[] => {
      const found: Finding[] = [];
      for (let index = from; index < history.marketing.length; index += 1) this.rules.contact.marketing(recipient, history, index, found);
      return found;
    };
    const before = judgeLater();
    noteWish(history, fact, ways, moment);
    tell(before, judgeLater(), log);
  }

  /** Goes on by these rules: what was judged stands, what comes is judged by the versions in force when it happened. */
  goOnWith(rules: CompiledRules): void {
    this.rules = rules;
  }

  /** Accounts something was taken for since this was last asked: those whose checkpoint is out of date. */
  changedAccounts(): string[] {
    const changed = [...this.touched];
    this.touched = new Set();
    return changed;
  }

  /** What to keep of an account in a checkpoint; null when there is nothing to remember. Not to be changed. */
  memoryOf(accountId: string): AccountMemory | null {
    return this.accounts.get(accountId) ?? null;
  }

  /** Takes up an account where a checkpoint left it; the watermark is the one of the checkpoint. */
  restore(accountId: string, memory: AccountMemory, watermark: number): void {
    this.accounts.set(accountId, memory);
    this.newest = Math.max(this.newest, watermark);
  }

  get seenEvents(): SeenEvents | null {
    return this.seen;
  }

  /** Looks at some contacts and accounts in turn, and forgets what is settled: so that memory stays flat and no step is long. */
  sweep(howMany: number): void {
    const { frontier } = this;
    for (let looked = 0; looked < howMany; looked += 1) {
      const contact = this.contactsInTurn?.next();
      if (contact && !contact.done) {
        if (!forget(contact.value[1], frontier)) this.swept!.account.contacts.delete(contact.value[0]);
        continue;
      }
      if (this.swept) this.forgetAccount(this.swept.accountId, this.swept.account, frontier);
      const next = (this.accountsInTurn ??= this.accounts.entries()).next();
      this.swept = next.done ? null : { accountId: next.value[0], account: next.value[1] };
      this.contactsInTurn = next.done ? null : next.value[1].contacts.entries();
      if (!next.done) continue;
      this.accountsInTurn = null;
      this.seen?.forget(frontier);
      return;
    }
  }

  private forgetAccount(accountId: string, account: AccountMemory, frontier: number): void {
    const { contacts, windows, spike } = account;
    this.rules.windows.forget(windows, frontier);
    this.rules.spike.forget(accountId, spike, frontier);
    const nothing = contacts.size === 0 && windows.days.size === 0 && windows.minutes.size === 0 && windows.hours.size === 0;
    if (nothing && spike.counts.days.keys.length === 0 && spike.settled.sum === 0) this.accounts.delete(accountId);
  }
}
