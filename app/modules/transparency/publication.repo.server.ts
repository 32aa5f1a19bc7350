import type { DateTime } from "luxon";
import type { Db, Prisma, Tx } from "~/infra/db.server";

const ofCase = { accountId: true, caseId: true, reference: true, case: { select: { reference: true } } } as const;

const columns = {
  statementId: true,
  platformId: true,
  outOfScope: true,
  publicFacts: true,
  blockers: true,
  batchId: true,
  statement: { select: { dsa: true, puid: true, decision: { select: { id: true, ...ofCase } }, action: { select: { id: true, ...ofCase } } } },
} as const;

export type Publication = Prisma.StatementPublicationGetPayload<{ select: typeof columns }>;

/** What a statement gives the reasons of: its decision, or the interim measure that no decision stands behind yet. */
export function subjectOf({ statement: { decision, action } }: Pick<Publication, "statement">) {
  const subject = decision ?? action;
  if (!subject) throw new Error("a statement is about nothing");
  return subject;
}

export const loadPublication = (db: Db | Tx, statementId: string): Promise<Publication | null> => db.statementPublication.findUnique({ where: { statementId }, select: columns });

/** The publication, locked: who rewrites and who exports come one after the other. */
export async function lockPublication(tx: Tx, statementId: string): Promise<Publication | null> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM statement_publication WHERE statement_id = ${statementId}::uuid FOR UPDATE`;
  return locked.length === 0 ? null : loadPublication(tx, statementId);
}

/** Statements that wait to be exported, oldest first; `only` narrows them to some. */
export const waitingPublications = (db: Db | Tx, platformId: string, limit: number, only: readonly string[] | null): Promise<Publication[]> =>
  db.statementPublication.findMany({
    where: {
      platformId,
      outOfScope: null,
      batchId: null,
      blockers: { isEmpty: true },
      undoneAs: null,
      ...(only && { statementId: { in: [...only] } }),
    },
    orderBy: { statementId: "asc" },
    take: limit,
    select: columns,
  });

export async function savePublicFacts(tx: Tx, statementId: string, rewritten: { publicFacts: string; byId: string; at: DateTime }): Promise<void> {
  const at = rewritten.at.toJSDate();
  await tx.statementPublication.update({
    where: { statementId },
    data: { publicFacts: rewritten.publicFacts, rewrittenById: rewritten.byId, rewrittenAt: at, blockers: [], checkedAt: at },
    select: { statementId: true },
  });
}

/** Holds a statement back, unless it was exported meanwhile. */
export const holdBack = (db: Db, statementId: string, blockers: string[], at: DateTime): Promise<unknown> =>
  db.statementPublication.updateMany({ where: { statementId, batchId: null }, data: { blockers, checkedAt: at.toJSDate() } });

/** One export of a platform at a time. Other work on the platform goes on. */
export const lockExportsOf = (tx: Tx, platformId: string): Promise<unknown> => tx.$queryRaw`SELECT 1 FROM platform WHERE id = ${platformId}::uuid FOR NO KEY UPDATE`;

export const findBatch = (tx: Tx, idempotencyKey: string) => tx.statementBatch.findUnique({ where: { idempotencyKey }, select: { id: true, number: true, size: true, platformId: true } });

export async function nextBatchNumber(tx: Tx, platformId: string): Promise<number> {
  const { _max } = await tx.statementBatch.aggregate({ where: { platformId }, _max: { number: true } });
  return (_max.number ?? 0) + 1;
}

export const insertBatch = (tx: Tx, batch: Prisma.StatementBatchUncheckedCreateInput): Promise<unknown> => tx.statementBatch.create({ data: batch, select: { id: true } });

export const putInBatch = (tx: Tx, statementId: string, batchId: string, payload: Prisma.InputJsonValue): Promise<unknown> =>
  tx.statementPublication.update({ where: { statementId }, data: { batchId, payload }, select: { statementId: true } });
