import type { MessageEvent } from "../message-event";
import { civilDayNumber, civilDayStart } from "../zone-clock";
import { countIn, newTally, type DayTally } from "./account-tally";
import type { ChangeLog, Finding } from "./finding";
import { KeyAddresses } from "./key-addresses";
import { compileRule, type RuleBook, type RuleVersion, type VersionOf } from "./rule-book";
import type { RuleCode } from "./rule-catalogue";

const minute = 60_000;
const hour = 60 * minute;

/** Ids listed as proof of one key's addresses. */
const mostProof = 50;

/** What the window rules remember of an account. */
export interface AccountWindows {
  /** By the number of the platform's civil day. */
  days: Map<number, DayTally>;
  /** API requests by the minute since 1970. */
  minutes: Map<number, number>;
  /** By the hour since 1970, then by key. */
  hours: Map<number, Map<string, KeyAddresses>>;
  /** Those the batch at hand has filled beyond their limit. */
  full: FullWindows | null;
}

export const newWindows = (): AccountWindows => ({ days: new Map(), minutes: new Map(), hours: new Map(), full: null });

type WindowFinding = Pick<Finding, "key" | "window" | "observed" | "threshold" | "proof" | "also" | "measures">;

const found = (accountId: string, version: RuleVersion, what: WindowFinding): Finding => ({
  rule: version.rule,
  version: version.version,
  mode: version.mode,
  accountId,
  contact: null,
  at: what.window.from,
  ambiguous: false,
  ...what,
});

function leastOf<Code extends RuleCode>(book: RuleBook, code: Code, limit: (version: VersionOf<Code>) => number): number {
  return Math.min(...book.versions.filter((version): version is VersionOf<Code> => version.rule === code && version.mode !== "off").map(limit));
}

interface FullWindows {
  minutes: Set<number>;
  days: Set<number>;
  keys: Map<string, { at: number; keyId: string }>;
}

const fullOf = (windows: AccountWindows): FullWindows => (windows.full ??= { minutes: new Set(), days: new Set(), keys: new Map() });

/**
 * Rules over counts in windows of the clock: the minute for API requests (CF-AUP 5, XP-AUP 3.6), the hour for a key's
 * addresses, the platform's civil day for messages (XP-AUP 3.6). A window is judged by the version in force when it
 * began, so nobody is measured by a limit that came later; the same holds for exemptions. Counts only grow, so what
 * these rules find is never taken back.
 */
