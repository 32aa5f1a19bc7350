import { ruleVersion } from "./default-rules";
import type { RuleVersion } from "./rule-book";
import { clauseOf, ruleCodes } from "./rule-catalogue";

/**
 * The versions of a platform's rules that ever judge: the catalogue's own as number 1, and those that were set. One set
 * later takes the place of all that would begin with it or after it, so a change that was scheduled is called off by the
 * next one and what has begun stays as it was. Rules the platform's policies have no clause for are left out.
 */
export function versionsThatCount(set: readonly RuleVersion[], policyCodes: readonly string[]): RuleVersion[] {
  return ruleCodes
    .filter((rule) => clauseOf(rule, policyCodes) !== null)
    .flatMap((rule) => {
      const all = [ruleVersion(rule), ...set.filter((version) => version.rule === rule)];
      return all.filter((one) => !all.some((later) => later.version > one.version && later.effectiveFrom <= one.effectiveFrom));
    });
}

/** Which of one rule's versions judges at an instant, and which one comes next. */
export function versionAt<V extends { version: number; effectiveFrom: number }>(versions: readonly V[], instant: number): { current: V | null; next: V | null } {
  const inOrder = [...versions].sort((a, b) => a.effectiveFrom - b.effectiveFrom || a.version - b.version);
  return { current: inOrder.findLast((one) => one.effectiveFrom <= instant) ?? null, next: inOrder.find((one) => one.effectiveFrom > instant) ?? null };
}
