import { DateTime } from "luxon";
import type { Db, Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";

/** An extension of an interim measure that waits for a second person. */
export type WaitingExtension = { id: string; days: number; reason: string; proposerId: string; expiresAt: DateTime<true> };

type NewExtension = { actionId: string; days: number; reason: string; proposerId: string; requestedAt: DateTime; expiresAt: DateTime };

/** The extension of a measure that waits, if one does. The caller holds the locks of `lockSubject`. */
export async function waitingExtension(tx: Tx, actionId: string): Promise<WaitingExtension | null> {
  const row = await tx.interimExtension.findFirst({ where: { actionId, state: "awaiting_approval" } });
  return row?.days == null ? null : { ...row, days: row.days, expiresAt: DateTime.fromJSDate(row.expiresAt, { zone: "utc" }) as DateTime<true> };
}

/** Records an extension that one person grants, before the measure's end is moved: the database asks for it. */
export const insertGranted = (tx: Tx, { requestedAt, expiresAt, endsAt, ...asked }: NewExtension & { endsAt: DateTime }): Promise<{ id: string }> =>
  tx.interimExtension.create({
    data: { ...asked, id: newId(), state: "granted", endsAt: endsAt.toJSDate(), requestedAt: requestedAt.toJSDate(), expiresAt: expiresAt.toJSDate(), answeredAt: requestedAt.toJSDate() },
    select: { id: true },
  });

export const insertWaiting = (tx: Tx, { requestedAt, expiresAt, ...asked }: NewExtension): Promise<unknown> =>
  tx.interimExtension.create({ data: { ...asked, id: newId(), state: "awaiting_approval", requestedAt: requestedAt.toJSDate(), expiresAt: expiresAt.toJSDate() }, select: { id: true } });

type Answer = { state: "granted"; reviewerId: string; endsAt: DateTime } | { state: "rejected"; reviewerId: string } | { state: "withdrawn" | "lapsed" };

export const answerExtension = (tx: Tx, id: string, answer: Answer, at: DateTime): Promise<unknown> =>
  tx.interimExtension.update({
    where: { id },
    data: {
      state: answer.state,
      reviewerId: "reviewerId" in answer ? answer.reviewerId : null,
      endsAt: "endsAt" in answer ? answer.endsAt.toJSDate() : null,
      answeredAt: at.toJSDate(),
    },
    select: { id: true },
  });

/** The measures ended: an extension that waits has nothing left to extend. */
export const lapseWaiting = (tx: Tx, actionIds: readonly string[], at: DateTime): Promise<unknown> =>
  tx.interimExtension.updateMany({ where: { actionId: { in: [...actionIds] }, state: "awaiting_approval" }, data: { state: "lapsed", answeredAt: at.toJSDate() } });

/** Measures whose extension waited too long for a second person, the oldest first. */
export async function lapsedExtensions(db: Db, at: DateTime, limit: number): Promise<string[]> {
  const rows = await db.interimExtension.findMany({
    where: { state: "awaiting_approval", expiresAt: { lte: at.toJSDate() } },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: limit,
    select: { actionId: true },
  });
  return rows.map(({ actionId }) => actionId);
}
