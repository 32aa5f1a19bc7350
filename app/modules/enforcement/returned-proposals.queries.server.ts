import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { decideCaseSchema, type DecideCaseInput } from "./decide-case.schema";

export type Returned = "expired" | "rejected" | "taken_back";

/** Why a proposal came to nothing. One that its author took back was answered before its time was over. */
function howOf({ state, answeredAt, expiresAt }: { state: string; answeredAt: Date | null; expiresAt: Date }): Returned {
  if (state === "rejected") return "rejected";
  return answeredAt && answeredAt < expiresAt ? "taken_back" : "expired";
}

export interface ReturnedProposal {
  id: string;
  reference: string;
  how: Returned;
  /** What the second person said; of one nobody answered, that. */
  reason: string;
  at: string;
  caseReference: string;
  area: string;
  businessName: string;
  platformName: string;
  zone: string;
}

const shownForDays = 30;
const most = 20;

/** Proposals of this person that nobody agreed to, as long as nothing else was decided or proposed on their cases: the last to come back first. */
export async function returnedProposals({ db, clock }: Pick<Deps, "db" | "clock">, proposerId: string): Promise<ReturnedProposal[]> {
  const rows = await db.approval.findMany({
    where: {
      proposerId,
      answeredAt: { gte: clock().minus({ days: shownForDays }).toJSDate() },
      state: { in: ["rejected", "expired"] },
      actionId: null,
      decision: { state: { in: ["rejected", "withdrawn"] }, case: { state: "investigating" } },
    },
    orderBy: [{ answeredAt: "desc" }, { id: "desc" }],
    take: most,
    select: {
      id: true,
      state: true,
      reason: true,
      answeredAt: true,
      expiresAt: true,
      decisionId: true,
      decision: {
        select: {
          reference: true,
          account: { select: { businessName: true } },
          platform: { select: { name: true, zone: true } },
          case: { select: { reference: true, area: true, decisions: { orderBy: [{ decidedAt: "desc" }, { id: "desc" }], take: 1, select: { id: true } } } },
        },
      },
    },
  });
  return rows
    .filter(({ decisionId, decision, ...row }) => decision.case.decisions[0]?.id === decisionId && howOf(row) !== "taken_back")
    .map(({ id, reason, decision, ...row }) => ({
      id,
      reference: decision.reference,
      how: howOf(row),
      reason: reason ?? "",
      at: row.answeredAt!.toISOString(),
      caseReference: decision.case.reference,
      area: decision.case.area,
      businessName: decision.account.businessName,
      platformName: decision.platform.name,
      zone: decision.platform.zone,
    }));
}

const frozen = z.object({ input: decideCaseSchema });

/** What this person last proposed on a case, when it came back to them and nothing was decided since. */
export async function lastReturned(tx: Tx, caseId: string, proposerId: string): Promise<{ reference: string; how: Returned; reason: string; input: DecideCaseInput } | null> {
  const last = await tx.decision.findFirst({
    where: { caseId },
    orderBy: [{ decidedAt: "desc" }, { id: "desc" }],
    select: { reference: true, state: true, deciderId: true, plan: true, approvals: { where: { actionId: null }, orderBy: { requestedAt: "desc" }, take: 1, select: { state: true, reason: true, answeredAt: true, expiresAt: true } } },
  });
  const [answer] = last?.approvals ?? [];
  if (!last || !answer?.answeredAt || last.deciderId !== proposerId || (last.state !== "rejected" && last.state !== "withdrawn")) return null;
  const read = frozen.safeParse(last.plan);
  return read.success ? { reference: last.reference, how: howOf(answer), reason: answer.reason ?? "", input: read.data.input } : null;
}
