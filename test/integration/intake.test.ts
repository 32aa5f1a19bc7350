import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DateTime } from "luxon";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { storeEvidence, type StoredEvidence } from "~/infra/uploads/receive-evidence.server";
import { examineFile } from "~/infra/uploads/examine-file.server";
import { readWhole } from "~/infra/storage.server";
import type { StaffActor } from "~/modules/access/actor";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { addReportEvidence } from "~/modules/intake/add-report-evidence.server";
import { askReporter } from "~/modules/intake/ask-reporter.server";
import { assignReportAccount } from "~/modules/intake/assign-report-account.server";
import { dismissReport } from "~/modules/intake/dismiss-report.server";
import { openEvidence } from "~/modules/intake/open-evidence.server";
import { reportStatus } from "~/modules/intake/report-status.queries.server";
import { resolveReports, reviseOutcomes } from "~/modules/intake/resolve-reports.server";
import { revealReporter } from "~/modules/intake/reveal-reporter.server";
import { sweepUnclaimedFiles } from "~/modules/intake/sweep-unclaimed-files.server";
import { submitReport, type Submitted } from "~/modules/intake/submit-report.server";
import type { SubmitReportInput } from "~/modules/intake/submit-report.schema";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { seedReference } from "#prisma/seed/reference";
import { anAccount } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let analyst: StaffActor;
let auditor: StaffActor;
let platformId: string;
let account: { id: string; businessName: string; externalId: string };

const publicActor = { kind: "public" } as const;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  await seedReference(deps);
  platformId = (await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } })).id;
  analyst = await createStaff(deps.db, ["analyst"]);
  auditor = await createStaff(deps.db, ["auditor"]);
});
afterAll(() => database.close());

let made = 0;
beforeEach(async () => {
  made += 1;
  deps.clock.set("2026-11-20T21:00:00Z");
  account = await anAccount(deps, platformId, { businessName: `Zenith ${String.fromCharCode(65 + (made % 26), 65 + Math.floor(made / 26)).repeat(3)} Plumbing` });
});

const report = (more: Partial<SubmitReportInput> = {}): SubmitReportInput => ({
  platform: "customerflows",
  clause: "CF-AUP-4.3.b",
  businessName: account.businessName,
  description: "They keep writing after I replied STOP.",
  language: "en",
  idempotencyKey: newId(),
  ...more,
});

