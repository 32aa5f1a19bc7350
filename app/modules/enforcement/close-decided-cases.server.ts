import { DateTime } from "luxon";
import { dueQuestion } from "~/infra/any-due.server";
import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { liveAppealStates } from "../appeals/appeal";
import { moveCase } from "../cases/move-case.server";
import { nextClosingLook, type Unfinished } from "./case-closing";

const sweeper: Actor = { kind: "system", name: "close-decided-cases" };
const anyDue = dueQuestion("cases.close", `SELECT FROM "case" WHERE state = 'decided' AND close_check_at <= $1`);

/**
 * Files away decided cases that nothing is left to do about (see {@link nextClosingLook}). What cannot be closed yet is
 * looked at again when its last appeal window ends, after every change of it, and at least once a day; nothing else is read.
 * Accounts somebody is busy with are skipped, so that a sweep never waits for people nor for another sweep.
 *
 * @returns how many cases were closed
 */
export async function closeDecidedCases(deps: Deps, batch = 100): Promise<number> {
  if (!(await anyDue(deps.db, deps.clock()))) return 0;
  let total = 0;
  for (;;) {
    const looked = await deps.db.$transaction((tx) => closeBatch(tx, deps.clock(), batch), { timeout: 60_000 });
    total += looked.closed;
    if (looked.seen < batch) return total;
  }
}

async function closeBatch(tx: Tx, at: DateTime, batch: number): Promise<{ seen: number; closed: number }> {
  const due = Prisma.sql`state = 'decided' AND close_check_at <= ${at.toJSDate()}`;
  const accounts = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM account
     WHERE id IN (SELECT account_id FROM "case" WHERE ${due} ORDER BY close_check_at, id LIMIT ${batch})
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;
  const cases = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "case"
     WHERE ${due} AND account_id = ANY(${accounts.map(({ id }) => id)}::uuid[])
     ORDER BY close_check_at, id LIMIT ${batch} FOR UPDATE`;
  let closed = 0;
  for (const found of await unfinishedOf(tx, cases.map(({ id }) => id))) {
    const look = nextClosingLook(found, at);
    if (look.close) {
      const done = await moveCase(tx, sweeper, { caseId: found.caseId, move: "close", at, event: { kind: "closed", data: { reason: look.reason } } });
      if (!done.ok) throw new Error(`a decided case did not close: ${done.reason}`);
      closed += 1;
    } else {
      await tx.$executeRaw`UPDATE "case" SET close_check_at = ${look.at.toJSDate()} WHERE id = ${found.caseId}::uuid`;
    }
  }
  return { seen: cases.length, closed };
}

/** What is left to happen on each case, in one query. */
async function unfinishedOf(tx: Tx, caseIds: readonly string[]): Promise<(Unfinished & { caseId: string })[]> {
  const rows = await tx.$queryRaw<(Omit<Unfinished, "windowsEndAt" | "startsAt"> & { caseId: string; windowsEndAt: Date | null; startsAt: Date | null })[]>`
    SELECT c.id AS "caseId", c.review_reason IS NOT NULL AS "forReview",
           EXISTS (SELECT FROM appeal p JOIN action a ON a.id = p.action_id WHERE a.case_id = c.id AND p.state::text = ANY(${[...liveAppealStates]})) AS "appealed",
           EXISTS (SELECT FROM action a WHERE a.case_id = c.id AND a.state IN ('proposed', 'awaiting_approval'))
             OR EXISTS (SELECT FROM decision d WHERE d.case_id = c.id AND d.state = 'awaiting_approval') AS "proposed",
           EXISTS (SELECT FROM action a WHERE a.case_id = c.id AND NOT a.interim AND NOT a.no_tip_off AND a.kind <> 'law_enforcement_referral'
                      AND a.state IN ('active', 'expired', 'lifted') AND a.informed_at IS NULL) AS "untold",
           (SELECT max(a.appeal_closes_at) FROM action a WHERE a.case_id = c.id AND a.state IN ('active', 'expired', 'lifted')) AS "windowsEndAt",
           (SELECT max(a.starts_at) FROM action a WHERE a.case_id = c.id AND a.state = 'active' AND a.begun_at IS NULL) AS "startsAt",
           EXISTS (SELECT FROM decision d WHERE d.case_id = c.id AND d.state IN ('in_effect', 'modified')) AS "stands"
      FROM "case" c WHERE c.id = ANY(${[...caseIds]}::uuid[]) ORDER BY c.id`;
  const utc = (date: Date | null) => date && DateTime.fromJSDate(date, { zone: "utc" });
  return rows.map((row) => ({ ...row, windowsEndAt: utc(row.windowsEndAt), startsAt: utc(row.startsAt) }));
}
