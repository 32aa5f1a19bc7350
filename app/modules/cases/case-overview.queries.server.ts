import type { Db } from "~/infra/db.server";

export const caseStates = ["open", "investigating", "waiting_for_information", "decided", "closed"] as const;
export type CaseStateName = (typeof caseStates)[number];

export interface CaseFilter {
  platformKey?: string;
  state?: CaseStateName;
  limit: number;
  /** Reference of the last case seen: the list goes on behind it. */
  after?: string;
}

const overview = {
  id: true,
  reference: true,
  area: true,
  state: true,
  severity: true,
  priority: true,
  reportCount: true,
  signalCount: true,
  escalated: true,
  leaseHolderId: true,
  leaseExpiresAt: true,
  openedAt: true,
  decidedAt: true,
  closedAt: true,
  platform: { select: { key: true } },
  account: { select: { externalId: true, businessName: true } },
} as const;

/** Cases, newest first: ids grow with time, so that the key alone pages through them. */
export async function listCases({ db }: { db: Db }, filter: CaseFilter) {
  const after = filter.after === undefined ? null : await db.case.findUnique({ where: { reference: filter.after }, select: { id: true } });
  return db.case.findMany({
    where: {
      ...(filter.platformKey === undefined ? {} : { platform: { key: filter.platformKey } }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(after ? { id: { lt: after.id } } : {}),
    },
    orderBy: { id: "desc" },
    take: filter.limit,
    select: overview,
  });
}

/** One case with what happened in it, oldest first; the words of reporters and the people behind them stay out of it. */
export async function findCase({ db }: { db: Db }, reference: string) {
  return db.case.findUnique({
    where: { reference },
    select: {
      ...overview,
      reports: { orderBy: { receivedAt: "asc" }, take: 500, select: { reference: true, state: true, outcome: true, channel: true, receivedAt: true, clause: { select: { code: true } } } },
      actions: { orderBy: { createdAt: "asc" }, take: 500, select: { reference: true, kind: true, state: true, interim: true, features: true, startsAt: true, endsAt: true, informedAt: true, appealClosesAt: true } },
      events: { orderBy: [{ at: "desc" }, { id: "desc" }], take: 500, select: { at: true, kind: true, actorKind: true, actorName: true } },
    },
  });
}