async function submitted(more: Partial<SubmitReportInput> = {}, files: StoredEvidence[] = []): Promise<Submitted> {
  const result = await submitReport(deps, publicActor, report(more), files);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

const rowOf = (id: string) => deps.db.report.findUniqueOrThrow({ where: { id }, include: { reporter: true, phones: true, messages: true, files: { include: { custody: true } } } });
const mailsOf = (reportId: string) => deps.db.notice.findMany({ where: { reportId }, orderBy: { id: "asc" } });

async function storedPicture(name = "shot.png", background = "#336699"): Promise<{ file: StoredEvidence; original: Buffer }> {
  const original = await sharp({ create: { width: 60, height: 40, channels: 3, background } }).png().withExif({ IFD0: { Artist: "Rosa" } }).toBuffer();
  const path = join(deps.config.storageDir, `upload-${newId()}`);
  await writeFile(path, original);
  const examined = await examineFile({ name, claimed: "image/png", path, size: original.length });
  if (!examined.ok) throw new Error(examined.refused.fault);
  const [file] = await storeEvidence(deps, [examined.file]);
  return { file: file!, original };
}

describe("a report that comes in", () => {
  // 21:00 UTC is 14:00 in Denver, where it is still the twentieth at 06:00 UTC.
  test.each([
    ["tomorrow", "2026-11-20T21:00:00Z", { day: "2026-11-21", time: "23:59" }, "day"],
    ["tomorrow there, though today in London", "2026-11-21T06:00:00Z", { day: "2026-11-21" }, "day"],
    ["later today", "2026-11-20T21:00:00Z", { day: "2026-11-20", time: "14:06" }, "time"],
  ])("is refused when it tells of %s", async (_why, now, told, field) => {
    deps.clock.set(now);
    expect(await submitReport(deps, publicActor, report(told))).toMatchObject({ ok: false, reason: "happened_in_future", detail: { field } });
  });

  test.each([
    ["within the grace of a fast clock", "2026-11-20T21:00:00Z", { day: "2026-11-20", time: "14:05" }],
    ["today with no time, before noon", "2026-11-20T15:00:00Z", { day: "2026-11-20" }],
  ])("never happened after it was told: %s", async (_why, now, told) => {
    deps.clock.set(now);
    const row = await rowOf((await submitted(told)).reportId);
    expect(row).toMatchObject({ happenedAt: row.receivedAt, happenedDayOnly: !("time" in told) });
  });

  test("joins a case, is receipted, and keeps who sent it sealed", async () => {
    const taken = await submitted({ email: "Rosa.Marin@Mail.example", businessPhone: "+13075550142", phones: ["+13075550143"], messageText: "80 % off", day: "2026-11-19", time: "22:30" });
    expect(taken.reference).toMatch(/^R-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    const row = await rowOf(taken.reportId);
    expect(row).toMatchObject({ state: "attached", accountId: account.id, channel: "form", language: "en" });
    expect(row.happenedAt?.toISOString()).toBe("2026-11-20T05:30:00.000Z");
    expect(deps.crypto.open(row.reporter!.emailSealed!, "reporter.email")).toBe("Rosa.Marin@Mail.example");
    expect(deps.crypto.open(row.phones[0]!.sealed, "report.phone")).toBe("+13075550143");
    expect(JSON.stringify({ ...row, description: "" })).not.toMatch(/rosa|5550143|5550142/i);

    const found = await deps.db.case.findUniqueOrThrow({ where: { id: row.caseId! }, include: { events: true } });
    expect(found).toMatchObject({ area: "whatsapp_rules", severity: "high", reportCount: 1, state: "open" });
    expect(found.events.map((event) => event.kind).sort()).toEqual(["opened", "report_attached"]);

    const [receipt, ...more] = await mailsOf(taken.reportId);
    expect(more).toEqual([]);
    expect(deps.crypto.open(receipt!.addressSealed, "notice.address")).toBe("Rosa.Marin@Mail.example");
    const text = deps.crypto.open(receipt!.textSealed, "notice.text");
    expect(text).toContain(taken.reference);
    expect(text).toContain(taken.statusUrl);
    expect(text).not.toContain("STOP");
    const token = taken.statusUrl!.split("/").at(-1)!;
    expect(await openPrivateLink(deps, "report_status", token)).toEqual({ purpose: "report_status", reportId: taken.reportId });
  });

  test("joins the open case of the account, also from somebody else", async () => {
    const one = await submitted({ email: "a@mail.example" });
    const other = await submitted({ clause: "CF-AUP-4.4.c" });
    const elsewhere = await submitted({ clause: "CF-AUP-3.1.a" });
    const [first, second, third] = await Promise.all([one, other, elsewhere].map(({ reportId }) => rowOf(reportId)));
    expect(second!.caseId).toBe(first!.caseId);
    expect(third!.caseId).not.toBe(first!.caseId);
    expect((await deps.db.case.findUniqueOrThrow({ where: { id: first!.caseId! } })).reportCount).toBe(2);
  });

  test("opens one case when many come at once", async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, (_, n) => submitted({ email: `crowd-${n}@mail.example` })));
    const cases = await deps.db.report.findMany({ where: { id: { in: taken.map((one) => one.reportId) } }, select: { caseId: true } });
    expect(new Set(cases.map((row) => row.caseId)).size).toBe(1);
    expect((await deps.db.case.findUniqueOrThrow({ where: { id: cases[0]!.caseId! } })).reportCount).toBe(8);
  });

  test("waits for staff when the business is unclear or no clause fits", async () => {
    for (const unclear of [{ businessName: "Zenith Plumming" }, { businessName: undefined }, { clause: "other" }]) {
      expect(await rowOf((await submitted(unclear)).reportId)).toMatchObject({ state: "received", caseId: null, accountId: null });
    }
  });

  test("is matched by a number of the account", async () => {
    await deps.db.accountContact.create({
      data: { id: newId(), accountId: account.id, kind: "phone", sealed: "x", lookupHash: deps.crypto.lookup("+13075559000", "phone"), createdAt: deps.clock().toJSDate() },
    });
    expect(await rowOf((await submitted({ businessName: undefined, businessPhone: "+13075559000" })).reportId)).toMatchObject({ accountId: account.id, state: "attached" });
  });

  test.each([
    ["platform_unknown", { platform: "nowhere" }],
    ["clause_unknown", { clause: "XP-AUP-3.1.a" }],
    ["clause_unknown", { clause: "CF-AUP-9.9.z" }],
  ])("is refused whole: %s", async (reason, more) => {
    const before = await deps.db.report.count();
    expect(await submitReport(deps, publicActor, report(more))).toEqual({ ok: false, reason });
    expect(await deps.db.report.count()).toBe(before);
  });

  test("is taken from an API key only for its own platform, and only with the scope", async () => {
    const key = { kind: "api_key", id: newId(), platformId: newId(), scopes: ["report:write"] } as const;
    expect(await submitReport(deps, { ...key, platformId, scopes: ["gate:read"] }, report())).toEqual({ ok: false, reason: "forbidden" });
    expect(await submitReport(deps, key, report())).toEqual({ ok: false, reason: "forbidden" });
    const own = await submitReport(deps, { ...key, platformId }, report());
    expect(own.ok && (await rowOf(own.reportId)).channel).toBe("api");
  });
});

