import { anyDue } from "~/infra/any-due.server";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { expirePauses } from "./expire-pauses.server";
import { sweepAppealSla } from "./sweep-appeal-sla.server";

/** No five business days are longer, whatever the calendar. */
const longestNotice = { days: 14 };

/** Lets pauses end and sets the marks that are due; one look is all it costs while no appeal comes near its end. */
export async function runAppealClock(deps: Deps): Promise<number> {
  const now = deps.clock();
  const near = now.plus(longestNotice).toJSDate();
  const running = Prisma.sql`SELECT FROM appeal WHERE state IN ('filed', 'under_review') AND paused_at IS NULL`;
  const due = await anyDue(
    deps.db,
    "appeals.sla",
    Prisma.sql`SELECT FROM appeal_question WHERE ended_at IS NULL AND pause_ends_at <= ${now.toJSDate()}`,
    Prisma.sql`${running} AND warned_at IS NULL AND due_at <= ${near}`,
    Prisma.sql`${running} AND urged_at IS NULL AND due_at <= ${near}`,
    Prisma.sql`${running} AND breached_at IS NULL AND due_at <= ${now.toJSDate()}`,
  );
  return due ? (await expirePauses(deps)) + (await sweepAppealSla(deps)) : 0;
}
