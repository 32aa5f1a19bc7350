import type { ParametersOf, RuleCode, RuleMode } from "./rule-catalogue";

/** One version of a rule as a platform has set it; in force from its instant until that of the next. */
export type RuleVersion = {
  [Code in RuleCode]: { rule: Code; version: number; mode: RuleMode; effectiveFrom: number; parameters: ParametersOf<Code> };
}[RuleCode];

export type VersionOf<Code extends RuleCode> = Extract<RuleVersion, { rule: Code }>;

/** An account a rule leaves alone from one instant (included) to another (excluded; null: until taken back). */
export interface Exemption {
  rule: RuleCode;
  accountId: string;
  from: number;
  until: number | null;
}

/** Everything a platform has set about its rules. */
export interface RuleBook {
  /** IANA zone of the platform: its calendar day. */
  zone: string;
  versions: readonly RuleVersion[];
  exemptions: readonly Exemption[];
}

export interface Compiled<Code extends RuleCode> {
  /** The version that judges what happened at that instant; null where none was in force, or it was off. */
  at(instant: number): VersionOf<Code> | null;
  exempt(accountId: string, instant: number): boolean;
  /** Whether any version of it does anything. */
  runs: boolean;
}

const nobody = (): boolean => false;

/** Makes one rule of the book quick to ask: almost every event belongs to its newest version. */
export function compileRule<Code extends RuleCode>(book: RuleBook, code: Code): Compiled<Code> {
  const versions = book.versions
    .filter((version): version is VersionOf<Code> => version.rule === code)
    .sort((a, b) => b.effectiveFrom - a.effectiveFrom || b.version - a.version);
  const exemptions = new Map<string, Exemption[]>();
  for (const exemption of book.exemptions) {
    if (exemption.rule === code) exemptions.set(exemption.accountId, [...(exemptions.get(exemption.accountId) ?? []), exemption]);
  }
  const newest = versions[0];
  const newestFrom = newest?.effectiveFrom ?? Infinity;
  const newestThatRuns = newest && newest.mode !== "off" ? newest : null;
  return {
    at(instant) {
      if (instant >= newestFrom) return newestThatRuns;
      for (const version of versions) if (version.effectiveFrom <= instant) return version.mode === "off" ? null : version;
      return null;
    },
    exempt: exemptions.size === 0 ? nobody : (accountId, instant) => exemptions.get(accountId)?.some(({ from, until }) => from <= instant && (until === null || instant < until)) ?? false,
    runs: versions.some((version) => version.mode !== "off"),
  };
}
