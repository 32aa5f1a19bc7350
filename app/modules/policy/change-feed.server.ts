import type { Deps } from "~/infra/deps.server";
import { atomFeed } from "./atom";
import { postedChanges } from "./public-versions.queries.server";

/** What was posted about one policy or all, as an Atom feed. A change that was called off or moved keeps its entry, which says so. */
export async function changeFeed(deps: Deps, only: { platformKey: string; code: string; title: string } | null): Promise<string> {
  const { publicUrl } = deps.config;
  const changes = await postedChanges(deps.db, only);
  const page = only ? `${publicUrl}/policies/${only.platformKey}/${only.code}` : `${publicUrl}/policies`;
  const updated = changes.map(({ postedAt, endedAt }) => (endedAt ?? postedAt).toISOString()).sort().at(-1);
  return atomFeed({
    id: `${page}/feed.atom`,
    title: only ? `Changes of ${only.title}` : "Changes of policies",
    self: `${page}/feed.atom`,
    page,
    updated: updated ?? "2025-01-01T00:00:00.000Z",
    entries: changes.map((change) => ({
      id: `urn:uuid:${change.id}`,
      title: change.endedHow === "called_off" ? `Called off: ${change.title}, version ${change.number}` : `${change.title}, version ${change.number}: from ${change.effectiveOn}`,
      published: change.postedAt.toISOString(),
      updated: (change.endedAt ?? change.postedAt).toISOString(),
      link: `${publicUrl}/policies/${change.platform.key}/${change.code}/versions/${change.number}/changes`,
      author: change.platform.legalName,
      text: change.endedHow === "called_off" ? `Called off: ${change.endedNote ?? ""}\n\n${change.summary}` : change.endedHow === "moved" ? `Another day was posted since.\n\n${change.summary}` : change.summary,
    })),
  });
}
