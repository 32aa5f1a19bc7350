import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { overSpool, unspool } from "~/infra/spooled-files.server";
import { createLocalFileStore, readWhole } from "~/infra/storage.server";
import { openMailParser, type MailDeps } from "~/modules/inbound-mail/bounded-parser.server";
import { keepMailRenditions } from "~/modules/inbound-mail/keep-mail-renditions.server";
import { saveSettled, saveUnreadable } from "~/modules/inbound-mail/mail.repo.server";
import { openMail } from "~/modules/inbound-mail/open-mail.server";
import { requeueLostMail } from "~/modules/inbound-mail/requeue-lost-mail.server";
import { openEvidence } from "~/modules/intake/open-evidence.server";
import { sweepUnclaimedFiles } from "~/modules/intake/sweep-unclaimed-files.server";
import { sweepRetention } from "~/modules/referrals/sweep-retention.server";
import { aPlatform } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { runCli } from "../support/cli";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { aReceivedMail } from "../support/incoming-mail";

let database: TestDatabase;
let deps: TestDeps & MailDeps;
let platformId: string;
const parser = openMailParser();

beforeAll(async () => {
  database = await testDatabase();
  deps = { ...(await database.deps()), parser };
  platformId = (await aPlatform(deps, { key: "flows" })).id;
});
afterAll(async () => {
  await parser.close();
  await database.close();
});

const aMessage = (subject = newId()) => `From: Ana Lopez <ana.lopez@sender.example>\r\nTo: abuse@flows.example\r\nSubject: ${subject}\r\n\r\nThey write every night.\r\n`;
const custodyOf = async (mailId: string) => (await deps.db.evidenceCustody.findMany({ where: { file: { mailId } }, orderBy: [{ at: "asc" }, { id: "asc" }] })).map(({ step, actorKind }) => `${step} by ${actorKind}`);

test("the command line lists what came in and what became of it, with senders masked", async () => {
  const [waiting, settled, unreadable] = [await aReceivedMail(deps, platformId, aMessage()), await aReceivedMail(deps, platformId, aMessage()), await aReceivedMail(deps, platformId, aMessage(), { from: "" })];
  await deps.db.$transaction(async (tx) => {
    await saveSettled(tx, settled, { kind: "feedback_report", feedbackType: "abuse", acknowledged: true, outcome: "report_filed", at: deps.clock() });
    await saveUnreadable(tx, unreadable, { fault: "too_long", at: deps.clock() });
  });
  const env = testEnvironment(database.url, deps.config.storageDir);
  const listed = await runCli(env, "mail", "list", "--json");
  expect(listed.code).toBe(0);
  const { sha256 } = await deps.db.receivedMail.findUniqueOrThrow({ where: { id: waiting } });
  expect(listed.json()).toMatchObject({
    mails: [
      { id: unreadable, kind: "unreadable", state: "unreadable", from: null, outcome: "kept_unreadable" },
      { id: settled, kind: "feedback_report", feedbackType: "abuse", acknowledged: true, outcome: "report_filed", from: "a…@sender.example", reportReference: null },
      { id: waiting, sha256, kind: null, feedbackType: null, acknowledged: false, outcome: null, state: "received", platform: "flows" },
    ],
  });
  expect(listed.stdout).not.toMatch(/ana@|Lopez/);
  expect((await runCli(env, "mail", "list", "--kind", "bounce", "--json")).json()).toEqual({ mails: [] });
  expect((await runCli(env, "mail", "list", "--state", "received", "--limit", "1", "--json")).json()).toMatchObject({ mails: [{ id: waiting }] });
  expect((await runCli(env, "mail", "show", unreadable)).stdout).toMatch(/Unreadable\s+too_long/);
  expect((await runCli(env, "mail", "show", newId())).code).toBe(3);
});

