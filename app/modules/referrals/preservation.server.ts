import { DateTime } from "luxon";
import { civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor, type StaffActor } from "../access/actor";
import { permissionsOf, roles } from "../access/permissions";
import { recordAudit } from "../audit/record-audit.server";
import { stageNotice } from "../notices/stage-notice.server";
import { lockAccount } from "../platforms/account.server";
import { lockScope } from "./hold.server";
import type { RecordPreservationInput } from "./hold.schema";
import { preservationEnds, renew, warnsFrom } from "./preservation";

const utc = (date: Date) => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;

/** An agency asked to keep what there is: for ninety days it is kept, as under a hold. */
export async function recordPreservation(deps: Deps, actor: StaffActor, input: RecordPreservationInput): Promise<Result<{ reference: string; requestId: string; expiresAt: string }, "forbidden" | "not_found" | "received_in_future" | "preservation_over">> {
  if (!may(actor, "hold:manage")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string; requestId: string; expiresAt: string }, "not_found" | "received_in_future" | "preservation_over">> => {
    const account = await lockScope(tx, input);
    if (!account) return refuse("not_found");
    const { zone } = await tx.platform.findUniqueOrThrow({ where: { id: account.platformId }, select: { zone: true } });
    if (input.receivedOn > civilDayOf(at, zone)) return refuse("received_in_future");
    const receivedAt = startOfCivilDay(input.receivedOn, zone);
    const expiresAt = preservationEnds(receivedAt, zone);
    if (expiresAt <= at) return refuse("preservation_over");
    const requestId = newId();
    const reference = newReference("PR");
    const { accountId, caseId = null, agency, agencyReference, note } = input;
    await tx.preservationRequest.create({
      data: { id: requestId, reference, platformId: account.platformId, accountId, caseId, agency, agencyReference, note, receivedAt: receivedAt.toJSDate(), expiresAt: expiresAt.toJSDate(), recordedById: actor.id, createdAt: at.toJSDate() },
    });
    await recordAudit(tx, actor, { type: "preservation.recorded", at, platformId: account.platformId, accountId, caseId, requestId, agency, expiresAt });
    return { ok: true, reference, requestId, expiresAt: expiresAt.toISO() };
  });
}

/** Ninety days more, once, while it runs (the database holds both). */
export async function renewPreservation(deps: Deps, actor: StaffActor, { requestId, reason }: { requestId: string; reason: string }): Promise<Result<{ reference: string; expiresAt: string }, "forbidden" | "not_found" | "preservation_over" | "preservation_renewed">> {
  if (!may(actor, "hold:manage")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string; expiresAt: string }, "not_found" | "preservation_over" | "preservation_renewed">> => {
    const of = await tx.preservationRequest.findUnique({ where: { id: requestId }, select: { accountId: true } });
    if (!of || !(await lockAccount(tx, of.accountId))) return refuse("not_found");
    const request = await tx.preservationRequest.findUniqueOrThrow({ where: { id: requestId }, include: { platform: { select: { zone: true } } } });
    if (request.expiredAt) return refuse("preservation_over");
    const renewed = renew({ expiresAt: utc(request.expiresAt), renewals: request.renewals }, request.platform.zone, at);
    if (!renewed.ok) return renewed;
    const { expiresAt } = renewed;
    await tx.preservationRequest.update({
      where: { id: requestId },
      data: { renewals: { increment: 1 }, renewedAt: at.toJSDate(), renewedById: actor.id, renewalReason: reason, expiresAt: expiresAt.toJSDate(), warnedAt: null },
    });
    const { platformId, accountId, caseId, reference } = request;
    await recordAudit(tx, actor, { type: "preservation.renewed", at, platformId, accountId, caseId, requestId, reason, expiresAt });
    return { ok: true, reference, expiresAt: expiresAt.toISO() };
  });
}

const worker = { kind: "system", name: "preservation.sweep" } satisfies Actor;
const batch = 100;

/** Warns staff of terms that end within fourteen days, and ends those that are over, each for itself. @returns how many of both */
export async function sweepPreservation(deps: Deps): Promise<number> {
  const at = deps.clock();
  let done = 0;
  const due = await deps.db.preservationRequest.findMany({
    where: { expiredAt: null, OR: [{ expiresAt: { lte: at.toJSDate() } }, { warnedAt: null, expiresAt: { lte: at.plus({ days: 16 }).toJSDate() } }] },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: batch,
    select: { id: true },
  });
  for (const { id } of due) {
    try {
      done += await settle(deps, id, at);
    } catch (error) {
      deps.log.error({ err: error, sweep: worker.name, row: id }, "a row that is due cannot be done");
    }
  }
  return done;
}

async function settle(deps: Deps, id: string, at: DateTime<true>): Promise<number> {
  return deps.db.$transaction(async (tx) => {
    const locked = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM preservation_request WHERE id = ${id}::uuid AND expired_at IS NULL FOR UPDATE SKIP LOCKED`;
    if (locked.length === 0) return 0;
    const request = await tx.preservationRequest.findUniqueOrThrow({ where: { id }, include: { platform: { select: { zone: true } } } });
    const { platformId, accountId, caseId, reference, agency } = request;
    const about = { at, platformId, accountId, caseId, requestId: id };
    const expiresAt = utc(request.expiresAt);
    if (at >= expiresAt) {
      await tx.preservationRequest.update({ where: { id }, data: { expiredAt: at.toJSDate() } });
      await recordAudit(tx, worker, { type: "preservation.expired", ...about });
      return 1;
    }
    if (request.warnedAt || at < warnsFrom(expiresAt, request.platform.zone)) return 0;
    await tx.preservationRequest.update({ where: { id }, data: { warnedAt: at.toJSDate() } });
    const staff = await tx.staff.findMany({ where: { disabledAt: null, roles: { hasSome: roles.filter((role) => permissionsOf[role].includes("hold:manage")) } }, select: { email: true } });
    for (const { email } of staff) {
      await stageNotice(tx, deps, {
        at,
        platformId,
        to: email,
        language: "en",
        about: {},
        content: { template: "preservation_expiring", props: { reference, agency, expiresAt: request.expiresAt, renewable: request.renewals === 0, requestUrl: `${deps.config.publicUrl}/referrals/holds` } },
        dedupeKey: `preservation:${id}:${request.renewals}:warning`,
      });
    }
    await recordAudit(tx, worker, { type: "preservation.warned", ...about, told: staff.length });
    return 1;
  });
}
