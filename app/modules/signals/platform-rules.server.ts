import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { cohortDaysOf } from "./cohort-days.repo.server";
import { countCohortDays } from "./count-cohort-days.server";
import { ruleBookOf } from "./rule-book.repo.server";
import { closedDay, CohortDays } from "./rules/cohort-days";
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
  /** A day has closed since the last look: nothing may be judged before the next. */
  isBehind(): boolean;
}

/** The rule books of the platforms, compiled, for all shards of a process. */
export function createPlatformBooks(deps: Pick<Deps, "db" | "clock" | "log">): PlatformBooks {
  const known = new Map<string, PlatformRules>();
  const cohorts = new Map<string, CohortDays>();
  let counted = -Infinity;

  async function learnCohorts(ids: readonly string[]): Promise<void> {
    const last = closedDay(deps.clock().toMillis());
    const isNew = last > counted;
    if (isNew) await countCohortDays(deps);
    const toLearn = new Set(isNew ? [...cohorts.keys(), ...ids] : ids.filter((id) => !cohorts.has(id)));
    if (toLearn.size > 0) {
      for (const [id, days] of await cohortDaysOf(poolOf(deps.db), [...toLearn])) {
        const cohort = cohorts.get(id) ?? new CohortDays();
        cohort.learn(days);
        cohorts.set(id, cohort);
      }
    }
    counted = Math.max(counted, last);
  }

  async function read(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await learnCohorts(ids);
    const platforms = await deps.db.platform.findMany({ where: { id: { in: ids } }, select: { id: true, zone: true, signalThreshold: true, rulesRevision: true, policies: { select: { code: true } } } });
    for (const { id, zone, signalThreshold, rulesRevision, policies } of platforms) {
      const policyCodes = policies.map(({ code }) => code).sort();
      const revision = JSON.stringify([zone, signalThreshold, policyCodes, rulesRevision]);
      const before = known.get(id);
      if (before?.revision === revision) continue;
      const { book, damaged } = await ruleBookOf(deps.db, id);
      if (damaged.length > 0) deps.log.error({ platformId: id, damaged }, "versions of rules cannot be read and do not count; set the rule anew");
      known.set(id, { id, zone, policyCodes, signalThreshold, rules: compileRules(book, cohorts.get(id)!), revision });
    }
  }

  return {
    async of(platformId) {
      if (!known.has(platformId)) await read([platformId]);
      return known.get(platformId) ?? null;
    },
    look: () => read([...known.keys()]),
    isBehind: () => known.size > 0 && closedDay(deps.clock().toMillis()) > counted,
  };
}
