import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { FileStore } from "~/infra/storage.server";
import { storedKeys } from "~/infra/stored-keys.server";
import { recordAudit } from "../audit/record-audit.server";

const copier = { kind: "system", name: "vault.copy" } as const;
const batch = 200;

export interface VaultCopy {
  copied: number;
  /** They stood there already, and were proven to be the same. */
  proven: number;
  missing: string[];
}

/**
 * Copies every sealed file that a row names from another store into the one in use, proves each by reading it back to its SHA-256,
 * and writes the copy into the chain of custody of the evidence it is. Broken off, it is begun again: what stands is proven, not copied.
 * The other store is only read.
 */
export async function copyVault(deps: Pick<Deps, "db" | "storage" | "clock">, from: FileStore): Promise<VaultCopy> {
  const done: VaultCopy = { copied: 0, proven: 0, missing: [] };
  let after = "";
  for (;;) {
    const keys = await storedKeys(deps.db, after, batch);
    for (const key of keys) {
      const stood = await deps.storage.has(key);
      if (!stood && !(await from.has(key))) {
        done.missing.push(key);
        continue;
      }
      if (!stood) await deps.storage.put(from.read(key) as AsyncIterable<Uint8Array>);
      for await (const chunk of deps.storage.read(key)) void chunk;
      await noteCopied(deps, key);
      done[stood ? "proven" : "copied"] += 1;
    }
    if (keys.length < batch) break;
    after = keys.at(-1)!;
  }
  const at = deps.clock();
  await deps.db.$transaction((tx) => recordAudit(tx, copier, { type: "vault.copied", at, copied: done.copied, proven: done.proven, missing: done.missing.length }));
  return done;
}

/** Once for each file of evidence that it is the original or a rendition of, however often the copy is begun. */
async function noteCopied({ db, clock }: Pick<Deps, "db" | "clock">, sha256: string): Promise<void> {
  const at = clock().toJSDate();
  await db.$transaction(async (tx) => {
    const files = await tx.evidenceFile.findMany({
      where: { deletedAt: null, OR: [{ sha256 }, { renditionSha256: sha256 }, { renditions: { some: { sha256 } } }], custody: { none: { step: "copied", sha256 } } },
      select: { id: true },
    });
    await tx.evidenceCustody.createMany({ data: files.map(({ id }) => ({ id: newId(), evidenceFileId: id, at, step: "copied", actorKind: "system", actorId: copier.name, sha256 })) });
  });
}
