import type { Deps } from "~/infra/deps.server";
import { ruleBookOf } from "./rule-book.repo.server";
import { compileRules, type CompiledRules } from "./rules/engine";

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

  async function read(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const platforms = await deps.db.platform.findMany({ where: { id: { in: ids } }, select: { id: true, zone: true, signalThreshold: true, rulesRevision: true, policies: { select: { code: true } } } });
    for (const { id, zone, signalThreshold, rulesRevision, policies } of platforms) {
      const policyCodes = policies.map(({ code }) => code).sort();
      const revision = JSON.stringify([zone, signalThreshold, policyCodes, rulesRevision]);
      const before = known.get(id);
      if (before?.revision === revision) continue;
      const { book } = await ruleBookOf(deps.db, id);
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