describe("what is told twice", () => {
  test("a double submit does nothing twice", async () => {
    const form = report({ email: "double@mail.example" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => submitReport(deps, publicActor, form)));
    const taken = answers.map((answer) => (answer.ok ? answer : { reportId: answer.reason, statusUrl: null, repeated: "no" }));
    expect(new Set(taken.map((one) => one.reportId)).size).toBe(1);
    expect(new Set(taken.map((one) => one.statusUrl)).size).toBe(1);
    expect(taken.filter((one) => one.repeated === "no")).toHaveLength(1);
    expect(await mailsOf(taken[0]!.reportId)).toHaveLength(1);
    expect((await deps.db.case.findFirstOrThrow({ where: { accountId: account.id } })).reportCount).toBe(1);
  });

  test("the same words by the same reporter are the same report, and the link goes by mail only", async () => {
    const first = await submitted({ email: "same@mail.example" });
    const again = await submitted({ email: "SAME@mail.example", description: "They keep writing, after I replied: stop!" });
    expect(again).toEqual({ ok: true, reportId: first.reportId, reference: first.reference, repeated: "content", statusUrl: null });
    await submitted({ email: "same@mail.example" });
    expect(await mailsOf(first.reportId)).toHaveLength(2);
    expect((await deps.db.case.findFirstOrThrow({ where: { accountId: account.id } })).reportCount).toBe(1);
  });

  test("new files join the recognised report, known ones do not", async () => {
    const shot = await storedPicture();
    const first = await submitted({ email: "files@mail.example" }, [shot.file]);
    await submitted({ email: "files@mail.example" }, [shot.file, (await storedPicture("second.png", "#993333")).file]);
    expect((await rowOf(first.reportId)).files.map((file) => file.fileName).sort()).toEqual(["second.png", "shot.png"]);
  });

  test.each([
    ["somebody else", { email: "other@mail.example" }, "2026-11-20T21:00:00Z"],
    ["somebody without a name", { email: undefined }, "2026-11-20T21:00:00Z"],
    ["other words", { email: "who@mail.example", description: "Now they call me too, at night." }, "2026-11-20T21:00:00Z"],
    ["a month later", { email: "who@mail.example" }, "2026-12-21T21:00:00Z"],
  ])("%s: another report", async (_who, more, at) => {
    const first = await submitted({ email: "who@mail.example" });
    deps.clock.set(at);
    expect((await submitted(more)).reportId).not.toBe(first.reportId);
  });

  test("an address is written to a bounded number of times", async () => {
    const answers = [];
    for (let n = 0; n < 11; n += 1) answers.push(await submitReport(deps, publicActor, report({ email: "victim@mail.example", description: `Number ${n} of many words` })));
    expect(answers.slice(0, 10).every((answer) => answer.ok)).toBe(true);
    expect(answers[10]).toMatchObject({ ok: false, reason: "rate_limited" });
  });
});

