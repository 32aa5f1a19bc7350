import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Prisma, Db } from "~/infra/db.server";
import { areaName } from "./areas";
import { titleIn } from "./clause-title";
import type { PolicyDocument, PolicyListing } from "./policy-document";

const currentVersion = {
  where: { state: "in_force" },
  take: 1,
} as const satisfies Prisma.Policy$versionsArgs;

/** Every policy with the version in force, by platform, named as readers of a language know it. */
export async function listPolicies(db: Db, language: string): Promise<PolicyListing[]> {
  const platforms = await db.platform.findMany({
    orderBy: { name: "asc" },
    select: {
      key: true,
      name: true,
      zone: true,
      policies: {
        orderBy: { code: "asc" },
        select: { code: true, title: true, titleEs: true, versions: { where: { state: { in: ["in_force", "scheduled"] } }, orderBy: { number: "asc" }, select: { number: true, state: true, effectiveFrom: true, lastUpdatedOn: true, _count: { select: { clauses: true } } } } },
      },
    },
  });
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

/** One policy as it stands in force, or null when there is none under this name. */
export async function readPolicy(db: Db, platformKey: string, code: string, language: string): Promise<PolicyDocument | null> {
  const policy = await db.policy.findFirst({
    where: { code, platform: { key: platformKey } },
    select: {
      code: true,
      title: true,
      titleEs: true,
      platform: { select: { key: true, name: true, legalName: true, postalAddress: true, zone: true, abuseEmail: true, appealsEmail: true } },
      versions: {
        ...currentVersion,
        select: {
          number: true,
          summary: true,
          effectiveFrom: true,
          lastUpdatedOn: true,
          clauses: { orderBy: { position: "asc" }, select: { section: true, title: true, titleEs: true, body: true, severity: true, clause: { select: { code: true, area: true } } } },
        },
      },
    },
  });
  const version = policy?.versions[0];
  if (!policy || !version) return null;
  return {
    code: policy.code,
    title: titleIn(policy, language),
    platform: policy.platform,
    version: version.number,
    summary: version.summary,
    lastUpdated: lastUpdated(version, policy.platform.zone),
    effectiveFrom: version.effectiveFrom?.toISOString() ?? null,
    clauses: version.clauses.map(({ clause, title, titleEs, ...stated }) => ({ ...stated, title: titleIn({ title, titleEs }, language), code: clause.code, area: areaName(clause.area, language) })),
  };
}

/** The day a policy shows as "last updated" (CF-AUP 9), where the platform is: its own where it has one, else the day it took effect. */
const lastUpdated = (version: { lastUpdatedOn: Date | null; effectiveFrom: Date | null }, zone: string): string | null =>
  version.lastUpdatedOn?.toISOString().slice(0, 10) ?? (version.effectiveFrom ? civilDayOf(DateTime.fromJSDate(version.effectiveFrom), zone) : null);
