import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Db } from "~/infra/db.server";
import { titleIn } from "./clause-title";
import type { PolicyListing } from "./policy-document";
import type { PolicyVersionState } from "./policy-version-state";

/** Every policy by platform, with its versions in these states, the newest first. */
export const policiesByPlatform = (db: Db, states: readonly PolicyVersionState[]) =>
  db.platform.findMany({
    orderBy: { name: "asc" },
    select: {
      key: true,
      name: true,
      zone: true,
      policies: {
        orderBy: { code: "asc" },
        select: {
          id: true,
          code: true,
          title: true,
          titleEs: true,
          versions: {
            where: { state: { in: [...states] } },
            orderBy: { number: "desc" },
            select: { id: true, number: true, state: true, material: true, effectiveFrom: true, lastUpdatedOn: true, editedAt: true, editedById: true, _count: { select: { clauses: true } } },
          },
        },
      },
    },
  });

/** Every policy with the version in force, by platform, named as readers of a language know it. */
export async function listPolicies(db: Db, language: string): Promise<PolicyListing[]> {
  const platforms = await policiesByPlatform(db, ["in_force", "scheduled"]);
  return platforms.map((platform) => ({
    key: platform.key,
    name: platform.name,
    policies: platform.policies.flatMap(({ code, versions, ...titles }) => {
      const version = versions.find(({ state }) => state === "in_force");
      const coming = versions.find(({ state }) => state === "scheduled");
      const upcoming = coming?.effectiveFrom ? { number: coming.number, effectiveOn: civilDayOf(DateTime.fromJSDate(coming.effectiveFrom), platform.zone) } : null;
      return version ? [{ code, title: titleIn(titles, language), version: version.number, clauses: version._count.clauses, lastUpdated: lastUpdated(version, platform.zone), upcoming }] : [];
    }),
  }));
}

/** The day a policy shows as "last updated" (CF-AUP 9), where the platform is: its own where it has one, else the day it took effect. */
const lastUpdated = (version: { lastUpdatedOn: Date | null; effectiveFrom: Date | null }, zone: string): string | null =>
  version.lastUpdatedOn?.toISOString().slice(0, 10) ?? (version.effectiveFrom ? civilDayOf(DateTime.fromJSDate(version.effectiveFrom), zone) : null);
