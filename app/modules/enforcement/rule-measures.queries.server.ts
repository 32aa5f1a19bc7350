import type { Deps } from "~/infra/deps.server";
import { featureNamesIn } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { proposalInWords } from "../signals/rule-interim";
import { ruleTitle } from "../signals/signal-words";
import { reasonOfRule } from "./rule-reason";

export interface RuleMeasureView {
  id: string;
  title: string;
  clauseCode: string;
  signalId: string;
  /** "a 7-day restriction of marketing messages" */
  measure: string;
  /** What the account holder would read, to be changed before it is sent. */
  reason: string;
  businessName: string;
  caseReference: string;
  area: string;
  platformName: string;
  zone: string;
  expiresAt: string;
}

/** What rules proposed and nobody has answered, on one case or on all of them, what lapses first on top. */
export async function waitingRuleMeasures({ db }: Pick<Deps, "db">, caseId?: string): Promise<RuleMeasureView[]> {
  const rows = await db.ruleMeasure.findMany({
    where: { state: "waiting", caseId, case: { state: { in: ["open", "investigating", "waiting_for_information"] } } },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: 50,
    include: {
      account: { select: { businessName: true, language: true, platform: { select: { name: true, zone: true } } } },
      case: { select: { reference: true, area: true } },
      signal: { select: { windowStart: true, windowEnd: true, observed: true, threshold: true, measures: true, clause: { select: { code: true } } } },
    },
  });
  const names = new Map<string, Record<string, string>>();
  for (const platformId of new Set(rows.map((row) => row.platformId))) names.set(platformId, featureNamesIn((await platformTerms(db, platformId)).features, "en"));
  return rows.map(({ id, platformId, rule, features, days, signalId, account, case: found, signal, expiresAt }) => ({
    id,
    title: ruleTitle(rule),
    clauseCode: signal.clause.code,
    signalId,
    measure: proposalInWords({ features, days }, names.get(platformId) ?? {}),
    reason: reasonOfRule(
      { windowStart: signal.windowStart.toISOString(), windowEnd: signal.windowEnd.toISOString(), observed: Number(signal.observed), threshold: Number(signal.threshold), measures: signal.measures as Record<string, number> },
      account.platform.zone,
      account.language,
    ),
    businessName: account.businessName,
    caseReference: found.reference,
    area: found.area,
    platformName: account.platform.name,
    zone: account.platform.zone,
    expiresAt: expiresAt.toISOString(),
  }));
}
