import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Db, Prisma } from "~/infra/db.server";
import { titleIn } from "./clause-title";
import type { PolicyListing } from "./policy-document";
import type { PolicyVersionState } from "./policy-version-state";

/** The campaign that people look at, also when it was stopped. */
export const lastCampaign = { orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: 1, select: { heldSince: true } } as const satisfies Prisma.PolicyVersion$campaignsArgs;

/** A scheduled version that cannot lawfully take effect on its day, as was found out on that day or before. */
export const isHeld = ({ campaigns }: { campaigns: readonly { heldSince: Date | null }[] }): boolean => campaigns[0]?.heldSince != null;

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
            select: { id: true, number: true, state: true, material: true, effectiveFrom: true, lastUpdatedOn: true, editedAt: true, editedById: true, discardedAt: true, campaigns: lastCampaign },
          },
        },
      },
    },
  });

/** Every policy that is in force or announced, by platform, named as readers of a language know it. */
export async function listPolicies(db: Db, language: string): Promise<PolicyListing[]> {
  const platforms = await policiesByPlatform(db, ["in_force", "scheduled"]);
  return platforms.map((platform) => ({
    key: platform.key,
    name: platform.name,
    policies: platform.policies.flatMap(({ code, versions, ...titles }) => {
      const version = versions.find(({ state }) => state === "in_force");
      const coming = versions.find(({ state }) => state === "scheduled");
      const upcoming = coming?.effectiveFrom ? { number: coming.number, effectiveOn: civilDayOf(DateTime.fromJSDate(coming.effectiveFrom), platform.zone), held: isHeld(coming) } : null;
      return version || upcoming ? [{ code, title: titleIn(titles, language), lastUpdated: version ? lastUpdated(version, platform.zone) : null, upcoming }] : [];
    }),
  }));
}

/** The day a policy shows as "last updated" (CF-AUP 9), where the platform is: its own where it has one, else the day it took effect. */
const lastUpdated = (version: { lastUpdatedOn: Date | null; effectiveFrom: Date | null }, zone: string): string | null =>
  version.lastUpdatedOn?.toISOString().slice(0, 10) ?? (version.effectiveFrom ? civilDayOf(DateTime.fromJSDate(version.effectiveFrom), zone) : null);
