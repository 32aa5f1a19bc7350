import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { readWhole } from "~/infra/storage.server";
import type { StaffActor } from "~/modules/access/actor";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { keepEvidence } from "~/modules/intake/keep-evidence.server";
import { sweepUnclaimedFiles } from "~/modules/intake/sweep-unclaimed-files.server";
import { approveReferral } from "~/modules/referrals/approve-referral.server";
import { assemblePacket, contentHash } from "~/modules/referrals/assemble-packet.queries.server";
import { buildPacket } from "~/modules/referrals/build-packet.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { exportPacket } from "~/modules/referrals/export-packet.server";
import { moveReferral } from "~/modules/referrals/move-referral.server";
import { openRedacted } from "~/modules/referrals/open-redacted.server";
import { openRedactedPage } from "~/modules/referrals/open-redacted-page.server";
import { mostPdfPages } from "~/modules/referrals/pdf-redaction";
import type { PictureRedaction } from "~/modules/referrals/picture-redaction";
import { redactPdfPage } from "~/modules/referrals/redact-pdf-page.server";
import { redactPicture } from "~/modules/referrals/redact-picture.server";
import { referralContentSchema } from "~/modules/referrals/referral.schema";
import { saveReferral } from "~/modules/referrals/save-referral.server";
import { verifyPacket } from "~/modules/referrals/verify-packet.server";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { pdfOf } from "../support/pdf";

/** What a packet shows of a picture or a PDF, from the choice of what is covered to what an agency can check. */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let folder: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor;
let found: Investigation;
let referralId: string;
let files: { text: string; picture: string; damaged: string; pdf: string };

const half: PictureRedaction = { whole: "none", regions: [{ left: 0, top: 0, width: 50, height: 100, how: "blackout" }] };

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  folder = await mkdtemp(join(tmpdir(), "renditions-"));
  ({ platformId, ana, lee, lou } = await enforcers(deps));
});
afterAll(async () => {
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
  await database.close();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
  const reportId = found.reports[0]!.id;
  const shot = await sharp({ create: { width: 400, height: 200, channels: 3, background: "#cc3333" } }).withExif({ IFD0: { Artist: `Rosa ${newId()}` } }).jpeg().toBuffer();
  const stored = async (bytes: Buffer, mediaType: string, fileName: string) => ({ ...(await deps.storage.put(bytes)), mediaType, fileName, rendition: null });
  const given = [
    await stored(Buffer.from(`They said: stop it ${newId()}`), "text/plain", "chat.txt"),
    await stored(shot, "image/jpeg", "threat.jpg"),
    await stored(Buffer.from(`no picture ${newId()}`), "image/png", "broken.png"),
    await stored(await letter(), "application/pdf", "letter.pdf"),
  ];
  await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, given, deps.clock()));
  const kept = await deps.db.evidenceFile.findMany({ where: { reportId } });
  const idOf = (mediaType: string) => kept.find((one) => one.mediaType === mediaType)!.id;
  files = { text: idOf("text/plain"), picture: idOf("image/jpeg"), damaged: idOf("image/png"), pdf: idOf("application/pdf") };
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { lawEnforcementReferral: true })));
  must(await approveDecision(deps, lee, { decisionId }));
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: "law_enforcement_referral" } });
  ({ referralId } = must(await draftReferral(deps, lee, { actionId: action.id })));
});

/** Three pages; the first names somebody, the second holds nothing but a bar. */
const letter = () =>
  pdfOf((doc) => {
    doc.fontSize(40).text("Imelda Quispe", 100, 100).text("was told to pay", 100, 300);
    doc.addPage().rect(100, 100, 400, 400).fill("#cc3333");
    doc.addPage().fillColor("#000000").text(`Third page ${newId()}`);
  }, { info: { Author: "Imelda Quispe" } });

const now = () => deps.db.referral.findUniqueOrThrow({ where: { id: referralId } });
const save = async (over: { files?: string[]; originals?: string[]; reasons?: Record<string, string>; hiddenNames?: string } = {}, by = lee) =>
  must(await saveReferral(deps, by, {
    ...referralContentSchema.parse({
      agency: "Sheridan Police Department", legalBasis: "emergency", narrative: "The account threatened somebody on 18 November.", periodFrom: "2026-11-01", periodTo: "2026-11-20",
      reports: found.reports.map(({ id }) => id), files: [files.text, files.picture, files.damaged], ...over,
    }),
    referralId,
    version: (await now()).version,
  }));
