import type { RuleCode, RuleMode } from "./rule-catalogue";

/** Events a finding rests on that are too many to be listed: all of these types of the account in [from, to). */
export interface EventSelector {
  types: readonly string[];
  category: string | null;
  keyId: string | null;
  from: number;
  to: number;
}

/** One breach that was found. Instants are milliseconds since 1970 UTC. */
export interface Finding {
  /** What it is about: a finding with the same key replaces it. Unique on the platform. */
  key: string;
  rule: RuleCode;
  version: number;
  mode: RuleMode;
  accountId: string;
  /** Keyed hash of the contact; null where the finding is about the account as a whole. */
  contact: string | null;
  /** The instant that is judged: of the message, of the beginning of the window or of the episode. */
  at: number;
  /** What was looked at: [from, to). */
  window: { from: number; to: number };
  observed: number;
  threshold: number;
  /** Ids of events that prove it, in the order they happened. */
  proof: readonly string[];
  /** More of the proof, where it is too long to list. */
  also: EventSelector | null;
  /** The contact may be in several time zones, and it is a breach in each of them. */
  ambiguous: boolean;
  /** Counts with their denominators; of windows and episodes only. */
  measures: Readonly<Record<string, number>>;
}

/** What a batch of events changed: findings that are new or different, and keys of those that do not hold any more. */
export interface FindingsChange {
  put: Finding[];
  retract: string[];
}

/** The version that judges. */
export interface Judge {
  rule: RuleCode;
  version: number;
  mode: RuleMode;
}

/** The message that is judged. */
export interface Judged {
  id: string;
  at: number;
  accountId: string;
  contact: string | null;
}

/** A finding about one message. What was looked at reaches from `from` to the message itself. */
export function aboutMessage(message: Judged, by: Judge, what: { observed: number; threshold: number; proof: readonly string[]; from: number; ambiguous: boolean }): Finding {
  return {
    key: `${by.rule}:${message.id}`,
    rule: by.rule,
    version: by.version,
    mode: by.mode,
    accountId: message.accountId,
    contact: message.contact,
    at: message.at,
    window: { from: what.from, to: message.at + 1 },
    observed: what.observed,
    threshold: what.threshold,
    proof: what.proof,
    also: null,
    ambiguous: what.ambiguous,
    measures: {},
  };
}

/** Collects what a batch changed. Of one key the last word counts, and what came and went within the batch is not told. */
export class ChangeLog {
  private readonly changed = new Map<string, { finding: Finding | null; known: boolean }>();

  /** @param known whether a finding with this key stood before */
  put(finding: Finding, known: boolean): void {
    const entry = this.changed.get(finding.key);
    if (entry) entry.finding = finding;
    else this.changed.set(finding.key, { finding, known });
  }

  retract(key: string): void {
    const entry = this.changed.get(key);
    if (!entry) this.changed.set(key, { finding: null, known: true });
    else if (entry.known) entry.finding = null;
    else this.changed.delete(key);
  }

  change(): FindingsChange {
    const change: FindingsChange = { put: [], retract: [] };
    for (const [key, { finding }] of this.changed) {
      if (finding) change.put.push(finding);
      else change.retract.push(key);
    }
    return change;
  }
}
