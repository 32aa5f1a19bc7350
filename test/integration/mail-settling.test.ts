import { DateTime } from "luxon";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signAddress } from "~/infra/signed-address.server";
import type { StaffActor } from "~/modules/access/actor";
import { dismissUnmatched, matchAppeal } from "~/modules/appeals/settle-unmatched.server";
import { findReceivedMail, listReceivedMail } from "~/modules/inbound-mail/received-mail.queries.server";
import { settleMail } from "~/modules/inbound-mail/settle-mail.server";
import { claimNotice } from "~/modules/notices/claim-notice.server";
import { markHandedOver } from "~/modules/notices/mark-handed-over.server";
import { pauseNotices } from "~/modules/notices/sending/pause-notices.server";
import { resumeNotices } from "~/modules/notices/sending/resume-notices.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { sweepRetention } from "~/modules/referrals/sweep-retention.server";
import { decided, must, worker, type Decided } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { nth } from "../factories/moment";
import { createStaff } from "../factories/staff";
import { receivedMail, settled, type Sent } from "../factories/received-mail";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { deliveryReport, feedback, plainMail, sampleMails, wordBounce, type Head } from "../support/mails";

let database: TestDatabase;
let deps: TestDeps;
let platform: { id: string; key: string; abuseEmail: string; appealsEmail: string };
let ana: StaffActor;
let lead: StaffActor;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee: lead } = await enforcers(deps));
  platform = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

const domain = () => platform.abuseEmail.split("@")[1]!;
const somebody = () => `reader-${nth()}@reader.example`;
const receive = (raw: Buffer, sent: Sent = {}) => receivedMail(deps, platform, raw, sent);
const take = async (raw: Buffer, sent: Sent = {}) => {
  const id = await receive(raw, sent);
  const { done } = await settled(deps, id);
  return { done, row: await deps.db.receivedMail.findUniqueOrThrow({ where: { id } }) };
};
const addressed = (from: string, head: Head = {}, text = "A business called “Peak Roofing” keeps texting me from (303) 555-0142 though I replied STOP.") => plainMail({ From: from, ...head }, text);
const noticesOf = async (where: object) => (await deps.db.notice.findMany({ where, orderBy: { id: "asc" } })).map((notice) => ({ ...notice, to: deps.crypto.open(notice.addressSealed, "notice.address"), text: deps.crypto.open(notice.textSealed, "notice.text") }));
const auditOf = async (mailId: string) => (await deps.db.auditEntry.findMany({ orderBy: { id: "asc" } })).filter(({ body }) => body.includes(mailId)).map(({ type }) => type);

