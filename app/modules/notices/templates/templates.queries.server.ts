import type { Locale } from "#emails/locale";
import type { Deps } from "~/infra/deps.server";
import { templatedKinds, type TemplatedKind } from "./catalogue";
import { difference, type Change } from "./difference";
import { starterOf } from "./starter";
import type { TemplateAddress } from "./save-template.schema";

export interface TemplateRow {
  platformKey: string;
  platform: string;
  zone: string;
  kind: TemplatedKind;
  language: Locale;
  /** The version in use; null: the product's words. */
  number: number | null;
  /** The newest version that waits for its day. */
  waits: string | null;
  /** Messages of the last thirty days that went out in the product's words because these failed. */
  failed: number;
}

const watchedDays = 30;

/** What every message of every platform says: the product's words, or the platform's own. */
export async function listTemplates({ db, clock }: Pick<Deps, "db" | "clock">): Promise<TemplateRow[]> {
  const now = clock();
  const platforms = await db.platform.findMany({ orderBy: { name: "asc" }, select: { id: true, key: true, name: true, zone: true } });
  const versions = await db.noticeTemplate.findMany({ orderBy: { number: "desc" }, select: { platformId: true, kind: true, language: true, number: true, effectiveFrom: true, body: true } });
  const failed = await db.notice.groupBy({ by: ["platformId", "kind", "language"], where: { templateFault: { not: null }, createdAt: { gte: now.minus({ days: watchedDays }).toJSDate() } }, _count: true });
  return platforms.flatMap(({ id, key, name, zone }) =>
    templatedKinds.flatMap((kind) =>
      (["en", "es"] as const).map((language): TemplateRow => {
        const mine = versions.filter((one) => one.platformId === id && one.kind === kind && one.language === language);
        const inUse = mine.find(({ effectiveFrom }) => effectiveFrom <= now.toJSDate());
        const newest = mine[0];
        return {
          platformKey: key,
          platform: name,
          zone,
          kind,
          language,
          number: inUse?.body ? inUse.number : null,
          waits: newest && newest.effectiveFrom > now.toJSDate() ? newest.effectiveFrom.toISOString() : null,
          failed: failed.find((one) => one.platformId === id && one.kind === kind && one.language === language)?._count ?? 0,
        };
      }),
    ),
  );
}

export interface TemplateVersionView {
  number: number;
  by: string;
  at: string;
  effectiveFrom: string;
  note: string;
  isProduct: boolean;
  changes: Change[];
}

export interface TemplatePage {
  platform: string;
  zone: string;
  /** Number of the newest version; 0: there is none. */
  newest: number;
  text: { subject: string; body: string };
  history: TemplateVersionView[];
}

const shownVersions = 30;

/** One message of one platform with its newest text and what became of it, version by version. */
export async function templatePage({ db }: Pick<Deps, "db">, { platformKey, kind, language }: TemplateAddress): Promise<TemplatePage | null> {
  const platform = await db.platform.findUnique({ where: { key: platformKey }, select: { id: true, name: true, zone: true } });
  if (!platform) return null;
  const versions = await db.noticeTemplate.findMany({
    where: { platformId: platform.id, kind, language },
    orderBy: { number: "desc" },
    take: shownVersions + 1,
    include: { createdBy: { select: { name: true } } },
  });
  const product = starterOf(kind, language);
  const textOf = (version: { subject: string | null; body: string | null } | undefined) => (version?.subject && version.body ? { subject: version.subject, body: version.body } : product);
  const linesOf = (text: { subject: string; body: string }) => [text.subject, "", ...text.body.split("\n")];
  return {
    platform: platform.name,
    zone: platform.zone,
    newest: versions[0]?.number ?? 0,
    text: textOf(versions[0]),
    history: versions.slice(0, shownVersions).map((version, index) => ({
      number: version.number,
      by: version.createdBy.name,
      at: version.createdAt.toISOString(),
      effectiveFrom: version.effectiveFrom.toISOString(),
      note: version.note,
      isProduct: version.body === null,
      changes: difference(linesOf(textOf(versions[index + 1])), linesOf(textOf(version))),
    })),
  };
}
