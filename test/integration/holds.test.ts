import { DateTime } from "luxon";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { purgeWebhookMessages } from "~/infra/purge.server";
import type { StaffActor } from "~/modules/access/actor";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { casePage } from "~/modules/cases/case-page.queries.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { moveReferral } from "~/modules/referrals/move-referral.server";
import { keepEvidence } from "~/modules/intake/keep-evidence.server";
import { openEvidence } from "~/modules/intake/open-evidence.server";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { liftHold, setHold } from "~/modules/referrals/hold.server";
import { standingHolds } from "~/modules/referrals/holds.queries.server";
import { recordPreservation, renewPreservation, sweepPreservation } from "~/modules/referrals/preservation.server";
import { forgetReleasedContacts } from "~/modules/referrals/forget-released.server";
import { readHeld } from "~/modules/referrals/read-held.server";
import { sweepRetention } from "~/modules/referrals/sweep-retention.server";
import { setContacts } from "~/modules/platforms/set-contacts.server";
import { openEventIntake } from "~/modules/signals/event-intake.server";
import { purgeChannelNotices } from "~/modules/signals/purge-channel-notices.server";
import { keepEventPartitions } from "~/modules/signals/keep-event-partitions.server";
import { must, openedNotices } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { anEvent, aSender, type Sender } from "../support/sending";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { withPoison } from "../support/poison";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor, eva: StaffActor;
let found: Investigation;
let fileId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  eva = await createStaff(deps.db, ["auditor"], "Eva");
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
  const reportId = found.reports[0]!.id;
  const stored = await deps.storage.put(Buffer.from(`evidence ${newId()}`));
  await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, [{ ...stored, mediaType: "text/plain", fileName: "rosa.txt" } as never], deps.clock()));
  fileId = (await deps.db.evidenceFile.findFirstOrThrow({ where: { reportId } })).id;
});

const closed = () => deps.db.case.update({ where: { id: found.caseId }, data: { state: "closed", closedAt: deps.clock().toJSDate(), leaseHolderId: null, leaseExpiresAt: null } });
const gone = async () => (await deps.db.evidenceFile.findUniqueOrThrow({ where: { id: fileId } })).deletedAt !== null;
const scope = () => ({ accountId: found.account.id, caseId: undefined });
const held = async (over = {}) => must(await setHold(deps, lee, { ...scope(), authority: "County court", reason: "Order 17.", ...over })).holdId;
const asked = async () => must(await recordPreservation(deps, lee, { ...scope(), agency: "Sheridan PD", agencyReference: "", note: "", receivedOn: "2026-11-20" })).requestId;

/** The case is decided; the main measure's id. */
const decided = async (over = {}) => {
  const { decisionId, state } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.3.b", ...over })));
  if (state === "awaiting_approval") must(await approveDecision(deps, lee, { decisionId }));
  const actions = await deps.db.action.findMany({ where: { decisionId } });
  return { measure: actions.find(({ kind }) => kind !== "law_enforcement_referral")!.id, referral: actions.find(({ kind }) => kind === "law_enforcement_referral")?.id ?? "" };
};
const appealed = async (actionId: string) =>
  must(await fileAppeal(deps, { kind: "account_holder", accountId: found.account.id }, { actionId, accountId: found.account.id, explanation: "We object to this.", idempotencyKey: newId(), channel: "link" }));
const drafted = async () => must(await draftReferral(deps, lee, { actionId: (await decided({ lawEnforcementReferral: true })).referral })).referralId;