const redact = async (redaction = half, fileId = files.picture, by = lee, version?: number) => redactPicture(deps, by, { referralId, fileId, version: version ?? (await now()).version, redaction });
const item = (evidenceFileId = files.picture) => deps.db.referralItem.findFirstOrThrow({ where: { referralId, evidenceFileId } });
const custody = async (step: "rendition_made" | "viewed" | "exported") => (await deps.db.evidenceCustody.findMany({ where: { evidenceFileId: files.picture, step } })).map(({ actorId, sha256 }) => [actorId, sha256]);
const given = async () => Object.fromEntries((await assemblePacket(deps, referralId))!.evidence.map(({ id, given }) => [id, given]));
const submit = async () => must(await moveReferral(deps, lee, { referralId, version: (await now()).version, step: "submit", reason: "" }));

test("a picture goes along redacted, as chosen; making, seeing and handing out stand in its custody, and the packet names what it was made of", async () => {
  await save();
  const { sha256, version } = must(await redact());
  expect(await item()).toMatchObject({ redaction: half, renditionSha256: sha256, original: false });
  expect(await now()).toMatchObject({ version, editorIds: [lee.id] });
  const { reference } = await now();
  const opened = must(await openRedacted(deps, lou, { reference, fileId: files.picture }));
  const { dominant } = await sharp(await sharp(opened.bytes).extract({ left: 10, top: 10, width: 180, height: 180 }).toBuffer()).stats();
  expect(dominant.r + dominant.g + dominant.b).toBeLessThan(48);
  await submit();
  const seen = contentHash((await assemblePacket(deps, referralId))!);
  const { packetId } = must(await approveReferral(deps, lou, { referralId, seen }));
  await sweepUnclaimedFiles(deps, deps.clock().plus({ years: 1 }));
  must(await buildPacket(deps, { kind: "system", name: "test" }, { packetId }));
  const exported = must(await exportPacket(deps, lee, { packetId, reason: "For the agency." }));
  const bytes = await buffer(exported.open());

  const original = await deps.db.evidenceFile.findUniqueOrThrow({ where: { id: files.picture } });
  expect(bytes.includes(await readWhole(deps.storage, original.sha256))).toBe(false);
  expect(bytes.includes(opened.bytes)).toBe(true);
  expect(bytes.includes("Rosa ")).toBe(false);
  const path = join(folder, exported.fileName);
  await writeFile(path, bytes);
  expect(await verifyPacket(path)).toMatchObject({ ok: true, findings: [] });
  const text = bytes.toString("latin1");
  expect(text).toMatch(new RegExp(`"path": "evidence/redacted/00\\d.jpg",\\s+"size": \\d+,\\s+"sha256": "${sha256}",\\s+"source": "${original.sha256}"`));
  expect(text).toContain("Encoded anew, 1 part blacked out");
  expect([await custody("rendition_made"), await custody("viewed"), await custody("exported")]).toEqual([[[lee.id, sha256]], [[lou.id, sha256]], [[lee.id, sha256]]]);
  expect(text).toMatch(/"what": "made a rendition of",\s+"evidence": "00\d"/);
});

test("what nobody made a rendition of, or nobody can, is left out by name", async () => {
  await save();
  must(await redact());
  expect(await redact(half, files.damaged)).toEqual({ ok: false, reason: "picture_unreadable" });
  expect(await given()).toEqual({ [files.text]: "redacted_text", [files.picture]: "redacted_picture", [files.damaged]: "withheld" });
  expect((await assemblePacket(deps, referralId))!.evidence.find(({ id }) => id === files.damaged)).toMatchObject({ name: "broken.png", rendition: null });
});

test("it is kept while the draft is saved again, goes when the original goes along, and every author of it is one of the draft", async () => {
  await save();
  const { sha256 } = must(await redact(half, files.picture, lou));
  await save();
  expect(await item()).toMatchObject({ renditionSha256: sha256 });
  expect((await now()).editorIds).toEqual([lee.id, lou.id]);
  await save({ originals: [files.picture], reasons: { [files.picture]: "The picture is the threat." } });
  expect(await item()).toMatchObject({ original: true, renditionSha256: null, redaction: null });
  expect(await redact()).toMatchObject({ reason: "picture_is_original" });
  expect(await given()).toMatchObject({ [files.picture]: "original" });
});

