import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { newId } from "~/infra/id";
import { signingKeysOf } from "~/infra/signing-keys.server";
import { recordCaseEvent } from "~/modules/cases/record-case-event.server";
import { revealReporter } from "~/modules/cases/reveal-reporter.server";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { keepEvidence } from "~/modules/intake/keep-evidence.server";
import { sweepUnclaimedFiles } from "~/modules/intake/sweep-unclaimed-files.server";
import { openEvidence } from "~/modules/intake/open-evidence.server";
import { approveReferral } from "~/modules/referrals/approve-referral.server";
import { assemblePacket, contentHash } from "~/modules/referrals/assemble-packet.queries.server";
import { buildPacket } from "~/modules/referrals/build-packet.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { exportPacket } from "~/modules/referrals/export-packet.server";
import { moveReferral } from "~/modules/referrals/move-referral.server";
import { setHold } from "~/modules/referrals/hold.server";
import { snapshotSchema } from "~/modules/referrals/packet-content";
import { readHeld } from "~/modules/referrals/read-held.server";
import { requeueLostPackets } from "~/modules/referrals/requeue-packets.server";
import { referralContentSchema, type ReferralContentInput } from "~/modules/referrals/referral.schema";
import { saveReferral } from "~/modules/referrals/save-referral.server";
import { verifyPacket } from "~/modules/referrals/verify-packet.server";
import { must } from "../factories/appealed";
import { createAccount } from "../factories/account";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const worker = { kind: "system", name: "test" } as const;
const picture = randomBytes(200_000);

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let folder: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor, ida: StaffActor, eva: StaffActor;
let found: Investigation;
let referralId: string;
let files: { text: string; picture: string };

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  folder = await mkdtemp(join(tmpdir(), "packets-"));
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  ida = await createStaff(deps.db, ["admin"], "Ida");
  eva = await createStaff(deps.db, ["auditor"], "Eva");
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const file = async (bytes: Buffer, mediaType: string, fileName: string) => ({ ...(await deps.storage.put(bytes)), mediaType, fileName });

beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
  const [report] = found.reports;
  const { reporterId } = await deps.db.report.findUniqueOrThrow({ where: { id: report!.id } });
  await deps.db.reporter.update({ where: { id: reporterId! }, data: { nameSealed: deps.crypto.seal("Rosa Jiménez", "reporter.name") } });
  await createAccount(deps.db, { platformId, businessName: `Harbor Dental ${found.account.externalId}`, externalId: `other-${found.account.externalId}` });
  await deps.db.report.update({
    where: { id: report!.id },
    data: { description: `Rosa Jiménez here, write to ${found.reporterEmails[0]!.toUpperCase()} or (720) 555-0134. They threatened my neighbour Bo Lindqvist of Harbor Dental ${found.account.externalId}, and ${found.ownerEmail} answered.` },
  });
  await deps.db.$transaction(async (tx) => {
    await keepEvidence(tx, { kind: "reporter", reportId: report!.id }, { reportId: report!.id }, [
      (await file(Buffer.from(`Chat of Rosa with them\n${found.reporterEmails[0]}: stop it\n${newId()}\n`), "text/plain", "rosa jimenez chat.txt")) as never,
      (await file(Buffer.concat([picture, Buffer.from(newId())]), "image/png", "threat.png")) as never,
    ], deps.clock());
  });
  const kept = await deps.db.evidenceFile.findMany({ where: { reportId: report!.id } });
  files = { text: kept.find(({ mediaType }) => mediaType === "text/plain")!.id, picture: kept.find(({ mediaType }) => mediaType === "image/png")!.id };
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { lawEnforcementReferral: true, noTipOff: true })));
  must(await approveDecision(deps, lee, { decisionId }));
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: "law_enforcement_referral" } });
  ({ referralId } = must(await draftReferral(deps, lee, { actionId: action.id })));
});

const content = (over: Partial<Record<keyof ReferralContentInput, unknown>> = {}): ReferralContentInput =>
  referralContentSchema.parse({
    agency: "Sheridan Police Department",
    legalBasis: "emergency",
    narrative: "The account threatened Rosa Jimenez by name on 18 November.",
    periodFrom: "2026-11-01",
    periodTo: "2026-11-20",
    hiddenNames: "Bo Lindqvist",
    reports: found.reports.map(({ id }) => id),
    files: [files.text, files.picture],
    originals: [files.picture],
    reasons: { [files.picture]: "The picture is the threat." },
    ...over,
  });
