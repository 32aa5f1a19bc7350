import type { Deps } from "~/infra/deps.server";
import { maskedToken } from "../access/private-link.server";
import { refusedProposal } from "./stale-proposal";
import { prepareProposed } from "./approve-decision.server";
import { changesSince, type CaseChanges } from "./changes-since.queries.server";
import { approvalHours } from "./decide-case.server";
import { decidedMeasure } from "./decided-measure.queries.server";
import { recommendationSchema, type DecisionPreview } from "./decision-preview";
import { actionKindNames, type ActionKind } from "./measure";
import { lastsInWords, proposedLength, type ProposedSpan } from "./replacement";
import { previewPrepared } from "./preview-decision.server";

export interface ProposalRow {
  id: string;
  /** Where it is judged: the proposal's own page, or that of the action it would change. */
  path: string;
  decisionId: string;
  reference: string;
  businessName: string;
  caseReference: string;
  area: string;
  proposer: string;
  proposerId: string;
  /** "45-day suspension, instead of the 7-day suspension the ladder recommends". */
  measure: string;
  requestedAt: string;
  expiresAt: string;
  platformName: string;
  zone: string;
}

export const proposalsPerPage = 50;

/** Proposals that wait for a second person, the one that lapses first on top. */
export async function pendingProposals({ db }: Pick<Deps, "db">, after: string | null): Promise<{ proposals: ProposalRow[]; next: string | null }> {
  const rows = await db.approval.findMany({
    where: { state: "pending" },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: proposalsPerPage + 1,
    ...(after && { cursor: { id: after }, skip: 1 }),
    select: {
      id: true,
      proposerId: true,
      requestedAt: true,
      expiresAt: true,
      action: { select: { kind: true, startsAt: true, endsAt: true, replaces: { select: { id: true, reference: true, kind: true } } } },
      decision: {
        select: {
          id: true,
          reference: true,
          platformId: true,
          chosenRung: true,
          plan: true,
          recommendation: true,
          account: { select: { businessName: true } },
          case: { select: { reference: true, area: true } },
          platform: { select: { name: true, zone: true } },
          actions: { select: { kind: true }, orderBy: { kind: "asc" } },
        },
      },
    },
  });
  const names = await namesOf({ db }, rows.map(({ proposerId }) => proposerId));
  const page = rows.slice(0, proposalsPerPage);
  return {
    proposals: await Promise.all(page.map(async ({ id, action, decision, proposerId, requestedAt, expiresAt }) => ({
      id,
      path: action?.replaces ? `/actions/${action.replaces.id}` : `/approvals/${decision.id}`,
      decisionId: decision.id,
      reference: decision.reference,
      businessName: decision.account.businessName,
      caseReference: decision.case.reference,
      area: decision.case.area,
      proposer: names.get(proposerId) ?? "Somebody",
      proposerId,
      measure: action?.replaces ? changeInWords(action, action.replaces, requestedAt, decision.platform.zone) : (await decidedMeasure(db, decision)) ?? decision.actions.map(({ kind }) => actionKindNames[kind].toLowerCase()).join(" and "),
      requestedAt: requestedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      platformName: decision.platform.name,
      zone: decision.platform.zone,
    }))),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  };
}

export interface InterimProposal {
  id: string;
  reference: string;
  businessName: string;
  caseReference: string;
  area: string;
  platformName: string;
  zone: string;
  kind: string;
  reason: string;
  proposer: string;
  proposerId: string;
  expiresAt: string;
}

/** Interim measures that wait for a second person, and those that are to last longer, what lapses first on top. */
export async function pendingInterims(deps: Pick<Deps, "db">): Promise<InterimProposal[]> {
  const waiting = [...(await newInterims(deps)), ...(await longerInterims(deps))];
  return waiting.sort((a, b) => a.expiresAt.localeCompare(b.expiresAt)).slice(0, proposalsPerPage);
}

const subjectColumns = {
  reference: true,
  kind: true,
  account: { select: { businessName: true, platform: { select: { name: true, zone: true } } } },
  case: { select: { reference: true, area: true } },
} as const;

async function longerInterims({ db }: Pick<Deps, "db">): Promise<InterimProposal[]> {
  const rows = await db.interimExtension.findMany({
    where: { state: "awaiting_approval" },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: proposalsPerPage,
    select: { actionId: true, days: true, reason: true, proposerId: true, expiresAt: true, action: { select: subjectColumns } },
  });
  const names = await namesOf({ db }, rows.map(({ proposerId }) => proposerId));
  return rows.map(({ actionId, days, reason, proposerId, expiresAt, action: { account, case: found, kind, reference } }) => ({
    id: actionId,
    reference,
    reason,
    proposerId,
    businessName: account.businessName,
    caseReference: found.reference,
    area: found.area,
    platformName: account.platform.name,
    zone: account.platform.zone,
    kind: `${days === 1 ? "a day" : `${days} days`} more of a ${actionKindNames[kind].toLowerCase()}`,
    proposer: names.get(proposerId) ?? "Somebody",
    expiresAt: expiresAt.toISOString(),
  }));
}

async function newInterims({ db }: Pick<Deps, "db">): Promise<InterimProposal[]> {
  const rows = await db.action.findMany({
    where: { interim: true, state: "awaiting_approval" },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: proposalsPerPage,
    select: { id: true, reason: true, proposerId: true, createdAt: true, ...subjectColumns },
  });
  const names = await namesOf({ db }, rows.map(({ proposerId }) => proposerId));
  return rows.map(({ account, case: found, kind, createdAt, ...row }) => ({
    ...row,
    businessName: account.businessName,
    caseReference: found.reference,
    area: found.area,
    platformName: account.platform.name,
    zone: account.platform.zone,
    kind: actionKindNames[kind].toLowerCase(),
    proposer: names.get(row.proposerId) ?? "Somebody",
    expiresAt: new Date(createdAt.getTime() + approvalHours * 3_600_000).toISOString(),
  }));
}

