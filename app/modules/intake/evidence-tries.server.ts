import type { DateTime } from "luxon";
import type { Db, Prisma, Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { nextTry, type EvidenceWork } from "./evidence-work";

/** Files whose work may be tried now: it never failed, or its next time has come. */
export const triable = (work: EvidenceWork, now: DateTime): Prisma.EvidenceFileWhereInput => ({ tries: { none: { work, OR: [{ nextAt: null }, { nextAt: { gt: now.toJSDate() } }] } } });

/** Puts off a work that failed; in the end it waits for a person. */
export async function triedInVain({ db, clock }: Pick<Deps, "db" | "clock">, evidenceFileId: string, work: EvidenceWork): Promise<void> {
  const at = clock();
  await db.$transaction(async (tx) => {
    const of = { evidenceFileId_work: { evidenceFileId, work } };
    const { tries } = await tx.evidenceTry.upsert({ where: of, create: { evidenceFileId, work, tries: 1 }, update: { tries: { increment: 1 } }, select: { tries: true } });
    await tx.evidenceTry.update({ where: of, data: { nextAt: nextTry(tries, at)?.toJSDate() ?? null }, select: { tries: true } });
  });
}

/** The work is done, or begins anew. @returns whether it had failed before */
export async function triesAreOver(db: Db | Tx, evidenceFileId: string, work?: EvidenceWork): Promise<boolean> {
  const { count } = await db.evidenceTry.deleteMany({ where: { evidenceFileId, work } });
  return count > 0;
}
