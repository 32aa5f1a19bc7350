import type { Db } from "~/infra/db.server";

const shown = 10;

/** The legal reasons given for less notice of a version, newest first. */
export async function shorterNotices(db: Db, policyVersionId: string) {
  const rows = await db.policyShorterNotice.findMany({ where: { policyVersionId }, orderBy: { askedAt: "desc" }, take: shown });
  const people = await db.staff.findMany({ where: { id: { in: rows.flatMap(({ askedById, answeredById }) => [askedById, answeredById ?? askedById]) } }, select: { id: true, name: true } });
  const nameOf = (id: string | null) => people.find((one) => one.id === id)?.name ?? null;
  return rows.map(({ id, state, reason, effectiveDay, contentHash, askedById, askedAt, answeredById }) => ({
    id,
    state,
    reason,
    effectiveDay: effectiveDay.toISOString().slice(0, 10),
    contentHash,
    askedById,
    askedBy: nameOf(askedById),
    askedAt: askedAt.toISOString(),
    answeredBy: nameOf(answeredById),
  }));
}
export type ShorterNotice = Awaited<ReturnType<typeof shorterNotices>>[number];
