import { Readable } from "node:stream";
import { poolOf, type Db } from "./db.server";
import type { KeyRing } from "./key-ring.server";
import { FileDamaged, keyIdOf, openStream } from "./sealed-stream.server";
import { StandingFileDiffers, verified, type FileStore } from "./storage.server";

/**
 * Short mails are taken with their sealed bytes in the row, so that one commit, which many share, brings both to disk. From there
 * they are put into the file store; until then they are read here.
 */
export function overSpool(db: Db, ring: KeyRing, store: FileStore): FileStore {
  /** The spool is asked first: what leaves it stands in the store already. */
  async function* bytes(key: string): AsyncGenerator<Buffer> {
    const [spooled] = await spooledUnder(db, key);
    yield* spooled ? verified(openStream(ring, Readable.from([spooled.sealed])), key) : (store.read(key) as AsyncIterable<Buffer>);
  }

  return {
    ...store,
    read: (key) => Readable.from(bytes(key), { objectMode: false }),
    has: async (key) => (await spooledUnder(db, key)).length > 0 || store.has(key),
    needsReseal: async (key) => {
      for (const { sealed } of await spooledUnder(db, key)) if ((await keyIdOf(Readable.from([sealed]))) !== ring.keys[0].id) return true;
      return (await store.has(key)) && store.needsReseal(key);
    },
    reseal: async (key) => {
      for (const { id } of await spooledUnder(db, key)) await unspool({ db, ring, store }, id);
      await store.reseal(key);
    },
  };
}

interface Spooled {
  id: string;
  sha256: string;
  sealed: Buffer;
}

const columns = "id::text AS id, sha256, spooled AS sealed";

const spooledUnder = async (db: Db, key: string): Promise<Spooled[]> =>
  (await poolOf(db).query<Spooled>({ name: "spool.read", text: `SELECT ${columns} FROM received_mail WHERE sha256 = $1 AND spooled IS NOT NULL`, values: [key] })).rows;

/**
 * Puts the bytes of a mail into the file store, proven by their hash, and lets go of them only when they are on disk there. It may be done
 * twice, and by two at once: a file is written once.
 */
export async function unspool({ db, ring, store }: { db: Db; ring: KeyRing; store: Pick<FileStore, "put"> }, mailId: string): Promise<void> {
  const { rows } = await poolOf(db).query<Spooled>(`SELECT ${columns} FROM received_mail WHERE id = $1 AND spooled IS NOT NULL`, [mailId]);
  for (const { id, sha256, sealed } of rows) {
    await store.put(verified(openStream(ring, Readable.from([sealed])), sha256));
    await db.$executeRaw`UPDATE received_mail SET spooled = NULL WHERE id = ${id}::uuid`;
  }
}

/** All that are still spooled. What is damaged in its row stays there and holds up no other: whoever reads it is told. @returns how many went */
export async function unspoolAll(into: { db: Db; ring: KeyRing; store: Pick<FileStore, "put"> }): Promise<number> {
  const { rows } = await poolOf(into.db).query<{ id: string }>("SELECT id::text AS id FROM received_mail WHERE spooled IS NOT NULL ORDER BY id");
  let went = 0;
  for (const { id } of rows) {
    try {
      await unspool(into, id);
      went += 1;
    } catch (error) {
      if (!(error instanceof FileDamaged) && !(error instanceof StandingFileDiffers)) throw error;
    }
  }
  return went;
}
