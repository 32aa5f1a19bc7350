import type { Deps } from "~/infra/deps.server";
import { compileRules, type CompiledRules } from "../rules/engine";
import { clauseOf, ruleCodes } from "../rules/rule-catalogue";
import type { RuleBook } from "../rules/rule-book";
import { defaultRules } from "../rules/default-rules";

/** A platform as the rules see it. */
export interface PlatformRules {
  id: string;
  zone: string;
  policyCodes: readonly string[];
  signalThreshold: number;
  rules: CompiledRules;
  /** Another when anything about it changed. */
  revision: string;
}

export interface PlatformBooks {
  /** As it was at the last look; the database is asked for platforms that are new. Null for one that is gone. */
  of(platformId: string): Promise<PlatformRules | null>;
  /** Looks whether anything changed. */
  look(): Promise<void>;
}

/** The rule books of the platforms, compiled, for all shards of a process. */
export function createPlatformBooks(deps: Pick<Deps, "db">): PlatformBooks {
  const known = new Map<string, PlatformRules>();

  async function read(ids?: string[]): Promise<void> {
    const platforms = await deps.db.platform.findMany({ where: ids ? { id: { in: ids } } : {}, select: { id: true, zone: true, signalThreshold: true, policies: { select: { code: true } } } });
    for (const { id, zone, signalThreshold, policies } of platforms) {
      const policyCodes = policies.map(({ code }) => code).sort();
      const revision = JSON.stringify([zone, signalThreshold, policyCodes]);
      if (known.get(id)?.revision === revision) continue;
      const runs = new Set(ruleCodes.filter((code) => clauseOf(code, policyCodes) !== null));
      const book: RuleBook = { zone, versions: defaultRules(0).filter(({ rule }) => runs.has(rule)), exemptions: [] };
      known.set(id, { id, zone, policyCodes, signalThreshold, rules: compileRules(book), revision });
    }
  }

  return {
    async of(platformId) {
      if (!known.has(platformId)) await read([platformId]);
      return known.get(platformId) ?? null;
    },
    look: () => read([...known.keys()]),
  };
}
