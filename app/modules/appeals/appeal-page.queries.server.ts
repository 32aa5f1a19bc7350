import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { may, type StaffActor } from "../access/actor";
import { permissionsOf, roles } from "../access/permissions";
import { loadEvidenceFiles } from "../cases/evidence-files.queries.server";
import { notToBeTippedOff } from "../cases/tip-off.queries.server";
import { decidedMeasure } from "../enforcement/decided-measure.queries.server";
import { offered } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { isIndependent, isLiveAppeal } from "./appeal";
import { loadAction } from "./appeal.repo.server";
import { inadmissibleReasons } from "./rule-on-appeal.schema";
import { businessDaysLeft, tellHowComputed } from "./sla";

const utc = (date: Date) => DateTime.fromJSDate(date, { zone: "utc" });
const iso = (date: Date | null | undefined) => date?.toISOString() ?? null;

export type AppealPage = NonNullable<Awaited<ReturnType<typeof loadAppealPage>>>;

/** The original decision and the appeal side by side, with what this person may do about it. */
export async function loadAppealPage(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, reference: string) {
  const now = deps.clock();
  if (!/^AP-[0-9A-Za-z-]{1,30}$/.test(reference)) return null;
  const row = await deps.db.appeal.findUnique({
    where: { reference },
    include: {
      account: { select: { id: true, businessName: true, status: true, externalId: true } },
      statements: { orderBy: { createdAt: "asc" }, select: { text: true, createdAt: true, questionId: true } },
      questions: { orderBy: { askedAt: "asc" } },
    },
  });
  if (!row) return null;
  const action = await loadAction(deps.db, row.actionId);
  if (!action) return null;
  const terms = await platformTerms(deps.db, row.platformId);
  const names = new Map(terms.features.map(({ code, name }) => [code, name]));
  const { action: shownAction, decision } = await loadOriginal(deps, row.actionId, names);
  const staff = await deps.db.staff.findMany({ where: { disabledAt: null }, orderBy: { name: "asc" }, select: { id: true, name: true, roles: true } });
  const reviewers = staff.filter(({ id, roles: held }) => isIndependent(id, action) && roles.some((role) => held.includes(role) && permissionsOf[role].includes("appeal:rule")));
  const people = await deps.db.staff.findMany({ where: { id: { in: [row.reviewerId, row.ruledById, ...row.questions.map(({ askedById }) => askedById)].filter((id): id is string => id !== null) } }, select: { id: true, name: true } });
  const nameOf = (id: string | null) => people.find((person) => person.id === id)?.name ?? null;
  const due = utc(row.dueAt);
  const asked = row.questions.find(({ endedAt }) => endedAt === null);
  return {
    now: now.toISO(),
    zone: terms.zone,
    platform: terms.name,
    features: offered(terms.features),
    account: row.account,
    appeal: {
      id: row.id,
      reference: row.reference,
      version: row.version,
      state: row.state,
      live: isLiveAppeal(row.state),
      late: row.late,
      channel: row.channel,
      explanation: row.explanation,
      filedAt: row.filedAt.toISOString(),
      reviewerId: row.reviewerId,
      reviewer: nameOf(row.reviewerId),
      ruledBy: nameOf(row.ruledById),
      ruledAt: iso(row.ruledAt),
      grounds: row.grounds,
      inadmissibleReason: inadmissibleReasons.find((reason) => reason === row.inadmissibleReason) ?? null,
      breachedAt: iso(row.breachedAt),
      unconfirmed: row.channel === "form" && row.confirmedAt === null,
      pause: asked?.pausedAt && asked.pauseEndsAt ? { since: asked.pausedAt.toISOString(), endsAt: asked.pauseEndsAt.toISOString(), left: businessDaysLeft(utc(asked.pausedAt), due, terms.calendar) } : null,
      questionOpen: asked !== undefined,
      pauseDays: terms.appealPauseBusinessDays,
      questions: row.questions.map((question) => ({
        id: question.id,
        text: question.text,
        by: nameOf(question.askedById),
        askedAt: question.askedAt.toISOString(),
        pausedAt: iso(question.pausedAt),
        endedAt: iso(question.endedAt),
        ending: question.ending,
        dueBefore: iso(question.dueBefore),
        dueAfter: iso(question.dueAfter),
        answers: row.statements.filter(({ questionId }) => questionId === question.id).map(({ text, createdAt }) => ({ text, at: createdAt.toISOString() })),
      })),
      statements: row.statements.filter(({ questionId }) => questionId === null).map(({ text, createdAt }) => ({ text, at: createdAt.toISOString() })),
      files: await loadEvidenceFiles(deps.db, { appealId: row.id }),
      due: {
        at: row.dueAt.toISOString(),
        left: businessDaysLeft(now, due, terms.calendar),
        computed: tellHowComputed({ filedAt: utc(row.filedAt), dueAt: due, pausedDays: row.pausedDays }, { slaDays: terms.appealSlaBusinessDays, calendar: terms.calendar }),
      },
    },
    action: shownAction,
    noTipOff: (await notToBeTippedOff(deps.db, [row.account.id])).size > 0,
    /** A decision the holder must not know of took the measure's place: what they are told must not tell of it. */
    hiddenSuccessor: action.ending.successor?.noTipOff === true,
    decision,
    reviewers: reviewers.map(({ id, name }) => ({ id, name })),
    mayRule: may(actor, "appeal:rule"),
    independent: isIndependent(actor.id, action),
    mine: row.reviewerId === actor.id,
    mayGive: !row.reviewerId || row.reviewerId === actor.id || may(actor, "case:reassign"),
  };
}