describe("evidence", () => {
  test("is kept byte-exact with its chain of custody, and shown without EXIF", async () => {
    const { file, original } = await storedPicture("proof.png", "#123456");
    const { reportId } = await submitted({}, [file]);
    const [row] = (await rowOf(reportId)).files;
    expect(row).toMatchObject({ sha256: createHash("sha256").update(original).digest("hex"), size: original.length, mediaType: "image/png", renditionType: "image/webp" });

    const whole = await openEvidence(deps, analyst, { fileId: row!.id, view: "original" });
    expect(whole.ok && whole.bytes.equals(original)).toBe(true);
    const shown = await openEvidence(deps, auditor, { fileId: row!.id, view: "rendition" });
    if (!shown.ok) throw new Error(shown.reason);
    expect([shown.mediaType, shown.fileName, (await sharp(shown.bytes).metadata()).exif]).toEqual(["image/webp", "proof.webp", undefined]);

    const steps = await deps.db.evidenceCustody.findMany({ where: { evidenceFileId: row!.id }, orderBy: { id: "asc" } });
    expect(steps.map((step) => [step.step, step.actorKind, step.sha256 === row!.sha256])).toEqual([
      ["received", "reporter", true],
      ["rendition_made", "reporter", false],
      ["downloaded", "staff", true],
      ["viewed", "staff", false],
    ]);
    const read = await deps.db.auditEntry.findMany({ where: { type: { in: ["evidence.viewed", "evidence.downloaded"] }, body: { contains: row!.id } } });
    expect(read.map((entry) => entry.actorId).sort()).toEqual([analyst.id, auditor.id].sort());
    await expect(deps.db.evidenceCustody.updateMany({ data: { actorId: "somebody else" } })).rejects.toThrow();
  });

  test("that was changed on disk is not handed out", async () => {
    const { file } = await storedPicture("changed.png", "#654321");
    const { reportId } = await submitted({}, [file]);
    const path = join(deps.config.storageDir, file.sha256.slice(0, 2), file.sha256);
    await writeFile(path, "something else");
    const [row] = (await rowOf(reportId)).files;
    expect(await openEvidence(deps, analyst, { fileId: row!.id, view: "original" })).toEqual({ ok: false, reason: "evidence_unreadable" });
    await expect(readWhole(deps.storage, file.sha256)).rejects.toThrow();
  });

  test("that no row names is removed after a day, and what one names stays", async () => {
    const claimed = await storedPicture("claimed.png", "#0a0a0a");
    const { reportId } = await submitted({}, [claimed.file]);
    const unclaimed = await storedPicture("unclaimed.png", "#ffcc00");
    const young = DateTime.utc().plus({ hours: 23 });
    expect(await sweepUnclaimedFiles(deps, young)).toBe(0);
    expect(await deps.storage.has(unclaimed.file.sha256)).toBe(true);
    expect(await sweepUnclaimedFiles(deps, young.plus({ hours: 2 }))).toBeGreaterThanOrEqual(2);
    expect([await deps.storage.has(unclaimed.file.sha256), await deps.storage.has(unclaimed.file.rendition!.sha256)]).toEqual([false, false]);
    const [row] = (await rowOf(reportId)).files;
    for (const view of ["original", "rendition"] as const) expect((await openEvidence(deps, analyst, { fileId: row!.id, view })).ok).toBe(true);
  });

  test("leaves with its hidden data only for those whose work needs it; the rest see the rendition", async () => {
    const { file } = await storedPicture("where.png", "#0000ff");
    const [row] = (await rowOf((await submitted({}, [file])).reportId)).files;
    const asks = async (role: StaffActor["roles"][number], view: "original" | "rendition") => (await openEvidence(deps, { ...analyst, roles: [role] }, { fileId: row!.id, view })).ok;
    for (const role of ["analyst", "lead", "appeals_reviewer", "auditor", "admin"] as const) expect(await asks(role, "original")).toBe(true);
    expect([await asks("policy_manager", "original"), await asks("policy_manager", "rendition")]).toEqual([false, true]);
  });

  test("is nobody's without permission", async () => {
    const { file } = await storedPicture("private.png", "#00ff00");
    const [row] = (await rowOf((await submitted({}, [file])).reportId)).files;
    expect(await openEvidence(deps, { ...analyst, roles: [] }, { fileId: row!.id, view: "original" })).toEqual({ ok: false, reason: "forbidden" });
    expect(await openEvidence(deps, analyst, { fileId: newId(), view: "original" })).toEqual({ ok: false, reason: "not_found" });
  });
});

