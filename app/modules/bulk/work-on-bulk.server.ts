import type { Tx } from "~/infra/db.server";
import { isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";
import { joinTransaction } from "~/infra/joined-transaction.server";
import { refuse } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { StaffActor } from "../access/actor";
import { roles, type Role } from "../access/permissions";
import { recordAudit } from "../audit/record-audit.server";
import { bulkMachine, itemsToTake, mostAttempts, workOf, type BulkMove, type ItemState } from "./bulk-state";
import { countItems, findBulk, itemResultSchema, lockBulk, saveRehearsals, takeItems, updateBulk, updateItem, type Bulk, type Item, type Rehearsal } from "./bulk.repo.server";
import { keptReason } from "./item-reason";
import { performItem, type Performed } from "./perform-item.server";
import { rehearseItem, samplesTaken, type SamplesTaken } from "./rehearse-item.server";
import { undoItem } from "./undo-item.server";

type Kind = keyof typeof itemsToTake;
type Run = { bulk: Bulk; kind: Kind; actor: StaffActor; samples: SamplesTaken };

const endOf = { rehearse: "prepared", perform: "finish", undo: "undone" } as const satisfies Record<Kind, BulkMove>;
const auditedEnd = { rehearse: "bulk.previewed", perform: "bulk.finished", undo: "bulk.undone" } as const satisfies Record<Kind, string>;
/** A rehearsal leaves nothing that could be lost; what is done to an item commits by itself. */
const inOneTransaction = { rehearse: 20, perform: 1, undo: 1 } as const satisfies Record<Kind, number>;
const givenUp = { rehearse: "blocked", perform: "failed", undo: "kept" } as const satisfies Record<Kind, ItemState>;

/**
 * Works on a bulk action for some seconds, a few items at a time. Every item has its own transaction: what is done to
 * it and the row that says so commit together, so that a process killed at any point has done each item once or not at
 * all, and another goes on where it stopped.
 *
 * @returns how many items were worked on, and whether more is to be done
 */
export async function workOnBulk(deps: Deps, bulkId: string, { lanes = 3, forMs = 5_000 } = {}): Promise<{ worked: number; left: boolean }> {
  const bulk = await findBulk(deps.db, bulkId);
  const kind = bulk && workOf[bulk.state];
  if (!bulk || !kind) return { worked: 0, left: false };
  const actor = await actorOf(deps, kind === "undo" ? (bulk.undoneById ?? bulk.createdById) : bulk.createdById);
  if (actor.roles.length === 0 && bulk.state === "running") return stopWithoutAuthor(deps, bulkId);
  const run: Run = { bulk, kind, actor, samples: await samplesTaken(deps, bulkId) };
  const until = performance.now() + forMs;
  const worked = await Promise.all(Array.from({ length: lanes }, () => workUntil(deps, run, until)));
  return { worked: worked.reduce((sum, count) => sum + count, 0), left: await settle(deps, run) };
}

/** As they are allowed now, not when they started it. Somebody who was disabled is allowed nothing. */
async function actorOf({ db }: Deps, staffId: string): Promise<StaffActor> {
  const row = await db.staff.findUniqueOrThrow({ where: { id: staffId }, select: { name: true, roles: true, disabledAt: true } });
  return { kind: "staff", id: staffId, name: row.name, roles: row.disabledAt ? [] : roles.filter((role): role is Role => row.roles.includes(role)) };
}

async function stopWithoutAuthor(deps: Deps, bulkId: string): Promise<{ worked: number; left: boolean }> {
  const at = deps.clock();
  await deps.db.$transaction(async (tx) => {
    const bulk = await lockBulk(tx, bulkId);
    if (bulk?.state !== "running") return;
    await updateBulk(tx, bulkId, { state: "paused", problem: "Whoever prepared it has no access any more, so nothing more is done in their name." });
    await recordAudit(tx, { kind: "system", name: "worker" }, { type: "bulk.paused", at, bulkId, reference: bulk.reference, kind: bulk.input.kind });
  });
  return { worked: 0, left: false };
}

async function workUntil(deps: Deps, run: Run, until: number): Promise<number> {
  let worked = 0;
  for (;;) {
    const count = performance.now() < until ? await workOnNext(deps, run) : 0;
    if (count === 0) return worked;
    worked += count;
  }
}

/** @returns how many items were worked on; 0: there is none to take */
async function workOnNext(deps: Deps, run: Run): Promise<number> {
  const { bulk, kind } = run;
  let at: Item | null = null;
  const meet = (item: Item) => (at = item);
  try {
    return await deps.db.$transaction(async (tx) => {
      const from = { bulkState: bulk.state, states: itemsToTake[kind], order: kind === "undo" ? "last" : "first" } as const;
      const items = await takeItems(tx, bulk.id, from, inOneTransaction[kind]);
      if (items.length > 0) await workers[kind](tx, joinTransaction(deps, tx, deps.clock()), run, items, meet);
      return items.length;
    });
  } catch (error) {
    const item = at as Item | null;
    if (!item || isDatabaseAway(error)) throw error;
    deps.log.error({ err: error, bulk: bulk.id, item: item.id }, "an item of a bulk action failed");
    await countAttempt(deps, item, givenUp[kind]);
    return 1;
  }
}

const countAttempt = ({ db, clock }: Deps, item: Item, then: ItemState): Promise<unknown> => db.$executeRaw`
  UPDATE bulk_item
     SET attempts = attempts + 1,
         state = CASE WHEN attempts + 1 >= ${mostAttempts} THEN ${then}::bulk_item_state ELSE state END,
         reason = CASE WHEN attempts + 1 >= ${mostAttempts} THEN 'bulk_item_failed' END,
         settled_at = CASE WHEN attempts + 1 >= ${mostAttempts} THEN ${clock().toJSDate()}::timestamptz END
   WHERE id = ${item.id}::uuid AND state = ${item.state}::bulk_item_state`;

/** `meet` is told which item is being worked on, so that an error is laid at its door. */
type Worker = (tx: Tx, deps: Deps, run: Run, items: readonly Item[], meet: (item: Item) => void) => Promise<void>;

const eachAlone =
  (work: (tx: Tx, deps: Deps, run: Run, item: Item) => Promise<void>): Worker =>
  async (tx, deps, run, items, meet) => {
    for (const item of items) {
      meet(item);
      await work(tx, deps, run, item);
    }
  };

const workers: Record<Kind, Worker> = {
  async rehearse(tx, deps, { bulk, actor, samples }, items, meet) {
    const rehearsals: Rehearsal[] = [];
    for (const item of items) {
      meet(item);
      const { answer, messages } = await rehearseItem(tx, deps, { bulk, author: actor, item }, samples);
      const nothing = { id: item.id, outcome: null, rung: null, needsApproval: false, reason: null, sample: null };
      if (!answer.ok) rehearsals.push({ ...nothing, state: "blocked", reason: keptReason(answer) });
      else rehearsals.push({ ...nothing, state: "planned", outcome: answer.outcome, rung: answer.rung, needsApproval: answer.needsApproval, sample: messages.length > 0 ? JSON.stringify(messages) : null });
    }
    await saveRehearsals(tx, rehearsals);
  },

  perform: eachAlone(async (tx, deps, { bulk, actor }, item) => {
    const at = deps.clock();
    const done = await transact(deps.db, async (inner) => {
      const answer = await performItem(inner, deps, { bulk, author: actor, item });
      return answer.ok && !isAsPlanned(answer, item) ? refuse("changed_since_preview") : answer;
    });
    if (!done.ok) return void (await updateItem(tx, item.id, { state: "refused", reason: keptReason(done), settledAt: at.toJSDate() }));
    const { outcome, caseId, decisionId, needsApproval } = done;
    const standing = caseId && (await tx.case.findUnique({ where: { id: caseId }, select: { version: true, platformId: true } }));
    const result = itemResultSchema.parse({ ...done.result, caseVersion: standing ? standing.version : null });
    await updateItem(tx, item.id, { state: needsApproval ? "proposed" : "done", caseId, decisionId, result, settledAt: at.toJSDate() });
    await audit(tx, actor, "bulk.item_done", bulk, { ...item, caseId, decisionId }, { at, platformId: standing ? standing.platformId : null, outcome });
  }),

  undo: eachAlone(async (tx, deps, { bulk, actor }, item) => {
    const at = deps.clock();
    const undone = await transact(deps.db, (inner) => undoItem(inner, deps, { bulk, actor, item }));
    await updateItem(tx, item.id, { ...(undone.ok ? { state: "undone", reason: null } : { state: "kept", reason: keptReason(undone) }), settledAt: at.toJSDate() });
    if (undone.ok) await audit(tx, actor, "bulk.item_undone", bulk, item, { at });
  }),
};

/** Doing it now comes to what the preview showed; anything else is not what was agreed to. */
const isAsPlanned = (now: Performed, item: Item): boolean => now.outcome === item.outcome && now.needsApproval === item.needsApproval;

const audit = (tx: Tx, actor: StaffActor, type: "bulk.item_done" | "bulk.item_undone", bulk: Bulk, item: Item, more: { at: ReturnType<Deps["clock"]>; platformId?: string | null; outcome?: string }) =>
  recordAudit(tx, actor, { type, ...more, accountId: item.accountId, caseId: item.caseId, bulkId: bulk.id, bulk: bulk.reference, position: item.position, decisionId: item.decisionId });

/** Ends the work when no item is left to take. @returns whether there is more to do */
async function settle(deps: Deps, { bulk, kind, actor }: Run): Promise<boolean> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const now = await lockBulk(tx, bulk.id);
    if (now?.state !== bulk.state) return now !== null && workOf[now.state] !== null;
    if ((await countItems(tx, bulk.id, itemsToTake[kind])) > 0) {
      await updateBulk(tx, bulk.id, { progressAt: at.toJSDate() });
      return true;
    }
    const after = bulkMachine.after(now.state, endOf[kind]);
    if (!after.ok) throw new Error(`a bulk action that is ${now.state} did not end`);
    await updateBulk(tx, bulk.id, {
      state: after.state,
      progressAt: at.toJSDate(),
      ...(kind === "perform" && { endedAt: at.toJSDate() }),
      ...(kind === "undo" && { undoneAt: at.toJSDate() }),
    });
    const counts = await tx.bulkItem.groupBy({ by: ["state"], where: { bulkId: bulk.id }, _count: true });
    await recordAudit(tx, actor, { type: auditedEnd[kind], at, bulkId: bulk.id, reference: bulk.reference, kind: bulk.input.kind, items: Object.fromEntries(counts.map(({ state, _count }) => [state, _count])) });
    return false;
  });
}
