import { createHash } from "node:crypto";
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { Client } from "pg";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { newId } from "~/infra/id";
import { readWhole } from "~/infra/storage.server";
import { storedKeys } from "~/infra/stored-keys.server";
import type { StaffActor } from "~/modules/access/actor";
import { loadEvidenceFiles } from "~/modules/cases/evidence-files.queries.server";
import { openMailParser, type MailDeps } from "~/modules/inbound-mail/bounded-parser.server";
import { keepMailRenditions, keepWaitingMailRenditions } from "~/modules/inbound-mail/keep-mail-renditions.server";
import { openMail } from "~/modules/inbound-mail/open-mail.server";
import { settleMail } from "~/modules/inbound-mail/settle-mail.server";
import { copyVault } from "~/modules/intake/copy-vault.server";
import { drawWaitingPages } from "~/modules/intake/draw-pages.server";
import { keepEvidence } from "~/modules/intake/keep-evidence.server";
import { openEvidence, type EvidencePart } from "~/modules/intake/open-evidence.server";
import { tryEvidenceAgain } from "~/modules/intake/try-evidence-again.server";
import { sweepUnclaimedFiles } from "~/modules/intake/sweep-unclaimed-files.server";
import { setHold } from "~/modules/referrals/hold.server";
import { sweepRetention } from "~/modules/referrals/sweep-retention.server";
import { must } from "../factories/appealed";
import { anInvestigation, enforcers, type Investigation } from "../factories/investigation";
import { receivedMail } from "../factories/received-mail";
import { runCli } from "../support/cli";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { aReceivedMail } from "../support/incoming-mail";
import { multipart, part } from "../support/mails";
import { startObjectStore, type TestObjectStore } from "../support/object-store";
import { onePage, pdfOf } from "../support/pdf";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/.{76}/g, "$&\n");
const photo = () => sharp({ create: { width: 80, height: 60, channels: 3, background: "#336699" } }).jpeg().withExif({ IFD0: { Artist: "Ana Ruiz" }, IFD3: { GPSLatitudeRef: "N" } }).toBuffer();
const letter = () => pdfOf((doc) => void doc.text("One").addPage().text("Two").addPage().text("Three"), { size: [200, 100], margin: 10 });
const program = Buffer.from("MZ\u0000\u0001not for anybody's machine");

const attached = (contentType: string, name: string, bytes: Buffer, head = {}) => part(contentType, base64(bytes), { "Content-Transfer-Encoding": "base64", "Content-Disposition": `attachment; filename="${name}"`, ...head });

/** What a person might send: words laid out, a photograph in them, and files. No two are the same. */
async function aLadenMail() {
  const contents = { photo: await photo(), letter: await letter(), program, log: Buffer.from(`03:12 buy now ${newId()}`) };
  const html = '<p style="color:red">They write <b>every night</b>.</p><img src="cid:photo@reader.example" alt="Their van"><img src="https://track.example/1.gif"><script>alert(1)</script><a href="https://evil.example/">here</a>';
  const raw = multipart("mixed", { From: `reader-${newId().slice(-8)}@reader.example`, Subject: "They write" }, [
    part("text/plain", `A business called “Peak Roofing” keeps texting me though I replied STOP: ${newId()}`),
    part("text/html", html),
    attached("image/jpeg", "van.jpg", contents.photo, { "Content-ID": "<photo@reader.example>", "Content-Disposition": 'inline; filename="van.jpg"' }),
    attached("application/pdf", "letter.pdf", contents.letter),
    attached("application/octet-stream", "../../setup\u202E.exe", contents.program),
    attached("text/plain", "log.txt", contents.log),
  ]);
  return { raw, contents };
}

