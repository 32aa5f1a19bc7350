import { dueQuestion } from "~/infra/any-due.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { setBegun, unbegunActionsOfFreeAccounts } from "./action.repo.server";
import { lockSubject } from "./change-action.server";
import { refreshGate } from "./refresh-gate.server";

const sweeper: Actor = { kind: "system", name: "begin-actions" };
const anyDue = dueQuestion("actions.begin", "SELECT FROM action WHERE state = 'active' AND begun_at IS NULL AND starts_at <= $1");

/**
 * Records that scheduled actions have begun, and tells platforms. The gate does not wait for this: its row speaks from
 * its own start. The account holder was told with the statement of reasons, before it began (rule of procedure 7).
 *
 * @returns how many actions began
 */
export async function beginActions(deps: Deps, batch = 100): Promise<number> {
  if (!(await anyDue(deps.db, deps.clock()))) return 0;
  let total = 0;
  for (;;) {
    const begun = await deps.db.$transaction(
      async (tx) => {
        const at = deps.clock();
        const due = await unbegunActionsOfFreeAccounts(tx, at, batch);
        for (const actionId of due) {
          const subject = await lockSubject(tx, actionId);
          if (!subject.ok) continue;
          const { account, action, terms } = subject;
          const { platformId } = account;
          await setBegun(tx, actionId);
          await refreshGate(tx, account.id, terms.features, at);
          await tx.$executeRaw`SELECT note_gate_change(${platformId}::uuid, ${account.id}::uuid)`;
          await recordCaseEvent(tx, sweeper, { caseId: action.caseId, at, event: { kind: "action_began", data: { actionId, reference: action.reference } } });
          await recordAudit(tx, sweeper, { type: "action.began", at, platformId, accountId: account.id, caseId: action.caseId, actionId, startsAt: action.startsAt?.toISO() ?? null });
        }
        return due.length;
      },
      { timeout: 60_000 },
    );
    total += begun;
    if (begun < batch) return total;
  }
}
