import { DateTime } from "luxon";
import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { addNote } from "../cases/add-note.server";
import { escalateCase } from "../cases/escalate-case.server";
import { holderAt } from "../cases/lease";
import { reassignCase } from "../cases/reassign-case.server";
import { approveDecision } from "../enforcement/approve-decision.server";
import { decidedMeasure } from "../enforcement/decided-measure.queries.server";
import type { PreviewedMessage } from "../enforcement/decision-preview";
import { liftAction } from "../enforcement/lift-action.server";
import { rejectDecision } from "../enforcement/reject-decision.server";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import type { BulkInputOf } from "./bulk-input.schema";
import { accountMarks, lockCaseVersion, type Bulk, type Item, type ItemResult } from "./bulk.repo.server";
import { decideItem, dismissItem } from "./decide-item.server";
import { restrictItem } from "./restrict-item.server";

/** One item at work: everything its command needs, in the item's own transaction. */
export type AtWork = {
  tx: Tx;
  /** Commands given these take part in the transaction. */
  deps: Deps;
  bulk: Bulk;
  author: StaffActor;
  item: Item;
  account: LockedAccount;
  at: DateTime<true>;
  /** Given the exact messages an item leads to, when somebody wants to see them. */
  show?: (messages: readonly PreviewedMessage[]) => void;
};

/** What doing an item came to. */
export type Performed = {
  /** In words, the same for all items that get the same. */
  outcome: string;
  rung: number | null;
  needsApproval: boolean;
  caseId: string | null;
  decisionId: string | null;
  result: Partial<ItemResult>;
};

export type ItemAnswer = Promise<Result<Performed, string>>;

const plain = { rung: null, needsApproval: false, decisionId: null, result: {} } as const;

/**
 * Does to one item what the bulk action does, by the command a person would have used for it alone: its permission,
 * its four eyes, its leak check, its messages. Refused when the item is no longer what it was when it was chosen.
 */
export async function performItem(tx: Tx, deps: Deps, work: Pick<AtWork, "bulk" | "author" | "item" | "show">): ItemAnswer {
  const account = await lockAccount(tx, work.item.accountId);
  if (!account) return refuse("not_found");
  if (!(await isAsSeen(tx, work.bulk, work.item))) return refuse("changed_since_preview");
  return dispatch({ ...work, tx, deps, account, at: deps.clock() });
}

async function isAsSeen(tx: Tx, { subject }: Bulk, item: Item): Promise<boolean> {
  if (subject === "case") return String(item.caseId && (await lockCaseVersion(tx, item.caseId))) === item.seen;
  if (subject === "account") return (await accountMarks(tx, [item.accountId])).get(item.accountId) === item.seen;
  return true;
}

function dispatch(work: AtWork): ItemAnswer {
  const { input } = work.bulk;
  switch (input.kind) {
    case "reassign":
      return reassignItem(work, input);
    case "escalate":
      return escalateItem(work, input);
    case "note":
      return noteItem(work, input);
    case "no_violation":
      return dismissItem(work, input);
    case "decide":
      return decideItem(work, input);
    case "interim":
      return restrictItem(work, input);
    case "lift":
      return liftItem(work, input);
    case "approve":
    case "reject":
      return answerItem(work, input);
  }
}

const versionOf = (item: Item): number => Number(item.seen);
const nameOf = async (tx: Tx, id: string): Promise<string> => (await tx.staff.findUnique({ where: { id }, select: { name: true } }))?.name ?? "Somebody";

async function reassignItem({ tx, deps, author, item, at }: AtWork, { staffId, reason }: BulkInputOf<"reassign">): ItemAnswer {
  if (!item.caseId) return refuse("not_found");
  const { leaseHolderId, leaseExpiresAt } = await tx.case.findUniqueOrThrow({ where: { id: item.caseId }, select: { leaseHolderId: true, leaseExpiresAt: true } });
  const lease = leaseHolderId && leaseExpiresAt ? { holderId: leaseHolderId, expiresAt: DateTime.fromJSDate(leaseExpiresAt, { zone: "utc" }) } : null;
  const done = await reassignCase(deps, author, { caseId: item.caseId, version: versionOf(item), staffId, reason });
  if (!done.ok) return done;
  const outcome = staffId ? `Given to ${await nameOf(tx, staffId)}` : "Back in the queue";
  return { ok: true, ...plain, outcome, caseId: item.caseId, result: { holderBefore: holderAt(lease, at) } };
}