describe("a person's report", () => {
  test("is filed with what was read in it, its original as evidence, and acknowledged to the envelope's sender", async () => {
    const from = somebody();
    const { done, row } = await take(addressed(from), { from });
    expect(done).toBe("report_filed");
    expect(row).toMatchObject({ state: "settled", kind: "human_report", acknowledged: true, reading: { language: "en", suggestion: { area: "spam" } } });
    const report = await deps.db.report.findUniqueOrThrow({ where: { id: row.reportId! }, include: { phones: true, files: true } });
    expect(report).toMatchObject({ channel: "email", state: "received", clauseId: null, accusedName: "Peak Roofing" });
    expect(deps.crypto.open(report.phones[0]!.sealed, "report.phone")).toBe("+13035550142");
    expect(report.files).toMatchObject([{ mailId: row.id, sha256: row.sha256 }]);
    const [receipt] = await noticesOf({ reportId: report.id });
    expect(receipt).toMatchObject({ kind: "report_receipt", to: from });
    expect(await findReceivedMail(deps, row.id)).toMatchObject({ receipt: { noticeId: receipt!.id, state: "queued", paused: false } });
    expect(receipt!.text).toContain(report.reference);
    expect(receipt!.text).toMatch(/\/status\/[\w-]{43}/);
    expect(await auditOf(row.id)).toContain("mail.settled");
    expect(JSON.stringify(row.reading)).not.toMatch(/5550142|555.0142/);
  });

  test("is one report however often it is settled, also by two at once", async () => {
    const from = somebody();
    const id = await receive(addressed(from), { from });
    const came = await Promise.all([settled(deps, id), settled(deps, id), settled(deps, id)]);
    expect(came.map(({ done }) => done).sort()).toEqual(["report_filed", "settled_before", "settled_before"]);
    expect(await settled(deps, id)).toEqual({ done: "settled_before" });
    expect((await noticesOf({ addressHash: deps.crypto.lookup(from, "email") })).length).toBe(1);
  });

  test("the acknowledgement goes out as an answer, with addresses only we can make", async () => {
    const from = somebody();
    const { row } = await take(addressed(from), { from });
    const [receipt] = await noticesOf({ reportId: row.reportId! });
    const report = await deps.db.report.findUniqueOrThrow({ where: { id: row.reportId! } });
    const { mail } = must(await claimNotice(deps, { noticeId: receipt!.id, leaseMs: 1_000 }));
    expect(mail).toMatchObject({
      answersMail: true,
      returnPath: signAddress(deps.crypto, { purpose: "bounce", names: receipt!.id }, domain()),
      replyTo: signAddress(deps.crypto, { purpose: "case", names: report.reference }, domain()),
    });
  });

  test("one sender is acknowledged once an hour, also by mails that come together", async () => {
    const from = somebody();
    const ids = await Promise.all(["one", "two", "three"].map((word) => receive(addressed(from, {}, `The business ${word} spams me every day.`), { from })));
    await Promise.all(ids.map((id) => settled(deps, id)));
    const rows = await deps.db.receivedMail.findMany({ where: { id: { in: ids } } });
    expect(rows.filter(({ acknowledged }) => acknowledged)).toHaveLength(1);
    expect(rows.every(({ reportId }) => reportId !== null)).toBe(true);
    deps.clock.advance({ minutes: 61 });
    expect((await take(addressed(from, {}, "And again the next hour, more spam."), { from })).row.acknowledged).toBe(true);
  });

  test.each<[string, Head, string | undefined]>([
    ["the null sender", {}, ""],
    ["a list", { "List-Id": "<news.example>" }, undefined],
    ["bulk", { Precedence: "bulk" }, undefined],
    ["what a program generated", { "Auto-Submitted": "auto-generated" }, undefined],
  ])("is filed and not acknowledged: %s", async (_what, head, sender) => {
    const from = somebody();
    const { row } = await take(addressed(from, head), { from: sender ?? from });
    expect(row).toMatchObject({ kind: "human_report", acknowledged: false });
    expect(await noticesOf({ reportId: row.reportId! })).toEqual([]);
  });

  test("from our own address is not answered", async () => {
    const { row } = await take(addressed(platform.appealsEmail), { from: platform.appealsEmail });
    expect(row).toMatchObject({ acknowledged: false, reading: { notAcknowledged: "own_address" } });
  });

  test("belongs to the address in From only where its domain vouches for it", async () => {
    const victim = somebody();
    const forger = `forger-${nth()}@elsewhere.example`;
    const reporterOf = async (reportId: string) => (await deps.db.report.findUniqueOrThrow({ where: { id: reportId }, include: { reporter: true } })).reporter?.emailHash;
    const forged = await take(addressed(victim), { from: forger });
    expect(await reporterOf(forged.row.reportId!)).toBe(deps.crypto.lookup(forger, "email"));
    const replayed = await take(addressed(victim), { from: forger, signedBy: "reader.example" });
    expect(await reporterOf(replayed.row.reportId!)).toBe(deps.crypto.lookup(forger, "email"));
    const own = await take(addressed(victim), { from: "bounces@reader.example", signedBy: "reader.example" });
    expect(await reporterOf(own.row.reportId!)).toBe(deps.crypto.lookup(victim, "email"));
  });
});

