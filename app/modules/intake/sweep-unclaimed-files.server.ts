import type { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";

const graceHours = 24;
const batch = 500;

/**
 * Removes stored files that no row names: their form was refused or broke off after they were stored. What nobody can
 * find, nobody could erase on request. Whoever stores the same content anew makes it young again, so a file a day old
 * is not one that somebody is about to name.
 *
 * The age is the file system's, so the real time counts here, not the test clock.
 */
export async function sweepUnclaimedFiles(deps: Pick<Deps, "db" | "storage">, now: DateTime): Promise<number> {
  const since = now.minus({ hours: graceHours }).toJSDate();
  let removed = 0;
  let keys: string[] = [];
  const settle = async () => {
    const named = await namedAmong(deps.db, keys);
    for (const key of keys.filter((one) => !named.has(one))) {
      await deps.storage.remove(key, since);
      removed += 1;
    }
    keys = [];
  };
  for await (const key of deps.storage.untouchedSince(since)) {
    keys.push(key);
    if (keys.length >= batch) await settle();
  }
  await settle();
  return removed;
}

async function namedAmong(db: Db, keys: string[]): Promise<Set<string>> {
  const rows = await db.evidenceFile.findMany({
    where: { deletedAt: null, OR: [{ sha256: { in: keys } }, { renditionSha256: { in: keys } }] },
    select: { sha256: true, renditionSha256: true },
  });
  const packets = await db.referralPacket.findMany({
    where: { OR: [{ sha256: { in: keys } }, { snapshotSha256: { in: keys } }] },
    select: { sha256: true, snapshotSha256: true },
  });
  const further = await db.evidenceRendition.findMany({ where: { sha256: { in: keys } }, select: { sha256: true } });
  const redacted = await db.referralItem.findMany({ where: { renditionSha256: { in: keys }, file: { deletedAt: null } }, select: { renditionSha256: true } });
  return new Set([...rows.flatMap((row) => [row.sha256, row.renditionSha256]), ...packets.flatMap((row) => [row.sha256, row.snapshotSha256]), ...further.map((row) => row.sha256), ...redacted.map((row) => row.renditionSha256)].filter((key) => key !== null));
}
