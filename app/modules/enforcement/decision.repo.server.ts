import { DateTime } from "luxon";
import type { Prisma, Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { Severity } from "../policy/severity";
import { liveAppealStates } from "../appeals/appeal";
import { ladderRungsSchema, type Ladder, type Strike } from "./ladder";

const utc = (date: Date): DateTime<true> => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;

/** The ladder of each severity that a platform applies at an instant. */
export async function laddersAt(tx: Tx, platformId: string, at: DateTime): Promise<Map<Severity, Ladder>> {
  const rows = await tx.ladder.findMany({ where: { platformId, cancelledAt: null, effectiveFrom: { lte: at.toJSDate() } }, orderBy: { version: "asc" } });
  return new Map(
    rows.map(({ severity, version, strikeWeight, strikeExpiryDays, rungs }) => [
      severity,
      { ...ladderRungsSchema.parse(rungs), severity, version, strikeWeight, strikeExpiryDays },
    ]),
  );
}

/** Every strike on the account's record, with the area it was given for. The rules pick those that count. */
export async function strikesOf(tx: Tx, accountId: string): Promise<Strike[]> {
  const rows = await tx.$queryRaw<{ id: string; area: string; weight: number; issuedAt: Date; expiresAt: Date; voidedAt: Date | null }[]>`
    SELECT s.id, c.area, s.weight, s.issued_at AS "issuedAt", s.expires_at AS "expiresAt", s.voided_at AS "voidedAt"
      FROM strike s JOIN clause c ON c.id = s.clause_id
     WHERE s.account_id = ${accountId}::uuid ORDER BY s.issued_at`;
  return rows.map(({ issuedAt, expiresAt, voidedAt, ...strike }) => ({ ...strike, issuedAt: utc(issuedAt), expiresAt: utc(expiresAt), voidedAt: voidedAt && utc(voidedAt) }));
}

export type EvidenceRow = { reportId: string | null; signalId: string | null; evidenceFileId: string | null };

/** The evidence named, as far as it belongs to the case. */
export async function evidenceOfCase(tx: Tx, caseId: string, refs: readonly string[]): Promise<EvidenceRow[]> {
  const ids = (kind: string) => [...new Set(refs.filter((ref) => ref.startsWith(`${kind}:`)).map((ref) => ref.slice(kind.length + 1)))];
  const none = { reportId: null, signalId: null, evidenceFileId: null };
  const found = async <Row>(kind: string, find: (id: { in: string[] }) => Promise<Row[]>) => (ids(kind).length > 0 ? find({ in: ids(kind) }) : []);
  const reports = await found("report", (id) => tx.report.findMany({ where: { caseId, id }, select: { id: true } }));
  const signals = await found("signal", (id) => tx.signal.findMany({ where: { caseId, id }, select: { id: true } }));
  const files = await found("file", (id) => tx.evidenceFile.findMany({ where: { id, OR: [{ report: { caseId } }, { reportMessage: { report: { caseId } } }] }, select: { id: true } }));
  return [
    ...reports.map(({ id }) => ({ ...none, reportId: id })),
    ...signals.map(({ id }) => ({ ...none, signalId: id })),
    ...files.map(({ id }) => ({ ...none, evidenceFileId: id })),
  ];
}

export const findByIdempotencyKey = (tx: Tx, idempotencyKey: string) =>
  tx.decision.findUnique({ where: { idempotencyKey }, select: { id: true, reference: true, caseId: true, state: true } });

export const findProposal = (tx: Tx, caseId: string): Promise<{ id: string; reference: string } | null> =>
  tx.decision.findFirst({ where: { caseId, state: "awaiting_approval" }, select: { id: true, reference: true } });

export const insertDecision = (tx: Tx, data: Prisma.DecisionUncheckedCreateInput): Promise<unknown> => tx.decision.create({ data, select: { id: true } });

export const updateDecision = (tx: Tx, id: string, data: Prisma.DecisionUncheckedUpdateInput): Promise<unknown> =>
  tx.decision.update({ where: { id }, data, select: { id: true } });

export async function insertFindings(tx: Tx, decisionId: string, findings: readonly { clauseVersionId: string; conductAt: DateTime; note: string }[]): Promise<void> {
  await tx.decisionFinding.createMany({
    data: findings.map(({ clauseVersionId, conductAt, note }) => ({ id: newId(), decisionId, clauseVersionId, conductAt: conductAt.toJSDate(), note })),
  });
}

export async function insertEvidence(tx: Tx, decisionId: string, evidence: readonly EvidenceRow[]): Promise<void> {
  await tx.decisionEvidence.createMany({ data: evidence.map((row) => ({ id: newId(), decisionId, ...row })) });
}

export type NewStrike = { accountId: string; decisionId: string; clauseId: string; weight: number; issuedAt: DateTime; expiresAt: DateTime };

export async function insertStrike(tx: Tx, strike: NewStrike, counted: readonly Strike[]): Promise<string> {
  const id = newId();
  await tx.strike.create({ data: { id, ...strike, issuedAt: strike.issuedAt.toJSDate(), expiresAt: strike.expiresAt.toJSDate() } });
  await tx.decisionCountedStrike.createMany({ data: counted.map((one) => ({ decisionId: strike.decisionId, strikeId: one.id })), skipDuplicates: true });
  return id;
}

const lockedColumns = {
  id: true,
  reference: true,
  caseId: true,
  platformId: true,
  accountId: true,
  outcome: true,
  state: true,
  deciderId: true,
  approverId: true,
  caseVersion: true,
  plan: true,
  noTipOff: true,
  facts: true,
  decidedAt: true,
  effectiveAt: true,
  reviewReason: true,
  approvals: { where: { state: "pending", actionId: null }, select: { id: true, expiresAt: true } },
} as const;

export type LockedDecision = Prisma.DecisionGetPayload<{ select: typeof lockedColumns }>;

export const accountOfDecision = (tx: Tx, decisionId: string): Promise<{ accountId: string; caseId: string; caseVersion: number; reference: string } | null> =>
  tx.decision.findUnique({ where: { id: decisionId }, select: { accountId: true, caseId: true, caseVersion: true, reference: true } });

/** The decision, locked; lock its account and case before it. */
export async function lockDecision(tx: Tx, id: string): Promise<LockedDecision | null> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM decision WHERE id = ${id}::uuid FOR UPDATE`;
  return locked.length === 0 ? null : tx.decision.findUniqueOrThrow({ where: { id }, select: lockedColumns });
}

/** What a proposal rested on when it was made. */
export const proposedBasis = (tx: Tx, decisionId: string) =>
  tx.decision.findUniqueOrThrow({ where: { id: decisionId }, select: { recommendation: true, decidedAt: true, findings: { select: { clauseVersionId: true } } } });

/** Whether another decision on the case took effect after a proposal was made. */
export const wasDecidedSince = async (tx: Tx, caseId: string, exceptId: string, since: Date): Promise<boolean> =>
  (await tx.decision.count({ where: { caseId, id: { not: exceptId }, effectiveAt: { gte: since } } })) > 0;

/** Whether the decision, or a change of one of its actions, waits for a second person. */
export const hasPendingApproval = async (tx: Tx, decisionId: string): Promise<boolean> => (await tx.approval.count({ where: { decisionId, state: "pending" } })) > 0;

/** The change proposed for an action, while it waits. */
export async function pendingChange(tx: Tx, actionId: string): Promise<{ id: string; actionId: string; proposerId: string; expiresAt: Date } | null> {
  const found = await tx.approval.findFirst({ where: { state: "pending", action: { replacesId: actionId } }, select: { id: true, actionId: true, proposerId: true, expiresAt: true } });
  return found?.actionId ? { ...found, actionId: found.actionId } : null;
}

export async function insertApproval(tx: Tx, approval: { decisionId: string; actionId?: string; proposerId: string; requestedAt: DateTime; expiresAt: DateTime }): Promise<void> {
  await tx.approval.create({
    data: { id: newId(), ...approval, requestedAt: approval.requestedAt.toJSDate(), expiresAt: approval.expiresAt.toJSDate() },
    select: { id: true },
  });
}

export type ApprovalAnswer = { state: "approved" | "rejected"; reviewerId: string; reason: string | null } | { state: "expired"; reason: string };

export async function answerApproval(tx: Tx, approvalId: string, answer: ApprovalAnswer, at: DateTime): Promise<void> {
  await tx.approval.update({ where: { id: approvalId }, data: { ...answer, answeredAt: at.toJSDate() }, select: { id: true } });
}

export type FrozenStatement = {
  id: string;
  decisionId: string;
  /** The measure that took another's place, and the statement of that one; neither for the decision's own. */
  actionId?: string;
  replacesId?: string;
  language: string;
  content: Prisma.InputJsonValue;
  subject: string;
  text: string;
  html: string;
  issuedAt: DateTime;
  dsa: Prisma.InputJsonValue;
  publication: { platformId: string; outOfScope: string | null; blockers: string[] };
};

/** The frozen statement, named in the transparency database by its id, and whether it goes there. */
export async function insertStatement(tx: Tx, { publication, ...statement }: FrozenStatement): Promise<void> {
  const issuedAt = statement.issuedAt.toJSDate();
  await tx.statementOfReasons.create({ data: { ...statement, puid: statement.id, issuedAt }, select: { id: true } });
  await tx.statementPublication.create({ data: { statementId: statement.id, ...publication, checkedAt: issuedAt }, select: { statementId: true } });
}

/** Who drew attention to a case: the kinds of its reporters, and the languages of the messages they passed on. */
export async function noticesOfCase(tx: Tx, caseId: string): Promise<{ notices: "none" | "notice" | "trusted_flagger"; languages: string[] }> {
  const [row] = await tx.$queryRaw<{ reports: bigint; flagged: boolean | null; languages: string[] | null }[]>`
    SELECT count(*) AS reports,
           bool_or(w.kind = 'trusted_flagger') AS flagged,
           array_agg(DISTINCT r.language) FILTER (WHERE r.message_text IS NOT NULL) AS languages
      FROM report r LEFT JOIN reporter w ON w.id = r.reporter_id
     WHERE r.case_id = ${caseId}::uuid`;
  const notices = !row || row.reports === 0n ? "none" : row.flagged ? "trusted_flagger" : "notice";
  return { notices, languages: row?.languages ?? [] };
}

/** Voids every strike of a decision that was not voided before. */
export async function voidStrikes(tx: Tx, decisionId: string, reason: string, at: DateTime): Promise<string[]> {
  const strikes = await tx.strike.findMany({ where: { decisionId, voidedAt: null }, select: { id: true } });
  const ids = strikes.map(({ id }) => id);
  await tx.strike.updateMany({ where: { id: { in: ids } }, data: { voidedAt: at.toJSDate(), voidReason: reason } });
  return ids;
}

/** Other decisions that counted any of these strikes and still stand or wait. */
export const decisionsCounting = (tx: Tx, strikeIds: readonly string[], except: string) =>
  tx.decision.findMany({
    where: { counted: { some: { strikeId: { in: [...strikeIds] } } }, id: { not: except }, state: { in: ["awaiting_approval", "in_effect", "modified"] } },
    orderBy: { id: "asc" },
    select: { id: true, reference: true, caseId: true },
  });

/** Decisions of a case that are up for review. */
export const flaggedDecisions = async (tx: Tx, caseId: string): Promise<string[]> =>
  (await tx.decision.findMany({ where: { caseId, reviewReason: { not: null } }, orderBy: { id: "asc" }, select: { id: true } })).map(({ id }) => id);

/** Changes of a decision's actions that wait for a second person. */
export async function pendingChanges(tx: Tx, decisionId: string): Promise<{ approvalId: string; actionId: string; replaces: { id: string; reference: string } }[]> {
  const rows = await tx.approval.findMany({
    where: { decisionId, state: "pending", actionId: { not: null } },
    orderBy: { id: "asc" },
    select: { id: true, action: { select: { id: true, replaces: { select: { id: true, reference: true } } } } },
  });
  return rows.flatMap(({ id, action }) => (action?.replaces ? [{ approvalId: id, actionId: action.id, replaces: action.replaces }] : []));
}

/** Whether anybody ever appealed against an action of the decision; `live`: and the appeal waits for its ruling. */
export const isAppealed = async (tx: Tx, decisionId: string, live = false): Promise<boolean> =>
  (await tx.appeal.count({ where: { action: { decisionId }, ...(live && { state: { in: [...liveAppealStates] } }) } })) > 0;

/** Whether somebody made, approved or changed any of these decisions, or what they imposed (rule of procedure 3). */
export async function tookPartInAny(tx: Tx, staffId: string, decisionIds: readonly string[]): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ took: boolean }[]>`
    SELECT EXISTS (SELECT FROM unnest(${[...decisionIds]}::uuid[]) AS of (id) WHERE took_part_in_decision(${staffId}::uuid, of.id)) AS took`;
  return row?.took ?? false;
}

/** What a review of the case is about: the decisions put up for it, else the newest one that stands. */
export async function reviewedOfCase(tx: Tx, caseId: string): Promise<string[]> {
  const flagged = await flaggedDecisions(tx, caseId);
  if (flagged.length > 0) return flagged;
  const newest = await tx.decision.findFirst({ where: { caseId, state: { in: ["in_effect", "modified"] } }, orderBy: { decidedAt: "desc" }, select: { id: true } });
  return newest ? [newest.id] : [];
}
