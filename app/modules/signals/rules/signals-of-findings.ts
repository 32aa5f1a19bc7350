import { civilDayNumber, civilDayStart } from "../zone-clock";
import type { DayTally } from "./account-tally";
import type { EventSelector, Finding } from "./finding";
import { ruleCatalogue, type RuleCode, type RuleMode } from "./rule-catalogue";
import { wilsonLower } from "./spike-statistics";

/** One event that proves a signal, as an account holder may be shown it. */
export interface ProvingEvent {
  eventId: string;
  at: number;
  /** The contact, masked: the end of a keyed hash that tells two contacts of one signal apart and leads to nobody. */
  contact: string | null;
  ambiguous: boolean;
}

/** What a rule found about an account in one civil day of its platform, or in one episode. */
export interface Signal {
  /** Account, rule, version and day or episode: a signal with the same key replaces it. */
  key: string;
  accountId: string;
  rule: RuleCode;
  version: number;
  mode: RuleMode;
  window: { from: number; to: number };
  observed: number;
  threshold: number;
  /** Counts with their denominators. */
  measures: Record<string, number>;
  /** Everything that proves it, at most `mostEventIds`, in the order it happened. */
  eventIds: string[];
  /** More of the proof, where it is too long to list. */
  also: EventSelector[];
  examples: ProvingEvent[];
  /** Ids of what came before the examples and makes them breaches: the first message of two, the STOP. */
  earlier: string[];
  /** Every finding rests on a contact who may be in several time zones. */
  ambiguous: boolean;
  /** 0 to 100: how much it says, so that several can be ordered and measured against a platform's threshold. */
  score: number;
}

/** As many as a signal can be recorded with. */
export const mostEventIds = 10_000;
export const mostExamples = 50;
const mostEarlier = 150;

/** Rules whose findings are about a message by what went before it. */
const restsOnEarlier: ReadonlySet<RuleCode> = new Set(["frequency", "spacing", "after_opt_out"]);
export const hasEarlier = (rule: RuleCode): boolean => restsOnEarlier.has(rule);

/** Of which of the day's messages a rule's breaches are a part. */
const denominators: Partial<Record<RuleCode, keyof DayTally>> = {
  frequency: "marketing",
  spacing: "automated",
  quiet_hours: "marketing",
  after_opt_out: "marketing",
  missing_consent: "marketing",
  unapproved_template: "templates",
  missing_opt_out_instructions: "marketing",
  missing_business_name: "sent",
  api_rate_limit: "requests",
  message_limit: "sent",
};

export interface SignalContext {
  /** IANA zone of the platform. */
  zone: string;
  /** What the account did in that civil day; null when it is not known any more. */
  tallyOf(accountId: string, day: number): DayTally | null;
}

const masked = (contact: string | null): string | null => contact && `…${contact.slice(-4)}`;

/** Findings of one rule in the order in which what they are about happened; by key where that is the same instant. */
const inOrder = (findings: readonly Finding[]): Finding[] => [...findings].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));

function examplesOf(findings: readonly Finding[]): ProvingEvent[] {
  return findings.slice(0, mostExamples).flatMap(({ proof, at, contact, ambiguous }) => {
    const eventId = proof.at(-1);
    return eventId === undefined ? [] : [{ eventId, at, contact: masked(contact), ambiguous }];
  });
}

/** @param findings of one rule, in their order */
export function earlierOf(rule: RuleCode, findings: readonly Pick<Finding, "proof">[]): string[] {
  if (!hasEarlier(rule)) return [];
  const shown = findings.slice(0, mostExamples);
  const examples = new Set(shown.map(({ proof }) => proof.at(-1)));
  return [...new Set(shown.flatMap(({ proof }) => proof.slice(0, -1)))].filter((id) => !examples.has(id)).slice(0, mostEarlier);
}

/** How many breaches there were, ten to a thousand making the difference, and for what share of the messages at least. */
function scoreOfMessages(breaches: number, of: number): number {
  const volume = Math.min(1, Math.log10(1 + breaches) / 3);
  return Math.round(50 * volume + 50 * wilsonLower({ optOuts: breaches, delivered: of }, 1.96));
}

/** How far beyond the limit: sixteen times is as bad as it gets. */
const scoreOfExcess = (observed: number, threshold: number): number => Math.round(30 + 70 * Math.min(1, Math.max(0, Math.log2(observed / Math.max(threshold, Number.MIN_VALUE))) / 4));

