import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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
import type { PictureRedaction } from "~/modules/referrals/picture-redaction";
import { redactPicture } from "~/modules/referrals/redact-picture.server";
import { referralContentSchema } from "~/modules/referrals/referral.schema";
import { saveReferral } from "~/modules/referrals/save-referral.server";
import { verifyPacket } from "~/modules/referrals/verify-packet.server";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

/** What a packet shows of a picture, from the choice of what is covered to what an agency can check. */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let folder: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor;
let found: Investigation;
let referralId: string;
let files: { text: string; picture: string; damaged: string };

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
  ];
  await deps.db.$transaction((tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, given, deps.clock()));
  const kept = await deps.db.evidenceFile.findMany({ where: { reportId } });
  const idOf = (mediaType: string) => kept.find((one) => one.mediaType === mediaType)!.id;
  files = { text: idOf("text/plain"), picture: idOf("image/jpeg"), damaged: idOf("image/png") };
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { lawEnforcementReferral: true })));
  must(await approveDecision(deps, lee, { decisionId }));
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: "law_enforcement_referral" } });
  ({ referralId } = must(await draftReferral(deps, lee, { actionId: action.id })));
});

const now = () => deps.db.referral.findUniqueOrThrow({ where: { id: referralId } });
const save = async (over: { files?: string[]; originals?: string[]; reasons?: Record<string, string> } = {}, by = lee) =>
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
  expect(await deps.storage.has(sha256)).toBe(true);
  must(await moveReferral(deps, lee, { referralId, version: (await now()).version, step: "withdraw", reason: "Not needed." }));
  await deps.db.case.update({ where: { id: found.caseId }, data: { state: "closed" } });
  await deps.db.evidenceFile.update({ where: { id: files.picture }, data: { deletedAt: deps.clock().toJSDate() } });
  await sweepUnclaimedFiles(deps, deps.clock().plus({ years: 1 }));
  expect(await deps.storage.has(sha256)).toBe(false);
});
