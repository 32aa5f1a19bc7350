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
      policies: {
        orderBy: { code: "asc" },
        select: { code: true, title: true, titleEs: true, versions: { ...currentVersion, select: { number: true, effectiveFrom: true, lastUpdatedOn: true, _count: { select: { clauses: true } } } } },
      },
    },
  });
  return platforms.map((platform) => ({
    key: platform.key,
    name: platform.name,
    policies: platform.policies.flatMap(({ code, versions: [version], ...titles }) =>
      version ? [{ code, title: titleIn(titles, language), version: version.number, clauses: version._count.clauses, lastUpdated: lastUpdated(version) }] : [],
    ),
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
    lastUpdated: lastUpdated(version),
    effectiveFrom: version.effectiveFrom?.toISOString() ?? null,
    clauses: version.clauses.map(({ clause, title, titleEs, ...stated }) => ({ ...stated, title: titleIn({ title, titleEs }, language), code: clause.code, area: areaName(clause.area, language) })),
  };
}

/** The date a policy shows as "last updated" (CF-AUP 9): its own where it has one, else the day it took effect. */
const lastUpdated = (version: { lastUpdatedOn: Date | null; effectiveFrom: Date | null }): string | null =>
  (version.lastUpdatedOn ?? version.effectiveFrom)?.toISOString() ?? null;
