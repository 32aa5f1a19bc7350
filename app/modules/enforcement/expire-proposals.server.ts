import type { DateTime } from "luxon";
import { dueQuestion } from "~/infra/any-due.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { lapseAutomation, overdueAutomations } from "../signals/answer-automation.server";
import { lapseChange } from "./answer-change.server";
import { lapseExtension } from "./answer-extension.server";
import { lapsedInterims, lapseInterim } from "./answer-interim.server";
import { dropProposal, lockPending } from "./answer-proposal.server";
import { approvalHours } from "./decide-case.server";
import { lapseRuleMeasure } from "./end-rule-measure.server";
import { lapsedExtensions } from "./interim-extension.repo.server";
import { overdueRuleMeasures } from "./rule-measure.repo.server";

const sweeper: Actor = { kind: "system", name: "expire-proposals" };
const anyDue = dueQuestion(
  "proposals.expire",
  "SELECT FROM approval WHERE state = 'pending' AND expires_at <= $1",
  `SELECT FROM action WHERE interim AND state = 'awaiting_approval' AND created_at <= $1 - interval '${approvalHours} hours'`,
  "SELECT FROM interim_extension WHERE state = 'awaiting_approval' AND expires_at <= $1",
  "SELECT FROM rule_automation WHERE state = 'asked' AND expires_at <= $1",
  `SELECT FROM rule_measure m JOIN "case" c ON c.id = m.case_id WHERE m.state = 'waiting' AND (m.expires_at <= $1 OR c.state IN ('decided', 'closed'))`,
);

/**
 * Lets proposals lapse that nobody answered in time. Each is a transaction of its own; two sweeps at once do no harm,
 * since whoever comes second finds the proposal answered. One that cannot be put away is logged, stays due and keeps no
 * other from it.
 *
 * @returns how many lapsed
 */
export async function expireProposals(deps: Deps, limit = 200): Promise<number> {
  const at = deps.clock();
  if (!(await anyDue(deps.db, at))) return 0;
  const due = await deps.db.approval.findMany({
    where: { state: "pending", expiresAt: { lte: at.toJSDate() } },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: limit,
    select: { decisionId: true, actionId: true, action: { select: { replacesId: true } } },
  });
  const interims = await lapsedInterims(deps, at, limit);
  const extensions = await lapsedExtensions(deps.db, at, limit);
  const ruleMeasures = await overdueRuleMeasures(deps.db, at, limit);
  const automations = await overdueAutomations(deps.db, at, limit);
  const lapsing = [
    ...interims.map((row) => ({ row, lapse: async () => (await lapseInterim(deps, sweeper, row)).ok })),
    ...extensions.map((row) => ({ row, lapse: async () => (await lapseExtension(deps, sweeper, row)).ok })),
    ...due.map(({ decisionId, actionId, action }) => ({
      row: actionId ?? decisionId,
      lapse: async () => (actionId === null ? lapseDecision(deps, decisionId, at) : action?.replacesId != null && lapseChange(deps, sweeper, action.replacesId, at)),
    })),
    ...ruleMeasures.map((row) => ({ row, lapse: () => lapseRuleMeasure(deps, row, at) })),
    ...automations.map((row) => ({ row, lapse: () => lapseAutomation(deps, row, at) })),
  ];
  let lapsed = 0;
  for (const { row, lapse } of lapsing) {
    try {
      if (await lapse()) lapsed += 1;
    } catch (error) {
      deps.log.error({ err: error, sweep: "proposals.expire", row }, "a row that is due cannot be done");
    }
  }
  return lapsed;
}

const lapseDecision = (deps: Deps, decisionId: string, at: DateTime): Promise<boolean> =>
  deps.db.$transaction(async (tx) => {
    const pending = await lockPending(tx, decisionId);
    if (!pending.ok || pending.approval.expiresAt.getTime() > at.toMillis()) return false;
    const reason = "Nobody answered the proposal in time.";
    await dropProposal(tx, sweeper, pending, { state: "withdrawn", answer: { state: "expired", reason }, audit: "decision.lapsed", reason, at });
    return true;
  });
