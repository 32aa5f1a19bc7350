import { DateTime } from "luxon";
import type { Prisma, Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { Severity } from "../policy/severity";
import { liveAppealStates } from "../appeals/appeal";
import type { CaseState } from "../cases/case-state";
import { ladderRungsSchema, type Ladder, type Recommendation, type Strike } from "./ladder";

const instant = (millis: number): DateTime<true> => DateTime.fromMillis(millis, { zone: "utc" }) as DateTime<true>;

/** What a recommendation is worked out from: the ladder of each severity that the platform applies, and the account's record. */
export type LadderBasis = { ladders: Map<Severity, Ladder>; strikes: Strike[] };

type LadderRow = { severity: Severity; version: number; strikeWeight: number; strikeExpiryDays: number; rungs: unknown };
type StrikeRow = { id: string; area: string; weight: number; issuedAt: number; expiresAt: number; voidedAt: number | null };

/** Both at once; without a platform there are no ladders, without an account no strikes. */
export async function ladderBasis(tx: Tx, { platformId, accountId, at }: { platformId: string | null; accountId: string | null; at: Date | null }): Promise<LadderBasis> {
  const [{ ladders, strikes } = { ladders: [], strikes: [] }] = await tx.$queryRaw<{ ladders: LadderRow[]; strikes: StrikeRow[] }[]>`
    SELECT (SELECT coalesce(json_agg(l), '[]')
              FROM (SELECT DISTINCT ON (severity) severity, version, strike_weight AS "strikeWeight", strike_expiry_days AS "strikeExpiryDays", rungs
                      FROM ladder WHERE platform_id = ${platformId}::uuid AND cancelled_at IS NULL AND effective_from <= ${at}
                     ORDER BY severity, version DESC) l) AS ladders,
           (SELECT coalesce(json_agg(json_build_object('id', s.id, 'area', c.area, 'weight', s.weight, 'issuedAt', (extract(epoch FROM s.issued_at) * 1000)::bigint,
                     'expiresAt', (extract(epoch FROM s.expires_at) * 1000)::bigint, 'voidedAt', (extract(epoch FROM s.voided_at) * 1000)::bigint) ORDER BY s.issued_at), '[]')
              FROM strike s JOIN clause c ON c.id = s.clause_id WHERE s.account_id = ${accountId}::uuid) AS strikes`;
  return {
    ladders: new Map(ladders.map(({ rungs, ...ladder }) => [ladder.severity, { ...ladderRungsSchema.parse(rungs), ...ladder }])),
    strikes: strikes.map(({ issuedAt, expiresAt, voidedAt, ...strike }) => ({ ...strike, issuedAt: instant(issuedAt), expiresAt: instant(expiresAt), voidedAt: voidedAt === null ? null : instant(voidedAt) })),
  };
}

/** The ladder of each severity that a platform applies at an instant. */
export const laddersAt = async (tx: Tx, platformId: string, at: DateTime): Promise<LadderBasis["ladders"]> => (await ladderBasis(tx, { platformId, accountId: null, at: at.toJSDate() })).ladders;

/** Every strike on the account's record, with the area it was given for. The rules pick those that count. */
export const strikesOf = async (tx: Tx, accountId: string): Promise<Strike[]> => (await ladderBasis(tx, { platformId: null, accountId, at: null })).strikes;

export type EvidenceRow = { reportId: string | null; signalId: string | null; evidenceFileId: string | null };

export type CaseFacts = {
  id: string;
  reference: string;
  platformId: string;
  accountId: string;
  area: string;
  state: CaseState;
  version: number;
  reportCount: number;
  signalCount: number;
};

/** Who drew attention to a case: the kinds of its reporters, and the languages of the messages they passed on. */
export type CaseNotices = { notices: "none" | "notice" | "trusted_flagger"; languages: string[] };

export async function loadCaseFacts(tx: Tx, caseId: string): Promise<CaseFacts | null> {
  const [row] = await tx.$queryRaw<CaseFacts[]>`
    SELECT id, reference, platform_id AS "platformId", account_id AS "accountId", area, state::text AS state, version,
           report_count AS "reportCount", signal_count AS "signalCount"
      FROM "case" WHERE id = ${caseId}::uuid`;
  return row ?? null;
}

export type EarlierDecision = { id: string; reference: string; caseId: string; state: string };

/** What a decision of a case starts from. */
export type CaseBasis = CaseNotices & {
  /** What was named, as far as it belongs to the case. */
  evidence: EvidenceRow[];
  /** Whether an interim measure holds in it or waits for a second person. */
  hasInterim: boolean;
  /** The decision made under the idempotency key, and the one on the case that waits for a second person. */
  repeated: EarlierDecision | null;
  proposal: EarlierDecision | null;
};

/** Without an idempotency key nothing was decided under it. */
export async function basisOfCase(tx: Tx, caseId: string, { evidence: refs = [], idempotencyKey = null }: { evidence?: readonly string[]; idempotencyKey?: string | null }): Promise<CaseBasis> {
  const ids = (kind: string) => [...new Set(refs.filter((ref) => ref.startsWith(`${kind}:`)).map((ref) => ref.slice(kind.length + 1)))];
  const none = { reportId: null, signalId: null, evidenceFileId: null };
  const [row] = await tx.$queryRaw<[{ reports: string[]; signals: string[]; files: string[]; reported: boolean; flagged: boolean | null; languages: string[] | null; hasInterim: boolean; earlier: (EarlierDecision & { same: boolean })[] }]>`
    SELECT ARRAY(SELECT id FROM report WHERE case_id = ${caseId}::uuid AND id = ANY(${ids("report")}::uuid[])) AS reports,
           ARRAY(SELECT id FROM signal WHERE case_id = ${caseId}::uuid AND id = ANY(${ids("signal")}::uuid[])) AS signals,
           ARRAY(SELECT f.id FROM evidence_file f LEFT JOIN report_message m ON m.id = f.report_message_id JOIN report r ON r.id IN (f.report_id, m.report_id)
                  WHERE f.id = ANY(${ids("file")}::uuid[]) AND r.case_id = ${caseId}::uuid GROUP BY f.id) AS files,
           count(*) > 0 AS reported,
           bool_or(w.kind = 'trusted_flagger') AS flagged,
           array_agg(DISTINCT r.language) FILTER (WHERE r.message_text IS NOT NULL) AS languages,
           EXISTS (SELECT FROM action WHERE case_id = ${caseId}::uuid AND interim AND state IN ('active', 'awaiting_approval')) AS "hasInterim",
           (SELECT coalesce(json_agg(json_build_object('id', d.id, 'reference', d.reference, 'caseId', d.case_id, 'state', d.state,
                                                       'same', coalesce(d.idempotency_key = ${idempotencyKey}, false))), '[]')
              FROM decision d WHERE d.idempotency_key = ${idempotencyKey} OR (d.case_id = ${caseId}::uuid AND d.state = 'awaiting_approval')) AS earlier
      FROM report r LEFT JOIN reporter w ON w.id = r.reporter_id
     WHERE r.case_id = ${caseId}::uuid`;
  return {
    evidence: [
      ...row.reports.map((reportId) => ({ ...none, reportId })),
      ...row.signals.map((signalId) => ({ ...none, signalId })),
      ...row.files.map((evidenceFileId) => ({ ...none, evidenceFileId })),
    ],
    notices: !row.reported ? "none" : row.flagged ? "trusted_flagger" : "notice",
    languages: row.languages ?? [],
    hasInterim: row.hasInterim,
    repeated: row.earlier.find(({ same }) => same) ?? null,
    proposal: row.earlier.find((one) => one.caseId === caseId && one.state === "awaiting_approval") ?? null,
  };
}

export async function noticesOfCase(tx: Tx, caseId: string): Promise<CaseNotices> {
  const { notices, languages } = await basisOfCase(tx, caseId, {});
  return { notices, languages };
}

export const findProposal = (tx: Tx, caseId: string): Promise<{ id: string; reference: string } | null> =>
  tx.decision.findFirst({ where: { caseId, state: "awaiting_approval" }, select: { id: true, reference: true } });

export type NewDecision = {
  id: string;
  reference: string;
  caseId: string;
  platformId: string;
  accountId: string;
  outcome: "violation" | "no_violation";
  state: "in_effect" | "awaiting_approval";
  deciderId: string;
  caseVersion: number;
  rationale: string;
  facts: string;
  recommendedRung: number | null;
  chosenRung: number | null;
  recommendation: Recommendation | null;
  deviation: string | null;
  noTipOff: boolean;
  idempotencyKey: string;
  plan: object;
  decidedAt: Date;
  effectiveAt: Date | null;
};

/** A decision with what it found and what it rests on. */
export async function insertDecision(
  tx: Tx,
  decision: NewDecision,
  findings: readonly { clauseVersionId: string; conductAt: DateTime; note: string }[],
  evidence: readonly EvidenceRow[],
): Promise<void> {
  const found = findings.map(({ clauseVersionId, conductAt, note }) => ({ id: newId(), clauseVersionId, conductAt: conductAt.toJSDate(), note }));
  const shown = evidence.map((row) => ({ id: newId(), ...row }));
  await tx.$executeRaw`
    WITH made AS (
      INSERT INTO decision (id, reference, case_id, platform_id, account_id, outcome, state, decider_id, case_version, rationale, facts, recommended_rung,
                            chosen_rung, recommendation, deviation, no_tip_off, idempotency_key, plan, decided_at, effective_at)
      SELECT id, reference, "caseId", "platformId", "accountId", outcome, state, "deciderId", "caseVersion", rationale, facts, "recommendedRung",
             "chosenRung", nullif(recommendation, 'null'), deviation, "noTipOff", "idempotencyKey", plan, "decidedAt", "effectiveAt"
        FROM jsonb_to_record(${JSON.stringify(decision)}::jsonb)
          AS d (id uuid, reference text, "caseId" uuid, "platformId" uuid, "accountId" uuid, outcome decision_outcome, state decision_state, "deciderId" uuid,
                "caseVersion" int, rationale text, facts text, "recommendedRung" int, "chosenRung" int, recommendation jsonb, deviation text, "noTipOff" boolean,
                "idempotencyKey" text, plan jsonb, "decidedAt" timestamptz, "effectiveAt" timestamptz)),
    found AS (
      INSERT INTO decision_finding (id, decision_id, clause_version_id, conduct_at, note)
      SELECT id, ${decision.id}::uuid, "clauseVersionId", "conductAt", note
        FROM jsonb_to_recordset(${JSON.stringify(found)}::jsonb) AS f (id uuid, "clauseVersionId" uuid, "conductAt" timestamptz, note text))
    INSERT INTO decision_evidence (id, decision_id, report_id, signal_id, evidence_file_id)
    SELECT id, ${decision.id}::uuid, "reportId", "signalId", "evidenceFileId"
      FROM jsonb_to_recordset(${JSON.stringify(shown)}::jsonb) AS e (id uuid, "reportId" uuid, "signalId" uuid, "evidenceFileId" uuid)`;
}

export const updateDecision = (tx: Tx, id: string, data: Prisma.DecisionUncheckedUpdateInput): Promise<unknown> =>
  tx.decision.update({ where: { id }, data, select: { id: true } });

export type NewStrike = { accountId: string; decisionId: string; clauseId: string; weight: number; issuedAt: DateTime; expiresAt: DateTime };

export async function insertStrike(tx: Tx, strike: NewStrike, counted: readonly Strike[]): Promise<string> {
  const id = newId();
  const { accountId, decisionId, clauseId, weight, issuedAt, expiresAt } = strike;
  await tx.$executeRaw`
    WITH counted AS (
      INSERT INTO decision_counted_strike (decision_id, strike_id)
      SELECT ${decisionId}::uuid, id FROM unnest(${counted.map((one) => one.id)}::uuid[]) AS c (id) ON CONFLICT DO NOTHING)
    INSERT INTO strike (id, account_id, decision_id, clause_id, weight, issued_at, expires_at)
    VALUES (${id}::uuid, ${accountId}::uuid, ${decisionId}::uuid, ${clauseId}::uuid, ${weight}::int, ${issuedAt.toJSDate()}, ${expiresAt.toJSDate()})`;
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
  /** Null: of an interim measure. */
  decisionId: string | null;
  /** The measure that took another's place, and the statement of that one; neither for the decision's own. */
  actionId?: string;
  replacesId?: string | undefined;
  /** What let an interim measure last longer, where it is about that. */
  extensionId?: string | undefined;
  language: string;
  content: object;
  subject: string;
  text: string;
  html: string;
  issuedAt: DateTime;
  dsa: object;
  publication: { platformId: string; outOfScope: string | null; blockers: string[] };
};

/** The frozen statement, named in the transparency database by its id, and whether it goes there. */
export async function insertStatement(tx: Tx, { publication, ...statement }: FrozenStatement): Promise<void> {
  const { id, decisionId, actionId = null, replacesId = null, extensionId = null, language, content, subject, text, html, dsa } = statement;
  const { platformId, outOfScope, blockers } = publication;
  const issuedAt = statement.issuedAt.toJSDate();
  await tx.$executeRaw`
    WITH issued AS (
      INSERT INTO statement_of_reasons (id, decision_id, action_id, replaces_id, extension_id, language, content, subject, text, html, issued_at, dsa, puid)
      VALUES (${id}::uuid, ${decisionId}::uuid, ${actionId}::uuid, ${replacesId}::uuid, ${extensionId}::uuid, ${language}, ${JSON.stringify(content)}::jsonb, ${subject}, ${text}, ${html}, ${issuedAt}, ${JSON.stringify(dsa)}::jsonb, ${id}))
    INSERT INTO statement_publication (statement_id, platform_id, out_of_scope, blockers, checked_at)
    VALUES (${id}::uuid, ${platformId}::uuid, ${outOfScope}, ${blockers}::text[], ${issuedAt})`;
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
