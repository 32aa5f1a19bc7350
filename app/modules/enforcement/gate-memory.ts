import { createHash } from "node:crypto";

/** Why an account may not use a feature, with times in milliseconds: this is asked for every message that is sent. */
export interface GateDenial {
  feature: string;
  reasonCode: string;
  /** From when it speaks, until a later denial of the feature does; ahead of now for a scheduled action. */
  from: number;
  /** Exclusive; null: no end. */
  until: number | null;
  actionId: string | null;
}

export interface FeatureAnswer {
  feature: string;
  allowed: boolean;
  reasonCode: string | null;
  until: string | null;
  actionId: string | null;
}

/** What is answered about one account, as long as time does not pass `validUntil`. */
export interface PreparedAnswer {
  features: readonly FeatureAnswer[];
  /** The same as JSON. */
  json: string;
  /** Equal wherever the same verdicts are answered, by whichever process. */
  etag: string;
  anyDenied: boolean;
  validUntil: number;
}

export interface AccountState {
  accountId: string;
  platformId: string;
  externalId: string;
  denials: readonly GateDenial[];
}

/** One account as memory holds it; a change makes another one of it. */
export interface AccountGate extends AccountState {
  prepared: { answer: PreparedAnswer; features: readonly string[] } | null;
  /** False once memory holds it no longer, for whoever kept it to save the search. */
  held: boolean;
}

/**
 * Every feature's verdict at `now`, by the latest denial that has begun; one whose end has come no longer holds, and one
 * whose start has come does, whether or not a sweep ran.
 */
export function answerAt(features: readonly string[], denials: readonly GateDenial[], now: number): PreparedAnswer {
  let validUntil = Number.POSITIVE_INFINITY;
  const answers = features.map((feature): FeatureAnswer => {
    let denial: GateDenial | undefined;
    for (const one of denials) {
      if (one.feature !== feature) continue;
      if (one.from > now) validUntil = Math.min(validUntil, one.from);
      else if (!denial || one.from > denial.from) denial = one;
    }
    if (!denial || (denial.until !== null && denial.until <= now)) return { feature, allowed: true, reasonCode: null, until: null, actionId: null };
    if (denial.until !== null) validUntil = Math.min(validUntil, denial.until);
    return { feature, allowed: false, reasonCode: denial.reasonCode, until: denial.until === null ? null : new Date(denial.until).toISOString(), actionId: denial.actionId };
  });
  const json = JSON.stringify(answers);
  const etag = `W/"${createHash("sha256").update(json).digest("base64url").slice(0, 22)}"`;
  return { features: answers, json, etag, anyDenied: answers.some(({ allowed }) => !allowed), validUntil };
}

const noFeatures: readonly string[] = [];

/**
 * What one process knows of the gate: every restricted account, and of the others those that were asked about, as many
 * as fit. A pure table: what keeps it current is `gate-table.server.ts`.
 */
export function createGateMemory({ mostUnrestricted = 200_000 } = {}) {
  const features = new Map<string, readonly string[]>();
  const byPlatform = new Map<string, Map<string, AccountGate>>();
  const byId = new Map<string, AccountGate>();
  const unrestricted = new Set<AccountGate>();
  /** The answer about every account of which nothing is denied, one for each list of features: thousands of equal ones would crowd the processor's caches. */
  const open = new WeakMap<readonly string[], PreparedAnswer>();

  const openAnswer = (codes: readonly string[]): PreparedAnswer => {
    const known = open.get(codes) ?? answerAt(codes, [], 0);
    open.set(codes, known);
    return known;
  };

  const forget = (accountId: string): void => {
    const known = byId.get(accountId);
    if (!known) return;
    known.held = false;
    byId.delete(accountId);
    unrestricted.delete(known);
    const there = byPlatform.get(known.platformId);
    if (there?.get(known.externalId) === known) there.delete(known.externalId);
  };

  const learn = (state: AccountState): AccountGate => {
    forget(state.accountId);
    const account: AccountGate = { ...state, prepared: null, held: true };
    byId.set(account.accountId, account);
    const there = byPlatform.get(account.platformId) ?? new Map<string, AccountGate>();
    const displaced = there.get(account.externalId);
    if (displaced) displaced.held = false;
    there.set(account.externalId, account);
    byPlatform.set(account.platformId, there);
    if (account.denials.length === 0) {
      unrestricted.add(account);
      const [oldest] = unrestricted.size > mostUnrestricted ? unrestricted : [];
      if (oldest) forget(oldest.accountId);
    }
    return account;
  };

  return {
    learn,
    forget,
    /** All there are, in the order of each platform's list. */
    learnFeatures(all: readonly { platformId: string; code: string }[]): void {
      features.clear();
      for (const { platformId, code } of all) features.set(platformId, [...(features.get(platformId) ?? []), code]);
    },
    find: (platformId: string, externalId: string): AccountGate | undefined => byPlatform.get(platformId)?.get(externalId),
    /** The account's answer at `now`, prepared once and kept while it holds. */
    answer(account: AccountGate, now: number): PreparedAnswer {
      const codes = features.get(account.platformId) ?? noFeatures;
      const { prepared } = account;
      if (prepared && prepared.features === codes && now < prepared.answer.validUntil) return prepared.answer;
      const answer = account.denials.length === 0 ? openAnswer(codes) : answerAt(codes, account.denials, now);
      account.prepared = { answer, features: codes };
      return answer;
    },
    clear(): void {
      for (const account of byId.values()) account.held = false;
      features.clear();
      byPlatform.clear();
      byId.clear();
      unrestricted.clear();
    },
    size: () => byId.size,
  };
}

export type GateMemory = ReturnType<typeof createGateMemory>;
