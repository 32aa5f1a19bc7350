import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { triesAreOver } from "./evidence-tries.server";

/** Has the worker try again what failed with a file too often to be tried by itself. */
export async function tryEvidenceAgain(deps: Deps, actor: StaffActor, { fileId }: { fileId: string }): Promise<Result<object, "forbidden" | "not_found">> {
  if (!may(actor, "case:read")) return refuse("forbidden");
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const file = await tx.evidenceFile.findFirst({ where: { id: fileId, deletedAt: null }, select: { sha256: true } });
    if (!file) return refuse("not_found");
    // Pressed twice, or by two people: there is one new beginning.
    if (await triesAreOver(tx, fileId)) await recordAudit(tx, actor, { type: "evidence.tried-again", at, evidenceFileId: fileId, sha256: file.sha256 });
    return { ok: true };
  });
}
