import type { Prisma, Tx } from "~/infra/db.server";

export type LockedReferral = Prisma.ReferralGetPayload<{ include: { items: true; packets: true } }>;

/** Locks account, then case, then the referral, in the order of every command. */
export async function lockReferral(tx: Tx, referralId: string): Promise<LockedReferral | null> {
  const of = await tx.referral.findUnique({ where: { id: referralId }, select: { accountId: true, caseId: true } });
  if (!of) return null;
  await tx.$queryRaw`SELECT 1 FROM account WHERE id = ${of.accountId}::uuid FOR NO KEY UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${of.caseId}::uuid FOR NO KEY UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM referral WHERE id = ${referralId}::uuid FOR UPDATE`;
  return tx.referral.findUnique({ where: { id: referralId }, include: { items: true, packets: true } });
}