describe.each(["a folder", "an object store"] as const)("the vault in %s", (where) => {
  let database: TestDatabase;
  let objects: TestObjectStore | null = null;
  let deps: TestDeps & MailDeps;
  let platform: { id: string; key: string; abuseEmail: string; appealsEmail: string };
  let ana: StaffActor, lee: StaffActor;
  const parser = openMailParser();

  beforeAll(async () => {
    database = await testDatabase();
    objects = where === "an object store" ? await startObjectStore() : null;
    deps = { ...(await database.deps(undefined, objects?.env ?? {})), parser };
    const people = await enforcers(deps);
    ({ ana, lee } = people);
    platform = await deps.db.platform.findUniqueOrThrow({ where: { id: people.platformId } });
  });
  afterAll(async () => {
    await objects?.close();
    await parser.close();
    await database.close();
  });

  const settledMail = async (raw: Buffer) => {
    const mailId = await receivedMail(deps, platform, raw, {});
    await settleMail(deps, mailId);
    return mailId;
  };
  const filesOf = (mailId: string) => deps.db.evidenceFile.findMany({ where: { OR: [{ mailId }, { partOf: { mailId } }] }, orderBy: { id: "asc" }, include: { renditions: { orderBy: [{ kind: "asc" }, { number: "asc" }] }, custody: { orderBy: [{ at: "asc" }, { id: "asc" }] } } });
  const open = async (fileId: string, part: EvidencePart) => must(await openEvidence(deps, ana, { fileId, ...part }));
  const allKeys = (files: Awaited<ReturnType<typeof filesOf>>) => files.flatMap((file) => [file.sha256, ...(file.renditionSha256 ? [file.renditionSha256] : []), ...file.renditions.map((made) => made.sha256)]);
  const standing = async (keys: readonly string[]) => (await Promise.all(keys.map((key) => deps.storage.has(key)))).filter(Boolean).length;
  /** Puts the report that came of a mail into a case. */
  const intoCase = async (mailId: string, found: Investigation) => {
    const { reportId } = await deps.db.receivedMail.findUniqueOrThrow({ where: { id: mailId } });
    await deps.db.report.update({ where: { id: reportId! }, data: { caseId: found.caseId, accountId: found.account.id, state: "attached" } });
  };

  test("keeps what came with a mail as files of their own, byte for byte, of the same report, with what people look at", async () => {
    const { raw, contents } = await aLadenMail();
    const mailId = await settledMail(raw);
    expect(await Promise.all([keepMailRenditions(deps, { mailId }), keepMailRenditions(deps, { mailId })])).toContain(true);
    expect(await keepMailRenditions(deps, { mailId })).toBe(false);
    const [original, van, pdf, exe, log, ...none] = await filesOf(mailId);
    expect(none).toEqual([]);
    expect([van, pdf, exe, log].map((file) => [file!.fileName, file!.mediaType, file!.sha256, file!.partNumber])).toEqual([
      ["van.jpg", "image/jpeg", sha256(contents.photo), 1],
      ["letter.pdf", "application/pdf", sha256(contents.letter), 2],
      ["setup.exe", "application/x-msdownload", sha256(contents.program), 3],
      ["log.txt", "text/plain", sha256(contents.log), 4],
    ]);
    expect(new Set([original, van, pdf, exe, log].map((file) => file!.reportId))).toEqual(new Set([original!.reportId]));
    expect(original!.reportId).not.toBeNull();
    expect((await open(exe!.id, { view: "original" })).bytes.equals(contents.program)).toBe(true);
    expect((await open(original!.id, { view: "original" })).bytes.equals(raw)).toBe(true);

    const shown = await open(van!.id, { view: "rendition" });
    expect([(await sharp(contents.photo).metadata()).exif !== undefined, (await sharp(shown.bytes).metadata()).exif, shown.bytes.includes("Ana Ruiz")]).toEqual([true, undefined, false]);
    const html = (await open(original!.id, { view: "html" })).bytes.toString();
    expect(html).toContain('<img src="data:image/webp;base64,');
    expect(html).toContain("[picture not fetched from track.example]");
    expect(html).not.toMatch(/<script|alert|href=|src="(?!data:)/);
    expect(pdf).toMatchObject({ pageCount: 3, renditions: [{ kind: "page", number: 1 }, { number: 2 }, { number: 3 }] });
    expect(await sharp((await open(pdf!.id, { view: "page", number: 2 })).bytes).metadata()).toMatchObject({ format: "webp" });
    expect(await openEvidence(deps, ana, { fileId: pdf!.id, view: "page", number: 4 })).toMatchObject({ ok: false, reason: "not_found" });
    expect(await openEvidence(deps, ana, { fileId: exe!.id, view: "rendition" })).toMatchObject({ ok: false, reason: "not_found" });
    expect(await loadEvidenceFiles(deps.db, { mailId })).toMatchObject([{ shown: "picture", mailId, attached: true }, { shown: null, pages: 3, pageCount: 3 }, { shown: null, pages: 0 }, { shown: "text" }]);

    const after = await filesOf(mailId);
    expect(after.map(({ custody }) => custody.map(({ step, actorKind }) => `${step} by ${actorKind}`))).toEqual([
      ["rendition_made by system", "rendition_made by system", "downloaded by staff", "viewed by staff"],
      ["received by system", "rendition_made by system", "viewed by staff"],
      ["received by system", "rendition_made by system", "rendition_made by system", "rendition_made by system", "viewed by staff"],
      ["received by system", "downloaded by staff"],
      ["received by system", "rendition_made by system"],
    ]);
  });

  test("what is attached follows its mail to the report, if the mail is settled later", async () => {
    const { raw } = await aLadenMail();
    const mailId = await receivedMail(deps, platform, raw, {});
    await keepMailRenditions(deps, { mailId });
    expect((await filesOf(mailId)).map(({ reportId }) => reportId)).toEqual([null, null, null, null, null]);
    await settleMail(deps, mailId);
    const { reportId } = await deps.db.receivedMail.findUniqueOrThrow({ where: { id: mailId } });
    expect((await filesOf(mailId)).map((file) => file.reportId)).toEqual(Array(5).fill(reportId));
  });

  test("catches up with a mail whose job died, and shows one that is nothing but broken by its original alone", async () => {
    const [{ raw }, unread] = [await aLadenMail(), Buffer.from(`From: a@reader.example\nX: ${"y".repeat(600_000)}`)];
    const [laden, broken] = [await settledMail(raw), await settledMail(unread)];
    expect(await keepWaitingMailRenditions(deps)).toBeGreaterThanOrEqual(1);
    expect(await keepWaitingMailRenditions(deps)).toBe(0);
    expect(await filesOf(laden)).toHaveLength(5);
    expect(await filesOf(broken)).toMatchObject([{ renderedAt: expect.any(Date) }]);
    expect(must(await openMail(deps, ana, { mailId: laden })).files).toHaveLength(4);
  });

  test("draws the pages of a PDF that was uploaded, and says of one that is none that it cannot", async () => {
    const found = await anInvestigation(deps, ana, { platformId: platform.id });
    const reportId = found.reports[0]!.id;
    const upload = async (bytes: Buffer, fileName: string) => ({ ...(await deps.storage.put(bytes)), mediaType: "application/pdf", fileName, rendition: null });
    const files = [await upload(onePage("0 0 100 100 re f"), "one.pdf"), await upload(Buffer.from(`%PDF-1.7 ${newId()}`), "none.pdf")];
    await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, files, deps.clock()));
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ waiting: true, pages: 0 }, { waiting: true }]);
    expect(await drawWaitingPages(deps)).toBe(2);
    expect(await drawWaitingPages(deps)).toBe(0);
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ waiting: false, pages: 1, pageCount: 1 }, { waiting: false, pages: 0, pageCount: null }]);
  });

  test("what fails is tried again at growing distances, then waits for a person, and is told", async () => {
    const found = await anInvestigation(deps, ana, { platformId: platform.id });
    const reportId = found.reports[0]!.id;
    const bytes = onePage("0 0 50 50 re f");
    const stored = await deps.storage.put(bytes);
    await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, [{ ...stored, mediaType: "application/pdf", fileName: "gone.pdf", rendition: null }], deps.clock()));
    const [{ id: fileId } = { id: "" }] = await loadEvidenceFiles(deps.db, { reportId });
    await deps.storage.remove(stored.key);
    const tries = () => deps.db.evidenceTry.findUnique({ where: { evidenceFileId_work: { evidenceFileId: fileId, work: "draw" } } }).then((row) => row?.tries ?? 0);
    for (const [minutes, expected] of [[0, 1], [0.9, 1], [0.1, 2], [5, 3], [30, 4], [120, 5], [719, 5], [1, 6], [1_440, 7], [100_000, 7]] as const) {
      deps.clock.advance({ minutes });
      expect(await drawWaitingPages(deps)).toBe(0);
      expect(await tries()).toBe(expected);
    }
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ waiting: true, givenUp: ["draw"], pages: 0 }]);
    await deps.storage.put(bytes);
    expect(await drawWaitingPages(deps)).toBe(0);
    const again = await Promise.all([tryEvidenceAgain(deps, ana, { fileId }), tryEvidenceAgain(deps, ana, { fileId })]);
    expect(again).toEqual([{ ok: true }, { ok: true }]);
    expect(await deps.db.auditEntry.count({ where: { type: "evidence.tried-again" } })).toBe(1);
    expect(await drawWaitingPages(deps)).toBe(1);
    expect(await loadEvidenceFiles(deps.db, { reportId })).toMatchObject([{ waiting: false, givenUp: [], pages: 1 }]);
    expect(await tryEvidenceAgain(deps, ana, { fileId: newId() })).toMatchObject({ ok: false, reason: "not_found" });
  });

  test("when their time is over deletes a mail, what came with it and what was made of them, and leaves tombstones; under a hold nothing goes", async () => {
    const [free, held] = [await anInvestigation(deps, ana, { platformId: platform.id }), await anInvestigation(deps, ana, { platformId: platform.id })];
    const mails = [await settledMail((await aLadenMail()).raw), await settledMail((await aLadenMail()).raw)] as const;
    for (const [index, found] of [free, held].entries()) {
      await keepMailRenditions(deps, { mailId: mails[index]! });
      await intoCase(mails[index]!, found);
      await deps.db.case.update({ where: { id: found.caseId }, data: { state: "closed", closedAt: deps.clock().toJSDate(), leaseHolderId: null, leaseExpiresAt: null } });
    }
    must(await setHold(deps, lee, { accountId: held.account.id, caseId: undefined, authority: "County court", reason: "Order 17." }));
    const [gone, kept] = [allKeys(await filesOf(mails[0])), allKeys(await filesOf(mails[1]))];
    // What both mails carry stays for the one that is held.
    const only = gone.filter((key) => !kept.includes(key));
    expect(only.length).toBeGreaterThanOrEqual(4);
    const began = deps.clock();
    deps.clock.advance({ days: 61 });
    await sweepRetention(deps);
    expect((await filesOf(mails[0])).every(({ deletedAt }) => deletedAt === null)).toBe(true);
    deps.clock.advance({ days: 2 });
    await sweepRetention(deps);
    await sweepUnclaimedFiles(deps, began.plus({ years: 20 }));

    const stones = await filesOf(mails[0]);
    expect(stones.map(({ fileName, renditionSha256, renditions, custody, deletedAt }) => [fileName, renditionSha256, renditions.length, custody.at(-1)!.step, deletedAt !== null])).toEqual(Array(5).fill(["deleted", null, 0, "deleted", true]));
    expect(await deps.db.receivedMail.findUniqueOrThrow({ where: { id: mails[0] } })).toMatchObject({ envelopeSealed: null, senderHash: null });
    expect([await standing(only), await standing(kept)]).toEqual([0, kept.length]);
    expect((await filesOf(mails[1])).every(({ deletedAt, custody }) => deletedAt === null && custody.every(({ step }) => step !== "deleted"))).toBe(true);
    expect((await readWhole(deps.storage, kept[0]!)).length).toBeGreaterThan(0);
    expect(await openEvidence(deps, ana, { fileId: stones[1]!.id, view: "rendition" })).toMatchObject({ ok: false, reason: "evidence_deleted" });
    deps.clock.set("2026-11-20T21:00:00Z");
  });

  test("a rendition does not change, and a part belongs to one mail", async () => {
    const mailId = await settledMail((await aLadenMail()).raw);
    await keepMailRenditions(deps, { mailId });
    const [original, van] = await filesOf(mailId);
    await expect(deps.db.evidenceRendition.updateMany({ where: { evidenceFileId: original!.id }, data: { mediaType: "text/plain" } })).rejects.toThrow();
    await expect(deps.db.evidenceFile.update({ where: { id: original!.id }, data: { partOfId: van!.id, partNumber: 9 } })).rejects.toThrow(/evidence_file_part_of_mail/);
  });
});

