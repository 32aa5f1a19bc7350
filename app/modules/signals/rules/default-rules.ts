import { parametersSchema, ruleCatalogue, ruleCodes, type RuleCode, type RuleMode } from "./rule-catalogue";
import type { RuleVersion } from "./rule-book";

/** A first or later version of a rule: its parameters as given, the defaults for the rest. */
export function ruleVersion(rule: RuleCode, given: { version?: number; mode?: RuleMode; effectiveFrom?: number; parameters?: Record<string, unknown> } = {}): RuleVersion {
  const { version = 1, mode = ruleCatalogue[rule].mode, effectiveFrom = 0, parameters = {} } = given;
  return { rule, version, mode, effectiveFrom, parameters: parametersSchema[rule].parse(parameters) } as RuleVersion;
}

/** What a platform starts with: every rule its policies have a clause for. */
export const defaultRules = (effectiveFrom: number): RuleVersion[] => ruleCodes.map((rule) => ruleVersion(rule, { effectiveFrom }));
