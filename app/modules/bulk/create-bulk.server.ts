import { z } from "zod";
import type { Prisma, Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutbox } from "~/infra/outbox.server";
import { newReference } from "~/infra/reference.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { matchingCases } from "../cases/queue.queries.server";
import { matchingAccounts } from "../platforms/accounts.queries.server";
import type { BulkInput } from "./bulk-input.schema";
import { kindFacts, mostItems } from "./bulk-kinds";
import { accountMarks, insertItems, openProposalsOf, undoMinutesFor, type NewItem } from "./bulk.repo.server";
import { selectionInWords, selectionQuery, type Selection } from "./selection";

export type CreateBulkRefusal = "forbidden" | "bulk_wrong_subject" | "no_ground" | "bulk_empty" | "bulk_too_many" | "own_proposal";

/** Sent twice, made once. */
export const bulkKey = z.string().regex(/^[\w:.-]{8,80}$/);

/**
 * Freezes what was chosen and has a preview of it worked out in the background. Nothing is done to anything yet: that
 * takes a look at the preview and a start.
 */
export async function createBulk(
  deps: Deps,
  actor: StaffActor,
  { selection, input, idempotencyKey }: { selection: Selection; input: BulkInput; idempotencyKey: string },
): Promise<Result<{ bulkId: string; repeated: boolean }, CreateBulkRefusal>> {
  const { subjects, permission } = kindFacts[input.kind];
  if (!may(actor, "bulk:run") || !may(actor, permission)) return refuse("forbidden");
  if (!subjects.includes(selection.subject)) return refuse("bulk_wrong_subject");
  if (input.kind === "interim" && selection.subject === "account" && !input.clauseId) return refuse("no_ground");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ bulkId: string; repeated: boolean }, CreateBulkRefusal>> => {
    const key = `${actor.id}:${idempotencyKey}`;
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))::text`;
    const repeated = await tx.bulkOperation.findUnique({ where: { idempotencyKey: key }, select: { id: true } });
    if (repeated) return { ok: true, bulkId: repeated.id, repeated: true };
    const chosen = await choose(tx, selection, actor, at.toJSDate());
    if (!chosen.ok) return chosen;
    const { items } = chosen;
    if (items.length === 0) return refuse("bulk_empty");
    if (items.length > mostItems) return refuse("bulk_too_many");
    const bulkId = newId();
    const reference = newReference("B");
    const words = selectionInWords(selection);
    const undoMinutes = await undoMinutesFor(tx, items.map(({ accountId }) => accountId));
    await tx.bulkOperation.create({
      data: {
        id: bulkId,
        reference,
        kind: input.kind,
        subject: selection.subject,
        input: input as unknown as Prisma.InputJsonObject,
        selection: { words, query: selectionQuery(selection) },
        sourceId: selection.subject === "decision" ? selection.sourceId : null,
        createdById: actor.id,
        idempotencyKey: key,
        total: items.length,
        undoMinutes,
        createdAt: at.toJSDate(),
        progressAt: at.toJSDate(),
      },
      select: { id: true },
    });
    await insertItems(tx, bulkId, items);
    await recordAudit(tx, actor, { type: "bulk.prepared", at, bulkId, reference, kind: input.kind, subject: selection.subject, selection: words, total: items.length });
    await stageOutbox(tx, { topic: "bulk.work", payload: { bulkId }, at });
    return { ok: true, bulkId, repeated: false };
  });
}

/** One more than a bulk action takes, to tell when there are too many. */
async function choose(tx: Tx, selection: Selection, actor: StaffActor, now: Date): Promise<Result<{ items: NewItem[] }, "own_proposal">> {
  const limit = mostItems + 1;
  if (selection.subject === "case") {
    const cases = await matchingCases(tx, selection, { staffId: actor.id, now }, limit);
    return { ok: true, items: cases.map(({ id, accountId, version }) => ({ accountId, caseId: id, decisionId: null, seen: String(version) })) };
  }
  if (selection.subject === "account") {
    const accounts = await matchingAccounts(tx, selection, limit);
    const marks = await accountMarks(tx, accounts.map(({ id }) => id));
    return { ok: true, items: accounts.map(({ id }) => ({ accountId: id, caseId: null, decisionId: null, seen: marks.get(id) ?? "" })) };
  }
  const proposals = await openProposalsOf(tx, selection.sourceId, limit);
  if (proposals.some(({ proposerId }) => proposerId === actor.id)) return refuse("own_proposal");
  return { ok: true, items: proposals.map(({ decisionId, accountId, caseId }) => ({ accountId, caseId, decisionId, seen: "awaiting_approval" })) };
}