const version = async () => (await deps.db.referral.findUniqueOrThrow({ where: { id: referralId } })).version;
const saved = async (by = lee, over: Parameters<typeof content>[0] = {}) => must(await saveReferral(deps, by, { ...content(over), referralId, version: await version() }));
const step = async (by: StaffActor, name: "submit" | "return" | "withdraw" | "close") => moveReferral(deps, by, { referralId, version: await version(), step: name, reason: "Because." });
const seen = async () => contentHash((await assemblePacket(deps, referralId))!);
const approved = async () => {
  await saved();
  must(await step(lee, "submit"));
  const { packetId } = must(await approveReferral(deps, lou, { referralId, seen: await seen() }));
  must(await buildPacket(deps, worker, { packetId }));
  return packetId;
};

describe("a draft", () => {
  test("rests on a decided referral, once, and is for leads", async () => {
    const { actionId } = await deps.db.referral.findUniqueOrThrow({ where: { id: referralId } });
    expect(await draftReferral(deps, ana, { actionId })).toMatchObject({ reason: "forbidden" });
    expect(await draftReferral(deps, eva, { actionId })).toMatchObject({ reason: "forbidden" });
    expect(await draftReferral(deps, lou, { actionId })).toMatchObject({ reason: "referral_exists" });
    const other = await deps.db.action.findFirstOrThrow({ where: { kind: { not: "law_enforcement_referral" } } });
    expect(await draftReferral(deps, lee, { actionId: other.id })).toMatchObject({ reason: "no_referral_decided" });
  });

  test("takes an original only with a reason, evidence only of its case, and no stale form", async () => {
    const wrong = async (over: Parameters<typeof content>[0], v?: number) => saveReferral(deps, lee, { ...content(over), referralId, version: v ?? (await version()) });
    expect(await wrong({ reasons: {} })).toMatchObject({ reason: "original_without_reason" });
    expect(await wrong({ periodFrom: "2026-11-21" })).toMatchObject({ reason: "period_backwards" });
    expect(await wrong({ files: [newId()], originals: [] })).toMatchObject({ reason: "evidence_not_in_case" });
    expect(await wrong({}, 99)).toMatchObject({ reason: "stale" });
    expect(await step(lee, "submit")).toMatchObject({ reason: "referral_unfinished" });
    await expect(deps.db.referralItem.create({ data: { id: newId(), referralId, evidenceFileId: files.text, original: true } })).rejects.toThrow();
  });

  test("is redacted where it names anybody but the subject", async () => {
    await saved();
    const packet = (await assemblePacket(deps, referralId))!;
    const texts = JSON.stringify({ ...packet, subject: null });
    for (const secret of ["Rosa", "Jim", "Lindqvist", "Harbor", found.reporterEmails[0]!, "555-0134"]) expect(texts.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(packet.reports[0]!.description).toContain(found.ownerEmail);
    expect(packet.evidence.map(({ given }) => given).sort()).toEqual(["original", "redacted_text"]);
    expect(packet.reports[0]!.by).toBe("Person A");
    expect(await seen()).toBe(contentHash(packet));
  });
});

describe("what is redacted in a packet", () => {
  const attached = async (bytes: Buffer): Promise<string> => {
    const reportId = found.reports[0]!.id;
    await deps.db.$transaction(async (tx) => keepEvidence(tx, { kind: "reporter", reportId }, { reportId }, [(await file(bytes, "text/plain", "chat.txt")) as never], deps.clock()));
    return (await deps.db.evidenceFile.findFirstOrThrow({ where: { reportId }, orderBy: { id: "desc" } })).id;
  };
  const given = async (bytes: Buffer) => {
    const id = await attached(bytes);
    await saved(lee, { files: [id], originals: [] });
    const [only] = (await assemblePacket(deps, referralId))!.evidence;
    return { given: only!.given, text: only!.text };
  };

  test.each<[string, BufferEncoding, string]>([
    ["of an old code page", "latin1", ""],
    ["of two bytes a sign", "utf16le", "\ufeff"],
  ])("is a text %s as well", async (_what, encoding, mark) => {
    const text = `${mark}Jiménez said stop, and Rosa Jiménez said it twice. ${newId()}`;
    expect(await given(Buffer.from(text, encoding))).toEqual({ given: "redacted_text", text: expect.stringMatching(/^\[Person A\] said stop, and \[Person A\] said it twice\./) as string });
  });

  test.each([
    ["its words are in base64", `From: them\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from("Rosa Jiménez said stop.").toString("base64")}\r\n`],
    ["its words are in signs and numbers", "Subject: stop\nContent-transfer-encoding: Quoted-Printable\n\nRosa Jim=C3=A9nez said stop to Lind=\nqvist.\n"],
    ["its sender is", "From: =?UTF-8?Q?Rosa_Jim=C3=A9nez?= <someone>\n\nstop\n"],
  ])("is not what cannot be looked into: a mail is withheld where %s", async (_what, mail) => {
    expect(await given(Buffer.from(mail))).toEqual({ given: "withheld", text: null });
  });

  test("is no text that a virus scanner found something in, or has yet to see", async () => {
    const text = async (through: Parameters<typeof assemblePacket>[0] = deps) => {
      const { given, text } = (await assemblePacket(through, referralId))!.evidence.find(({ id }) => id === files.text)!;
      return { given, hasText: text !== null };
    };
    await saved(lee, { originals: [], reasons: {} });
    must(await step(lee, "submit"));
    expect(await text()).toEqual({ given: "redacted_text", hasText: true });
    const scanned: TestDeps = { ...deps, scanner: { scan: () => Promise.reject(new Error("nobody asks")) } as unknown as TestDeps["scanner"] };
    expect(await text(scanned)).toEqual({ given: "withheld", hasText: false });
    expect(await approveReferral(scanned, lou, { referralId, seen: contentHash((await assemblePacket(scanned, referralId))!) })).toMatchObject({ reason: "evidence_not_scanned" });
    await deps.db.evidenceFile.update({ where: { id: files.text }, data: { scanVerdict: "infected", scannedAt: deps.clock().toJSDate() } });
    expect(await text()).toEqual({ given: "withheld", hasText: false });
    must(await approveReferral(scanned, lou, { referralId, seen: contentHash((await assemblePacket(scanned, referralId))!) }));
  });

  test("is the name of another business also where only a colleague wrote it: in the story of the case, for an original, in the log of custody", async () => {
    const [inStory, forOriginal, inCustody] = ["Quillfeather Bakery", "Tamarack Roofing", "Ostrava Tutoring"].map((name) => `${name} ${found.account.externalId}, Inc.`);
    for (const businessName of [inStory, forOriginal, inCustody]) await createAccount(deps.db, { platformId, businessName: businessName!, externalId: newId() });
    await deps.db.$transaction((tx) => recordCaseEvent(tx, lee, { caseId: found.caseId, at: deps.clock().minus({ days: 1 }), event: { kind: "deescalated", data: { reason: `(${inStory}) was threatened as well.` } } }));
    must(await revealReporter(deps, ana, { caseId: found.caseId, reportId: found.reports[0]!.id, reason: `To ask whether it works for ${inCustody}` }));
    await saved(lee, { reasons: { [files.picture]: `The picture shows ${forOriginal}'s shop.` } });
    must(await step(lee, "submit"));
    const packet = await deps.db.referralPacket.findUniqueOrThrow({ where: { id: must(await approveReferral(deps, lou, { referralId, seen: await seen() })).packetId } });
    const text = (await buffer(deps.storage.read(packet.snapshotSha256!))).toString("utf8");
    for (const name of [inStory, forOriginal, inCustody]) expect(text).not.toContain(name);
    expect(text).toMatch(/\(\[Person [A-Z]+\]\.?\) was threatened as well/);
    expect(text).toMatch(/shows \[Person [A-Z]+\]\.?'s shop/);
    expect(text).toMatch(/works for \[Person [A-Z]+\]\.?"/);
  });
});

describe("approval", () => {
  test("is never given by whoever wrote on it, in the command or the database", async () => {
    await saved();
    await saved(lou);
    must(await step(lee, "submit"));
    const input = { referralId, seen: await seen() };
    expect(await approveReferral(deps, ana, input)).toMatchObject({ reason: "forbidden" });
    expect(await approveReferral(deps, lee, input)).toMatchObject({ reason: "own_referral" });
    expect(await approveReferral(deps, lou, input)).toMatchObject({ reason: "own_referral" });
    for (const { id } of [lee, lou]) {
      await expect(deps.db.referral.update({ where: { id: referralId }, data: { state: "approved", approverId: id, approvedAt: deps.clock().toJSDate() } })).rejects.toThrow(/referral_four_eyes/);
    }
    expect(await approveReferral(deps, ida, input)).toMatchObject({ ok: true });
    expect(await approveReferral(deps, ida, input)).toMatchObject({ reason: "illegal_move" });
    await expect(deps.db.referral.update({ where: { id: referralId }, data: { narrative: "Something else." } })).rejects.toThrow(/no draft any more/);
    await expect(deps.db.referralItem.deleteMany({ where: { referralId } })).rejects.toThrow(/no draft any more/);
  });

  test("is of what was read: a change in between is refused, and two answers at once make one packet", async () => {
    await saved();
    must(await step(lee, "submit"));
    const before = await seen();
    await deps.db.report.update({ where: { id: found.reports[0]!.id }, data: { description: "Something else." } });
    expect(await approveReferral(deps, lou, { referralId, seen: before })).toMatchObject({ reason: "stale" });
    const now = await seen();
    const answers = await Promise.all([lou, ida, lou].map((by) => approveReferral(deps, by, { referralId, seen: now })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await deps.db.referralPacket.count({ where: { referralId } })).toBe(1);
  });

  test("can be declined back to a draft, with the reason", async () => {
    await saved();
    must(await step(lee, "submit"));
    expect(await step(ana, "return")).toMatchObject({ reason: "forbidden" });
    must(await step(lou, "return"));
    expect(await deps.db.referral.findUniqueOrThrow({ where: { id: referralId } })).toMatchObject({ state: "draft", returnedReason: "Because." });
    must(await step(lee, "withdraw"));
    expect(await step(lee, "submit")).toMatchObject({ reason: "illegal_move" });
  });
});

/** A look from before the report was in a case. */
const recordLook = (db: TestDeps["db"], reportId: string) =>
  db.$transaction((tx) => recordAudit(tx, ana, { type: "reporter.revealed", at: deps.clock(), platformId, reportId, reason: "To tell whether it was Rosa Jiménez." }));

describe("the log of custody", () => {
  test("says why the reporter was looked up, what a hold keeps was read and evidence was taken out, and names nobody in it", async () => {
    must(await revealReporter(deps, ana, { caseId: found.caseId, reportId: found.reports[0]!.id, reason: `To ask Rosa Jiménez at ${found.reporterEmails[0]} for the picture.` }));
    await recordLook(deps.db, found.reports[0]!.id);
    const { reference } = must(await setHold(deps, lee, { accountId: found.account.id, authority: "Sheridan Police", reason: "A case is pending." }));
    must(await readHeld(deps, lee, { reference, reason: "To find the number Bo Lindqvist was called from.", limit: 10 }));
    const first = await approved();
    must(await exportPacket(deps, lee, { packetId: first, reason: "Handed to Detective Ortiz, as Rosa asked." }));
    must(await moveReferral(deps, lou, { referralId, version: await version(), step: "close", reason: "They are done with it." }));
    const { actionId } = await deps.db.referral.findUniqueOrThrow({ where: { id: referralId } });
    ({ referralId } = must(await draftReferral(deps, lee, { actionId })));
    deps.clock.advance({ minutes: 1 });
    await saved(lee, { reasons: { [files.picture]: "The picture is the threat to Rosa Jimenez." } });
    must(await step(lee, "submit"));
    const packet = await deps.db.referralPacket.findUniqueOrThrow({ where: { id: must(await approveReferral(deps, lou, { referralId, seen: await seen() })).packetId } });
    const text = (await buffer(deps.storage.read(packet.snapshotSha256!))).toString("utf8");
    expect(text).not.toMatch(/Rosa|Jim[eé]nez|Lindqvist/);
    expect(text).not.toContain(found.reporterEmails[0]);
    const { custody, content: told } = snapshotSchema.parse(JSON.parse(text));
    const whys = custody.flatMap(({ what, why }) => (why ? [[what, why]] : []));
    expect(whys).toContainEqual(["reporter revealed", "To ask [Person A] at [Person A] for the picture."]);
    expect(whys).toContainEqual(["reporter revealed", "To tell whether it was [Person A]."]);
    expect(whys).toContainEqual(["held data revealed", expect.stringMatching(/^To find the number \[Person [B-Z]\] was called from\.$/)]);
    expect(whys).toContainEqual(["exported", "Handed to Detective Ortiz, as [Person A] asked."]);
    expect(told.evidence.find(({ given }) => given === "original")!.reason).toBe("The picture is the threat to [Person A].");
  });
});

describe("the packet", () => {
  test("is whole, signed, the same each time, and each export is written down first", async () => {
    const packetId = await approved();
    const reason = "Handed to Detective Ortiz.";
    expect(await exportPacket(deps, eva, { packetId, reason })).toMatchObject({ reason: "forbidden" });
    expect(await exportPacket(deps, lee, { packetId, reason: "  " })).toMatchObject({ reason: "reason_missing" });
    const exported = must(await exportPacket(deps, lee, { packetId, reason }));
    const bytes = await buffer(exported.open());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(exported.sha256);
    expect(bytes.includes(picture)).toBe(true);
    const clear = bytes.toString("utf8");
    for (const secret of ["Jiménez", "Jimenez", "Lindqvist", found.reporterEmails[0]!, "555-0134"]) expect(clear).not.toContain(secret);
    const path = join(folder, exported.fileName);
    await writeFile(path, bytes);
    const [key] = signingKeysOf(deps.config.signingKeys);
    expect(await verifyPacket(path, key.fingerprint)).toMatchObject({ ok: true, signerExpected: true });

    expect(await deps.db.referralExport.findMany({ where: { packetId } })).toMatchObject([{ staffId: lee.id, reason, sha256: exported.sha256 }]);
    expect(await deps.db.evidenceCustody.findMany({ where: { evidenceFileId: files.picture, step: "exported" } })).toHaveLength(1);
    expect(await deps.db.auditEntry.count({ where: { type: "packet.exported", caseId: found.caseId } })).toBe(1);
    await expect(deps.db.referralExport.deleteMany({ where: { packetId } })).rejects.toThrow();

    await deps.db.referralPacket.update({ where: { id: packetId }, data: { state: "queued", sha256: null } });
    deps.clock.advance({ days: 3 });
    expect(must(await buildPacket(deps, worker, { packetId })).sha256).toBe(exported.sha256);
  });

  test("is made once by two workers, taken over from one that died, and staged anew when its job is lost", async () => {
    await saved();
    must(await step(lee, "submit"));
    const { packetId } = must(await approveReferral(deps, lou, { referralId, seen: await seen() }));
    const answers = await Promise.all([buildPacket(deps, worker, { packetId }), buildPacket(deps, worker, { packetId })]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    await deps.db.referralPacket.update({ where: { id: packetId }, data: { state: "building", sha256: null, leaseUntil: deps.clock().plus({ seconds: 30 }).toJSDate() } });
    expect(await buildPacket(deps, worker, { packetId })).toMatchObject({ reason: "not_yet" });
    const staged = () => deps.db.outboxMessage.count({ where: { topic: "packet.build", payload: { equals: { packetId } } } });
    expect(await staged()).toBe(1);
    deps.clock.advance({ minutes: 11 });
    expect(await requeueLostPackets(deps)).toBeGreaterThanOrEqual(1);
    expect(await staged()).toBe(2);
    expect(await buildPacket(deps, worker, { packetId })).toMatchObject({ ok: true });
    expect(await buildPacket(deps, worker, { packetId })).toMatchObject({ reason: "already_built" });
    expect(await deps.db.auditEntry.count({ where: { type: "packet.built", caseId: found.caseId } })).toBe(2);
  });

  test("says who had the evidence, when and why", async () => {
    must(await openEvidence(deps, ana, { fileId: files.picture, view: "original" }));
    const packetId = await approved();
    const exported = must(await exportPacket(deps, ida, { packetId, reason: "For the agency." }));
    const clear = (await buffer(exported.open())).toString("utf8");
    expect(clear).toMatch(/"who": "Ana",\s+"what": "downloaded",\s+"evidence": "00\d"/);
    expect(clear).toContain("Lee: referral submitted");
  });

  test("outlives the sweep of files that nobody names", async () => {
    const packetId = await approved();
    await sweepUnclaimedFiles(deps, deps.clock().plus({ years: 1 }));
    must(await exportPacket(deps, lee, { packetId, reason: "Still there." }));
    const { sha256, snapshotSha256 } = await deps.db.referralPacket.findUniqueOrThrow({ where: { id: packetId } });
    expect(await Promise.all([deps.storage.has(sha256!), deps.storage.has(snapshotSha256!)])).toEqual([true, true]);
  });
});