async function loadOriginal(deps: Pick<Deps, "db">, actionId: string, featureNames: ReadonlyMap<string, string>) {
  const row = await deps.db.action.findUniqueOrThrow({
    where: { id: actionId },
    include: {
      case: { select: { reference: true, reportCount: true, signalCount: true } },
      successor: { select: { reference: true } },
      statements: { orderBy: { id: "desc" }, take: 1, select: { subject: true, text: true } },
      decision: {
        include: {
          findings: { include: { clauseVersion: { include: { clause: { select: { code: true } }, policyVersion: { select: { number: true } } } } } },
          evidence: { select: { reportId: true, signalId: true, evidenceFileId: true } },
          strikes: { select: { weight: true, expiresAt: true, voidedAt: true } },
          statements: { where: { actionId: null }, select: { subject: true, text: true } },
        },
      },
    },
  });
  const makers = [row.proposerId, row.approverId, row.decision?.deciderId, row.decision?.approverId].filter((id): id is string => Boolean(id));
  const people = await deps.db.staff.findMany({ where: { id: { in: makers } }, select: { id: true, name: true } });
  const nameOf = (id: string | null | undefined) => people.find((person) => person.id === id)?.name ?? null;
  const { decision } = row;
  return {
    action: {
      id: row.id,
      reference: row.reference,
      caseReference: row.case.reference,
      kind: row.kind,
      state: row.state,
      interim: row.interim,
      features: row.features.map((code) => featureNames.get(code) ?? code),
      featureCodes: row.features,
      reason: row.reason,
      startsAt: iso(row.startsAt),
      endsAt: iso(row.endsAt),
      endedAt: iso(row.endedAt),
      informedAt: iso(row.informedAt),
      closesAt: iso(row.appealClosesAt),
      takenBy: nameOf(row.proposerId),
      statement: row.statements[0] ?? decision?.statements[0] ?? null,
      successor: row.successor?.reference ?? null,
    },
    decision: decision && {
      reference: decision.reference,
      /** What was decided, beside what the ladder had recommended. */
      measure: await decidedMeasure(deps.db, decision),
      decidedAt: decision.decidedAt.toISOString(),
      decider: nameOf(decision.deciderId),
      approver: nameOf(decision.approverId ?? row.approverId),
      rationale: decision.rationale,
      facts: decision.facts,
      deviation: decision.deviation,
      findings: decision.findings.map(({ clauseVersion, conductAt, note }) => ({
        code: clauseVersion.clause.code,
        title: clauseVersion.title,
        severity: clauseVersion.severity,
        version: clauseVersion.policyVersion.number,
        conductAt: conductAt.toISOString(),
        note,
      })),
      evidence: {
        reports: decision.evidence.filter(({ reportId }) => reportId !== null).length,
        signals: decision.evidence.filter(({ signalId }) => signalId !== null).length,
        files: decision.evidence.filter(({ evidenceFileId }) => evidenceFileId !== null).length,
      },
      strikes: decision.strikes.map(({ weight, expiresAt, voidedAt }) => ({ weight, expiresAt: expiresAt.toISOString(), voidedAt: iso(voidedAt) })),
    },
  };
}
