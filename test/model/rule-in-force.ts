import type { RuleBook, RuleVersion } from "~/modules/signals/rules/rule-book";
import type { RuleCode } from "~/modules/signals/rules/rule-catalogue";

/** What a finding says, as far as the references know: enough to tell two of them apart. */
export interface Expectation {
  key: string;
  version: number;
  observed: number;
  threshold: number;
  proof: readonly string[];
  ambiguous: boolean;
  /** The end of what was looked at. */
  until: number;
}

/** The version that was in force: of all that had begun, the one that began last. */
export function inForce<Code extends RuleCode>(book: RuleBook, rule: Code, accountId: string, at: number): Extract<RuleVersion, { rule: Code }> | null {
  const begun = book.versions.filter((version) => version.rule === rule && version.effectiveFrom <= at);
  begun.sort((a, b) => a.effectiveFrom - b.effectiveFrom || a.version - b.version);
  const version = begun.at(-1);
  const exempt = book.exemptions.some((one) => one.rule === rule && one.accountId === accountId && one.from <= at && (one.until === null || at < one.until));
  return !version || version.mode === "off" || exempt ? null : (version as Extract<RuleVersion, { rule: Code }>);
}
