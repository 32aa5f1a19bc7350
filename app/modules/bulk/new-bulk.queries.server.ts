import type { DateTime } from "luxon";
import type { ChoiceGroup } from "~/components/inputs";
import type { Db } from "~/infra/db.server";
import type { StaffActor } from "../access/actor";
import { permissionsOf, roles } from "../access/permissions";
import type { Permission } from "../access/permissions";
import { matchingCases } from "../cases/queue.queries.server";
import { matchingAccounts } from "../platforms/accounts.queries.server";
import { areaName } from "../policy/areas";
import { clausesInForce } from "../policy/clause-in-force.server";
import { mostItems } from "./bulk-kinds";
import { openProposalsOf } from "./bulk.repo.server";
import type { Selection } from "./selection";

export interface NewBulkChoices {
  /** How many are chosen; one more than a bulk action takes when there are too many. */
  count: number;
  platforms: { id: string; name: string }[];
  /** Account holders who are written to in Spanish, and all of them. */
  readers: { spanish: number; all: number };
  /** Of the one platform all of them are on. */
  clauses: ChoiceGroup[];
  features: { code: string; name: string }[];
  workers: { value: string; label: string }[];
  leads: { value: string; label: string }[];
  ownProposals: boolean;
}

const upperFirst = (text: string): string => text.replace(/^./, (first) => first.toUpperCase());

/** What is chosen, and what a bulk action on it can be about. */
export async function newBulkChoices(db: Db, actor: StaffActor, selection: Selection, now: DateTime<true>): Promise<NewBulkChoices> {
  const { accountIds, ownProposals } = await chosenAccounts(db, actor, selection, now.toJSDate());
  const platforms = await db.$queryRaw<{ id: string; name: string }[]>`
    SELECT id, name FROM platform WHERE id IN (SELECT platform_id FROM account WHERE id = ANY(${accountIds}::uuid[])) ORDER BY name`;
  const [readers] = await db.$queryRaw<{ spanish: number; all: number }[]>`
    SELECT count(*) FILTER (WHERE language = 'es')::int AS spanish, count(*)::int AS "all" FROM account WHERE id = ANY(${accountIds}::uuid[])`;
  const [only] = platforms.length === 1 ? platforms : [];
  const clauses = only ? await clausesInForce(db, only.id, now) : [];
  const areas = [...new Set(clauses.map(({ area }) => area))];
  const staff = await db.staff.findMany({ where: { disabledAt: null }, orderBy: { name: "asc" }, select: { id: true, name: true, roles: true } });
  const withPermission = (permission: Permission) =>
    staff.filter(({ roles: held }) => roles.some((role) => held.includes(role) && permissionsOf[role].includes(permission))).map(({ id, name }) => ({ value: id, label: name }));
  return {
    count: accountIds.length,
    platforms,
    readers: readers!,
    clauses: areas.map((area) => ({ label: upperFirst(areaName(area)), options: clauses.filter((one) => one.area === area).map(({ clauseId, code, title, severity }) => ({ value: clauseId, label: `${code} ${title} (${severity})` })) })),
    features: only ? await db.feature.findMany({ where: { platformId: only.id }, orderBy: [{ position: "asc" }, { code: "asc" }], select: { code: true, name: true } }) : [],
    workers: withPermission("case:work"),
    leads: withPermission("case:reassign"),
    ownProposals,
  };
}

/** The account of each chosen item. */
async function chosenAccounts(db: Db, actor: StaffActor, selection: Selection, now: Date): Promise<{ accountIds: string[]; ownProposals: boolean }> {
  const limit = mostItems + 1;
  if (selection.subject === "case") return { accountIds: (await matchingCases(db, selection, { staffId: actor.id, now }, limit)).map(({ accountId }) => accountId), ownProposals: false };
  if (selection.subject === "account") return { accountIds: (await matchingAccounts(db, selection, limit)).map(({ id }) => id), ownProposals: false };
  const proposals = await openProposalsOf(db, selection.sourceId, limit);
  return { accountIds: proposals.map(({ accountId }) => accountId), ownProposals: proposals.some(({ proposerId }) => proposerId === actor.id) };
}
