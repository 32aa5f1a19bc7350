import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { isScannerAway, type ScanResult } from "~/infra/virus-scanner.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { triable, triedInVain, triesAreOver } from "./evidence-tries.server";

const scanner = { kind: "system", name: "evidence.scan" } as const satisfies Actor;
const batch = 100;

type ScanDeps = Pick<Deps, "db" | "storage" | "clock" | "log" | "scanner">;

/**
 * Has every file looked at that nobody looked at yet. While the scanner is away they wait; one that cannot be read, or is too large for
 * the scanner, is logged and tried again later, at growing distances. The row is the queue, so that nothing is lost.
 *
 * @returns how many have a verdict now
 */
export async function scanWaitingEvidence(deps: ScanDeps): Promise<number> {
  if (!deps.scanner) return 0;
  let [done, after] = [0, "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const due = await deps.db.evidenceFile.findMany({ where: { scannedAt: null, deletedAt: null, id: { gt: after }, ...triable("scan", deps.clock()) }, orderBy: { id: "asc" }, take: batch, select: { id: true, sha256: true } });
    for (const { id, sha256 } of due) {
      try {
        await keepVerdict(deps, id, await deps.scanner.scan(deps.storage.read(sha256) as AsyncIterable<Uint8Array>));
        done += 1;
      } catch (error) {
        if (isScannerAway(error) && !(await deps.scanner.answers())) {
          deps.log.warn({ err: error, evidenceFileId: id }, "the virus scanner is away; what was not scanned waits");
          return done;
        }
        deps.log.error({ err: error, evidenceFileId: id }, "an evidence file cannot be scanned");
        await triedInVain(deps, id, "scan");
      }
    }
    if (due.length < batch) return done;
    after = due.at(-1)!.id;
  }
}

/** Writes the first verdict on a file, with its step in the chain of custody. A verdict stands: later signatures do not change what was known then. */
export async function keepVerdict({ db, clock }: Pick<Deps, "db" | "clock">, fileId: string, result: ScanResult): Promise<void> {
  const at = clock();
  const signature = result.verdict === "infected" ? result.signature : null;
  await db.$transaction(async (tx) => {
    const { count } = await tx.evidenceFile.updateMany({ where: { id: fileId, scannedAt: null, deletedAt: null }, data: { scannedAt: at.toJSDate(), scanVerdict: result.verdict, scanSignature: signature } });
    if (count === 0) return;
    await triesAreOver(tx, fileId, "scan");
    const { sha256 } = await tx.evidenceFile.findUniqueOrThrow({ where: { id: fileId }, select: { sha256: true } });
    await tx.evidenceCustody.createMany({ data: { id: newId(), evidenceFileId: fileId, at: at.toJSDate(), step: "scanned", actorKind: "system", actorId: scanner.name, sha256 } });
    await recordAudit(tx, scanner, { type: "evidence.scanned", at, evidenceFileId: fileId, sha256, verdict: result.verdict, signature });
  });
}
