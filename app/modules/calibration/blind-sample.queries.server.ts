import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { may, type StaffActor } from "../access/actor";
import { areaName } from "../policy/areas";
import { clausesInForce } from "../policy/clause-in-force.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { laddersInWordsAt } from "../enforcement/ladders-in-words.queries.server";

export type BlindSample = NonNullable<Awaited<ReturnType<typeof loadBlindSample>>>;

/**
 * What the second person sees of a sample they hold: what was reported and found until it was decided, what the
 * account's record held before, and the rules of that day. What was decided, by whom and on which rung is not read at all,
 * so it cannot be shown; nor is anything that leads to the case.
 */
export async function loadBlindSample(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, reference: string) {
  if (!may(actor, "calibration:review")) return null;
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const sample = await tx.calibrationSample.findFirst({
      where: { reference, state: "pending", claimedById: actor.id },
      select: { reference: true, caseId: true, platformId: true, decisionId: true, decision: { select: { decidedAt: true, accountId: true } } },
    });
    if (!sample) return null;
    const until = sample.decision.decidedAt;
    const at = DateTime.fromJSDate(until, { zone: "utc" });
    const terms = await platformTerms(tx, sample.platformId);
    const names = Object.fromEntries(terms.features.map(({ code, name }) => [code, name]));
    const reports = await tx.report.findMany({
      where: { caseId: sample.caseId, receivedAt: { lte: until } },
      orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
      take: 50,
      select: {
        channel: true, description: true, messageText: true, happenedAt: true, receivedAt: true,
        clause: { select: { code: true } },
        files: { where: { uploadedAt: { lte: until } }, orderBy: { id: "asc" }, select: { id: true, fileName: true, renditionSha256: true, deletedAt: true } },
      },
    });
    const signals = await tx.signal.findMany({
      where: { caseId: sample.caseId, createdAt: { lte: until } },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: 50,
      select: { rule: true, observed: true, threshold: true, measures: true, windowStart: true, windowEnd: true, clause: { select: { code: true } } },
    });
    const strikes = await tx.strike.findMany({
      where: { accountId: sample.decision.accountId, decisionId: { not: sample.decisionId }, issuedAt: { lt: until }, expiresAt: { gt: until }, OR: [{ voidedAt: null }, { voidedAt: { gt: until } }] },
      orderBy: { issuedAt: "asc" },
      select: { weight: true, clause: { select: { code: true } } },
    });
    const clauses = await clausesInForce(tx, sample.platformId, at);
    return {
      reference: sample.reference,
      platform: terms.name,
      zone: terms.zone,
      now: now.toISO(),
      reports: reports.map(({ files, happenedAt, receivedAt, clause, ...report }) => ({
        ...report,
        clause: clause?.code ?? null,
        happenedAt: happenedAt?.toISOString() ?? null,
        receivedAt: receivedAt.toISOString(),
        files: files.map(({ id, fileName, renditionSha256, deletedAt }) => ({ id, fileName, hasRendition: renditionSha256 !== null, deletedAt: deletedAt?.toISOString() ?? null })),
      })),
      signals: signals.map(({ observed, threshold, windowStart, windowEnd, clause, measures, rule }) => ({
        rule,
        clause: clause.code,
        observed: observed.toNumber(),
        threshold: threshold.toNumber(),
        measures: Object.entries((measures ?? {}) as Record<string, unknown>).map(([name, value]) => `${String(value)} ${name.replaceAll("_", " ")}`),
        windowStart: windowStart.toISOString(),
        windowEnd: windowEnd.toISOString(),
      })),
      strikes: strikes.map(({ weight, clause }) => ({ weight, clause: clause.code })),
      clauses: [...new Set(clauses.map(({ area }) => area))].map((area) => ({
        area: areaName(area),
        clauses: clauses.filter((clause) => clause.area === area).map(({ clauseId, code, title, severity }) => ({ clauseId, code, title, severity })),
      })),
      ladders: await laddersInWordsAt(tx, sample.platformId, at, names),
    };
  });
}