async function escalateItem({ tx, deps, author, item }: AtWork, { staffId, reason }: BulkInputOf<"escalate">): ItemAnswer {
  if (!item.caseId) return refuse("not_found");
  const before = await tx.case.findUniqueOrThrow({ where: { id: item.caseId }, select: { escalated: true, escalatedToId: true } });
  const done = await escalateCase(deps, author, { caseId: item.caseId, version: versionOf(item), staffId, reason });
  if (!done.ok) return done;
  const outcome = staffId ? `Escalated to ${await nameOf(tx, staffId)}` : "Escalated";
  return { ok: true, ...plain, outcome, caseId: item.caseId, result: { escalatedBefore: before.escalated, escalatedToBefore: before.escalatedToId } };
}

async function noteItem({ deps, author, item }: AtWork, { text }: BulkInputOf<"note">): ItemAnswer {
  if (!item.caseId) return refuse("not_found");
  const done = await addNote(deps, author, { caseId: item.caseId, text });
  return done.ok ? { ok: true, ...plain, outcome: "Note added", caseId: item.caseId } : done;
}

/** A warning has nothing that could end, and a referral is not the bulk action's to take back. */
const liftable = ["feature_restriction", "suspension", "termination"] as const;
const liftedNames = { feature_restriction: ["restriction", "restrictions"], suspension: ["suspension", "suspensions"], termination: ["termination", "terminations"] } as const;

async function liftItem({ tx, deps, author, item }: AtWork, { reason }: BulkInputOf<"lift">): ItemAnswer {
  const actions = await tx.action.findMany({ where: { accountId: item.accountId, state: "active", kind: { in: [...liftable] } }, orderBy: { id: "asc" }, select: { id: true, kind: true, caseId: true } });
  if (actions.length === 0) return refuse("nothing_to_lift");
  for (const { id } of actions) {
    const lifted = await liftAction(deps, author, { actionId: id, reason });
    if (!lifted.ok) return lifted;
  }
  const counts = liftable.flatMap((kind) => {
    const count = actions.filter((action) => action.kind === kind).length;
    return count > 0 ? [`${count} ${liftedNames[kind][count === 1 ? 0 : 1]}`] : [];
  });
  return { ok: true, ...plain, outcome: `Lifts ${counts.join(", ")}`, caseId: actions[0]?.caseId ?? null, result: { actionIds: actions.map(({ id }) => id) } };
}

const chosen = z.object({ chosenRung: z.number().int().nullable() });

/** A list of proposals shows nobody what is new on their cases, so what has news is left to its own page. */
async function approveUnchanged(tx: Tx, deps: Deps, author: StaffActor, decisionId: string): Promise<Result<{ caseId: string }, string>> {
  const proposed = await tx.decision.findUnique({ where: { id: decisionId }, select: { caseVersion: true } });
  if (!proposed) return refuse("not_found");
  const done = await approveDecision(deps, author, { decisionId, seen: proposed.caseVersion });
  return !done.ok && done.reason === "news_unseen" ? refuse("news_since_proposal") : done;
}

async function answerItem({ tx, deps, author, item }: AtWork, input: BulkInputOf<"approve"> | BulkInputOf<"reject">): ItemAnswer {
  if (!item.decisionId) return refuse("not_found");
  const done = input.kind === "approve" ? await approveUnchanged(tx, deps, author, item.decisionId) : await rejectDecision(deps, author, { decisionId: item.decisionId, reason: input.reason });
  if (!done.ok) return done;
  const decision = await tx.decision.findUniqueOrThrow({ where: { id: item.decisionId }, include: { actions: { select: { id: true } } } });
  const measure = (await decidedMeasure(tx, decision)) ?? "proposal";
  const outcome = input.kind === "approve" ? measure.replace(/^./, (first) => first.toUpperCase()) : `Rejected: ${measure}`;
  return { ok: true, ...plain, outcome, rung: chosen.parse(decision).chosenRung, caseId: done.caseId, decisionId: item.decisionId, result: { actionIds: decision.actions.map(({ id }) => id) } };
}
