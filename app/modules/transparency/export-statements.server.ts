import { createHash } from "node:crypto";
import type { Prisma, Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { auditActorId } from "../audit/audit-event";
import { recordAudit } from "../audit/record-audit.server";
import { platformIdByKey } from "../platforms/platforms.queries.server";
import { batchFile, largestBatch } from "./batch-file";
import { checkStatement } from "./checked-statement.server";
import type { DsaStatement } from "./dsa-statement.schema";
import type { ExportStatementsInput } from "./export-statements.schema";
import { findBatch, holdBack, insertBatch, lockExportsOf, nextBatchNumber, putInBatch, waitingPublications } from "./publication.repo.server";

export interface Batch {
  id: string;
  number: number;
  size: number;
}

/** `batch: null`: nothing was ready. `heldBack`: how many that seemed ready are not, by what is known today. */
export type Exported = { batch: Batch | null; heldBack: number; repeated: boolean };

/**
 * Hands over the oldest statements that are ready, or those named, as one batch of at most 100 (DSA 24(5)). Each is
 * checked anew first. A statement is in one batch only, however many people press at once: exports of a platform take
 * turns, and what was exported cannot be changed.
 */
export async function exportStatements(deps: Deps, actor: Actor, input: ExportStatementsInput): Promise<Result<Exported, "forbidden" | "platform_unknown" | "idempotency_key_reused">> {
  if (!may(actor, "statement:export")) return refuse("forbidden");
  const platformId = await platformIdByKey(deps.db, input.platformKey);
  if (!platformId) return refuse("platform_unknown");
  const key = `${actor.kind}:${auditActorId(actor)}:${input.idempotencyKey}`;
  const before = await findBatch(deps.db, key);
  if (before) return before.platformId === platformId ? { ok: true, batch: before, heldBack: 0, repeated: true } : refuse("idempotency_key_reused");
  const { clean, heldBack } = await checkWaiting(deps, platformId, input.statementIds ?? null);
  return transact(deps.db, async (tx) => {
    await lockExportsOf(tx, platformId);
    const repeated = await findBatch(tx, key);
    if (repeated) return { ok: true, batch: repeated, heldBack, repeated: true };
    return { ok: true, batch: await makeBatch(tx, deps, actor, { platformId, key, clean }), heldBack, repeated: false };
  });
}

/** What was checked, with the very facts that were checked: whoever rewrites them meanwhile takes them out of this batch. */
type Clean = ReadonlyMap<string, DsaStatement>;

async function checkWaiting(deps: Deps, platformId: string, only: readonly string[] | null): Promise<{ clean: Clean; heldBack: number }> {
  const clean = new Map<string, DsaStatement>();
  let heldBack = 0;
  for (const waiting of await waitingPublications(deps.db, platformId, largestBatch, only)) {
    const checked = await checkStatement(deps.db, deps.crypto, waiting);
    if (checked.ok) clean.set(waiting.statementId, checked.payload);
    else {
      await holdBack(deps.db, waiting.statementId, checked.blockers, deps.clock());
      heldBack += 1;
    }
  }
  return { clean, heldBack };
}

async function makeBatch(tx: Tx, deps: Deps, actor: Actor, { platformId, key, clean }: { platformId: string; key: string; clean: Clean }): Promise<Batch | null> {
  const still = await waitingPublications(tx, platformId, largestBatch, [...clean.keys()]);
  const chosen = still.flatMap(({ statementId, publicFacts, statement }) => {
    const payload = clean.get(statementId);
    const facts = publicFacts ?? (statement.dsa as { decision_facts?: string } | null)?.decision_facts?.trim();
    return payload && payload.decision_facts === facts ? [{ statementId, payload }] : [];
  });
  if (chosen.length === 0) return null;
  const at = deps.clock();
  const batch = { id: newId(), number: await nextBatchNumber(tx, platformId), size: chosen.length };
  const sha256 = createHash("sha256").update(batchFile(chosen.map(({ payload }) => payload))).digest("hex");
  await insertBatch(tx, { ...batch, platformId, sha256, idempotencyKey: key, createdByKind: actor.kind, createdById: auditActorId(actor), createdAt: at.toJSDate() });
  for (const { statementId, payload } of chosen) await putInBatch(tx, statementId, batch.id, payload as Prisma.InputJsonObject);
  await recordAudit(tx, actor, { type: "statements.exported", at, platformId, batchId: batch.id, number: batch.number, size: batch.size, sha256, puids: chosen.map(({ payload }) => payload.puid) });
  return batch;
}
