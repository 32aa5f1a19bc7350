import type { Deps } from "~/infra/deps.server";
import type { Db } from "~/infra/db.server";
import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import { readWhole } from "~/infra/storage.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { assemblePacket, contentHash } from "./assemble-packet.queries.server";
import { snapshotSchema, type PacketContent } from "./packet-content";
import { mayApprove } from "./referral-state";
import { namesOfStaff } from "./staff-names.queries.server";

const most = 200;
const day = (date: Date, zone: string) => civilDayOf(DateTime.fromJSDate(date, { zone: "utc" }), zone);

export const referralIdOf = async (db: Db, reference: string): Promise<string | null> => (await db.referral.findUnique({ where: { reference }, select: { id: true } }))?.id ?? null;

/** Every referral, newest first, and the decided ones that nobody has drafted yet. */
export async function listReferrals(db: Db) {
  const rows = await db.referral.findMany({
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: most,
    include: { account: { select: { businessName: true } }, case: { select: { reference: true } }, platform: { select: { name: true, zone: true } }, packets: { select: { state: true } } },
  });
  const undrafted = await db.action.findMany({
    where: { kind: "law_enforcement_referral", state: "active", referrals: { none: { state: { in: ["draft", "awaiting_approval", "approved", "closed"] } } } },
    orderBy: { createdAt: "desc" },
    take: most,
    select: { id: true, reference: true, noTipOff: true, createdAt: true, account: { select: { businessName: true, platform: { select: { zone: true } } } }, case: { select: { reference: true } } },
  });
  return {
    rows: rows.map(({ id, reference, state, agency, account, case: of, platform, createdAt, packets }) => ({
      id, reference, state, agency, businessName: account.businessName, caseReference: of.reference, platform: platform.name, zone: platform.zone, createdAt: createdAt.toISOString(), packet: packets[0]?.state ?? null,
    })),
    undrafted: undrafted.map(({ id, reference, noTipOff, createdAt, account, case: of }) => ({ id, reference, noTipOff, createdAt: createdAt.toISOString(), businessName: account.businessName, zone: account.platform.zone, caseReference: of.reference })),
  };
}

/** What the second person approved, as it was frozen then: what the packet says, whatever the case says since. */
async function approvedContent({ storage }: Pick<Deps, "storage">, key: string): Promise<PacketContent> {
  return snapshotSchema.parse(JSON.parse((await readWhole(storage, key)).toString("utf8"))).content;
}

/**
 * One referral with everything its page shows, the redacted packet as it would be now among it. Reading it is audited:
 * it shows evidence and the account holder's addresses.
 */
export async function referralPage(deps: Deps, actor: StaffActor, reference: string) {
  const { db, crypto } = deps;
  const referral = await db.referral.findUnique({
    where: { reference },
    include: {
      account: { select: { businessName: true } }, case: { select: { reference: true } }, platform: { select: { name: true, zone: true } }, action: { select: { reference: true, noTipOff: true } },
      items: true, packets: { include: { exports: { orderBy: { at: "desc" } } } },
    },
  });
  if (!referral) return null;
  const { platformId, accountId, caseId, id: referralId, version } = referral;
  const packet = referral.packets.find(({ referralVersion }) => referralVersion === version) ?? null;
  const frozen = packet?.snapshotSha256 ? await approvedContent(deps, packet.snapshotSha256) : null;
  const content = frozen ?? (await assemblePacket(deps, referral.id));
  if (!content) return null;
  await deps.db.$transaction((tx) => recordAudit(tx, actor, { type: "referral.previewed", at: deps.clock(), platformId, accountId, caseId, referralId, version }));
  const reports = await db.report.findMany({ where: { caseId }, orderBy: { receivedAt: "asc" }, select: { id: true, reference: true, receivedAt: true } });
  const files = await db.evidenceFile.findMany({
    where: { deletedAt: null, OR: [{ report: { caseId } }, { reportMessage: { report: { caseId } } }, { appeal: { action: { caseId } } }] },
    orderBy: [{ uploadedAt: "asc" }, { id: "asc" }],
    select: { id: true, fileName: true, mediaType: true, size: true },
  });
  const names = await namesOfStaff(db, [referral.drafterId, referral.approverId, referral.submittedById, ...(packet?.exports ?? []).map(({ staffId }) => staffId)]);
  const { zone } = referral.platform;
  return {
    id: referralId, reference, version, state: referral.state, agency: referral.agency, agencyReference: referral.agencyReference, legalBasis: referral.legalBasis, narrative: referral.narrative,
    periodFrom: day(referral.periodFrom, zone), periodTo: day(new Date(referral.periodTo.getTime() - 1), zone),
    hiddenNames: referral.hiddenNamesSealed && may(actor, "referral:draft") ? crypto.open(referral.hiddenNamesSealed, "referral.hidden_names") : "",
    returnedReason: referral.returnedReason, endReason: referral.endReason, drafter: names.get(referral.drafterId) ?? "", approver: referral.approverId ? (names.get(referral.approverId) ?? "") : null, approvedAt: referral.approvedAt?.toISOString() ?? null,
    businessName: referral.account.businessName, accountId, caseReference: referral.case.reference, platform: referral.platform.name, zone, actionReference: referral.action.reference, noTipOff: referral.action.noTipOff,
    reports: reports.map((report) => ({ id: report.id, reference: report.reference, receivedAt: report.receivedAt.toISOString(), chosen: referral.items.some(({ reportId }) => reportId === report.id) })),
    files: files.map((file) => {
      const item = referral.items.find(({ evidenceFileId }) => evidenceFileId === file.id);
      return { ...file, chosen: item !== undefined, original: item?.original ?? false, redacted: item?.renditionSha256 != null, reason: item?.reason ?? "" };
    }),
    content, frozen: frozen !== null, seen: contentHash(content),
    packet: packet && {
      id: packet.id, state: packet.state, sha256: packet.sha256, size: packet.size === null ? null : Number(packet.size), signer: packet.signer, filesDone: packet.filesDone, filesTotal: packet.filesTotal, bytesDone: Number(packet.bytesDone), bytesTotal: Number(packet.bytesTotal), failure: packet.failure,
      exports: packet.exports.map(({ id, at, staffId, reason }) => ({ id, at: at.toISOString(), who: names.get(staffId) ?? "A colleague", reason })),
    },
    may: { draft: may(actor, "referral:draft"), approve: may(actor, "referral:approve") && mayApprove(actor.id, referral), close: may(actor, "referral:approve"), export: may(actor, "referral:export") },
  };
}
export type ReferralPage = NonNullable<Awaited<ReturnType<typeof referralPage>>>;