test("whoever looks at a mail or downloads it stands in its chain of custody, and gets what was stored", async () => {
  const message = aMessage();
  const mailId = await aReceivedMail(deps, platformId, message);
  const analyst = await createStaff(deps.db, ["analyst"]);
  expect(await openMail(deps, analyst, { mailId })).toMatchObject({ ok: true, text: null });
  expect([await keepMailRenditions(deps, { mailId }), await keepMailRenditions(deps, { mailId })]).toEqual([true, false]);
  const opened = await openMail(deps, analyst, { mailId });
  expect(opened).toMatchObject({ ok: true, text: expect.stringContaining("They write every night.") });
  expect(JSON.stringify(opened)).not.toMatch(/ana\.lopez|Ana Lopez/);
  const { id: fileId } = await deps.db.evidenceFile.findUniqueOrThrow({ where: { mailId } });
  const original = await openEvidence(deps, analyst, { fileId, view: "original" });
  expect(original).toMatchObject({ ok: true, bytes: Buffer.from(message), mediaType: "message/rfc822", sha256: createHash("sha256").update(message).digest("hex") });
  const manager = await createStaff(deps.db, ["policy_manager"]);
  expect(await openEvidence(deps, manager, { fileId, view: "original" })).toMatchObject({ ok: false, reason: "forbidden" });
  expect(await custodyOf(mailId)).toEqual(["received by public", "rendition_made by system", "viewed by staff", "downloaded by staff"]);
  expect((await deps.db.auditEntry.findMany({ where: { type: { in: ["evidence.viewed", "evidence.downloaded"] }, platformId } })).length).toBe(2);
  expect(await openMail(deps, analyst, { mailId: newId() })).toMatchObject({ ok: false, reason: "mail_unknown" });
});

test("a mail that led to nothing is kept as long as its platform says, then its bytes and its sender are gone and its hash stays", async () => {
  const message = aMessage();
  const mailId = await aReceivedMail(deps, platformId, message);
  await deps.db.$transaction((tx) => saveSettled(tx, mailId, { kind: "auto_reply", feedbackType: null, acknowledged: false, outcome: "kept", at: deps.clock() }));
  const waitingId = await aReceivedMail(deps, platformId, aMessage());
  const later = await database.deps("2027-01-19T08:00:00Z", { STORAGE_DIR: deps.config.storageDir });
  await sweepRetention(later);
  expect(await deps.db.evidenceFile.findUniqueOrThrow({ where: { mailId } })).toMatchObject({ deletedAt: null });
  later.clock.set("2027-01-23T08:00:00Z");
  await sweepRetention(later);
  const row = await deps.db.receivedMail.findUniqueOrThrow({ where: { id: mailId }, include: { original: true } });
  expect(row).toMatchObject({ envelopeSealed: null, senderHash: null, sha256: createHash("sha256").update(message).digest("hex"), original: { fileName: "deleted" } });
  expect(row.original!.deletedAt).not.toBeNull();
  expect((await custodyOf(mailId)).at(-1)).toBe("deleted by system");
  expect(await deps.db.evidenceFile.findUniqueOrThrow({ where: { mailId: waitingId } })).toMatchObject({ deletedAt: null });
  await sweepUnclaimedFiles(deps, deps.clock().plus({ years: 5 }));
  expect([await deps.storage.has(row.sha256), (await readWhole(deps.storage, (await deps.db.receivedMail.findUniqueOrThrow({ where: { id: waitingId } })).sha256)).length > 0]).toEqual([false, true]);
});

