import type { Deps } from "~/infra/deps.server";
import { namesOfStaff } from "../access/staff.queries.server";
import { ruleTitle } from "./signal-words";
import type { AutomationState } from "./rule-automation";

export interface AutomationView {
  id: string;
  state: AutomationState;
  ruleVersion: number;
  clauseCode: string;
  reason: string;
  askedBy: string;
  askedById: string;
  askedAt: string;
  expiresAt: string;
  effectiveFrom: string;
  confirmedBy: string | null;
  ended: { by: string | null; at: string; reason: string } | null;
  /** How many measures took effect under it. */
  measures: number;
}

/** Requests and switches of one rule on one platform, the newest first. */
export async function automationOfRule({ db }: Pick<Deps, "db">, platformId: string, rule: string): Promise<AutomationView[]> {
  const rows = await db.ruleAutomation.findMany({ where: { platformId, rule }, orderBy: [{ askedAt: "desc" }, { id: "desc" }], take: 20, include: { _count: { select: { measures: true } } } });
  const names = await namesOfStaff(db, rows.flatMap(({ askedById, confirmedById, endedById }) => [askedById, confirmedById, endedById].filter((id) => id !== null)));
  const nameOf = (id: string): string => names.get(id) ?? "somebody";
  return rows.map(({ id, state, ruleVersion, clauseCode, reason, askedById, askedAt, expiresAt, effectiveFrom, confirmedById, endedAt, endedById, endedReason, _count }) => ({
    id,
    state: state as AutomationState,
    ruleVersion,
    clauseCode,
    reason,
    askedById,
    askedBy: nameOf(askedById),
    askedAt: askedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    effectiveFrom: effectiveFrom.toISOString(),
    confirmedBy: confirmedById && nameOf(confirmedById),
    ended: endedAt && { by: endedById && nameOf(endedById), at: endedAt.toISOString(), reason: endedReason ?? "" },
    measures: _count.measures,
  }));
}

export interface AskedAutomation {
  id: string;
  title: string;
  clauseCode: string;
  platformName: string;
  zone: string;
  path: string;
  askedBy: string;
  expiresAt: string;
}

/** Requests that wait for a second person. */
export async function askedAutomations({ db }: Pick<Deps, "db">): Promise<AskedAutomation[]> {
  const rows = await db.ruleAutomation.findMany({ where: { state: "asked" }, orderBy: { expiresAt: "asc" }, take: 50, include: { platform: { select: { key: true, name: true, zone: true } } } });
  const names = await namesOfStaff(db, rows.map(({ askedById }) => askedById));
  return rows.map(({ id, rule, clauseCode, platform, askedById, expiresAt }) => ({
    id,
    title: ruleTitle(rule),
    clauseCode,
    platformName: platform.name,
    zone: platform.zone,
    path: `/settings/rules/${platform.key}/${rule}#automation`,
    askedBy: names.get(askedById) ?? "somebody",
    expiresAt: expiresAt.toISOString(),
  }));
}
