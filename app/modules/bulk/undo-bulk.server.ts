import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { kindFacts } from "./bulk-kinds";
import { bulkMachine, undoClosesAt } from "./bulk-state";
import { lockBulk, updateBulk } from "./bulk.repo.server";

export type UndoRefusal = "forbidden" | "not_found" | "not_undoable" | "undo_closed" | "illegal_move";

/** Has every item that was done reversed in the background, within the grace period. What somebody changed since is left. */
export async function undoBulk(deps: Deps, actor: StaffActor, { bulkId, reason }: { bulkId: string; reason: string }): Promise<Result<{ repeated: boolean }, UndoRefusal>> {
  if (!may(actor, "bulk:run") || !may(actor, "action:lift")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ repeated: boolean }, UndoRefusal>> => {
    const bulk = await lockBulk(tx, bulkId);
    if (!bulk) return refuse("not_found");
    if (bulk.state === "undoing" || bulk.state === "undone") return { ok: true, repeated: true };
    if (kindFacts[bulk.input.kind].undo === null) return refuse("not_undoable");
    const after = bulkMachine.after(bulk.state, "undo");
    if (!after.ok) return after;
    const closes = undoClosesAt(bulk);
    if (!closes) return refuse("not_undoable");
    if (+at >= +closes) return refuse("undo_closed");
    await tx.bulkItem.updateMany({ where: { bulkId, state: { in: ["done", "proposed"] } }, data: { attempts: 0 } });
    await updateBulk(tx, bulkId, { state: after.state, undoneById: actor.id, undoReason: reason, problem: null, progressAt: at.toJSDate() });
    await recordAudit(tx, actor, { type: "bulk.undo_started", at, bulkId, reference: bulk.reference, kind: bulk.input.kind, reason });
    await stageOutbox(tx, { topic: "bulk.work", payload: { bulkId }, at });
    return { ok: true, repeated: false };
  });
}