const changeInWords = (proposed: ProposedSpan, replaced: { reference: string; kind: ActionKind }, requestedAt: Date, zone: string): string =>
  `${actionKindNames[proposed.kind].toLowerCase()}${lastsInWords(proposedLength(proposed, replaced, requestedAt, zone), zone)}, in place of ${replaced.reference}`;

const namesOf = async ({ db }: Pick<Deps, "db">, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map((await db.staff.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })).map(({ id, name }) => [id, name]));

export interface ProposalPage {
  decisionId: string;
  reference: string;
  state: string;
  caseReference: string;
  businessName: string;
  proposer: string;
  proposerId: string;
  rationale: string;
  facts: string;
  deviation: string | null;
  /** What was proposed, beside what the ladder recommends. */
  measure: string | null;
  explanation: string | null;
  findings: { code: string; title: string; policyTitle: string; version: number; conductAt: string }[];
  evidence: { label: string; id: string }[];
  requestedAt: string | null;
  expiresAt: string | null;
  answer: { state: string; by: string | null; reason: string | null; at: string | null } | null;
  zone: string;
  /** What approving now would do; null when it cannot be approved as it is. */
  preview: DecisionPreview | null;
  problem: string | null;
  /** What happened on the case since it was proposed, newest first. */
  news: CaseChanges["changes"];
  /** The version of the case that all of this shows; null: it waits for nobody any more. */
  seen: number | null;
}

/** One proposal with everything a second person needs to judge it, and exactly what approving it would do now. */
export async function proposalPage(deps: Deps, decisionId: string): Promise<ProposalPage | null> {
  const found = await deps.db.decision.findUnique({
    where: { id: decisionId },
    include: {
      account: { select: { businessName: true } },
      case: { select: { reference: true } },
      platform: { select: { zone: true } },
      findings: { include: { clauseVersion: { include: { clause: true, policyVersion: { include: { policy: true } } } } }, orderBy: { id: "asc" } },
      evidence: { include: { file: { select: { fileName: true } } }, orderBy: { id: "asc" } },
      approvals: { where: { actionId: null }, orderBy: { requestedAt: "desc" }, take: 1 },
    },
  });
  const approval = found?.approvals[0];
  if (!found || !approval) return null;
  const names = await namesOf(deps, [found.deciderId, ...(approval.reviewerId ? [approval.reviewerId] : [])]);
  const recommendation = recommendationSchema.safeParse(found.recommendation);
  const isPending = found.state === "awaiting_approval";
  return {
    decisionId,
    reference: found.reference,
    state: found.state,
    caseReference: found.case.reference,
    businessName: found.account.businessName,
    proposer: names.get(found.deciderId) ?? "Somebody",
    proposerId: found.deciderId,
    rationale: found.rationale,
    facts: found.facts,
    deviation: found.deviation,
    measure: await decidedMeasure(deps.db, found),
    explanation: recommendation.success ? recommendation.data.explanation : null,
    findings: found.findings.map(({ conductAt, clauseVersion }) => ({
      code: clauseVersion.clause.code,
      title: clauseVersion.title,
      policyTitle: clauseVersion.policyVersion.policy.title,
      version: clauseVersion.policyVersion.number,
      conductAt: conductAt.toISOString(),
    })),
    evidence: await evidenceLabels(deps, found.evidence),
    requestedAt: approval.requestedAt.toISOString(),
    expiresAt: isPending ? approval.expiresAt.toISOString() : null,
    answer: isPending
      ? null
      : { state: approval.state, by: approval.reviewerId ? (names.get(approval.reviewerId) ?? "Somebody") : null, reason: approval.reason, at: approval.answeredAt?.toISOString() ?? null },
    zone: found.platform.zone,
    ...(isPending ? await previewOf(deps, found) : { preview: null, problem: null, news: [], seen: null }),
  };
}

async function evidenceLabels({ db }: Pick<Deps, "db">, evidence: readonly { id: string; reportId: string | null; signalId: string | null; file: { fileName: string } | null }[]): Promise<ProposalPage["evidence"]> {
  const ids = (key: "reportId" | "signalId") => evidence.flatMap((one) => one[key] ?? []);
  const reports = new Map((await db.report.findMany({ where: { id: { in: ids("reportId") } }, select: { id: true, reference: true } })).map(({ id, reference }) => [id, reference]));
  const signals = new Map((await db.signal.findMany({ where: { id: { in: ids("signalId") } }, select: { id: true, rule: true } })).map(({ id, rule }) => [id, rule]));
  return evidence.map(({ id, reportId, signalId, file }) => {
    if (file) return { id, label: file.fileName };
    if (reportId) return { id, label: `report ${reports.get(reportId) ?? "gone"}` };
    return { id, label: `signal ${signals.get(signalId ?? "")?.replaceAll("_", " ") ?? "gone"}` };
  });
}

async function previewOf(deps: Deps, found: Parameters<typeof prepareProposed>[2] & { reference: string }): Promise<Pick<ProposalPage, "preview" | "problem" | "news" | "seen">> {
  return deps.db.$transaction(async (tx) => {
    const { changes: news, version: seen } = await changesSince(tx, found.caseId, found.caseVersion);
    const worked = await prepareProposed(tx, deps, found, deps.clock());
    if (!worked.ok) return { preview: null, problem: refusedProposal(worked), news, seen };
    return { preview: await previewPrepared(tx, deps, worked.prepared, { decisionId: maskedToken, reference: found.reference }), problem: null, news, seen };
  });
}
