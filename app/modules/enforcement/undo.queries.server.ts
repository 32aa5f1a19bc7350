import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { platformTerms } from "../platforms/terms.queries.server";
import { isAppealed } from "./decision.repo.server";
import { extentInWords } from "./measure";
import { featureNamesOf } from "./decision-plan";
import { mayUndo, undoEndsAt } from "./undo";

/** What undoing the newest decision of a case would do, for whoever made it, while they can. Instants are ISO texts. */
export interface UndoOffer {
  decisionId: string;
  reference: string;
  endsAt: string;
  /** Actions it would reverse, in words; none where nothing was found. */
  actions: string[];
  /** One of them shuts something at the gate. */
  opensGate: boolean;
  strikes: number;
  /** Later decisions that counted its strike, which would be put up for review. */
  forReview: number;
  /** Addresses of the account holder that got the statement of reasons. */
  holderAddresses: number;
  reporters: number;
  reportersTold: number;
  interimEnded: boolean;
}

export async function undoOffer(deps: Deps, actor: StaffActor, caseId: string): Promise<UndoOffer | null> {
  return deps.db.$transaction(async (tx) => {
    const decision = await tx.decision.findFirst({
      where: { caseId, state: "in_effect" },
      orderBy: [{ decidedAt: "desc" }, { id: "desc" }],
      select: {
        id: true, reference: true, state: true, deciderId: true, effectiveAt: true, platformId: true,
        platform: { select: { undoMinutes: true } },
        actions: { where: { state: "active" }, orderBy: { id: "asc" }, select: { kind: true, features: true, startsAt: true, endsAt: true } },
        strikes: { where: { voidedAt: null }, select: { id: true } },
      },
    });
    const effectiveAt = decision?.effectiveAt && DateTime.fromJSDate(decision.effectiveAt, { zone: "utc" });
    if (!decision || !effectiveAt) return null;
    const { undoMinutes } = decision.platform;
    if (!mayUndo({ ...decision, effectiveAt, appealed: false }, actor.id, undoMinutes, deps.clock()).ok || (await isAppealed(tx, decision.id))) return null;
    const terms = await platformTerms(tx, decision.platformId);
    const resolved = { caseId, state: "resolved", resolvedAt: effectiveAt.toJSDate() } as const;
    return {
      decisionId: decision.id,
      reference: decision.reference,
      endsAt: undoEndsAt(effectiveAt, undoMinutes).toJSDate().toISOString(),
      actions: decision.actions.map((action) => extentInWords(action, featureNamesOf(terms), terms.zone)),
      opensGate: decision.actions.some(({ kind }) => kind !== "warning" && kind !== "law_enforcement_referral"),
      strikes: decision.strikes.length,
      forReview: await tx.decision.count({ where: { id: { not: decision.id }, state: { in: ["in_effect", "modified"] }, counted: { some: { strikeId: { in: decision.strikes.map(({ id }) => id) } } } } }),
      holderAddresses: await tx.notice.count({ where: { decisionId: decision.id, kind: "statement_of_reasons" } }),
      reporters: await tx.report.count({ where: resolved }),
      reportersTold: await tx.report.count({ where: { ...resolved, reporter: { emailSealed: { not: null } } } }),
      interimEnded: (await tx.action.count({ where: { caseId, interim: true, endedAt: effectiveAt.toJSDate() } })) > 0,
    };
  });
}
