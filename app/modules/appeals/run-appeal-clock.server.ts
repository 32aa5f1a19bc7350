import { dueQuestion } from "~/infra/any-due.server";
import type { Deps } from "~/infra/deps.server";
import { expirePauses } from "./expire-pauses.server";
import { sweepAppealSla } from "./sweep-appeal-sla.server";
import { sweepUnmatchedSla } from "./sweep-unmatched-sla.server";
import { tellDelays } from "./tell-delays.server";

const running = "SELECT FROM appeal WHERE state IN ('filed', 'under_review') AND paused_at IS NULL";
/** Five business days are no longer, unless a platform closes for more than a month. */
const near = "$1 + interval '45 days'";

const anyDue = dueQuestion(
  "appeals.sla",
  "SELECT FROM appeal_question WHERE ended_at IS NULL AND pause_ends_at <= $1",
  `${running} AND warned_at IS NULL AND due_at <= ${near}`,
  `${running} AND urged_at IS NULL AND due_at <= ${near}`,
  `${running} AND breached_at IS NULL AND due_at <= $1`,
  `${running} AND breached_at IS NOT NULL AND delay_told_at IS NULL AND due_at <= $1`,
  "SELECT FROM unmatched_appeal WHERE settled_at IS NULL AND looked_at IS NOT NULL AND breached_at IS NULL AND platform_id IS NOT NULL AND due_at IS NULL",
  `SELECT FROM unmatched_appeal WHERE settled_at IS NULL AND looked_at IS NOT NULL AND breached_at IS NULL AND due_at <= ${near}`,
);

/** Lets pauses end and sets the marks that are due; one look is all it costs while no open appeal waits for its first mark. */
export async function runAppealClock(deps: Deps): Promise<number> {
  return (await anyDue(deps.db, deps.clock())) ? (await expirePauses(deps)) + (await sweepAppealSla(deps)) + (await tellDelays(deps)) + (await sweepUnmatchedSla(deps)) : 0;
}
