import type { Db } from "~/infra/db.server";
import { parseCaseEvent, sayCaseEvent, sayEventActor } from "./case-event";

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

/** Cases, newest first by when they were opened; the id settles those opened at one instant. */
export async function listCases({ db }: { db: Db }, filter: CaseFilter) {
  const after = filter.after === undefined ? null : await db.case.findUnique({ where: { reference: filter.after }, select: { id: true, openedAt: true } });
  return db.case.findMany({
    where: {
      ...(filter.platformKey === undefined ? {} : { platform: { key: filter.platformKey } }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(after ? { OR: [{ openedAt: { lt: after.openedAt } }, { openedAt: after.openedAt, id: { lt: after.id } }] } : {}),
    },
    orderBy: [{ openedAt: "desc" }, { id: "desc" }],
    take: filter.limit,
    select: overview,
  });
}

/** One case with what happened in it, oldest first; the words of reporters and the people behind them stay out of it. */
export async function findCase({ db }: { db: Db }, reference: string) {
  const found = await db.case.findUnique({
    where: { reference },
    select: {
      ...overview,
      reports: { orderBy: { receivedAt: "asc" }, take: 500, select: { reference: true, state: true, outcome: true, channel: true, receivedAt: true, clause: { select: { code: true } } } },
      actions: { orderBy: { createdAt: "asc" }, take: 500, select: { reference: true, kind: true, state: true, interim: true, features: true, startsAt: true, endsAt: true, informedAt: true, appealClosesAt: true, noTipOff: true } },
      events: { orderBy: [{ at: "desc" }, { id: "desc" }], take: 500, select: { at: true, kind: true, actorKind: true, actorName: true, data: true } },
    },
  });
  return found && { ...found, events: found.events.map(toldEvent) };
}

/** An event in words: its data may hold what staff wrote about a reporter, and stays out. */
function toldEvent({ data, ...event }: { at: Date; kind: string; actorKind: string; actorName: string | null; data: unknown }) {
  const parsed = parseCaseEvent(event.kind, data);
  return { ...event, who: sayEventActor(event), what: parsed ? sayCaseEvent(parsed, event.actorKind) : event.kind.replaceAll("_", " ") };
}