test("a message that breaks the parser is kept for a person", async () => {
  const id = await receive(Buffer.from("x"));
  expect(await settleMail({ ...deps, parser: { parse: () => Promise.resolve({ ok: false, fault: "too_long" }) } }, id)).toEqual({ done: "kept_unreadable" });
  expect(await deps.db.receivedMail.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "unreadable", kind: "unreadable", fault: "too_long" });
  expect(await deps.db.evidenceFile.count({ where: { mailId: id } })).toBe(1);
});

test("an automatic reply leads to nothing", async () => {
  const before = await deps.db.report.count();
  const { row } = await take(sampleMails().awayNote!);
  expect(row).toMatchObject({ kind: "auto_reply", outcome: "kept", acknowledged: false });
  expect(await deps.db.report.count()).toBe(before);
});

describe("an appeal", () => {
  const words = "We had consent for both messages; please look at the signed forms.";
  const holderOf = (on: Decided) => on.found.ownerEmail;
  const appeal = (on: Decided, sent: Sent = {}, head: Head = {}, text = words) => take(addressed(holderOf(on), head, text), { from: holderOf(on), to: platform.appealsEmail, role: "appeals", ...sent });
  const proven = { signedBy: "roofing.example" };
  const appealsOf = (on: Decided) => deps.db.appeal.findMany({ where: { actionId: on.actionId } });
  const actionOf = (on: Decided) => deps.db.action.findUniqueOrThrow({ where: { id: on.actionId } });

  test("of the account's own address, proven, is filed against the one action it can mean", async () => {
    const on = await decided(deps, ana, platformId);
    const { row } = await appeal(on, proven);
    expect(row).toMatchObject({ kind: "appeal", outcome: "appeal_filed", acknowledged: true });
    expect(await appealsOf(on)).toMatchObject([{ id: row.appealId, channel: "email", explanation: words, late: false }]);
    expect(await noticesOf({ appealId: row.appealId! })).toMatchObject([{ kind: "appeal_receipt", to: holderOf(on) }]);
    expect(await deps.db.evidenceFile.findMany({ where: { appealId: row.appealId! } })).toMatchObject([{ mailId: row.id }]);
  });

  test("is one however often it is sent; new words join it", async () => {
    const on = await decided(deps, ana, platformId);
    await appeal(on, proven);
    expect((await appeal(on, proven)).row.outcome).toBe("appeal_known");
    expect((await appeal(on, proven, {}, "And here is one thing more to look at.")).row.outcome).toBe("appeal_known");
    const [one, ...others] = await appealsOf(on);
    expect(others).toEqual([]);
    expect(await deps.db.appealStatement.findMany({ where: { appealId: one!.id } })).toMatchObject([{ text: "And here is one thing more to look at." }]);
    expect(await noticesOf({ appealId: one!.id, kind: "appeal_receipt" })).toHaveLength(1);
  });

  test("is acknowledged when its receipt was handed over, and not while that waits, be it in a pause", async () => {
    const on = await decided(deps, ana, platformId);
    const [filed, put] = [await appeal(on, proven), await appeal(await decided(deps, ana, platformId), { from: somebody() })];
    for (const { row } of [filed, put]) {
      const receipt = async () => (await findReceivedMail(deps, row.id))!.receipt;
      const { noticeId } = (await receipt())!;
      expect(await receipt()).toEqual({ noticeId, state: "queued", paused: false });
      const { pauseId } = must(await pauseNotices(deps, lead, { platformKey: platform.key, reason: "A mistake in a text" }));
      expect((await listReceivedMail(deps, { limit: 50 })).find(({ id }) => id === row.id)).toMatchObject({ acknowledged: true, receipt: { noticeId, state: "queued", paused: true } });
      must(await resumeNotices(deps, lead, { pauseId, reason: "It is mended" }));
      must(await markHandedOver(deps, worker, { noticeId, reply: "250 ok" }));
      expect(await receipt()).toEqual({ noticeId, state: "handed_over", paused: false });
    }
  });

  test.each<[string, Sent]>([
    ["whose From nobody vouches for", {}],
    ["vouched for by another domain", { signedBy: "elsewhere.example" }],
  ])("%s is put to a person, once", async (_what, given) => {
    const from = somebody();
    const sent = { ...given, from };
    const on = await decided(deps, ana, platformId);
    const { row } = await appeal(on, sent);
    expect(row).toMatchObject({ kind: "appeal", outcome: "appeal_for_a_person", acknowledged: true });
    expect((await appeal(on, sent)).row).toMatchObject({ unmatchedAppealId: row.unmatchedAppealId, acknowledged: false });
    deps.clock.advance({ hours: 2 });
    expect((await appeal(on, sent)).row).toMatchObject({ unmatchedAppealId: row.unmatchedAppealId, acknowledged: false });
    expect(await noticesOf({ addressHash: deps.crypto.lookup(from, "email"), kind: "appeal_by_mail" })).toHaveLength(1);
    expect(await appealsOf(on)).toEqual([]);
    expect(await deps.db.unmatchedAppeal.findUniqueOrThrow({ where: { id: row.unmatchedAppealId! } })).toMatchObject({ emailHash: deps.crypto.lookup(holderOf(on), "email"), explanation: words, actionText: expect.not.stringContaining(words) as string, settledAt: null, lookedAt: expect.any(Date) as Date });
  });

  test.each<[string, Head, boolean]>([
    ["is told why when it is put aside, at the envelope's sender, once", {}, true],
    ["of a list is told nothing", { "List-Id": "<news.reader.example>" }, false],
    ["of a machine is told nothing", { "Auto-Submitted": "auto-generated" }, false],
  ])("that nobody vouches for %s", async (_what, headers, told) => {
    const from = somebody();
    const on = await decided(deps, ana, platformId);
    const { row } = await appeal(on, { from }, headers);
    const rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
    const unmatchedId = row.unmatchedAppealId!;
    expect(must(await dismissUnmatched(deps, rita, { unmatchedId, reason: "It names no measure of ours." })).told).toBe(told);
    const notices = await noticesOf({ kind: "appeal_put_aside", addressHash: deps.crypto.lookup(from, "email") });
    expect(notices).toHaveLength(told ? 1 : 0);
    expect(await noticesOf({ kind: "appeal_put_aside", addressHash: deps.crypto.lookup(holderOf(on), "email") })).toEqual([]);
  });

  test("put to a person keeps its mail for as long as that takes, and becomes evidence of the appeal it turns out to be", async () => {
    const [on, none] = [await decided(deps, ana, platformId), await decided(deps, ana, platformId)];
    const [meant, other] = [await appeal(on, { from: somebody() }), await appeal(none, { from: somebody() })];
    const rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
    const fileOf = async ({ row }: typeof meant) => deps.db.evidenceFile.findUniqueOrThrow({ where: { mailId: row.id } });
    const keptAt = async (days: number) => {
      deps.clock.set(DateTime.fromISO("2026-11-20T21:00:00Z", { zone: "utc" }).plus({ days }).toISO()!);
      await sweepRetention(deps);
      return [(await fileOf(meant)).deletedAt, (await fileOf(other)).deletedAt].map((deletedAt) => deletedAt === null);
    };
    expect(await keptAt(100)).toEqual([true, true]);
    await expect(deps.db.evidenceFile.update({ where: { mailId: meant.row.id }, data: { deletedAt: deps.clock().toJSDate() } })).rejects.toThrow(/evidence_kept|is kept by/);

    expect(await findReceivedMail(deps, meant.row.id)).toMatchObject({ appealReference: null, putAside: false });
    const { reference } = must(await matchAppeal(deps, rita, { unmatchedId: meant.row.unmatchedAppealId!, actionReference: (await actionOf(on)).reference }));
    must(await dismissUnmatched(deps, rita, { unmatchedId: other.row.unmatchedAppealId!, reason: "It names no measure of ours." }));
    const [filed] = await appealsOf(on);
    expect(await fileOf(meant)).toMatchObject({ appealId: filed!.id });
    expect(await findReceivedMail(deps, meant.row.id)).toMatchObject({ appealReference: reference, putAside: false });
    expect(await findReceivedMail(deps, other.row.id)).toMatchObject({ appealReference: null, putAside: true });
    expect(await keptAt(150)).toEqual([true, true]);
    expect(await keptAt(170)).toEqual([true, false]);
  });

  test("that a person takes for more about an open appeal joins it, with its mail, and proves nothing about it", async () => {
    const on = await decided(deps, ana, platformId);
    const rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
    const actionReference = (await actionOf(on)).reference;
    const [first, more] = [await appeal(on, { from: somebody() }), await appeal(on, { from: somebody() }, {}, "The signed forms are attached here.")];
    const filed = must(await matchAppeal(deps, rita, { unmatchedId: first.row.unmatchedAppealId!, actionReference }));
    expect(must(await matchAppeal(deps, rita, { unmatchedId: more.row.unmatchedAppealId!, actionReference }))).toMatchObject({ reference: filed.reference, joined: true });
    const [one, ...others] = await appealsOf(on);
    expect([one, others]).toMatchObject([{ reference: filed.reference, confirmedAt: null }, []]);
    expect(await deps.db.appealStatement.findMany({ where: { appealId: one!.id } })).toMatchObject([{ text: expect.stringContaining("The signed forms are attached here.") as string }]);
    expect(await deps.db.evidenceFile.findMany({ where: { appealId: one!.id }, orderBy: { id: "asc" } })).toMatchObject([{ mailId: first.row.id }, { mailId: more.row.id }]);
    expect(await noticesOf({ appealId: one!.id, kind: "appeal_receipt" })).toHaveLength(1);
  });

  test("of a stranger is put to a person, though the reference is signed", async () => {
    const on = await decided(deps, ana, platformId);
    const { reference } = await actionOf(on);
    const stranger = somebody();
    const to = signAddress(deps.crypto, { purpose: "case", names: reference }, domain());
    const { row } = await take(addressed(stranger, {}, words), { from: stranger, to, role: "reply", signedBy: "reader.example" });
    expect(row).toMatchObject({ kind: "appeal", outcome: "appeal_for_a_person" });
  });

  test.each(["action", "decision"] as const)("to the signed address of the %s picks it among several", async (named) => {
    const on = await decided(deps, ana, platformId);
    const other = await decided(deps, ana, platformId, { accountId: on.found.account.id, area: "deception", clause: "CF-AUP-3.3.b" });
    const action = await deps.db.action.findUniqueOrThrow({ where: { id: on.actionId }, include: { decision: true } });
    const to = signAddress(deps.crypto, { purpose: "case", names: named === "action" ? action.reference : action.decision!.reference }, domain());
    const { row } = await appeal(on, { ...proven, to, role: "reply" });
    expect(row.outcome).toBe("appeal_filed");
    expect(await appealsOf(on)).toHaveLength(1);
    expect(await appealsOf(other)).toEqual([]);
  });

  test("that is late is filed as late, as of when it came in", async () => {
    const on = await decided(deps, ana, platformId);
    await deps.db.action.update({ where: { id: on.actionId }, data: { appealClosesAt: new Date("2026-11-20T20:00:00Z") } });
    const { row } = await appeal(on, { ...proven, at: "2026-11-20T20:30:00Z" });
    expect(row.outcome).toBe("appeal_filed_late");
    expect(await appealsOf(on)).toMatchObject([{ late: true, filedAt: new Date("2026-11-20T20:30:00Z") }]);
  });
});

