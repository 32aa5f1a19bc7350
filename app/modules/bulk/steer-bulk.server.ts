import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { kindFacts } from "./bulk-kinds";
import { bulkMachine, workOf, type BulkState } from "./bulk-state";
import { asksForSecondPerson, lockBulk, updateBulk } from "./bulk.repo.server";

export type Steering = "start" | "pause" | "resume" | "cancel" | "retry";

const audited = { start: "bulk.started", pause: "bulk.paused", resume: "bulk.resumed", cancel: "bulk.cancelled", retry: "bulk.retried" } as const satisfies Record<Steering, string>;
const reached: Record<Steering, BulkState> = { start: "running", pause: "paused", resume: "running", cancel: "cancelled", retry: "running" };

/**
 * Starts, pauses, resumes or cancels a bulk action, or tries its failed items again. Items are done in the name of
 * whoever prepared it, so only they start it – or, where a platform wants a second person for bulk actions that decide,
 * only somebody else. Any lead can stop it, between two items. Asked twice, done once.
 */
export async function steerBulk(
  deps: Deps,
  actor: StaffActor,
  { bulkId, move }: { bulkId: string; move: Steering },
): Promise<Result<{ state: BulkState; repeated: boolean }, "forbidden" | "not_found" | "not_bulk_author" | "bulk_second_person" | "illegal_move">> {
  if (!may(actor, "bulk:run")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ state: BulkState; repeated: boolean }, "forbidden" | "not_found" | "not_bulk_author" | "bulk_second_person" | "illegal_move">> => {
    const bulk = await lockBulk(tx, bulkId);
    if (!bulk) return refuse("not_found");
    const startsWork = move === "start" || move === "resume" || move === "retry";
    const another = move === "start" && (await asksForSecondPerson(tx, bulk));
    if (another && bulk.createdById === actor.id) return refuse("bulk_second_person");
    if (startsWork && !another && bulk.createdById !== actor.id) return refuse("not_bulk_author");
    if (startsWork && !may(actor, kindFacts[bulk.input.kind].permission)) return refuse("forbidden");
    if (bulk.state === reached[move]) return { ok: true, state: bulk.state, repeated: true };
    const after = bulkMachine.after(bulk.state, move);
    if (!after.ok) return after;
    if (move === "cancel") await tx.bulkItem.updateMany({ where: { bulkId, state: { in: ["chosen", "planned"] } }, data: { state: "cancelled", settledAt: at.toJSDate() } });
    if (move === "retry") await tx.bulkItem.updateMany({ where: { bulkId, state: "failed" }, data: { state: "planned", attempts: 0, reason: null, settledAt: null } });
    await updateBulk(tx, bulkId, {
      state: after.state,
      problem: null,
      progressAt: at.toJSDate(),
      ...(move === "start" && { startedAt: at.toJSDate(), approvedById: another ? actor.id : null }),
      ...(move === "cancel" && { endedAt: at.toJSDate() }),
      ...(move === "retry" && { endedAt: null }),
    });
    await recordAudit(tx, actor, { type: audited[move], at, bulkId, reference: bulk.reference, kind: bulk.input.kind });
    if (workOf[after.state]) await stageOutbox(tx, { topic: "bulk.work", payload: { bulkId }, at });
    return { ok: true, state: after.state, repeated: false };
  });
}
