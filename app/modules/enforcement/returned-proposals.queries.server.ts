import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { decidePath } from "./composer";
import { decideCaseSchema, type DecideCaseInput } from "./decide-case.schema";
import { returnedMeasures, type ReturnedMeasure } from "./returned-measures.queries.server";

export type Returned = "expired" | "rejected" | "taken_back";

/** Why a proposal came to nothing. One that its author took back was answered before its time was over. */
function howOf({ state, answeredAt, expiresAt }: { state: string; answeredAt: Date | null; expiresAt: Date }): Returned {
  if (state === "rejected") return "rejected";
  return answeredAt && answeredAt < expiresAt ? "taken_back" : "expired";
}

export interface ReturnedProposal {
  id: string;
  /** Where it can be proposed again. */
  path: string;
  what: "decision" | ReturnedMeasure["what"];
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

type Row = Omit<ReturnedProposal, "how" | "at" | "path" | "what"> & { state: string; answeredAt: Date; expiresAt: Date };

/** What this person proposed and nobody agreed to, as long as nothing else was decided or proposed in its place: the last to come back first. */
export async function returnedProposals({ db, clock }: Pick<Deps, "db" | "clock">, proposerId: string): Promise<ReturnedProposal[]> {
  const since = clock().minus({ days: shownForDays }).toJSDate();
  const rows = await db.$queryRaw<Row[]>`
    SELECT p.id, d.reference, p.state::text AS state, coalesce(p.reason, '') AS reason, p.answered_at AS "answeredAt", p.expires_at AS "expiresAt",
           c.reference AS "caseReference", c.area, a.business_name AS "businessName", pl.name AS "platformName", pl.zone
      FROM approval p
      JOIN decision d ON d.id = p.decision_id AND d.state IN ('rejected', 'withdrawn')
      JOIN "case" c ON c.id = d.case_id AND c.state = 'investigating'
      JOIN account a ON a.id = d.account_id
      JOIN platform pl ON pl.id = d.platform_id
     WHERE p.proposer_id = ${proposerId}::uuid AND p.answered_at >= ${since} AND p.action_id IS NULL
       AND (p.state = 'rejected' OR (p.state = 'expired' AND p.answered_at >= p.expires_at))
       AND NOT EXISTS (SELECT FROM decision later WHERE later.case_id = d.case_id AND (later.decided_at, later.id) > (d.decided_at, d.id))
     ORDER BY p.answered_at DESC, p.id DESC LIMIT ${most}`;
  const decisions = rows.map(({ state, answeredAt, expiresAt, ...row }): ReturnedProposal => ({ ...row, what: "decision", path: decidePath(row.caseReference), how: howOf({ state, answeredAt, expiresAt }), at: answeredAt.toISOString() }));
  const measures = (await returnedMeasures({ db }, proposerId, { since, most })).map(({ actionId, at, ...one }): ReturnedProposal => ({ ...one, path: one.what === "interim" ? `/cases/${one.caseReference}` : `/actions/${actionId}`, at: at.toISOString() }));
  return [...decisions, ...measures].sort((a, b) => b.at.localeCompare(a.at)).slice(0, most);
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