describe("retention", () => {
  test("deletes evidence sixty-one days after its case was closed, once, and leaves a tombstone", async () => {
    await closed();
    deps.clock.set("2027-01-21T06:59:59Z");
    await sweepRetention(deps);
    expect(await gone()).toBe(false);
    deps.clock.set("2027-01-21T07:00:00Z");
    const swept = await Promise.all([sweepRetention(deps), sweepRetention(deps), sweepRetention(deps)]);
    expect(swept.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await deps.db.evidenceFile.findUniqueOrThrow({ where: { id: fileId } })).toMatchObject({ fileName: "deleted", renditionSha256: null });
    expect((await deps.db.evidenceCustody.findMany({ where: { evidenceFileId: fileId }, orderBy: { at: "asc" } })).map(({ step }) => step)).toEqual(["received", "deleted"]);
    expect(await openEvidence(deps, ana, { fileId, view: "original" })).toMatchObject({ reason: "evidence_deleted" });
    expect(await deps.db.auditEntry.count({ where: { type: "evidence.deleted", caseId: found.caseId } })).toBe(1);
    const { reference } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    const [shown] = (await casePage(deps.db, reference))!.body.reports[0]!.files;
    expect([shown!.shown, new Date(shown!.deletedAt!).toISOString()]).toEqual([null, "2027-01-21T07:00:00.000Z"]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["an open case", async () => undefined],
    ["a hold on the account", async () => { await held(); await closed(); }],
    ["a hold on the case", async () => { await held({ caseId: found.caseId }); await closed(); }],
    ["a preservation request that was not swept yet", async () => { await asked(); await closed(); }],
    ["a live appeal", async () => { await appealed((await decided()).measure); await closed(); }],
    ["a live referral", async () => { await drafted(); await closed(); }],
  ])("leaves alone what is kept by %s, and the database refuses every other writer", async (_by, keep) => {
    await keep();
    deps.clock.set("2028-01-01T00:00:00Z");
    await sweepRetention(deps);
    expect(await gone()).toBe(false);
    await expect(deps.db.evidenceFile.update({ where: { id: fileId }, data: { deletedAt: deps.clock().toJSDate() } })).rejects.toThrow(/is kept by/);
  });
});

describe("what kept evidence lets go of it", () => {
  test("while the window to appeal is open, and no longer", async () => {
    const { measure } = await decided();
    await closed();
    await recordInformed(deps, { kind: "system", name: "test" }, { actionId: measure, decisionId: null, informedAt: DateTime.fromISO("2027-01-10T12:00:00Z") });
    deps.clock.set("2027-02-10T06:59:59Z");
    await sweepRetention(deps);
    expect(await gone()).toBe(false);
    deps.clock.set("2027-02-10T07:00:00Z");
    await sweepRetention(deps);
    expect(await gone()).toBe(true);
  });

  test("once the referral is withdrawn", async () => {
    const referralId = await drafted();
    await closed();
    must(await moveReferral(deps, lee, { referralId, version: 1, step: "withdraw", reason: "The agency has it already." }));
    deps.clock.set("2028-01-01T00:00:00Z");
    await sweepRetention(deps);
    expect(await gone()).toBe(true);
  });
});

describe("a legal hold", () => {
  test("is set by those who may, for an account and its own cases", async () => {
    for (const by of [ana, eva]) expect(await setHold(deps, by, { ...scope(), authority: "x", reason: "y" })).toMatchObject({ reason: "forbidden" });
    const other = await anInvestigation(deps, ana, { platformId });
    expect(await setHold(deps, lee, { accountId: found.account.id, caseId: other.caseId, authority: "x", reason: "y" })).toMatchObject({ reason: "not_found" });
  });

  test("is lifted by two people, also in the database, and then lets go", async () => {
    const holdId = await held();
    expect(await standingHolds(deps.db, { accountId: found.account.id, caseId: found.caseId })).toMatchObject([{ kind: "legal_hold", caseReference: null, until: null }]);
    expect(await liftHold(deps, lou, { holdId, step: "lift" })).toMatchObject({ reason: "hold_lift_not_asked" });
    must(await liftHold(deps, lee, { holdId, step: "ask", reason: "The court closed the matter." }));
    expect(await liftHold(deps, lee, { holdId, step: "lift" })).toMatchObject({ reason: "own_lift" });
    await expect(deps.db.legalHold.update({ where: { id: holdId }, data: { liftedById: lee.id, liftedAt: deps.clock().toJSDate() } })).rejects.toThrow(/two_people_lift/);
    await expect(deps.db.legalHold.delete({ where: { id: holdId } })).rejects.toThrow();
    const answers = await Promise.all([liftHold(deps, lou, { holdId, step: "lift" }), liftHold(deps, lou, { holdId, step: "lift" })]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await standingHolds(deps.db, { accountId: found.account.id })).toEqual([]);
    expect((await deps.db.auditEntry.findMany({ where: { accountId: found.account.id, type: { startsWith: "legal_hold" } }, orderBy: { at: "asc" } })).map(({ type }) => type).sort()).toEqual(["legal_hold.lift_asked", "legal_hold.lifted", "legal_hold.set"]);
  });
});

describe("beyond its usual time a hold keeps", () => {
  const kept = async (holdId: string, by = lee) => {
    const { reference } = await deps.db.legalHold.findUniqueOrThrow({ where: { id: holdId } });
    const { contacts, events } = must(await readHeld(deps, by, { reference, reason: "The court asks.", limit: 10 }));
    return { contacts: contacts.map(({ value }) => value), events: events.map(({ id }) => id) };
  };
  const lifted = async (holdId: string) => {
    must(await liftHold(deps, lee, { holdId, step: "ask", reason: "The order is over." }));
    must(await liftHold(deps, lou, { holdId, step: "lift" }));
  };

  test("addresses that the platform takes back, as long as it stands", async () => {
    const { externalId, id: accountId } = found.account;
    const reachedBy = async (address: string) =>
      must(await setContacts(deps, { kind: "api_key", id: newId(), platformId, scopes: ["account:write"] }, { externalId, contacts: [{ kind: "email", address, role: "owner", language: null }] } as never));
    await reachedBy("before@zenith.example");
    await reachedBy("first@zenith.example");
    const holdId = await held();
    await reachedBy("second@zenith.example");
    expect(await kept(holdId)).toMatchObject({ contacts: ["first@zenith.example"] });
    expect(await forgetReleasedContacts(deps)).toBe(0);
    expect(await readHeld(deps, ana, { reference: "LH-0000-0000", reason: "Curious.", limit: 10 })).toMatchObject({ reason: "forbidden" });
    await lifted(holdId);
    expect(await forgetReleasedContacts(deps)).toBe(1);
    expect(await kept(holdId)).toMatchObject({ contacts: [] });
    expect(await deps.db.auditEntry.count({ where: { accountId, type: { in: ["held_data.revealed", "held_contacts.deleted"] } } })).toBe(3);
  });

  test("what its provider said of it and what its platform was told, as long as it stands", async () => {
    const other = await anInvestigation(deps, ana, { platformId });
    const accounts = [found.account.id, other.account.id];
    const at = deps.clock().toJSDate();
    for (const accountId of accounts) {
      await deps.db.channelNotice.create({ data: { id: newId(), platformId, provider: "whatsapp", field: "account_update", contentHash: newId(), accountId, bodySealed: "x", receivedAt: at } });
      await deps.db.$executeRaw`
        INSERT INTO webhook_message (id, seq, platform_id, account_id, type, subject_id, payload, xact, occurred_at)
        SELECT ${newId()}::uuid, coalesce(max(seq), 0) + 1, ${platformId}::uuid, ${accountId}::uuid, 'case.opened', ${newId()}::uuid, '{}', ${newId().slice(-12)}, ${at} FROM webhook_message`;
    }
    const left = async () => {
      const of = { where: { accountId: { in: accounts } }, select: { accountId: true } };
      return { notices: (await deps.db.channelNotice.findMany(of)).map(({ accountId }) => accountId), messages: [...new Set((await deps.db.webhookMessage.findMany(of)).map(({ accountId }) => accountId))] };
    };
    const purge = async () => {
      await purgeChannelNotices(deps, deps.clock().plus({ days: 100 }));
      await purgeWebhookMessages(deps, deps.clock().plus({ days: 100 }));
    };
    const holdId = await held();
    await purge();
    expect(await left()).toEqual({ notices: [found.account.id], messages: [found.account.id] });
    await lifted(holdId);
    await purge();
    expect(await left()).toEqual({ notices: [], messages: [] });
  });

  test.each([0, 5])("message events, also of a platform that keeps its own %i days less than another, as long as it stands", async (less) => {
    deps.clock.set("2027-03-01T12:00:00Z");
    const [under, free] = [await aSender(deps), await aSender(deps)];
    await deps.db.platform.updateMany({ where: { id: { not: under.platformId } }, data: { eventRetentionDays: 35 + less } });
    const intake = openEventIntake(deps);
    const sent = async ({ platformId: of, account }: Sender) => {
      const event = anEvent(account, deps.clock().toISO()!);
      expect(await intake.take(of, [event])).toMatchObject({ accepted: 1 });
      return event.id;
    };
    const [mine] = [await sent(under), await sent(free)];
    await intake.close();
    const holdId = await held({ accountId: under.accountId });
    deps.clock.advance({ days: 37 + (less ? 0 : 1) });
    await keepEventPartitions(deps);
    expect(await kept(holdId)).toMatchObject({ events: [mine] });
    deps.clock.advance({ days: 10 });
    await keepEventPartitions(deps);
    expect(await kept(holdId)).toMatchObject({ events: [mine] });
    expect(await deps.db.$queryRaw`SELECT event_id FROM stream.held_event UNION ALL SELECT event_id FROM stream.message_event`).toEqual([{ event_id: mine }]);
    await lifted(holdId);
    await keepEventPartitions(deps);
    expect(await kept(holdId)).toMatchObject({ events: [] });
  });
});

describe("a preservation request", () => {
  test("runs ninety days, warns fourteen days before, ends by itself", async () => {
    const requestId = await asked();
    const request = () => deps.db.preservationRequest.findUniqueOrThrow({ where: { id: requestId } });
    expect((await request()).expiresAt.toISOString()).toBe("2027-02-19T07:00:00.000Z");
    deps.clock.set("2027-02-05T06:59:59Z");
    await sweepPreservation(deps);
    expect((await request()).warnedAt).toBe(null);
    deps.clock.set("2027-02-05T07:00:00Z");
    await Promise.all([sweepPreservation(deps), sweepPreservation(deps)]);
    const mails = await openedNotices(deps, { dedupeKey: { startsWith: `preservation:${requestId}` } });
    expect(mails).toHaveLength(2);
    expect(mails[0]!.text).toContain("Friday, February 19, 2027");
    expect(mails[0]!.text).not.toContain(found.account.businessName);
    deps.clock.set("2027-02-19T07:00:00Z");
    await sweepPreservation(deps);
    expect((await request()).expiredAt?.toISOString()).toBe("2027-02-19T07:00:00.000Z");
    expect(await standingHolds(deps.db, { accountId: found.account.id })).toEqual([]);
    expect(await renewPreservation(deps, lee, { requestId, reason: "More." })).toMatchObject({ reason: "preservation_over" });
  });

  test("one that cannot be ended keeps no other from its end", async () => {
    const [stuck, other] = [await asked(), await asked()];
    deps.clock.set("2027-02-19T07:00:00Z");
    const ended = async (requestId: string) => (await deps.db.preservationRequest.findUniqueOrThrow({ where: { id: requestId } })).expiredAt !== null;
    await withPoison(database.url, "preservation_request", `NEW.id = '${stuck}'`, async () => {
      await sweepPreservation(deps);
      expect([await ended(stuck), await ended(other)]).toEqual([false, true]);
    });
    await sweepPreservation(deps);
    expect(await ended(stuck)).toBe(true);
  });

  test("is renewed once, whoever asks at once; the database refuses a second time", async () => {
    const requestId = await asked();
    const answers = await Promise.all([lee, lou, lee].map((by) => renewPreservation(deps, by, { requestId, reason: "They asked again." })));
    expect(answers.map((answer) => (answer.ok ? answer.expiresAt : answer.reason)).sort()).toEqual(["2027-05-20T06:00:00.000Z", "preservation_renewed", "preservation_renewed"]);
    await expect(deps.db.preservationRequest.update({ where: { id: requestId }, data: { renewals: 2 } })).rejects.toThrow(/renewal_whole|renewed_once/);
    await expect(deps.db.preservationRequest.update({ where: { id: requestId }, data: { expiresAt: new Date("2028-01-01") } })).rejects.toThrow(/renewed once/);
    expect(await renewPreservation(deps, ana, { requestId, reason: "x" })).toMatchObject({ reason: "forbidden" });
  });
});
