import type { Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { searchConsole } from "../cases/search-console.server";
import type { AccountHit, CaseHit } from "../cases/search.queries.server";
import { heldEventCounts } from "../signals/held-events.queries.server";
import { namesOfStaff } from "./staff-names.queries.server";

export interface StandingHold {
  kind: "legal_hold" | "preservation";
  reference: string;
  /** The one case it covers; null: the whole account. */
  caseReference: string | null;
  /** When it ends by itself; null: when it is lifted. */
  until: string | null;
}

/** What keeps an account's data from being deleted, for the pages of the account and its cases. It names no authority. */
export async function standingHolds(db: Db, { accountId, caseId }: { accountId: string; caseId?: string }): Promise<StandingHold[]> {
  const scope = caseId ? { OR: [{ caseId: null }, { caseId }] } : {};
  const holds = await db.legalHold.findMany({ where: { accountId, liftedAt: null, ...scope }, orderBy: { setAt: "asc" }, select: { reference: true, case: { select: { reference: true } } } });
  const requests = await db.preservationRequest.findMany({ where: { accountId, expiredAt: null, ...scope }, orderBy: { expiresAt: "asc" }, select: { reference: true, case: { select: { reference: true } }, expiresAt: true } });
  return [
    ...holds.map((hold) => ({ kind: "legal_hold" as const, reference: hold.reference, caseReference: hold.case?.reference ?? null, until: null })),
    ...requests.map((request) => ({ kind: "preservation" as const, reference: request.reference, caseReference: request.case?.reference ?? null, until: request.expiresAt.toISOString() })),
  ];
}

export interface HoldSubject {
  accountId: string;
  businessName: string;
  externalId: string;
  platform: string;
  caseId: string | null;
  caseReference: string | null;
}

const accountColumns = { id: true, businessName: true, externalId: true, platform: { select: { name: true } } } as const;

/** Whose data a hold is to be about: an account, or a case and its account. */
export async function holdSubject(db: Db, by: { accountId: string } | { caseReference: string }): Promise<HoldSubject | null> {
  const found = "caseReference" in by ? await db.case.findUnique({ where: { reference: by.caseReference }, select: { id: true, reference: true, account: { select: accountColumns } } }) : null;
  const account = "accountId" in by ? await db.account.findUnique({ where: { id: by.accountId }, select: accountColumns }) : found?.account;
  return account ? { accountId: account.id, businessName: account.businessName, externalId: account.externalId, platform: account.platform.name, caseId: found?.id ?? null, caseReference: found?.reference ?? null } : null;
}

export type FoundSubjects = { accounts: AccountHit[]; cases: CaseHit[] };

/** Accounts and cases by whatever somebody typed: a search like that of the console, audited like it. */
export async function findSubjects(deps: Deps, actor: StaffActor, typed: string): Promise<FoundSubjects> {
  const searched = await searchConsole(deps, actor, typed);
  return searched.ok ? { accounts: searched.hits.accounts, cases: searched.hits.cases } : { accounts: [], cases: [] };
}

const subject = { account: { select: { id: true, businessName: true, platform: { select: { name: true, zone: true } } } }, case: { select: { reference: true } } };
const most = 200;

/** Every hold and preservation request, those that stand first. */
export async function listHolds(db: Db) {
  const holds = await db.legalHold.findMany({ orderBy: [{ liftedAt: { sort: "desc", nulls: "first" } }, { setAt: "desc" }], take: most, include: subject });
  const requests = await db.preservationRequest.findMany({ orderBy: [{ expiredAt: { sort: "desc", nulls: "first" } }, { expiresAt: "asc" }], take: most, include: subject });
  const names = await namesOfStaff(db, [...holds.flatMap(({ setById, liftRequestedById, liftedById }) => [setById, liftRequestedById, liftedById]), ...requests.map(({ recordedById }) => recordedById)]);
  const accountIds = [...new Set([...holds.filter(({ liftedAt }) => !liftedAt), ...requests.filter(({ expiredAt }) => !expiredAt)].map(({ account }) => account.id))];
  const events = await heldEventCounts(db, accountIds);
  const contacts = new Map((await db.heldContact.groupBy({ by: ["accountId"], where: { accountId: { in: accountIds } }, _count: true })).map(({ accountId, _count }) => [accountId, _count]));
  const beyond = (accountId: string) => ({ events: events.get(accountId) ?? 0, contacts: contacts.get(accountId) ?? 0 });
  const name = (id: string | null) => (id ? (names.get(id) ?? "A colleague") : null);
  return {
    holds: holds.map(({ id, reference, authority, reason, account, case: of, setById, setAt, liftRequestedById, liftReason, liftedById, liftedAt }) => ({
      id, reference, authority, reason, accountId: account.id, businessName: account.businessName, platform: account.platform.name, zone: account.platform.zone, caseReference: of?.reference ?? null,
      setBy: name(setById), setAt: setAt.toISOString(), liftAskedById: liftRequestedById, liftAskedBy: name(liftRequestedById), liftReason, liftedBy: name(liftedById), liftedAt: liftedAt?.toISOString() ?? null, beyond: beyond(account.id),
    })),
    requests: requests.map(({ id, reference, agency, agencyReference, account, case: of, receivedAt, expiresAt, renewals, renewalReason, recordedById, expiredAt }) => ({
      id, reference, agency, agencyReference, accountId: account.id, businessName: account.businessName, platform: account.platform.name, zone: account.platform.zone, caseReference: of?.reference ?? null,
      receivedAt: receivedAt.toISOString(), expiresAt: expiresAt.toISOString(), renewals, renewalReason, recordedBy: name(recordedById), expiredAt: expiredAt?.toISOString() ?? null, beyond: beyond(account.id),
    })),
  };
}
export type HoldRow = Awaited<ReturnType<typeof listHolds>>["holds"][number];
export type PreservationRow = Awaited<ReturnType<typeof listHolds>>["requests"][number];