test("is refused to whoever may not draft, for what does not go along, for a stale form and once it was handed in", async () => {
  await save({ files: [files.text] });
  expect(await redact()).toEqual({ ok: false, reason: "picture_not_chosen" });
  await save();
  expect(await redact(half, files.picture, ana)).toEqual({ ok: false, reason: "forbidden" });
  expect(await redact(half, files.text)).toEqual({ ok: false, reason: "not_found" });
  expect(await redact(half, newId())).toEqual({ ok: false, reason: "not_found" });
  expect(await redact(half, files.picture, lee, 1)).toMatchObject({ reason: "stale" });
  const { reference } = await now();
  expect(await openRedacted(deps, lee, { reference, fileId: files.picture })).toEqual({ ok: false, reason: "not_found" });
  const { version } = await now();
  const both = await Promise.all([redact(half, files.picture, lee, version), redact(half, files.picture, lou, version)]);
  expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(await openRedacted(deps, ana, { reference, fileId: files.picture })).toMatchObject({ ok: false });
  await submit();
  expect(await redact()).toMatchObject({ reason: "illegal_move" });
  await expect(deps.db.referralItem.updateMany({ where: { referralId }, data: { renditionSha256: "0".repeat(64) } })).rejects.toThrow(/no draft any more/);
  expect(await custody("rendition_made")).toHaveLength(1);
});

test("goes with its picture when that is deleted", async () => {
  await save();
  const { sha256 } = must(await redact({ whole: "blur", regions: [] }));
  await sweepUnclaimedFiles(deps, deps.clock().plus({ years: 1 }));
  expect(await deps.storage.has(sha256!)).toBe(true);
  must(await moveReferral(deps, lee, { referralId, version: (await now()).version, step: "withdraw", reason: "Not needed." }));
  await deps.db.case.update({ where: { id: found.caseId }, data: { state: "closed" } });
  await deps.db.evidenceFile.update({ where: { id: files.picture }, data: { deletedAt: deps.clock().toJSDate() } });
  await sweepUnclaimedFiles(deps, deps.clock().plus({ years: 1 }));
  expect(await deps.storage.has(sha256!)).toBe(false);
});