export function compileAccountWindows(book: RuleBook) {
  const rate = compileRule(book, "api_rate_limit");
  const shared = compileRule(book, "shared_credential");
  const limit = compileRule(book, "message_limit");
  /** Up to these no version of a rule finds anything, so none has to be looked for. */
  const least = {
    perMinute: leastOf(book, "api_rate_limit", ({ parameters }) => parameters.perMinute),
    addresses: leastOf(book, "shared_credential", ({ parameters }) => parameters.addresses),
    perDay: leastOf(book, "message_limit", ({ parameters }) => parameters.perDay),
  };
  const starts = new Map<number, number>();
  const dayStart = (day: number): number => {
    let start = starts.get(day);
    if (start === undefined) {
      if (starts.size > 1_000) starts.clear();
      start = civilDayStart(book.zone, day);
      starts.set(day, start);
    }
    return start;
  };
  let quarter = -1;
  let quartersDay = -1;
  /** Almost every event comes in the quarter hour of the one before it. */
  const dayOf = (instant: number): number => {
    const now = Math.floor(instant / (15 * minute));
    if (now !== quarter) {
      quarter = now;
      quartersDay = civilDayNumber(book.zone, instant);
    }
    return quartersDay;
  };
  const minuteVersion = (accountId: string, index: number) => (rate.exempt(accountId, index * minute) ? null : rate.at(index * minute));
  const hourVersion = (accountId: string, index: number) => (shared.exempt(accountId, index * hour) ? null : shared.at(index * hour));
  const dayVersion = (accountId: string, day: number) => (limit.exempt(accountId, dayStart(day)) ? null : limit.at(dayStart(day)));

  function countDay(windows: AccountWindows, event: MessageEvent): void {
    const day = dayOf(event.occurredAt);
    let tally = windows.days.get(day);
    if (!tally) windows.days.set(day, (tally = newTally()));
    const before = tally.sent;
    countIn(tally, event);
    if (tally.sent === before || tally.sent <= least.perDay) return;
    const version = dayVersion(event.accountId, day);
    if (version && tally.sent > version.parameters.perDay) fullOf(windows).days.add(day);
  }

  function countMinute(windows: AccountWindows, event: MessageEvent): void {
    const index = Math.floor(event.occurredAt / minute);
    const count = (windows.minutes.get(index) ?? 0) + 1;
    windows.minutes.set(index, count);
    if (count <= least.perMinute) return;
    const version = minuteVersion(event.accountId, index);
    if (version && count > version.parameters.perMinute) fullOf(windows).minutes.add(index);
  }

  function noteAddress(windows: AccountWindows, event: MessageEvent, keyId: string, address: string): void {
    const index = Math.floor(event.occurredAt / hour);
    let keys = windows.hours.get(index);
    if (!keys) windows.hours.set(index, (keys = new Map()));
    let addresses = keys.get(keyId);
    if (!addresses) keys.set(keyId, (addresses = new KeyAddresses()));
    if (!addresses.note(address, { at: event.occurredAt, id: event.id }) || addresses.first.size <= least.addresses) return;
    const version = hourVersion(event.accountId, index);
    if (version && addresses.first.size > version.parameters.addresses) fullOf(windows).keys.set(`${index}:${keyId}`, { at: index, keyId });
  }

  return {
    count(windows: AccountWindows, event: MessageEvent): void {
      countDay(windows, event);
      if (rate.runs && event.type === "api.request") countMinute(windows, event);
      if (shared.runs && event.keyId !== null && event.ipHash !== null) noteAddress(windows, event, event.keyId, event.ipHash);
    },

    judge(accountId: string, windows: AccountWindows, log: ChangeLog): void {
      const { full } = windows;
      if (!full) return;
      windows.full = null;
      for (const index of full.minutes) {
        const version = minuteVersion(accountId, index)!;
        const window = { from: index * minute, to: (index + 1) * minute };
        const requests = windows.minutes.get(index)!;
        const also = { types: ["api.request"], category: null, keyId: null, ...window };
        log.put(found(accountId, version, { key: `api_rate_limit:${accountId}:${index}`, window, observed: requests, threshold: version.parameters.perMinute, proof: [], also, measures: { requests } }), true);
      }
      for (const day of full.days) {
        const version = dayVersion(accountId, day)!;
        const window = { from: dayStart(day), to: dayStart(day + 1) };
        const { sent } = windows.days.get(day)!;
        const also = { types: ["message.sent", "template.sent"], category: null, keyId: null, ...window };
        log.put(found(accountId, version, { key: `message_limit:${accountId}:${day}`, window, observed: sent, threshold: version.parameters.perDay, proof: [], also, measures: { sent } }), true);
      }
      for (const { at: index, keyId } of full.keys.values()) {
        const version = hourVersion(accountId, index)!;
        const window = { from: index * hour, to: (index + 1) * hour };
        const addresses = windows.hours.get(index)!.get(keyId)!;
        const observed = addresses.first.size;
        log.put(found(accountId, version, { key: `shared_credential:${accountId}:${index}:${keyId}`, window, observed, threshold: version.parameters.addresses, proof: addresses.proof(mostProof), also: null, measures: { addresses: observed } }), true);
      }
    },

    /** Forgets windows that no event from the frontier on can fall into. */
    forget(windows: AccountWindows, frontier: number): void {
      for (const index of windows.minutes.keys()) if ((index + 1) * minute <= frontier) windows.minutes.delete(index);
      for (const index of windows.hours.keys()) if ((index + 1) * hour <= frontier) windows.hours.delete(index);
      const day = civilDayNumber(book.zone, frontier);
      for (const index of windows.days.keys()) if (index < day) windows.days.delete(index);
    },
  };
}

export type AccountWindowRules = ReturnType<typeof compileAccountWindows>;
