import { DateTime } from "luxon";
import type { ChoiceGroup } from "~/components/inputs";
import { civilDayOf, type CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { unresolvedReports } from "../intake/report-state";
import { offered } from "../platforms/features";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { areaName } from "../policy/areas";
import { clausesInForce } from "../policy/clause-in-force.server";
import type { ComposerData, ComposerFields } from "./composer";
import { featureNamesOf } from "./decision-plan";
import { findProposal, laddersAt } from "./decision.repo.server";
import { leadingFinding } from "./leading-finding";
import { measureInWords } from "./measure";
import { lastReturned } from "./returned-proposals.queries.server";
import type { DecideCaseInput } from "./decide-case.schema";

type CitedClause = Awaited<ReturnType<typeof clausesInForce>>[number];

/**
 * The decision form of a case, filled with what its reports and signals suggest, or with what this person proposed and
 * got back; null for a case nobody can decide now.
 */
export async function composerOf(deps: Deps, reference: string, forId: string): Promise<ComposerData | null> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const found = await tx.case.findUnique({ where: { reference }, select: { id: true, reference: true, platformId: true, version: true, state: true, account: { select: { businessName: true } } } });
    if (!found || found.state !== "investigating") return null;
    const terms = await platformTerms(tx, found.platformId);
    const clauses = await clausesInForce(tx, found.platformId, now);
    const evidence = await evidenceChoices(tx, found.id);
    const returned = await lastReturned(tx, found.id, forId);
    const suggested = defaultsOf(found, evidence, clauses, terms);
    return {
      caseId: found.id,
      reference: found.reference,
      businessName: found.account.businessName,
      zone: terms.zone,
      today: civilDayOf(now, terms.zone),
      localNow: now.setZone(terms.zone).toFormat("yyyy-MM-dd'T'HH:mm"),
      clauses: groupedByArea(clauses),
      severityOf: Object.fromEntries(clauses.map(({ clauseId, severity }) => [clauseId, severity])),
      ladders: await laddersInWords(tx, terms, now),
      evidence: evidence.map(({ value, label, hint }) => ({ value, label, hint })),
      features: offered(terms.features),
      defaults: returned ? asProposed(returned.input, suggested, clauses) : suggested,
      returned: returned && { reference: returned.reference, how: returned.how, reason: returned.reason },
      pending: await pendingOf(tx, found.id),
    };
  });
}

async function pendingOf(tx: Tx, caseId: string): Promise<ComposerData["pending"]> {
  const proposal = await findProposal(tx, caseId);
  return proposal && { decisionId: proposal.id, reference: proposal.reference };
}

export function groupedByArea(clauses: readonly CitedClause[]): ChoiceGroup[] {
  const areas = [...new Set(clauses.map(({ area }) => area))];
  return areas.map((area) => ({
    label: areaName(area).replace(/^\p{Ll}/u, (first) => first.toUpperCase()),
    options: clauses.filter((clause) => clause.area === area).map(({ clauseId, code, title, severity }) => ({ value: clauseId, label: `${code} ${title} (${severity})` })),
  }));
}

async function laddersInWords(tx: Tx, terms: Terms, now: DateTime): Promise<ComposerData["ladders"]> {
  const names = featureNamesOf(terms);
  const ladders = await laddersAt(tx, terms.platformId, now);
  return Object.fromEntries([...ladders].map(([severity, { rungs }]) => [severity, rungs.map((measure) => measureInWords(measure, names))]));
}

type Evidence = ComposerData["evidence"][number] & { clauseId: string | null; at: Date };

const day = (at: Date): string => at.toISOString().slice(0, 10);

async function evidenceChoices(tx: Tx, caseId: string): Promise<Evidence[]> {
  const reports = await tx.report.findMany({
    where: { caseId, ...unresolvedReports },
    orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
    take: 50,
    select: { id: true, reference: true, description: true, clauseId: true, happenedAt: true, receivedAt: true, files: { where: { deletedAt: null }, select: { id: true, fileName: true } } },
  });
  const signals = await tx.signal.findMany({ where: { caseId }, orderBy: { createdAt: "asc" }, take: 50, select: { id: true, rule: true, clauseId: true, windowEnd: true } });
  return [
    ...reports.flatMap(({ id, reference, description, clauseId, happenedAt, receivedAt, files }) => [
      { value: `report:${id}`, label: `Report ${reference}`, hint: description.slice(0, 90), clauseId, at: happenedAt ?? receivedAt },
      ...files.map((file) => ({ value: `file:${file.id}`, label: file.fileName, hint: `File of report ${reference}`, clauseId: null, at: receivedAt })),
    ]),
    ...signals.map(({ id, rule, clauseId, windowEnd }) => ({ value: `signal:${id}`, label: `Signal: ${rule.replaceAll("_", " ")}`, hint: `Seen until ${day(windowEnd)}`, clauseId, at: windowEnd })),
  ];
}

/** The form as it was proposed, with what is still there to be chosen. When it is to begin is left to be said anew: that time may be over. */
function asProposed(input: DecideCaseInput, suggested: ComposerFields, clauses: readonly CitedClause[]): ComposerFields {
  if (input.outcome !== "violation") return suggested;
  const findings = input.findings.filter(({ clauseId }) => clauses.some((clause) => clause.clauseId === clauseId)).map(({ note = "", ...finding }) => ({ ...finding, note }));
  return {
    ...suggested,
    findings: findings.length > 0 ? findings : suggested.findings,
    evidence: suggested.evidence.filter((value) => (input.evidence as string[]).includes(value)),
    rung: input.rung === undefined ? "" : String(input.rung),
    days: input.days === undefined ? "" : String(input.days),
    features: [...input.features],
    justification: input.justification,
    lawEnforcementReferral: input.lawEnforcementReferral ? "on" : "",
    noTipOff: input.noTipOff ? "on" : "",
    facts: input.facts,
    rationale: input.rationale,
  };
}

/** The clause most reports and signals name, the gravest of those named as often; on the earliest day it was said to have happened. */
function defaultsOf(found: { id: string; version: number }, evidence: readonly Evidence[], clauses: readonly CitedClause[], terms: Terms): ComposerFields {
  const leading = leadingFinding(evidence, clauses);
  const conductOn: CivilDay = leading ? civilDayOf(DateTime.fromJSDate(leading.at, { zone: "utc" }), terms.zone) : "";
  return {
    caseId: found.id,
    version: String(found.version),
    idempotencyKey: newId(),
    outcome: "violation",
    finding: "no_violation",
    findings: [{ clauseId: leading?.clauseId ?? "", conductOn, note: "" }],
    evidence: evidence.map(({ value }) => value),
    rung: "",
    days: "",
    features: [],
    startsAt: "",
    justification: "",
    lawEnforcementReferral: "",
    noTipOff: "",
    facts: "",
    rationale: "",
  };
}
