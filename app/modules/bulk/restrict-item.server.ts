import { refuse } from "~/infra/result";
import { releaseCase } from "../cases/release-case.server";
import { applyInterimMeasure } from "../enforcement/apply-interim-measure.server";
import { featureNamesOf } from "../enforcement/decision-plan";
import { measureInWords } from "../enforcement/measure";
import { platformTerms } from "../platforms/terms.queries.server";
import { clauseInForce } from "../policy/clause-in-force.server";
import type { BulkInputOf } from "./bulk-input.schema";
import { claimedCase } from "./decide-item.server";
import type { AtWork, ItemAnswer } from "./perform-item.server";

/** An interim measure on the item's case, which then waits in the queue for whoever decides it. */
export async function restrictItem(work: AtWork, { measure: kind, features, days, clauseId, reason }: BulkInputOf<"interim">): ItemAnswer {
  const { tx, deps, author, account } = work;
  const clause = clauseId && (await clauseInForce(tx, { platformId: account.platformId, clauseId, at: work.at }));
  if (clauseId && !clause) return refuse("clause_not_in_force");
  const claimed = await claimedCase(work, clause ? { area: clause.area, severity: clause.severity } : null);
  if (!claimed.ok) return claimed;
  const { caseId, version } = claimed;
  const applied = await applyInterimMeasure(deps, author, { caseId, version, kind, features, days, clauseId, reason });
  if (!applied.ok) return applied;
  const released = await releaseCase(deps, author, { caseId });
  if (!released.ok) return refuse(released.reason);
  const terms = await platformTerms(tx, account.platformId);
  const lasts = days ?? terms.interimMeasureDays;
  const measure = kind === "suspension" ? ({ kind, days: lasts } as const) : ({ kind, days: lasts, features } as const);
  return {
    ok: true,
    outcome: `Interim ${measureInWords(measure, featureNamesOf(terms))}`,
    rung: null,
    needsApproval: applied.state === "awaiting_approval",
    caseId,
    decisionId: null,
    result: { actionIds: [applied.actionId] },
  };
}