describe("what comes back", () => {
  const statementOf = async (on: Decided) => {
    const [statement] = await noticesOf({ decisionId: on.decisionId, kind: "statement_of_reasons" });
    must(await markHandedOver(deps, worker, { noticeId: statement!.id, reply: "250 ok" }));
    await recordInformed(deps, worker, { decisionId: on.decisionId, actionId: null, informedAt: deps.clock() });
    return statement!;
  };
  const pathOf = (noticeId: string) => signAddress(deps.crypto, { purpose: "bounce", names: noticeId }, domain());
  const stateOf = async (id: string) => (await deps.db.notice.findUniqueOrThrow({ where: { id } })).state;

  test("to the signed return path marks the notice, and the account holder counts as not informed", async () => {
    const on = await decided(deps, ana, platformId, { informed: false });
    const statement = await statementOf(on);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: on.actionId } })).toMatchObject({ informedAt: expect.any(Date) as Date });
    const { row } = await take(deliveryReport({ recipient: "owner@roofing.example" }), { from: "", to: pathOf(statement.id), role: "bounce" });
    expect(row).toMatchObject({ kind: "bounce", outcome: "notice_bounced", noticeId: statement.id });
    expect(await deps.db.notice.findUniqueOrThrow({ where: { id: statement.id } })).toMatchObject({ state: "bounced", lastError: "5.1.1 smtp; 550 5.1.1 no such mailbox here" });
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: on.actionId } })).toMatchObject({ informedAt: null, appealClosesAt: null });
    expect((await take(deliveryReport(), { from: "", to: pathOf(statement.id), role: "bounce" })).row.outcome).toBe("notice_known_bounced");
  });

  test("leaves informed who another message reached", async () => {
    const on = await decided(deps, ana, platformId, { informed: false });
    const statement = await statementOf(on);
    const { id: _id, ...columns } = await deps.db.notice.findUniqueOrThrow({ where: { id: statement.id } });
    const second = await deps.db.notice.create({ data: { ...columns, id: crypto.randomUUID(), messageId: `<notice.${crypto.randomUUID()}@x.example>`, dedupeKey: `second:${statement.id}`, handedOverAt: new Date("2026-11-21T10:00:00Z") } });
    await take(deliveryReport(), { from: "", to: pathOf(statement.id), role: "bounce" });
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: on.actionId } })).toMatchObject({ informedAt: second.handedOverAt });
  });

  test("is known by its Original-Envelope-Id too", async () => {
    const on = await decided(deps, ana, platformId, { informed: false });
    const statement = await statementOf(on);
    const { row } = await take(deliveryReport({ envelopeId: pathOf(statement.id).replace("+", "+2B") }), { from: "", to: platform.abuseEmail });
    expect(row).toMatchObject({ outcome: "notice_bounced", noticeId: statement.id });
  });

  test.each<[string, (noticeId: string) => Buffer, (noticeId: string) => string]>([
    ["a forged return path", () => deliveryReport(), (id) => pathOf(id).replace(/\.[a-z2-7]{3}/, ".aaa")],
    ["a forged envelope id", (id) => deliveryReport({ envelopeId: pathOf(id).replace(/\.[a-z2-7]{3}/, ".aaa") }), () => platform.abuseEmail],
    ["the Message-ID alone", (id) => Buffer.from(wordBounce().toString().replace("<offer.1@sender.example>", `<notice.${id}@${domain()}>`)), () => platform.abuseEmail],
  ])("changes nothing by %s", async (_what, raw, to) => {
    const on = await decided(deps, ana, platformId, { informed: false });
    const statement = await statementOf(on);
    const { row } = await take(raw(statement.id), { from: "", to: to(statement.id) });
    expect(row).toMatchObject({ kind: "bounce", outcome: "bounce_unproven", noticeId: null });
    expect(await stateOf(statement.id)).toBe("handed_over");
  });

  test("a delay changes nothing", async () => {
    const on = await decided(deps, ana, platformId, { informed: false });
    const statement = await statementOf(on);
    expect((await take(deliveryReport({ action: "delayed", status: "4.4.1" }), { from: "", to: pathOf(statement.id), role: "bounce" })).row.outcome).toBe("delay_noted");
    expect((await take(deliveryReport({ action: "delivered", status: "2.0.0" }), { from: "", to: pathOf(statement.id), role: "bounce" })).row.outcome).toBe("arrival_noted");
    expect(await stateOf(statement.id)).toBe("handed_over");
  });
});

