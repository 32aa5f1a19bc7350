import type { DateTime } from "luxon";
import type { Locale } from "#emails/locale";
import type { Tx } from "~/infra/db.server";
import { isTemplated, type TemplatedKind } from "./catalogue";
import { vocabularyOf } from "./fill";
import { checkTemplate, type TemplateText } from "./language";

export interface CurrentTemplate {
  id: string;
  text: TemplateText;
  /** Whether it still says all it has to: what a message can name may have changed since it was saved. */
  sound: boolean;
}

interface Version {
  id: string;
  kind: string;
  language: string;
  number: number;
  effectiveFrom: number;
  template: CurrentTemplate | null;
}

interface Known {
  revision: number;
  since: number;
  versions: readonly Version[];
}

/** What each database's platforms say, as of a revision. The revision comes with the platform's letterhead, so that a message costs no query more. */
const known = new WeakMap<object, Map<string, Known>>();

const wanted = { id: true, kind: true, language: true, number: true, subject: true, body: true, effectiveFrom: true } as const;

async function load(tx: Tx, platformId: string, at: DateTime): Promise<Version[]> {
  const now = at.toJSDate();
  const current = await tx.noticeTemplate.findMany({ where: { platformId, effectiveFrom: { lte: now } }, orderBy: [{ kind: "asc" }, { language: "asc" }, { number: "desc" }], distinct: ["kind", "language"], select: wanted });
  const later = await tx.noticeTemplate.findMany({ where: { platformId, effectiveFrom: { gt: now } }, select: wanted });
  return [...current, ...later].map(({ subject, body, effectiveFrom, ...row }) => ({
    ...row,
    effectiveFrom: effectiveFrom.getTime(),
    template: subject === null || body === null || !isTemplated(row.kind) ? null : { id: row.id, text: { subject, body }, sound: checkTemplate({ subject, body }, vocabularyOf(row.kind)).length === 0 },
  }));
}

/** The platform's own words for a message at an instant: the newest that are in effect. Null: those of the product. */
export async function currentTemplate(
  tx: Tx,
  db: object,
  platform: { id: string; templatesRevision: number },
  of: { kind: TemplatedKind; language: Locale; at: DateTime },
): Promise<CurrentTemplate | null> {
  if (platform.templatesRevision === 0) return null;
  const platforms = known.get(db) ?? new Map<string, Known>();
  known.set(db, platforms);
  const at = of.at.toMillis();
  let found = platforms.get(platform.id);
  if (!found || found.revision !== platform.templatesRevision || at < found.since) {
    found = { revision: platform.templatesRevision, since: at, versions: await load(tx, platform.id, of.at) };
    platforms.set(platform.id, found);
  }
  const inEffect = found.versions.filter(({ kind, language, effectiveFrom }) => kind === of.kind && language === of.language && effectiveFrom <= at);
  return inEffect.toSorted((a, b) => b.number - a.number)[0]?.template ?? null;
}
