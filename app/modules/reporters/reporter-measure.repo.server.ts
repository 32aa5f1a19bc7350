import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { countedDays, judgementOf, type JudgedReport, type PastMeasure } from "./reporter-record";

const utc = (date: Date): DateTime => DateTime.fromJSDate(date, { zone: "utc" });
const utcOrNull = (date: Date | null): DateTime | null => date && utc(date);

export interface Reporter {
  id: string;
  platformId: string;
  emailSealed: string | null;
  language: string;
}

/** Locks the reporter until the transaction ends: measures and reports of one person come one after the other. */
export async function lockReporter(tx: Tx, id: string): Promise<Reporter | null> {
  const locked = await tx.$queryRaw<object[]>`SELECT 1 FROM reporter WHERE id = ${id}::uuid FOR UPDATE`;
  return locked.length === 0 ? null : tx.reporter.findUnique({ where: { id }, select: { id: true, platformId: true, emailSealed: true, language: true } });
}

export async function judgedReports(tx: Tx, reporterId: string, now: DateTime): Promise<JudgedReport[]> {
  const rows = await tx.report.findMany({
    where: { reporterId, receivedAt: { gte: now.minus({ days: countedDays }).toJSDate() }, state: { in: ["resolved", "dismissed"] } },
    select: { receivedAt: true, state: true, outcome: true, dismissalReason: true },
  });
  return rows.map((report) => ({ receivedAt: utc(report.receivedAt), judgement: judgementOf(report) }));
}

export async function pastMeasures(tx: Tx, reporterId: string): Promise<PastMeasure[]> {
  const rows = await tx.reporterMeasure.findMany({ where: { reporterId }, select: { id: true, kind: true, state: true, startsAt: true, endsAt: true, informedAt: true } });
  return rows.map((row) => ({ ...row, startsAt: utc(row.startsAt), endsAt: utcOrNull(row.endsAt), informedAt: utcOrNull(row.informedAt) }));
}

export interface NewMeasure {
  platformId: string;
  reporterId: string;
  kind: "warning" | "mute";
  warningId: string | null;
  unfounded: number;
  judged: number;
  reason: string;
  deciderId: string;
  startsAt: DateTime;
  endsAt: DateTime | null;
}

export async function insertMeasure(tx: Tx, measure: NewMeasure): Promise<{ id: string; reference: string }> {
  const id = newId();
  for (let tries = 0; tries < 5; tries += 1) {
    const reference = newReference("RM");
    const { count } = await tx.reporterMeasure.createMany({
      data: { ...measure, id, reference, startsAt: measure.startsAt.toJSDate(), endsAt: measure.endsAt?.toJSDate() ?? null },
      skipDuplicates: true,
    });
    if (count === 1) return { id, reference };
  }
  throw new Error("the measure was not recorded: no free reference, or another mute is running");
}

/** Locks the measure's reporter, then the measure. */
export async function lockMeasure(tx: Tx, id: string) {
  const found = await tx.reporterMeasure.findUnique({ where: { id }, select: { reporterId: true } });
  const reporter = found && (await lockReporter(tx, found.reporterId));
  if (!reporter) return null;
  const measure = await tx.reporterMeasure.findUniqueOrThrow({ where: { id } });
  return { reporter, measure };
}

/** Who a reporter is stays sealed until a mail to them is staged. */
export const addressOf = ({ emailSealed }: Reporter, crypto: Deps["crypto"]): string | null => emailSealed && crypto.open(emailSealed, "reporter.email");

/** Puts what came in under a mute back in front of staff. @returns how many reports */
export async function takeBackSetAside(tx: Tx, measureId: string): Promise<number> {
  const { count } = await tx.report.updateMany({ where: { setAsideById: measureId, state: "received" }, data: { setAsideById: null } });
  return count;
}
