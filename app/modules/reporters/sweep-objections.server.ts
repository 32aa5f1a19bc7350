import type { DateTime } from "luxon";
import type { DeadlineStep } from "#emails/appeal-deadline";
import { dueQuestion } from "~/infra/any-due.server";
import { addBusinessDays } from "~/infra/business-time";
import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { permissionsOf, roles } from "../access/permissions";
import { recordAudit } from "../audit/record-audit.server";
import { stageNotices } from "../notices/stage-notice.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";

const sweeper = { kind: "system", name: "objections.sla" } as const;

const anyOpen = dueQuestion("objections.sla", "SELECT FROM reporter_measure WHERE objection_due_at IS NOT NULL AND ruling IS NULL AND objection_breached_at IS NULL AND $1::timestamptz IS NOT NULL");

/** The latest first: an objection found late is told of once. */
const marks = [
  { step: "breached", column: "objection_breached_at", daysLeft: null },
  { step: "urged", column: "objection_urged_at", daysLeft: 2 },
  { step: "warned", column: "objection_warned_at", daysLeft: 5 },
] as const;

interface Due {
  id: string;
  reference: string;
  reporterId: string;
  deciderId: string;
  dueAt: Date;
  later: boolean;
}

/**
 * Warns whoever may answer a reporter's objection when five and when two business days are left, and all of them and the leads at the
 * breach, as for an account holder's appeal (CF-AUP 7.3): each once, whoever runs it and however often.
 *
 * @returns how many marks were set
 */
export async function sweepObjections(deps: Deps, limit = 200): Promise<number> {
  const now = deps.clock();
  if (!(await anyOpen(deps.db, now))) return 0;
  let set = 0;
  for (const { id } of await deps.db.platform.findMany({ select: { id: true } })) {
    set += await deps.db.$transaction(async (tx) => {
      const terms = await platformTerms(tx, id);
      let marked = 0;
      for (const mark of marks) marked += await setMark(tx, deps, terms, mark, now, limit);
      return marked;
    });
  }
  return set;
}

async function setMark(tx: Tx, deps: Deps, terms: Terms, { step, column, daysLeft }: (typeof marks)[number], now: DateTime, limit: number): Promise<number> {
  const mark = Prisma.raw(column);
  const dueBy = daysLeft === null ? now : addBusinessDays(now, daysLeft, terms.calendar);
  const due = await tx.$queryRaw<Due[]>`
    UPDATE reporter_measure SET ${mark} = ${now.toJSDate()}
     WHERE id IN (SELECT id FROM reporter_measure
                   WHERE platform_id = ${terms.platformId}::uuid AND ruling IS NULL AND ${mark} IS NULL AND objection_due_at <= ${dueBy.toJSDate()}
                   ORDER BY objection_due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, reference, reporter_id AS "reporterId", decider_id AS "deciderId", objection_due_at AS "dueAt",
              CASE ${step} WHEN 'warned' THEN num_nonnulls(objection_urged_at, objection_breached_at) > 0 WHEN 'urged' THEN objection_breached_at IS NOT NULL ELSE false END AS later`;
  for (const { id, reporterId, dueAt } of due) await recordAudit(tx, sweeper, { type: `reporter.objection_${step}`, at: now, platformId: terms.platformId, reporterId, measureId: id, dueAt: dueAt.toISOString() });
  await tell(tx, deps, terms, due.filter(({ later }) => !later), step, now);
  return due.length;
}

const rolesThatAnswer = roles.filter((role) => permissionsOf[role].includes("reporter:measure") || permissionsOf[role].includes("appeal:rule"));

/** Whoever took the measure does not answer its objection, and hears of it only as a lead, at the breach. */
async function tell(tx: Tx, deps: Deps, terms: Terms, due: readonly Due[], step: DeadlineStep, at: DateTime): Promise<void> {
  if (due.length === 0) return;
  const staff = await tx.staff.findMany({ where: { disabledAt: null, roles: { hasSome: rolesThatAnswer } }, orderBy: { id: "asc" }, select: { id: true, email: true, roles: true } });
  await stageNotices(
    tx,
    deps,
    due.flatMap(({ id, reference, reporterId, deciderId, dueAt }) =>
      staff
        .filter((one) => one.id !== deciderId || (step === "breached" && one.roles.includes("lead")))
        .map(({ email }) => ({
          at,
          platformId: null,
          to: email,
          language: "en" as const,
          about: {},
          content: { template: "appeal_deadline" as const, props: { step, about: "objection" as const, reference, platform: terms.name, dueBefore: dueAt, zone: terms.zone, reviewer: null, appealUrl: `${deps.config.publicUrl}/reporters/${reporterId}` } },
          dedupeKey: `reporter_measure:${id}:objection:${step}`,
        })),
    ),
  );
}
