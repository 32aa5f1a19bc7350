import type { Db } from "~/infra/db.server";

/** What the rest of the product needs to know once a message has reached its recipient's mail server; null before. */
export async function handedOverNotice({ db }: { db: Db }, noticeId: string) {
  const notice = await db.notice.findUnique({ where: { id: noticeId }, select: { kind: true, decisionId: true, actionId: true, reporterMeasureId: true, handedOverAt: true } });
  return notice?.handedOverAt ? { ...notice, handedOverAt: notice.handedOverAt } : null;
}
