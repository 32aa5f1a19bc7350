import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { actionKindNames } from "./measure";
import { proposedLength, type ProposedLength } from "./replacement";
import { platformTerms } from "../platforms/terms.queries.server";
import { ruleTitle } from "../signals/signal-words";

export interface ActionPage {
  id: string;
  reference: string;
  kind: "warning" | "feature_restriction" | "suspension" | "termination" | "law_enforcement_referral";
  interim: boolean;
  state: string;
  features: string[];
  reason: string;
  startsAt: string | null;
  endsAt: string | null;
  endedAt: string | null;
  endReason: string | null;
  noTipOff: boolean;
  informedAt: string | null;
  appealClosesAt: string | null;
  proposer: string;
  proposerId: string;
  approver: string | null;
  caseId: string;
  caseReference: string;
  decisionReference: string | null;
  businessName: string;
  accountId: string;
  zone: string;
  predecessors: { id: string; reference: string }[];
  featureCodes: string[];
  /** The rule whose finding it rests on; null: a person came to it without one. */
  byRule: { title: string; version: number; signalId: string; byItself: boolean } | null;
  /** Features of the platform that a restriction can name. */
  featureChoices: { code: string; name: string }[];
  /** Null for an interim measure. */
  decisionId: string | null;
  /** It is decided, and takes effect later. */
  scheduled: boolean;
  /** A change that waits for a second person. */
  pending: { measure: string; lasts: ProposedLength; reason: string; proposer: string; proposerId: string; expiresAt: string } | null;
  /** Days more of an interim measure that wait for a second person. */
  extension: { days: number; reason: string; proposer: string; proposerId: string; expiresAt: string } | null;
  successor: { id: string; reference: string } | null;
  /** How the end of the appeal window came about; null while none is open. */
  window: { informedOn: string; days: number } | null;
  /** The newest of what the account holder was sent, frozen; null: nothing, or of before interim measures had one. */
  statement: { id: string; subject: string; text: string; language: string } | null;
  /** The clause that an interim measure rests on. */
  ground: string | null;
}

const sent = { id: true, subject: true, text: true, language: true } as const;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** One action with its dates, who took it, and what became of it. */
export async function actionPage(deps: Deps, id: string): Promise<ActionPage | null> {
  const action = await deps.db.action.findUnique({
    where: { id },
    include: {
      account: { select: { businessName: true } },
      case: { select: { reference: true, platformId: true } },
      decision: { select: { reference: true, statements: { where: { actionId: null }, select: sent } } },
      statements: { orderBy: { id: "desc" }, take: 1, select: sent },
      ground: { select: { code: true } },
      successor: { select: { id: true, reference: true } },
      predecessors: { select: { id: true, reference: true }, orderBy: { createdAt: "asc" } },
      ruleMeasure: { select: { rule: true, ruleVersion: true, signalId: true, automationId: true } },
      extensions: { where: { state: "awaiting_approval" } },
      proposedReplacements: { where: { state: "awaiting_approval" }, include: { approvals: { where: { state: "pending" } } } },
    },
  });
  if (!action) return null;
  const terms = await deps.db.$transaction((tx) => platformTerms(tx, action.case.platformId));
  const names = new Map(terms.features.map(({ code, name }) => [code, name]));
  const [proposed] = action.proposedReplacements;
  const [extension] = action.extensions;
  const approval = proposed?.approvals[0];
  const people = await deps.db.staff.findMany({ where: { id: { in: [action.proposerId, action.approverId, proposed?.proposerId, extension?.proposerId].filter((staffId) => typeof staffId === "string") } }, select: { id: true, name: true } });
  const nameOf = (staffId: string) => people.find((person) => person.id === staffId)?.name ?? "Somebody";
  return {
    id,
    reference: action.reference,
    kind: action.kind,
    interim: action.interim,
    state: action.state,
    features: action.features.map((code) => names.get(code) ?? code),
    reason: action.reason,
    startsAt: iso(action.startsAt),
    endsAt: iso(action.endsAt),
    endedAt: iso(action.endedAt),
    endReason: action.endReason,
    noTipOff: action.noTipOff,
    informedAt: iso(action.informedAt),
    appealClosesAt: iso(action.appealClosesAt),
    proposer: nameOf(action.proposerId),
    proposerId: action.proposerId,
    approver: action.approverId && nameOf(action.approverId),
    caseId: action.caseId,
    caseReference: action.case.reference,
    decisionReference: action.decision?.reference ?? null,
    businessName: action.account.businessName,
    accountId: action.accountId,
    zone: terms.zone,
    successor: action.successor,
    predecessors: action.predecessors,
    featureCodes: action.features,
    byRule: action.ruleMeasure && { title: ruleTitle(action.ruleMeasure.rule), version: action.ruleMeasure.ruleVersion, signalId: action.ruleMeasure.signalId, byItself: action.ruleMeasure.automationId !== null },
    featureChoices: terms.features.filter(({ retired }) => !retired).map(({ code, name }) => ({ code, name })),
    decisionId: action.decisionId,
    scheduled: action.state === "active" && action.begunAt === null && action.startsAt !== null && action.startsAt > deps.clock().toJSDate(),
    pending:
      proposed && approval
        ? {
            measure: [actionKindNames[proposed.kind], ...(proposed.features.length > 0 ? [`of ${proposed.features.map((code) => names.get(code) ?? code).join(", ")}`] : [])].join(" "),
            lasts: proposedLength(proposed, action, approval.requestedAt, terms.zone),
            reason: proposed.reason,
            proposer: nameOf(proposed.proposerId),
            proposerId: proposed.proposerId,
            expiresAt: approval.expiresAt.toISOString(),
          }
        : null,
    extension: extension?.days
      ? { days: extension.days, reason: extension.reason, proposer: nameOf(extension.proposerId), proposerId: extension.proposerId, expiresAt: extension.expiresAt.toISOString() }
      : null,
    statement: action.statements[0] ?? action.decision?.statements[0] ?? null,
    ground: action.ground?.code ?? null,
    window: action.informedAt && { informedOn: civilDayOf(DateTime.fromJSDate(action.informedAt, { zone: "utc" }), terms.zone), days: terms.appealWindowDays },
  };
}