function common(findings: readonly Finding[], part: string): Pick<Signal, "key" | "accountId" | "rule" | "version" | "mode" | "eventIds" | "also" | "examples" | "earlier" | "ambiguous"> {
  const { accountId, rule, version, mode } = findings[0]!;
  return {
    key: [accountId, rule, version, part].join(":"),
    accountId,
    rule,
    version,
    mode,
    eventIds: [...new Set(findings.flatMap(({ proof }) => proof))].slice(0, mostEventIds),
    also: findings.flatMap(({ also }) => also ?? []).slice(0, mostExamples),
    examples: examplesOf(findings),
    earlier: earlierOf(rule, findings),
    ambiguous: findings.every(({ ambiguous }) => ambiguous),
  };
}

/** The signal a finding goes into. */
export const signalKey = ({ accountId, rule, version, at }: Finding, zone: string): string =>
  [accountId, rule, version, ruleCatalogue[rule].finds === "episode" ? at : civilDayNumber(zone, at)].join(":");

/** What is to be known of all findings of one rule in one day; of window rules the worst is among those that are listed. */
export interface DayTotals {
  breaches: number;
  contacts: number;
  ambiguous: number;
}

/** Which count of the day the rule's breaches are measured by; null where they stand alone. */
export const denominatorOf = (rule: RuleCode): keyof DayTally | null => denominators[rule] ?? null;

/** @param listed in their order; where there are more than a signal can list, the first of them */
export function signalOfDay(listed: readonly Finding[], totals: DayTotals, day: number, zone: string, denominator: { name: keyof DayTally; count: number } | null): Signal {
  const window = { from: civilDayStart(zone, day), to: civilDayStart(zone, day + 1) };
  const of: Record<string, number> = denominator ? { [denominator.name]: denominator.count } : {};
  const shared = { ...common(listed, String(day)), ambiguous: totals.ambiguous === totals.breaches, window };
  if (ruleCatalogue[listed[0]!.rule].finds === "window") {
    const worst = listed.reduce((a, b) => (b.observed > a.observed ? b : a));
    return {
      ...shared,
      observed: worst.observed,
      threshold: worst.threshold,
      measures: { windows_over: totals.breaches, worst: worst.observed, ...of },
      score: scoreOfExcess(worst.observed, worst.threshold),
    };
  }
  return { ...shared, observed: totals.breaches, threshold: 0, measures: { ...totals, ...of }, score: scoreOfMessages(totals.breaches, denominator?.count ?? totals.breaches) };
}

const measuredBy = (rule: RuleCode, tally: DayTally | null): Parameters<typeof signalOfDay>[4] => {
  const name = denominatorOf(rule);
  return name && tally && { name, count: tally[name] };
};

const totalsOf = (findings: readonly Finding[]): DayTotals => ({
  breaches: findings.length,
  contacts: new Set(findings.map(({ contact }) => contact)).size,
  ambiguous: findings.filter(({ ambiguous }) => ambiguous).length,
});

export function signalOfEpisode(finding: Finding): Signal {
  const { window, observed, threshold, measures } = finding;
  return { ...common([finding], String(finding.at)), window, observed, threshold, measures: { ...measures }, score: scoreOfExcess(observed, threshold) };
}

/**
 * Gathers findings into signals: one for each account, rule, version and civil day of the platform, one for each
 * episode. The same findings give the same signals in the same order, however they come.
 */
export function signalsOfFindings(findings: Iterable<Finding>, context: SignalContext): Signal[] {
  const days = new Map<string, { day: number; findings: Finding[] }>();
  const signals: Signal[] = [];
  for (const finding of findings) {
    if (ruleCatalogue[finding.rule].finds === "episode") {
      signals.push(signalOfEpisode(finding));
      continue;
    }
    const day = civilDayNumber(context.zone, finding.at);
    const key = signalKey(finding, context.zone);
    const group = days.get(key);
    if (group) group.findings.push(finding);
    else days.set(key, { day, findings: [finding] });
  }
  for (const { day, findings: those } of days.values()) {
    const { accountId, rule } = those[0]!;
    signals.push(signalOfDay(inOrder(those), totalsOf(those), day, context.zone, measuredBy(rule, context.tallyOf(accountId, day))));
  }
  return signals.sort((a, b) => (a.key < b.key ? -1 : 1));
}
