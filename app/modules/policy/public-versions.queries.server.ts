import { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import { titleIn } from "./clause-title";
import { policyContentSchema, type PolicyContent } from "./policy-content";
import { isHeld, lastCampaign } from "./policy.queries.server";
import { contentOf } from "./policy-version.repo.server";

/** Where a version stands for the public: `held`, when it cannot lawfully take effect on its day. */
export type PublicState = "in_force" | "replaced" | "upcoming" | "held" | "called_off";

export interface PublicVersion {
  number: number;
  state: PublicState;
  /** A civil day of the platform's zone. */
  effectiveOn: string | null;
  replacedOn: string | null;
  lastUpdatedOn: string | null;
  postedOn: string | null;
  calledOffOn: string | null;
  calledOffWhy: string | null;
  material: boolean;
  summary: string;
  summaryLanguage: "en" | "es";
}

export interface PolicyHead {
  code: string;
  title: string;
  platform: { key: string; name: string; legalName: string; postalAddress: string; zone: string; abuseEmail: string; appealsEmail: string };
  versions: PublicVersion[];
}

/** The number of a version as an address has it. */
const numberOf = (text: string | undefined): number | null => (text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null);

const dayIn = (instant: Date | null, zone: string): string | null => (instant ? DateTime.fromJSDate(instant, { zone }).toISODate() : null);
const plainDay = (day: Date | null): string | null => day?.toISOString().slice(0, 10) ?? null;
export const summaryIn = (said: { summary: string; summaryEs: string | null }, language: string): Pick<PublicVersion, "summary" | "summaryLanguage"> =>
  language === "es" && said.summaryEs ? { summary: said.summaryEs, summaryLanguage: "es" } : { summary: said.summary, summaryLanguage: "en" };

/** A policy with every version the public may see, the newest first: those in force and replaced, and what was posted, also what was called off. Null, when there is none. */
export async function policyHead(db: Db, platformKey: string, code: string, language: string): Promise<PolicyHead | null> {
  const policy = await db.policy.findFirst({
    where: { code, platform: { key: platformKey } },
    include: {
      platform: { select: { key: true, name: true, legalName: true, postalAddress: true, zone: true, abuseEmail: true, appealsEmail: true } },
      versions: { include: { postings: { orderBy: { postedAt: "asc" } }, campaigns: lastCampaign } },
    },
  });
  if (!policy) return null;
  const { zone } = policy.platform;
  const versions = policy.versions.flatMap((version): PublicVersion[] => {
    const posted = version.postings;
    const calledOff = posted
      .filter(({ endedHow }) => endedHow === "called_off")
      .map((one): PublicVersion => ({ number: one.number, state: "called_off", effectiveOn: plainDay(one.effectiveOn), replacedOn: null, lastUpdatedOn: null, postedOn: dayIn(one.postedAt, zone), calledOffOn: dayIn(one.endedAt, zone), calledOffWhy: one.endedNote, material: one.material, ...summaryIn(one, language) }));
    if (version.state === "draft" || version.state === "in_review") return calledOff;
    const first = posted.find(({ number }) => number === version.number);
    return [
      ...calledOff,
      {
        number: version.number,
        state: version.state === "scheduled" ? (isHeld(version) ? "held" : "upcoming") : version.state === "in_force" ? "in_force" : "replaced",
        effectiveOn: dayIn(version.effectiveFrom, zone),
        replacedOn: dayIn(version.effectiveTo, zone),
        lastUpdatedOn: plainDay(version.lastUpdatedOn),
        postedOn: dayIn(first?.postedAt ?? null, zone),
        calledOffOn: null,
        calledOffWhy: null,
        material: version.material,
        ...summaryIn(version, language),
      },
    ];
  });
  if (versions.length === 0) return null;
  return { code: policy.code, title: titleIn(policy, language), platform: policy.platform, versions: versions.sort((a, b) => b.number - a.number) };
}

/** A version the public may see: where it stands, what it says, and what the one it was made from said. */
export interface VersionReading {
  head: PolicyHead;
  version: PublicVersion;
  content: PolicyContent;
  before: PolicyContent | null;
}

/** What an address of a public page names: a version by its number, or without one that in force. Null when the public can see no such thing. */
export async function readVersion(db: Db, { platform, policy, number: numberText }: Readonly<Record<string, string | undefined>>, language: string): Promise<VersionReading | null> {
  const number = numberOf(numberText);
  if (!platform || !policy || (numberText !== undefined && number === null)) return null;
  const head = await policyHead(db, platform, policy, language);
  const version = head?.versions.find((one) => (number === null ? one.state === "in_force" : one.number === number));
  const text = version ? await publicContent(db, platform, policy, version.number) : null;
  return head && version && text ? { head, version, ...text } : null;
}

/** The text of a version the public may see, with the one it was made from. A number that was called off reads as it was posted. */
async function publicContent(db: Db, platformKey: string, code: string, number: number): Promise<{ content: PolicyContent; before: PolicyContent | null } | null> {
  const of = { policy: { code, platform: { key: platformKey } } };
  const version = await db.policyVersion.findFirst({ where: { ...of, number, state: { in: ["scheduled", "in_force", "superseded"] } }, select: { id: true, basedOnId: true, policyId: true } });
  if (version) {
    const beforeId = version.basedOnId ?? (await db.policyVersion.findFirst({ where: { policyId: version.policyId, number: { lt: number }, state: { in: ["in_force", "superseded"] } }, orderBy: { number: "desc" }, select: { id: true } }))?.id;
    return { content: await contentOf(db, version.id), before: beforeId ? await contentOf(db, beforeId) : null };
  }
  const posting = await db.policyPosting.findFirst({ where: { policyVersion: of, number, endedHow: "called_off" }, orderBy: { postedAt: "desc" }, select: { content: true, basedOnId: true } });
  if (!posting) return null;
  return { content: policyContentSchema.parse(posting.content), before: posting.basedOnId ? await contentOf(db, posting.basedOnId) : null };
}

/** Every change that was posted, of one policy or of all, the newest first. */
export async function postedChanges(db: Db, only: { platformKey: string; code: string } | null) {
  const rows = await db.policyPosting.findMany({
    where: only ? { policyVersion: { policy: { code: only.code, platform: { key: only.platformKey } } } } : {},
    orderBy: [{ postedAt: "desc" }, { id: "desc" }],
    take: 50,
    include: { policyVersion: { select: { state: true, campaigns: lastCampaign, policy: { select: { code: true, title: true, titleEs: true, platform: { select: { key: true, name: true, legalName: true, zone: true } } } } } } },
  });
  return rows.map(({ policyVersion, ...row }) => ({ id: row.id, number: row.number, postedAt: row.postedAt, endedAt: row.endedAt, endedHow: row.endedHow, endedNote: row.endedNote, heldSince: row.endedAt === null && policyVersion.state === "scheduled" ? (policyVersion.campaigns[0]?.heldSince ?? null) : null, effectiveOn: plainDay(row.effectiveOn)!, material: row.material, summary: row.summary, summaryEs: row.summaryEs, ...policyVersion.policy }));
}