test("the vault is copied from the folder into a bucket: broken off it goes on, every file is proven, and its chain says so once", async () => {
  const [objects, parser] = [await startObjectStore(), openMailParser()];
  onTestFinished(async () => {
    await objects.close();
    await parser.close();
  });
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const local = { ...(await database.deps()), parser };
  const { ana, platformId } = await enforcers(local);
  const platform = await local.db.platform.findUniqueOrThrow({ where: { id: platformId } });
  const mailId = await receivedMail(local, platform, (await aLadenMail()).raw, {});
  await settleMail(local, mailId);
  await keepMailRenditions(local, { mailId });
  const remote = { ...local, ...(await database.deps(undefined, { ...objects.env, STORAGE_DIR: local.config.storageDir })) };
  // What no worker has put into the folder yet goes straight into the bucket.
  await aReceivedMail(local, platformId, `Subject: still spooled\r\n\r\n${newId()}\r\n`);
  let left = 3;
  const breaking = { ...local.storage, read: (key: string) => (left-- > 0 ? local.storage.read(key) : new Readable({ read() { this.destroy(new Error("the power failed")); } })) };
  await expect(copyVault(remote, breaking)).rejects.toThrow("the power failed");
  const keys = await storedKeys(local.db, "", 100);
  // Two at once go on where it broke off.
  const both = await Promise.all([copyVault(remote, local.storage), copyVault(remote, local.storage)]);
  for (const { copied, proven, ...wanting } of both) expect([copied + proven, wanting]).toEqual([keys.length, { missing: [], damaged: [] }]);
  expect(await local.db.receivedMail.count({ where: { spooled: { not: null } } })).toBe(0);
  const settings = { ...testEnvironment(database.url, local.config.storageDir), ...objects.env };
  expect(await runCli(settings, "vault", "copy")).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`^0 files were copied, ${keys.length} stood there already`)) });
  for (const key of keys) await local.storage.remove(key);
  const files = await local.db.evidenceFile.findMany({ include: { renditions: true, custody: { where: { step: "copied" } } } });
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    expect(sha256(must(await openEvidence(remote, ana, { fileId: file.id, view: "original" })).bytes)).toBe(file.sha256);
    const of = [...new Set([file.sha256, file.renditionSha256, ...file.renditions.map((made) => made.sha256)])].filter((key) => key !== null);
    expect(file.custody.map((link) => link.sha256).sort()).toEqual(of.sort());
  }
  // What is lost or damaged, in the bucket or in the folder, is named and holds up nothing behind it.
  const [lost, altered, torn, cleft] = keys as [string, string, string, string];
  const folder = (key: string) => join(local.config.storageDir, key.slice(0, 2), key);
  const bytes = Buffer.from(await readWhole(remote.storage, torn));
  await local.storage.put(bytes);
  await truncate(folder(torn), 60);
  for (const key of [lost, altered, torn, cleft]) await remote.storage.remove(key);
  await objects.client.send(new PutObjectCommand({ Bucket: objects.settings.bucket, Key: `${objects.settings.prefix}${altered}`, Body: "not what was put" }));
  await mkdir(dirname(folder(cleft)), { recursive: true });
  await writeFile(folder(cleft), Buffer.from("TSF1\u0003gone"));
  // So is a mail that is damaged in its row, and those that were taken after it are copied.
  await aReceivedMail(local, platformId, `Subject: torn in its row\r\n\r\n${newId()}\r\n`);
  const inRow = await local.db.receivedMail.findFirstOrThrow({ where: { spooled: { not: null } }, select: { id: true, sha256: true, spooled: true } });
  const disk = new Client({ connectionString: database.url });
  await disk.connect();
  await disk.query("ALTER TABLE received_mail DISABLE TRIGGER USER");
  await disk.query("UPDATE received_mail SET spooled = $1 WHERE id = $2", [inRow.spooled!.subarray(0, -3), inRow.id]);
  await disk.query("ALTER TABLE received_mail ENABLE TRIGGER USER");
  await disk.end();
  await aReceivedMail(local, platformId, `Subject: taken after it\r\n\r\n${newId()}\r\n`);
  const run = await runCli(settings, "vault", "copy", "--json");
  expect([run.code, run.json()]).toEqual([1, { copied: 0, proven: keys.length - 3, missing: [lost], damaged: [altered, torn, cleft, inRow.sha256].sort() }]);
  expect(await local.db.receivedMail.findMany({ where: { spooled: { not: null } }, select: { id: true } })).toEqual([{ id: inRow.id }]);
  expect((await runCli(settings, "vault", "copy")).stdout).toContain(`damaged, and left as it is: ${torn}`);
});
