import type { Deps } from "~/infra/deps.server";
import type { Locale } from "~/infra/http/locale";
import { atomFeed } from "./atom";
import { titleIn } from "./clause-title";
import { postedChanges, summaryIn } from "./public-versions.queries.server";

const feedWords = {
  en: {
    changes: "Changes of policies",
    changesOf: (title: string) => `Changes of ${title}`,
    version: (title: string, number: number) => `${title}, version ${number}`,
    calledOff: (what: string) => `Called off: ${what}`,
    from: (what: string, day: string) => `${what}: from ${day}`,
    held: (what: string) => `Held: ${what}`,
    stays: "Not everybody could be told in time, so it does not take effect on the day that was posted. What is in force stays so until another day is posted.",
    moved: "Another day was posted since.",
  },
  es: {
    changes: "Cambios de las políticas",
    changesOf: (title: string) => `Cambios de ${title}`,
    version: (title: string, number: number) => `${title}, versión ${number}`,
    calledOff: (what: string) => `Cancelada: ${what}`,
    from: (what: string, day: string) => `${what}: desde el ${day}`,
    held: (what: string) => `Suspendida: ${what}`,
    stays: "No se pudo avisar a todos a tiempo, así que no entra en vigor el día publicado. Lo vigente sigue así hasta que se publique otra fecha.",
    moved: "Después se publicó otra fecha.",
  },
};

/** What was posted about one policy or all, as an Atom feed. A change that was called off, moved or held keeps its entry, which says so. */
export async function changeFeed(deps: Deps, only: { platformKey: string; code: string; title: string } | null, locale: Locale): Promise<string> {
  const words = feedWords[locale];
  const lang = locale === "en" ? "" : `?lang=${locale}`;
  const { publicUrl } = deps.config;
  const changes = await postedChanges(deps.db, only);
  const titleOf = ({ endedHow, heldSince, effectiveOn }: (typeof changes)[number], what: string): string =>
    endedHow === "called_off" ? words.calledOff(what) : heldSince ? words.held(what) : words.from(what, effectiveOn);
  const page = only ? `${publicUrl}/policies/${only.platformKey}/${only.code}` : `${publicUrl}/policies`;
  const updatedAt = ({ postedAt, endedAt, heldSince }: (typeof changes)[number]): string => (endedAt ?? heldSince ?? postedAt).toISOString();
  const updated = changes.map(updatedAt).sort().at(-1);
  return atomFeed({
    language: locale,
    id: `${page}/feed.atom${lang}`,
    title: only ? words.changesOf(only.title) : words.changes,
    self: `${page}/feed.atom${lang}`,
    page: `${page}${lang}`,
    updated: updated ?? "2025-01-01T00:00:00.000Z",
    entries: changes.map((change) => ({
      id: `urn:uuid:${change.id}`,
      title: titleOf(change, words.version(titleIn(change, locale), change.number)),
      published: change.postedAt.toISOString(),
      updated: updatedAt(change),
      link: `${publicUrl}/policies/${change.platform.key}/${change.code}/versions/${change.number}/changes${lang}`,
      author: change.platform.legalName,
      text: [...(change.endedHow === "called_off" ? [words.calledOff(change.endedNote ?? "")] : change.endedHow === "moved" ? [words.moved] : change.heldSince ? [words.stays] : []), summaryIn(change, locale).summary].join("\n\n"),
    })),
  });
}