describe("a feedback report", () => {
  const loop = { from: "fbl@provider.example", signedBy: "provider.example" };

  test("is filed, unanswered, with the message it is about", async () => {
    const { row } = await take(feedback({ "Source-IP": "192.0.2.1" }), loop);
    expect(row).toMatchObject({ kind: "feedback_report", feedbackType: "abuse", outcome: "report_filed", acknowledged: false });
    const report = await deps.db.report.findUniqueOrThrow({ where: { id: row.reportId! } });
    expect(report).toMatchObject({ channel: "email", reporterId: null });
    expect(report.messageText).toContain("Buy a roof today");
    expect(await noticesOf({ reportId: report.id })).toEqual([]);
  });

  test("is taken back by not-spam from the same proven sender", async () => {
    const about = { "Original-Rcpt-To": `r${nth()}@mailbox.example` };
    const raw = (type: string, id: string) => Buffer.from(feedback({ "Feedback-Type": type, ...about }).toString().replace("<offer.1@sender.example>", `<${id}@sender.example>`));
    const id = `once-${nth()}`;
    const { row } = await take(raw("abuse", id), loop);
    expect((await take(raw("not-spam", id), { from: loop.from })).row.outcome).toBe("nothing_to_retract");
    expect((await take(raw("not-spam", `other-${nth()}`), loop)).row.outcome).toBe("nothing_to_retract");
    expect((await take(raw("not-spam", id), loop)).row).toMatchObject({ outcome: "report_retracted", reportId: row.reportId, feedbackType: "not-spam" });
    expect(await deps.db.report.findUniqueOrThrow({ where: { id: row.reportId! } })).toMatchObject({ state: "dismissed", dismissalReason: "not_a_report" });
  });

  test("about our own mail is honoured: only what must be told is still sent", async () => {
    const from = somebody();
    const { row } = await take(addressed(from), { from });
    const [receipt] = await noticesOf({ reportId: row.reportId! });
    const complaint = (type: string) => feedback({ "Feedback-Type": type, "Original-Mail-From": `<${signAddress(deps.crypto, { purpose: "bounce", names: receipt!.id }, domain())}>` });
    const reports = await deps.db.report.count();
    expect((await take(complaint("abuse"), loop)).row).toMatchObject({ outcome: "complaint_honoured", noticeId: receipt!.id, reportId: null });
    expect(await deps.db.report.count()).toBe(reports);
    expect(await claimNotice(deps, { noticeId: receipt!.id, leaseMs: 1_000 })).toMatchObject({ ok: false, reason: "complained_of" });
    expect(await deps.db.notice.findUniqueOrThrow({ where: { id: receipt!.id } })).toMatchObject({ state: "failed" });
    expect((await take(complaint("not-spam"), loop)).row.outcome).toBe("complaint_withdrawn");
  });

  test("that only names a mail of ours is logged", async () => {
    const raw = Buffer.from(feedback({}).toString().replace("<offer.1@sender.example>", `<notice.${crypto.randomUUID()}@${domain()}>`));
    expect((await take(raw, { from: "fbl@provider.example" })).row).toMatchObject({ outcome: "complaint_unproven", reportId: null });
    expect(await deps.db.mailComplaint.count({ where: { withdrawnAt: null } })).toBe(0);
  });
});