describe("the conversation", () => {
  async function claimedCase(reportId: string): Promise<string> {
    const caseId = (await rowOf(reportId)).caseId!;
    const claimed = await claimCase(deps, analyst, { caseId });
    if (!claimed.ok) throw new Error(claimed.reason);
    return caseId;
  }

  test("a question makes the case wait, the answer sets it going, once", async () => {
    const { reportId } = await submitted({ email: "talk@mail.example", language: "es" });
    const caseId = await claimedCase(reportId);
    expect(await askReporter(deps, analyst, { reportId, question: "¿Qué número le escribió?" })).toMatchObject({ ok: true });
    expect((await deps.db.case.findUniqueOrThrow({ where: { id: caseId } })).state).toBe("waiting_for_information");
    const mails = await mailsOf(reportId);
    expect(mails.map((mail) => [mail.kind, mail.language])).toEqual([["report_receipt", "es"], ["information_request", "es"]]);

    const answer = { text: "El +1 307 555 0100", idempotencyKey: newId() };
    const { file } = await storedPicture("answer.png", "#abcdef");
    const reporter = { kind: "reporter", reportId } as const;
    expect(await addReportEvidence(deps, reporter, answer, [file])).toMatchObject({ ok: true, files: 1, repeated: false });
    expect(await addReportEvidence(deps, reporter, answer, [file])).toMatchObject({ ok: true, files: 1, repeated: true });
    const found = await deps.db.case.findUniqueOrThrow({ where: { id: caseId }, include: { events: true } });
    expect(found.state).toBe("investigating");
    expect(found.events.filter((event) => event.kind === "information_received")).toHaveLength(1);
    const row = await rowOf(reportId);
    expect(row.messages.map((message) => message.direction).sort()).toEqual(["from_reporter", "to_reporter"]);
    expect(row.files).toHaveLength(1);
  });

  test("needs an address, a claim and something said", async () => {
    const { reportId } = await submitted();
    expect(await askReporter(deps, analyst, { reportId, question: "Who?" })).toEqual({ ok: false, reason: "no_reporter_address" });
    const known = await submitted({ email: "unclaimed@mail.example", clause: "CF-AUP-3.1.a" });
    expect(await askReporter(deps, analyst, { reportId: known.reportId, question: "Who?" })).toMatchObject({ ok: false, reason: "lease_missing" });
    expect(await askReporter(deps, auditor, { reportId: known.reportId, question: "Who?" })).toEqual({ ok: false, reason: "forbidden" });
    expect((await rowOf(known.reportId)).messages).toEqual([]);
    expect(await addReportEvidence(deps, { kind: "reporter", reportId }, { text: undefined, idempotencyKey: newId() })).toEqual({ ok: false, reason: "nothing_added" });
  });

  test("ends with an outcome for everybody; what comes after puts the case up for review", async () => {
    const one = await submitted({ email: "end@mail.example" });
    const anonymous = await submitted();
    const caseId = (await rowOf(one.reportId)).caseId!;
    const ended = await deps.db.$transaction((tx) => resolveReports(tx, deps, analyst, { caseId, decisionId: newId(), outcome: "action_taken", at: deps.clock() }));
    expect(ended).toEqual({ resolved: 2, told: 1 });
    expect(await rowOf(anonymous.reportId)).toMatchObject({ state: "resolved", outcome: "action_taken" });
    expect((await mailsOf(one.reportId)).map((mail) => mail.kind)).toEqual(["report_receipt", "report_outcome"]);

    await addReportEvidence(deps, { kind: "reporter", reportId: one.reportId }, { text: "It goes on.", idempotencyKey: newId() });
    expect((await deps.db.case.findUniqueOrThrow({ where: { id: caseId } })).reviewReason).toContain(one.reference);

    const decidedAt = deps.clock().toJSDate().toISOString();
    expect(await reportStatus(deps.db, one.reportId)).toMatchObject({ stage: "outcome", outcome: { said: "action_taken", at: decidedAt }, revision: null });
    deps.clock.advance({ days: 2 });
    await deps.db.$transaction((tx) => reviseOutcomes(tx, deps, analyst, { caseId, revision: "changed", occasion: "appeal:0", at: deps.clock() }));
    expect(await reportStatus(deps.db, one.reportId)).toMatchObject({ outcome: { said: "action_taken", at: decidedAt }, revision: { to: "changed", at: deps.clock().toJSDate().toISOString() } });
    deps.clock.advance({ days: 1 });
    await deps.db.$transaction((tx) => reviseOutcomes(tx, deps, analyst, { caseId, revision: "reversed", occasion: "appeal:1", at: deps.clock() }));
    expect(await rowOf(one.reportId)).toMatchObject({ state: "resolved", outcome: "reversed" });
    expect(await reportStatus(deps.db, one.reportId)).toMatchObject({ outcome: { said: "action_taken", at: decidedAt }, revision: { to: "reversed", at: deps.clock().toJSDate().toISOString() } });
    expect((await mailsOf(one.reportId)).at(-1)?.kind).toBe("decision_reversed");
  });
});