describe("a PDF", () => {
  const nothing: PictureRedaction = { whole: "none", regions: [] };
  const release = async (page: number, redaction: PictureRedaction | null = nothing, fileId = files.pdf) => redactPdfPage(deps, lee, { referralId, fileId, version: (await now()).version, page, redaction });
  const withPdf = (hiddenNames = "Imelda Quispe") => save({ files: [files.pdf], hiddenNames });
  const shown = async (number: number) => openRedactedPage(deps, lou, { reference: (await now()).reference, fileId: files.pdf, number });
  /** The brightest grey within a part of a page, its edges left out. */
  const brightest = async (page: Buffer, part: { left: number; top: number; width: number; height: number }) => (await sharp(await sharp(page).extract(part).greyscale().toBuffer()).stats()).channels[0]!.max;
  const darkest = async (page: Buffer, part: { left: number; top: number; width: number; height: number }) => (await sharp(await sharp(page).extract(part).greyscale().toBuffer()).stats()).channels[0]!.min;

  test("goes along as pictures of the pages somebody let go, with names covered where its text has them; the others are withheld with a note", async () => {
    await withPdf();
    must(await release(1));
    const { sha256 } = must(await release(2, half));
    const done = "Pages 1, 2 of 3 drawn anew, 1 part blacked out, 1 place covered because its text names somebody; page 3 withheld";
    expect((await assemblePacket(deps, referralId))!.evidence).toMatchObject([{ given: "redacted_pages", rendition: { sha256, done } }]);
    const [first, second] = [must(await shown(1)).bytes, must(await shown(2)).bytes];
    expect(await shown(3)).toMatchObject({ reason: "not_found" });
    expect(await sharp(first).metadata()).toMatchObject({ width: 1_236, height: 1_600 });
    expect(await brightest(first, { left: 210, top: 215, width: 400, height: 50 })).toBeLessThan(16);
    expect(await darkest(first, { left: 200, top: 610, width: 500, height: 70 })).toBeLessThan(80);
    expect(await brightest(second, { left: 5, top: 5, width: 600, height: 1_500 })).toBeLessThan(16);
    expect(await brightest(second, { left: 650, top: 5, width: 500, height: 100 })).toBeGreaterThan(240);

    await submit();
    const { packetId } = must(await approveReferral(deps, lou, { referralId, seen: contentHash((await assemblePacket(deps, referralId))!) }));
    must(await buildPacket(deps, { kind: "system", name: "test" }, { packetId }));
    const exported = must(await exportPacket(deps, lee, { packetId, reason: "For the agency." }));
    const bytes = await buffer(exported.open());
    const path = join(folder, exported.fileName);
    await writeFile(path, bytes);
    expect(await verifyPacket(path)).toMatchObject({ ok: true, findings: [] });
    const rendition = await readWhole(deps.storage, sha256!);
    const original = await deps.db.evidenceFile.findUniqueOrThrow({ where: { id: files.pdf } });
    expect([bytes.includes(rendition), bytes.includes(await readWhole(deps.storage, original.sha256)), rendition.includes("Quispe")]).toEqual([true, false, false]);
    const texts: string[] = [];
    expect(await deps.pdf.each(rendition, [1, 2, 3], "read", ({ text }) => void texts.push(text.trim()))).toEqual({ ok: true, pages: 3 });
    expect(texts).toEqual(["", "", "Page 3 of 3 is withheld."]);
    const text = bytes.toString("latin1");
    const note = Buffer.from(done).toString("latin1");
    expect(text).toContain(`"source": "${original.sha256}",\n      "note": "${note}"`);
    expect(text).toContain('"path": "evidence/redacted/001.pdf"');
    const cover: string[] = [];
    await deps.pdf.each(coverOf(bytes), [1, 2], "read", (page) => void cover.push(page.text));
    expect(cover.join(" ").replace(/\s+/g, " ")).toContain("page 3 withheld");
  });

  test("is withheld as a whole while no page was let go, and again once the last is taken back", async () => {
    await withPdf();
    expect(await given()).toEqual({ [files.pdf]: "withheld" });
    must(await release(2));
    expect(await given()).toEqual({ [files.pdf]: "redacted_pages" });
    expect(must(await release(2, null))).toMatchObject({ sha256: null });
    expect(await item(files.pdf)).toMatchObject({ redaction: null, renditionSha256: null });
    expect(await given()).toEqual({ [files.pdf]: "withheld" });
  });

  test("is made anew when other names are to be hidden, and kept when not", async () => {
    await withPdf("");
    const before = must(await release(1));
    expect((await assemblePacket(deps, referralId))!.evidence[0]!.rendition!.done).toContain("nothing covered");
    await withPdf("");
    expect(await item(files.pdf)).toMatchObject({ renditionSha256: before.sha256 });
    await withPdf();
    expect(await given()).toEqual({ [files.pdf]: "withheld" });
    must(await release(1));
    expect((await assemblePacket(deps, referralId))!.evidence[0]!.rendition!.done).toContain("1 place covered");
  });

  test("is refused for a page it has not, a file that is none, a stale form, and once it is too many pages or cannot be read", async () => {
    await save({ files: [files.picture, files.pdf] });
    expect(await release(4)).toMatchObject({ reason: "pdf_page_missing" });
    expect(await release(1, nothing, files.picture)).toEqual({ ok: false, reason: "not_found" });
    expect(await redact(nothing, files.pdf)).toEqual({ ok: false, reason: "not_found" });
    expect(await redactPdfPage(deps, ana, { referralId, fileId: files.pdf, version: (await now()).version, page: 1, redaction: nothing })).toEqual({ ok: false, reason: "forbidden" });
    expect(await redactPdfPage(deps, lee, { referralId, fileId: files.pdf, version: 1, page: 1, redaction: nothing })).toMatchObject({ reason: "stale" });
    must(await release(1));
    const pages = Array.from({ length: mostPdfPages }, (_none, at) => ({ page: at + 2, whole: "none", regions: [] }));
    await deps.db.referralItem.updateMany({ where: { referralId, evidenceFileId: files.pdf }, data: { redaction: { pages, of: 50, found: 0 } } });
    expect(await release(1)).toEqual({ ok: false, reason: "pdf_too_many_pages" });
    const broken = await deps.storage.put(Buffer.from(`%PDF-1.7 ${newId()}`));
    await deps.db.evidenceFile.update({ where: { id: files.pdf }, data: { sha256: broken.sha256 } });
    expect(await release(2)).toEqual({ ok: false, reason: "pdf_unreadable" });
  });
});

/** The cover, as it lies in the packet: nothing there is compressed. */
function coverOf(packet: Buffer): Buffer {
  const { files } = JSON.parse(/\{\s+"format"[^]*?\n\}\n/.exec(packet.toString("latin1"))![0]) as { files: { path: string; size: number }[] };
  const { size } = files.find(({ path }) => path === "cover.pdf")!;
  const at = packet.indexOf("%PDF-");
  return packet.subarray(at, at + size);
}
