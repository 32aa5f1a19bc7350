import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";

type World = Pick<Deps, "db" | "clock">;

/** A decision in effect with one active warning, of which the account holder has not been told. */
export async function aDecision(deps: World, on: { id: string; platformId: string; accountId: string }) {
  const at = deps.clock().toJSDate();
  const id = newId();
  const proposerId = newId();
  return deps.db.decision.create({
    data: {
      id,
      reference: `D-${id.slice(-8)}`,
      caseId: on.id,
      platformId: on.platformId,
      accountId: on.accountId,
      outcome: "violation",
      state: "in_effect",
      deciderId: proposerId,
      caseVersion: 1,
      rationale: "41 of 1,204 contacts had opted out.",
      decidedAt: at,
      effectiveAt: at,
      actions: {
        create: {
          id: newId(),
          reference: `A-${id.slice(-8)}`,
          caseId: on.id,
          accountId: on.accountId,
          kind: "warning",
          state: "active",
          proposerId,
          startsAt: at,
          createdAt: at,
        },
      },
    },
    include: { actions: true },
  });
}
