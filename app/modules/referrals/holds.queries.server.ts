import type { Db } from "~/infra/db.server";
import { namesOfStaff } from "./staff-names.queries.server";

export interface StandingHold {
  kind: "legal_hold" | "preservation";
  reference: string;
  scope: "account" | "case";
  /** When it ends by itself; null: when it is lifted. */
  until: string | null;
}

/** What keeps an account's data from being deleted, for the pages of the account and its cases. It names no authority. */
export async function standingHolds(db: Db, { accountId, caseId }: { accountId: string; caseId?: string }): Promise<StandingHold[]> {
  const scope = caseId ? { OR: [{ caseId: null }, { caseId }] } : {};
  const holds = await db.legalHold.findMany({ where: { accountId, liftedAt: null, ...scope }, orderBy: { setAt: "asc" }, select: { reference: true, caseId: true } });
  const requests = await db.preservationRequest.findMany({ where: { accountId, expiredAt: null, ...scope }, orderBy: { expiresAt: "asc" }, select: { reference: true, caseId: true, expiresAt: true } });
  const of = (id: string | null) => (id ? "case" : "account");
  return [
    ...holds.map((hold) => ({ kind: "legal_hold" as const, reference: hold.reference, scope: of(hold.caseId) as StandingHold["scope"], until: null })),
    ...requests.map((request) => ({ kind: "preservation" as const, reference: request.reference, scope: of(request.caseId) as StandingHold["scope"], until: request.expiresAt.toISOString() })),
  ];
}

const subject = { account: { select: { id: true, businessName: true, platform: { select: { name: true, zone: true } } } }, case: { select: { reference: true } } };
const most = 200;

/** Every hold and preservation request, those that stand first. */
export async function listHolds(db: Db) {
  const holds = await db.legalHold.findMany({ orderBy: [{ liftedAt: { sort: "desc", nulls: "first" } }, { setAt: "desc" }], take: most, include: subject });
  const requests = await db.preservationRequest.findMany({ orderBy: [{ expiredAt: { sort: "desc", nulls: "first" } }, { expiresAt: "asc" }], take: most, include: subject });
  const names = await namesOfStaff(db, [...holds.flatMap(({ setById, liftRequestedById, liftedById }) => [setById, liftRequestedById, liftedById]), ...requests.map(({ recordedById }) => recordedById)]);
  const name = (id: string | null) => (id ? (names.get(id) ?? "A colleague") : null);
  return {
    holds: holds.map(({ id, reference, authority, reason, account, case: of, setById, setAt, liftRequestedById, liftReason, liftedById, liftedAt }) => ({
      id, reference, authority, reason, accountId: account.id, businessName: account.businessName, platform: account.platform.name, zone: account.platform.zone, caseReference: of?.reference ?? null,
      setBy: name(setById), setAt: setAt.toISOString(), liftAskedById: liftRequestedById, liftAskedBy: name(liftRequestedById), liftReason, liftedBy: name(liftedById), liftedAt: liftedAt?.toISOString() ?? null,
    })),
    requests: requests.map(({ id, reference, agency, agencyReference, account, case: of, receivedAt, expiresAt, renewals, renewalReason, recordedById, expiredAt }) => ({
      id, reference, agency, agencyReference, accountId: account.id, businessName: account.businessName, platform: account.platform.name, zone: account.platform.zone, caseReference: of?.reference ?? null,
      receivedAt: receivedAt.toISOString(), expiresAt: expiresAt.toISOString(), renewals, renewalReason, recordedBy: name(recordedById), expiredAt: expiredAt?.toISOString() ?? null,
    })),
  };
}
export type HoldRow = Awaited<ReturnType<typeof listHolds>>["holds"][number];
export type PreservationRow = Awaited<ReturnType<typeof listHolds>>["requests"][number];
