import { DateTime } from "luxon";
import type { ChoiceGroup } from "~/components/inputs";
import { civilDayOf, startOfCivilDay, type CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { unresolvedReports } from "../intake/report-state";
import { platformTerms } from "../platforms/terms.queries.server";
import { clauseInForce, clausesInForce } from "../policy/clause-in-force.server";
import { groupedByArea } from "./composer.queries.server";
import { leadingFinding } from "./leading-finding";

/** The clause that seems to be broken, and when that happened: it picks the version of the policy. */
export type Ground = { clauseId: string; conductAt: DateTime<true> };

export type GroundRefusal = "no_ground" | "clause_not_in_force" | "conduct_in_future";

type Named = { clauseId: string | null; at: Date };

/** What of the case names a clause, and when it says that it happened. */
async function namedOn(tx: Tx, caseId: string): Promise<Named[]> {
  const reports = await tx.report.findMany({ where: { caseId, ...unresolvedReports }, orderBy: [{ receivedAt: "asc" }, { id: "asc" }], take: 200, select: { clauseId: true, happenedAt: true, receivedAt: true } });
  const signals = await tx.signal.findMany({ where: { caseId, retractedAt: null }, orderBy: [{ createdAt: "asc" }, { id: "asc" }], take: 200, select: { clauseId: true, windowEnd: true } });
  return [...reports.map(({ clauseId, happenedAt, receivedAt }) => ({ clauseId, at: happenedAt ?? receivedAt })), ...signals.map(({ clauseId, windowEnd }) => ({ clauseId, at: windowEnd }))];
}

/**
 * What an interim measure rests on. Where nobody picked a clause it is the one that most of the case's reports and signals name, and
 * where nobody gave a day, the earliest on which it is said to have happened.
 */
export async function groundOf(
  tx: Tx,
  { caseId, platformId }: { caseId: string; platformId: string },
  asked: { clauseId?: string | undefined; conductOn?: CivilDay | undefined },
  { at, zone }: { at: DateTime<true>; zone: string },
): Promise<Result<{ ground: Ground }, GroundRefusal>> {
  if (asked.conductOn && asked.conductOn > civilDayOf(at, zone)) return refuse("conduct_in_future", { conductOn: asked.conductOn });
  const named = await namedOn(tx, caseId);
  const clauseId = asked.clauseId ?? leadingFinding(named, await clausesInForce(tx, platformId, at))?.clauseId;
  if (!clauseId) return refuse("no_ground");
  const held = async (conductAt: DateTime<true>): Promise<Ground | null> => ((await clauseInForce(tx, { platformId, clauseId, at: conductAt })) ? { clauseId, conductAt } : null);
  const ground = asked.conductOn ? await held(startOfCivilDay(asked.conductOn, zone)) : ((await held(earliestOf(named, clauseId, at))) ?? (await held(at)));
  return ground ? { ok: true, ground } : refuse("clause_not_in_force", { clauseId });
}

function earliestOf(named: readonly Named[], clauseId: string, now: DateTime<true>): DateTime<true> {
  const naming = named.filter((one) => one.clauseId === clauseId);
  const first = Math.min(now.toMillis(), ...(naming.length > 0 ? naming : named).map(({ at }) => at.getTime()));
  return DateTime.fromMillis(first, { zone: "utc" }) as DateTime<true>;
}

export interface GroundChoices {
  clauses: ChoiceGroup[];
  /** What most of the case names; empty: nothing does. */
  clauseId: string;
  conductOn: CivilDay;
  /** Today in the platform's zone: it cannot have happened later. */
  today: CivilDay;
}

/** What the form for an interim measure offers, filled in as the measure would rest on it. */
export function groundChoices(deps: Pick<Deps, "db" | "clock">, { caseId, platformId }: { caseId: string; platformId: string }): Promise<GroundChoices> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const { zone } = await platformTerms(tx, platformId);
    const clauses = await clausesInForce(tx, platformId, now);
    const suggested = await groundOf(tx, { caseId, platformId }, {}, { at: now, zone });
    return {
      clauses: groupedByArea(clauses),
      clauseId: suggested.ok ? suggested.ground.clauseId : "",
      conductOn: suggested.ok ? civilDayOf(suggested.ground.conductAt, zone) : "",
      today: civilDayOf(now, zone),
    };
  });
}
