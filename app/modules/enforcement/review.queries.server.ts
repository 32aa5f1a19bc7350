import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { may, type StaffActor } from "../access/actor";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { decidedMeasure } from "./decided-measure.queries.server";
import { featureNamesOf } from "./decision-plan";
import { laddersAt, reviewedOfCase, strikesOf, tookPartInAny } from "./decision.repo.server";
import { recommendationSchema } from "./decision-preview";
import { recommendRung } from "./ladder";
import { extentInWords } from "./measure";

export interface ReviewedDecision {
  id: string;
  reference: string;
  /** Why it was put up for review; null where the case was, and this is what was decided on it. */
  reason: string | null;
  decider: string;
  /** The reader made, approved or changed it, so somebody else judges it. */
  own: boolean;
  /** What was imposed, beside what the ladder said then; null where nothing was found. */
  imposed: string | null;
  recommendedThen: string | null;
  /** What the ladder of that day says without the strikes that are void now. */
  recommendedNow: string | null;
  voided: { decisionReference: string; clauseCode: string; weight: number; voidedAt: string; reason: string | null }[];
  actions: { id: string; reference: string; words: string; active: boolean }[];
}

export interface ReviewPanelData {
  reason: string;
  decisions: ReviewedDecision[];
  mayClose: boolean;
}

/** What a reviewer needs to judge a case that was put up for review; null for a case that is not. */
export async function reviewPanel(deps: Deps, actor: StaffActor, caseId: string): Promise<ReviewPanelData | null> {
  return deps.db.$transaction(async (tx) => {
    const found = await tx.case.findUnique({ where: { id: caseId }, select: { reviewReason: true, platformId: true } });
    if (!found?.reviewReason) return null;
    const terms = await platformTerms(tx, found.platformId);
    const decisions: ReviewedDecision[] = [];
    for (const id of await reviewedOfCase(tx, caseId)) decisions.push(await reviewed(tx, actor, terms, id));
    return { reason: found.reviewReason, decisions, mayClose: may(actor, "decision:propose") };
  });
}

async function reviewed(tx: Tx, actor: StaffActor, terms: Terms, id: string): Promise<ReviewedDecision> {
  const decision = await tx.decision.findUniqueOrThrow({
    where: { id },
    include: {
      findings: { select: { clauseVersion: { select: { severity: true, clause: { select: { code: true, area: true } } } } } },
      counted: { select: { strike: { select: { id: true, weight: true, voidedAt: true, voidReason: true, clause: { select: { code: true } }, decision: { select: { reference: true } } } } } },
      actions: { where: { replacesId: null }, orderBy: { id: "asc" } },
    },
  });
  const current = await tx.action.findMany({ where: { decisionId: id, state: { in: ["active", "expired", "lifted"] } }, orderBy: { id: "asc" } });
  const names = featureNamesOf(terms);
  const decider = await tx.staff.findUnique({ where: { id: decision.deciderId }, select: { name: true } });
  const then = recommendationSchema.safeParse(decision.recommendation);
  return {
    id,
    reference: decision.reference,
    reason: decision.reviewReason,
    decider: decider?.name ?? "Somebody",
    own: await tookPartInAny(tx, actor.id, [id]),
    imposed: await decidedMeasure(tx, decision),
    recommendedThen: then.success ? then.data.explanation : null,
    recommendedNow: decision.findings.length > 0 ? await recommendedWithoutVoided(tx, terms, decision) : null,
    voided: decision.counted.flatMap(({ strike }) =>
      strike.voidedAt ? [{ decisionReference: strike.decision.reference, clauseCode: strike.clause.code, weight: strike.weight, voidedAt: strike.voidedAt.toISOString(), reason: strike.voidReason }] : [],
    ),
    actions: current.map((action) => ({ id: action.id, reference: action.reference, words: extentInWords(action, names, terms.zone), active: action.state === "active" })),
  };
}

type Counting = {
  accountId: string;
  decidedAt: Date;
  findings: { clauseVersion: { severity: Parameters<Awaited<ReturnType<typeof laddersAt>>["get"]>[0]; clause: { code: string; area: string } } }[];
  counted: { strike: { id: string } }[];
};

async function recommendedWithoutVoided(tx: Tx, terms: Terms, { accountId, decidedAt, findings, counted }: Counting): Promise<string | null> {
  const at = DateTime.fromJSDate(decidedAt, { zone: "utc" });
  const ladders = await laddersAt(tx, terms.platformId, at);
  const climbed = findings.flatMap(({ clauseVersion: { severity, clause } }) => {
    const ladder = ladders.get(severity);
    return ladder ? [{ clauseCode: clause.code, area: clause.area, ladder }] : [];
  });
  if (climbed.length === 0) return null;
  const ids = new Set(counted.map(({ strike }) => strike.id));
  const strikes = (await strikesOf(tx, accountId)).filter(({ id }) => ids.has(id));
  return recommendRung(climbed, strikes, at, featureNamesOf(terms)).explanation;
}