describe("a report without an account", () => {
  test("is put into the right account's case by a person", async () => {
    const { reportId } = await submitted({ businessName: "Zenit", clause: "other", email: "match@mail.example" });
    const elsewhere = await deps.db.platform.findUniqueOrThrow({ where: { key: "xpecto" } });
    const foreign = await anAccount(deps, elsewhere.id);
    const choice = { reportId, accountId: account.id, clause: "CF-AUP-3.2.b" };
    expect(await assignReportAccount(deps, auditor, choice)).toEqual({ ok: false, reason: "forbidden" });
    expect(await assignReportAccount(deps, analyst, { ...choice, accountId: foreign.id })).toEqual({ ok: false, reason: "account_elsewhere" });
    expect(await assignReportAccount(deps, analyst, { ...choice, clause: "XP-AUP-3.1.a" })).toEqual({ ok: false, reason: "clause_unknown" });
    expect(await assignReportAccount(deps, analyst, choice)).toMatchObject({ ok: true });
    expect(await rowOf(reportId)).toMatchObject({ state: "attached", accountId: account.id });
    expect(await assignReportAccount(deps, analyst, choice)).toMatchObject({ ok: false, reason: "illegal_move" });
  });

  test("can be dismissed with a reason, which the reporter is told", async () => {
    const { reportId } = await submitted({ businessName: undefined, email: "dismiss@mail.example" });
    const reason = { reportId, reason: "out_of_scope", note: "A private dispute." } as const;
    expect(await dismissReport(deps, auditor, reason)).toEqual({ ok: false, reason: "forbidden" });
    expect(await dismissReport(deps, analyst, reason)).toEqual({ ok: true, told: true });
    expect(await rowOf(reportId)).toMatchObject({ state: "dismissed", dismissalReason: "out_of_scope" });
    expect((await mailsOf(reportId)).at(-1)?.kind).toBe("report_outcome");
    expect(await dismissReport(deps, analyst, reason)).toMatchObject({ ok: false, reason: "illegal_move" });
    expect(await addReportEvidence(deps, { kind: "reporter", reportId }, { text: "Still", idempotencyKey: newId() })).toEqual({ ok: false, reason: "report_closed" });
  });

  test("shows who sent it only with a reason, and leaves a trace", async () => {
    const { reportId } = await submitted({ businessName: undefined, email: "Seen@mail.example", phones: ["+13075550177"] });
    expect(await revealReporter(deps, auditor, { reportId, reason: "curious" })).toEqual({ ok: false, reason: "forbidden" });
    expect(await revealReporter(deps, analyst, { reportId, reason: "To call back" })).toMatchObject({ ok: true, revealed: { email: "Seen@mail.example", phones: ["+13075550177"] } });
    const entries = await deps.db.auditEntry.findMany({ where: { type: "reporter.revealed", body: { contains: reportId } } });
    expect(entries).toHaveLength(1);
    expect(entries[0]!.body).not.toContain("Seen@");
  });
});

test("the trail holds, and no entry carries personal data", async () => {
  const entries = await deps.db.auditEntry.findMany({ select: { body: true } });
  expect(entries.map((entry) => entry.body).join()).not.toMatch(/@mail\.example|\+1307555/i);
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
});
