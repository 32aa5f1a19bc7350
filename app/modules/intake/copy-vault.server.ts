import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { FileDamaged } from "~/infra/sealed-stream.server";
import { unspoolAll } from "~/infra/spooled-files.server";
import { StandingFileDiffers, type FileStore } from "~/infra/storage.server";
import { storedKeys } from "~/infra/stored-keys.server";
import { recordAudit } from "../audit/record-audit.server";

const copier = { kind: "system", name: "vault.copy" } as const;
const batch = 200;

export interface VaultCopy {
  copied: number;
  /** They stood there already, and were proven to be the same. */
  proven: number;
  missing: string[];
  /** Their bytes in the store in use, in the one copied from, or in the row of a mail that was just taken, are not those of the address they stand at, or their key is gone. They are left as they are. */
  damaged: string[];
}

/**
 * Copies every sealed file that a row names from another store into the one in use, proves each by reading it back to its SHA-256,
 * and writes the copy into the chain of custody of the evidence it is. Broken off, it is begun again: what stands is proven, not copied.
 * What is missing or damaged is named at the end and holds up no other file. The other store is only read.
 */
export async function copyVault(deps: Pick<Deps, "db" | "storage" | "clock" | "config">, from: FileStore): Promise<VaultCopy> {
  const done: VaultCopy = { copied: 0, proven: 0, missing: [], damaged: [] };
  await unspoolAll({ db: deps.db, ring: deps.config.fieldKeys, store: deps.storage });
  let after = "";
  for (;;) {
    const keys = await storedKeys(deps.db, after, batch);
    for (const key of keys) {
      const came = await copyOne(deps.storage, from, key);
      if (came === "missing" || came === "damaged") {
        done[came].push(key);
        continue;
      }
      await noteCopied(deps, key);
      done[came] += 1;
    }
    if (keys.length < batch) break;
    after = keys.at(-1)!;
  }
  const at = deps.clock();
  await deps.db.$transaction((tx) => recordAudit(tx, copier, { type: "vault.copied", at, copied: done.copied, proven: done.proven, missing: done.missing.length, damaged: done.damaged.length }));
  return done;
}

async function copyOne(to: FileStore, from: FileStore, key: string): Promise<keyof VaultCopy> {
  try {
    const stood = await to.has(key);
    if (!stood && !(await from.has(key))) return "missing";
    if (!stood) await to.put(from.read(key) as AsyncIterable<Uint8Array>);
    for await (const chunk of to.read(key)) void chunk;
    return stood ? "proven" : "copied";
  } catch (error) {
    if (error instanceof FileDamaged || error instanceof StandingFileDiffers) return "damaged";
    throw error;
  }
}

/** Once for each file of evidence that it is the original or a rendition of, however often the copy is begun. */
async function noteCopied({ db, clock }: Pick<Deps, "db" | "clock">, sha256: string): Promise<void> {
  const at = clock().toJSDate();
  await db.$transaction(async (tx) => {
    // Two copies may be under way at once.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('vault.copy'), hashtext(${sha256}))`;
    const files = await tx.evidenceFile.findMany({
      where: { deletedAt: null, OR: [{ sha256 }, { renditionSha256: sha256 }, { renditions: { some: { sha256 } } }], custody: { none: { step: "copied", sha256 } } },
      select: { id: true },
    });
    await tx.evidenceCustody.createMany({ data: files.map(({ id }) => ({ id: newId(), evidenceFileId: id, at, step: "copied", actorKind: "system", actorId: copier.name, sha256 })) });
  });
}