test("a mail's bytes lie sealed in its row until they are in the file store, and are read from either", async () => {
  const message = aMessage("Sealed words");
  const [mailId, twin] = [await aReceivedMail(deps, platformId, message), await aReceivedMail(deps, platformId, message, { from: "other@sender.example" })];
  const spooled = async () => (await deps.db.receivedMail.findMany({ where: { id: { in: [mailId, twin] } }, orderBy: { id: "asc" } })).map((row) => row.spooled && Buffer.from(row.spooled));
  const { sha256 } = await deps.db.receivedMail.findUniqueOrThrow({ where: { id: mailId } });
  const files = createLocalFileStore({ folder: deps.config.storageDir, ring: deps.config.fieldKeys });
  expect((await spooled()).map((sealed) => sealed?.subarray(0, 4).toString())).toEqual(["TSF1", "TSF1"]);
  expect((await spooled()).some((sealed) => sealed?.includes("Sealed words"))).toBe(false);
  expect([await files.has(sha256), await deps.storage.has(sha256), (await readWhole(deps.storage, sha256)).toString()]).toEqual([false, true, message]);

  const into = { db: deps.db, ring: deps.config.fieldKeys, store: deps.storage };
  await expect(unspool({ ...into, store: { put: () => Promise.reject(new Error("the disk is full")) } }, mailId)).rejects.toThrow("full");
  expect((await spooled()).every((sealed) => sealed !== null)).toBe(true);
  await Promise.all([unspool(into, mailId), unspool(into, mailId)]);
  expect((await spooled()).map((sealed) => sealed === null)).toEqual([true, false]);
  await unspool(into, mailId);
  expect([(await readWhole(files, sha256)).toString(), (await readWhole(deps.storage, sha256)).toString()]).toEqual([message, message]);
  // The other's row keeps its own bytes: what becomes of the first one's file is nothing to it.
  await files.remove(sha256);
  expect((await readWhole(deps.storage, sha256)).toString()).toBe(message);
  await expect(deps.db.$executeRaw`UPDATE received_mail SET spooled = 'TSF1' WHERE id = ${twin}::uuid`).rejects.toThrow(/stays as it came in/);
  await expect(deps.db.$executeRaw`UPDATE received_mail SET spooled = 'TSF1' WHERE id = ${mailId}::uuid`).rejects.toThrow(/stays as it came in/);
});

test("a rotation puts what an older key has spooled into the file store under the new one", async () => {
  const mailId = await aReceivedMail(deps, platformId, aMessage());
  const { sha256 } = await deps.db.receivedMail.findUniqueOrThrow({ where: { id: mailId } });
  const newKey = { id: "demo-new", secret: Buffer.alloc(32, "new") };
  const ring = { keys: [newKey, ...deps.config.fieldKeys.keys] } as const;
  const rotating = overSpool(deps.db, ring, createLocalFileStore({ folder: deps.config.storageDir, ring }));
  expect(await rotating.needsReseal(sha256)).toBe(true);
  await rotating.reseal(sha256);
  expect(await rotating.needsReseal(sha256)).toBe(false);
  expect((await readWhole(createLocalFileStore({ folder: deps.config.storageDir, ring: { keys: [newKey] } }), sha256)).length).toBeGreaterThan(0);
});

test("a mail whose job was lost is staged again, once in a while", async () => {
  await deps.db.$executeRaw`UPDATE received_mail SET state = 'settled', kind = 'auto_reply', settled_at = now() WHERE state = 'received'`;
  const mailId = await aReceivedMail(deps, platformId, aMessage());
  expect(await requeueLostMail(deps)).toBe(0);
  deps.clock.advance({ minutes: 16 });
  const staged = () => deps.db.outboxMessage.count({ where: { topic: "mail.received", payload: { equals: { mailId } } } });
  const before = await staged();
  expect([await requeueLostMail(deps), await requeueLostMail(deps)]).toEqual([1, 0]);
  expect(await staged()).toBe(before + 1);
  deps.clock.advance({ minutes: 16 });
  expect(await requeueLostMail(deps)).toBe(1);
});

test.each([
  ["its bytes", `sha256 = repeat('0', 64)`],
  ["whom it came to", `recipients = '{x@y.example}'`],
  ["what it was found to be", `kind = 'bounce'`],
  ["back to waiting", `state = 'received', kind = NULL, settled_at = NULL`],
])("the database changes nothing of a settled mail: %s", async (_what, change) => {
  const mailId = await aReceivedMail(deps, platformId, aMessage());
  await deps.db.$transaction((tx) => saveSettled(tx, mailId, { kind: "auto_reply", feedbackType: null, acknowledged: false, outcome: "kept", at: deps.clock() }));
  await expect(deps.db.$executeRawUnsafe(`UPDATE received_mail SET ${change} WHERE id = '${mailId}'`)).rejects.toThrow(/settled once/);
  await expect(deps.db.$executeRawUnsafe(`DELETE FROM received_mail WHERE id = '${mailId}'`)).rejects.toThrow();
});
