import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { isLiveAppeal } from "./appeal";
import { lockAppeal, type Appeal } from "./appeal.repo.server";
import { tellAppellant } from "./tell-appellant.server";

const sweeper = { kind: "system", name: "appeals.sla" } as const;
const batch = 200;

/**
 * Tells whoever appealed, once, that the promised time has passed without an answer (CF-AUP 7.3; rule of procedure 7: everyone hears back). An appeal that
 * waits for its appellant, or whose day was moved by that, is not late. Each is a transaction of its own, which locks the account first.
 *
 * @returns how many appeals
 */
export async function tellDelays(deps: Deps): Promise<number> {
  let told = 0;
  for (;;) {
    const due = await deps.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM appeal WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND breached_at IS NOT NULL AND delay_told_at IS NULL AND due_at <= ${deps.clock().toJSDate()} ORDER BY due_at, id LIMIT ${batch}`;
    let here = 0;
    for (const { id } of due) {
      try {
        if (await tellOne(deps, id)) here += 1;
      } catch (error) {
        deps.log.error({ err: error, appealId: id }, "whoever appealed could not be told that the answer is late");
      }
    }
    told += here;
    if (due.length < batch || here === 0) return told;
  }
}

const isToTell = ({ state, pausedAt, breachedAt, dueAt, delayToldAt }: Appeal, at: DateTime): boolean => isLiveAppeal(state) && !pausedAt && breachedAt !== null && !delayToldAt && dueAt <= at;

const tellOne = (deps: Deps, appealId: string): Promise<boolean> =>
  deps.db.$transaction(async (tx) => {
    const locked = await lockAppeal(tx, appealId);
    const at = deps.clock();
    if (!locked || !isToTell(locked.appeal, at)) return false;
    const { appeal, account, action } = locked;
    await tx.appeal.update({ where: { id: appealId }, data: { delayToldAt: at.toJSDate() }, select: { id: true } });
    const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, at);
    const props = { reference: appeal.reference, filedAt: appeal.filedAt.toJSDate(), dueBefore: appeal.dueAt.toJSDate(), standingUrl: `${standingUrl}#appeal-${appeal.id}` };
    const noticeIds = await tellAppellant(tx, deps, { ...appeal, appealId, caseId: action.caseId, language: account.language }, { content: { template: "appeal_delayed", props }, occasion: "delayed", at });
    await recordAudit(tx, sweeper, { type: "appeal.delay_told", at, platformId: appeal.platformId, accountId: account.id, caseId: action.caseId, appealId, mails: noticeIds.length });
    return true;
  });
