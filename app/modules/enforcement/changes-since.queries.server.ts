import type { Tx } from "~/infra/db.server";
import { parseCaseEvent, sayCaseEvent, sayEventActor } from "../cases/case-event";

export type CaseChanges = { seen: number; version: number; changes: { at: string; who: string; what: string }[] };

/**
 * What happened to a case since a form was made from version `seen`: the conflict a stale form is answered with. Each
 * change raises the version by one and mostly leaves one line in the timeline, so the newest lines are the ones missed.
 */
export async function changesSince(tx: Tx, caseId: string, seen: number): Promise<CaseChanges> {
  const { version } = await tx.case.findUniqueOrThrow({ where: { id: caseId }, select: { version: true } });
  const events = await tx.caseEvent.findMany({ where: { caseId }, orderBy: [{ at: "desc" }, { id: "desc" }], take: Math.min(Math.max(version - seen, 0), 20) });
  return {
    seen,
    version,
    changes: events.flatMap(({ at, actorKind, actorName, kind, data }) => {
      const event = parseCaseEvent(kind, data);
      return event ? [{ at: at.toISOString(), who: sayEventActor({ actorKind, actorName }), what: sayCaseEvent(event, actorKind) }] : [];
    }),
  };
}
