import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedReference } from "#prisma/seed/reference";
import { addCivilDays, civilDayOf } from "~/infra/civil-day";
import type { StaffActor } from "~/modules/access/actor";
import { addClause } from "~/modules/policy/add-clause.server";
import { bringBackClause } from "~/modules/policy/bring-back-clause.server";
import { cancelVersion } from "~/modules/policy/cancel-version.server";
import { describeChange } from "~/modules/policy/describe-change.server";
import { discardVersion } from "~/modules/policy/discard-version.server";
import { handInVersion } from "~/modules/policy/hand-in-version.server";
import { clauseChanges, realChanges } from "~/modules/policy/policy-changes";
import { contentOf, hashOf } from "~/modules/policy/policy-version.repo.server";
import { policyHead } from "~/modules/policy/public-versions.queries.server";
import { publishVersion } from "~/modules/policy/publish-version.server";
import { removeClause } from "~/modules/policy/remove-clause.server";
import { saveClause } from "~/modules/policy/save-clause.server";
import { sendBackVersion } from "~/modules/policy/send-back-version.server";
import { startPolicySchema } from "~/modules/policy/start-policy.schema";
import { startPolicy } from "~/modules/policy/start-policy.server";
import { startVersion } from "~/modules/policy/start-version.server";
import { must } from "../factories/appealed";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aDraft, clauseForm, clauseId, handIn } from "../support/policy-drafts";

let database: TestDatabase;
let deps: TestDeps;
let pam: StaffActor;
let pia: StaffActor;
let lee: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  await seedReference(deps);
  pam = await createStaff(deps.db, ["policy_manager"], "Pam");
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  lee = await createStaff(deps.db, ["lead"], "Lee");
});
afterAll(() => database.close());
/** Each test begins with no version under way. */
afterEach(async () => {
  await deps.db.policyVersion.updateMany({ where: { state: "in_review" }, data: { state: "draft", contentHash: null, proposedById: null, submittedAt: null } });
  await deps.db.clauseVersion.deleteMany({ where: { policyVersion: { state: "draft" } } });
  await deps.db.policyVersion.deleteMany({ where: { state: "draft", postings: { none: {} } } });
  await deps.db.clause.deleteMany({ where: { versions: { none: {} } } });
});

const policyId = async (code = "CF-AUP") => (await deps.db.policy.findUniqueOrThrow({ where: { code } })).id;
const draft = async (changes = {}) => (await aDraft(deps, pam, "CF-AUP", { changes })).versionId;
const stateOf = (id: string) => deps.db.policyVersion.findUniqueOrThrow({ where: { id }, select: { state: true, contentHash: true, proposedById: true, reviewNote: true } });
const changesOf = async (versionId: string) => {
  const { basedOnId } = await deps.db.policyVersion.findUniqueOrThrow({ where: { id: versionId } });
  return realChanges(clauseChanges((await contentOf(deps.db, basedOnId!)).clauses, (await contentOf(deps.db, versionId)).clauses)).map(({ code, kind, fields }) => [code, kind, ...fields].join(" "));
};
const aClause = (over = {}) => ({ code: "CF-AUP-3.1.z", area: "spam" as const, section: "3.1", title: "No record of consent", titleEs: undefined, body: "Keep a record of each consent.", bodyEs: undefined, severity: "medium" as const, labelEn: undefined, labelEs: undefined, after: undefined, ...over });
const trail = async (versionId: string) =>
  (await deps.db.$queryRaw<{ type: string }[]>`SELECT type FROM audit_entry WHERE body::jsonb -> 'facts' ->> 'policyVersionId' = ${versionId} ORDER BY id`).map(({ type }) => type);

describe("a policy that is new", () => {
  const named = (over = {}) => startPolicySchema.parse({ platformKey: "customerflows", code: "CF-SMS", kind: "acceptable_use", title: "Rules for text messages", sure: "on", ...over });
  const start = async (over = {}) => must(await startPolicy(deps, pam, named(over))).versionId;
  const aPublicPage = () => policyHead(deps.db, "customerflows", "CF-SMS", "en");
  const giveUp = async (versionId: string) => {
    const { revision } = await deps.db.policyVersion.findUniqueOrThrow({ where: { id: versionId } });
    return discardVersion(deps, pam, { versionId, seen: revision, note: "Begun by mistake." });
  };

  test("begins as an empty draft nobody outside sees, is always material, and is announced as any version is", async () => {
    const versionId = await start();
    expect(await trail(versionId)).toEqual(["policy_version.started"]);
    expect(await startPolicy(deps, pam, named({ platformKey: "xpecto" }))).toMatchObject({ reason: "policy_code_taken" });
    expect(await startPolicy(deps, pam, named({ platformKey: "nobody", code: "NO-ONE" }))).toMatchObject({ reason: "platform_unknown" });
    expect(await startPolicy(deps, lee, named({ code: "CF-LEE" }))).toMatchObject({ reason: "forbidden" });
    expect(await aPublicPage()).toBeNull();
    must(await addClause(deps, pam, { ...aClause({ code: "CF-SMS-1.a", section: "1" }), versionId }));
    const describe = (material: boolean, basedOn: number) => describeChange(deps, pam, { versionId, basedOn, summary: "Text messages have rules of their own now.", material, materialReason: "It binds account holders to something new." });
    must(await describe(false, 0));
    const { revision } = await deps.db.policyVersion.findUniqueOrThrow({ where: { id: versionId } });
    expect(await handInVersion(deps, pam, { versionId, seen: revision })).toMatchObject({ reason: "version_not_ready", detail: { problems: [{ code: "new_is_material" }] } });
    must(await describe(true, 1));
    const seen = await handIn(deps, pam, versionId);
    must(await publishVersion(deps, pia, { versionId, seen, effectiveOn: addCivilDays(civilDayOf(deps.clock(), "America/Denver"), 60) }));
    expect(await aPublicPage()).toMatchObject({ title: "Rules for text messages", versions: [{ number: 1, state: "upcoming" }] });
    await expect(deps.db.$executeRaw`UPDATE policy_version SET state = 'in_force' WHERE id = ${versionId}::uuid`).rejects.toThrow(/cannot take effect|nobody was told/);
    must(await cancelVersion(deps, pia, { versionId, note: "It comes later." }));
    expect(must(await giveUp(versionId))).toMatchObject({ kept: true });
    expect(await aPublicPage()).toMatchObject({ versions: [{ number: 1, state: "called_off" }] });
    expect(must(await startVersion(deps, pam, { policyId: await policyId("CF-SMS") })).versionId).not.toBe(versionId);
  });

  test("and discarded before anybody outside saw it, is gone with its codes", async () => {
    const versionId = await start({ code: "CF-GONE" });
    must(await addClause(deps, pam, { ...aClause({ code: "CF-GONE-1.a", section: "1" }), versionId }));
    expect(must(await giveUp(versionId))).toMatchObject({ kept: false });
    expect(await deps.db.policy.count({ where: { code: "CF-GONE" } })).toBe(0);
    await start({ code: "CF-GONE" });
  });

  test.each(["cf-sms", "CF_SMS", "CF-3", "3", "A", "CF/../X", "CF-AUP-CF-AUP-CF", "CF-SMS\u202e", "A".repeat(25)])("is not called %j", (code) => {
    expect(startPolicySchema.safeParse({ platformKey: "customerflows", code, kind: "privacy", title: "T", sure: "on" }).success).toBe(false);
  });
});

describe("writing", () => {
  test("a draft says what the version in force says, and clauses that are changed, added, removed, renumbered and moved stay themselves", async () => {
    const { versionId } = must(await startVersion(deps, pam, { policyId: await policyId() }));
    expect(await changesOf(versionId)).toEqual([]);
    const body = "Sending **many** messages to people who never agreed.";
    must(await saveClause(deps, pam, await clauseForm(deps, versionId, "CF-AUP-3.1.a", { body })));
    must(await saveClause(deps, pia, await clauseForm(deps, versionId, "CF-AUP-3.1.b", { section: "3.9" })));
    must(await saveClause(deps, pam, await clauseForm(deps, versionId, "CF-AUP-3.1.c", { after: undefined })));
    const removed = await clauseForm(deps, versionId, "CF-AUP-3.1.d");
    must(await removeClause(deps, pam, removed));
    must(await addClause(deps, pam, { versionId, ...aClause({ after: removed.stoodAfter }) }));
    expect(await changesOf(versionId)).toEqual(["CF-AUP-3.1.c moved", "CF-AUP-3.1.a changed body", "CF-AUP-3.1.b renumbered section", "CF-AUP-3.1.d removed", "CF-AUP-3.1.z added"]);
    must(await bringBackClause(deps, pia, { versionId, clauseId: removed.clauseId }));
    expect(await changesOf(versionId)).toEqual(["CF-AUP-3.1.c moved", "CF-AUP-3.1.a changed body", "CF-AUP-3.1.b renumbered section", "CF-AUP-3.1.z added"]);
    expect(await clauseId(deps, "CF-AUP-3.1.d")).toBe(removed.clauseId);
    expect(await trail(versionId)).toEqual(["policy_version.started", "policy_clause.saved", "policy_clause.saved", "policy_clause.saved", "policy_clause.removed", "policy_clause.added", "policy_clause.brought_back"]);
  });

  test("one version at a time is under way, also when two begin one at once", async () => {
    const id = await policyId();
    const both = await Promise.all([startVersion(deps, pam, { policyId: id }), startVersion(deps, pia, { policyId: id })]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ reason: "version_under_way", detail: { versionId: expect.any(String) } });
  });

  test("a clause saved from a stale form is refused, other clauses can be written at the same time", async () => {
    const versionId = await draft();
    const [one, other, elsewhere] = [await clauseForm(deps, versionId, "CF-AUP-3.1.a", { body: "Pam’s." }), await clauseForm(deps, versionId, "CF-AUP-3.1.a", { body: "Pia’s." }), await clauseForm(deps, versionId, "CF-AUP-3.1.b", { body: "Pia’s too." })];
    const all = await Promise.all([saveClause(deps, pam, one), saveClause(deps, pia, other), saveClause(deps, pia, elsewhere)]);
    expect(all[2]).toMatchObject({ ok: true });
    expect([all[0].ok, all[1].ok].sort()).toEqual([false, true]);
    expect(all.find(({ ok }) => !ok)).toEqual({ ok: false, reason: "stale" });
    expect(await removeClause(deps, pam, one)).toEqual({ ok: false, reason: "stale" });
    const details = { versionId, summary: "Other words.", material: false, materialReason: "", summaryEs: undefined };
    expect(await describeChange(deps, pia, { ...details, basedOn: 0 })).toEqual({ ok: false, reason: "stale" });
    must(await describeChange(deps, pia, { ...details, basedOn: 1 }));
  });

  test.each([
    ["a code another clause has", { code: "CF-AUP-3.1.a" }, "clause_code_taken"],
    ["a code a clause of another policy has", { code: "XP-AUP-3.a" }, "clause_code_wrong"],
    ["a code out of the order of codes", { code: "CF-AUP-spam" }, "clause_code_wrong"],
    ["a place behind a clause that is not there", { after: randomUUID() }, "place_unknown"],
  ])("a new clause with %s is refused", async (_what, over, reason) => {
    const versionId = await draft();
    expect(await addClause(deps, pam, { versionId, ...aClause(over) })).toMatchObject({ ok: false, reason });
    expect(await changesOf(versionId)).toEqual([]);
  });

  test("a code is not given anew once a version had it, and is free again when only a draft had", async () => {
    const versionId = await draft();
    must(await removeClause(deps, pam, await clauseForm(deps, versionId, "CF-AUP-3.1.a")));
    expect(await addClause(deps, pam, { versionId, ...aClause({ code: "CF-AUP-3.1.a" }) })).toMatchObject({ reason: "clause_code_taken" });
    const { clauseId: added } = must(await addClause(deps, pam, { versionId, ...aClause() }));
    must(await removeClause(deps, pam, { versionId, clauseId: added, basedOn: 0 }));
    must(await addClause(deps, pia, { versionId, ...aClause() }));
  });

  test("a lead, an analyst and a key read policies and do not write them", async () => {
    const versionId = await draft();
    expect(await startVersion(deps, lee, { policyId: await policyId("XP-AUP") })).toMatchObject({ reason: "forbidden" });
    expect(await saveClause(deps, lee, await clauseForm(deps, versionId, "CF-AUP-3.1.a"))).toMatchObject({ reason: "forbidden" });
    expect(await handInVersion(deps, lee, { versionId, seen: 0 })).toMatchObject({ reason: "forbidden" });
  });
});

describe("handing in", () => {
  test("what is not whole is refused with what is missing", async () => {
    const { versionId } = must(await startVersion(deps, pam, { policyId: await policyId() }));
    expect(await handInVersion(deps, pam, { versionId, seen: 0 })).toMatchObject({ reason: "version_not_ready", detail: { problems: [{ code: "no_change" }, { code: "summary_missing" }, { code: "reason_missing" }] } });
    expect(await stateOf(versionId)).toMatchObject({ state: "draft", contentHash: null });
  });

  test("it is handed in with the hash of what it says, as it was looked at", async () => {
    const versionId = await draft({ "CF-AUP-3.1.a": { body: "Other." } });
    expect(await handInVersion(deps, pam, { versionId, seen: 0 })).toMatchObject({ reason: "stale" });
    const contentHash = await handIn(deps, pam, versionId);
    expect(await stateOf(versionId)).toMatchObject({ state: "in_review", contentHash, proposedById: pam.id });
    expect(hashOf(await contentOf(deps.db, versionId))).toBe(contentHash);
    expect(await handInVersion(deps, pia, { versionId, seen: 2 })).toMatchObject({ reason: "illegal_move" });
  });

  test("writing on what was handed in takes it back", async () => {
    const versionId = await draft({ "CF-AUP-3.1.a": { body: "Other." } });
    const contentHash = await handIn(deps, pam, versionId);
    expect(await saveClause(deps, pia, await clauseForm(deps, versionId, "CF-AUP-3.1.b", { body: "Another." }))).toEqual({ ok: true, code: "CF-AUP-3.1.b", takenBack: true });
    expect(await stateOf(versionId)).toMatchObject({ state: "draft", contentHash: null, proposedById: null });
    expect((await trail(versionId)).slice(-2)).toEqual(["policy_version.taken_back", "policy_clause.saved"]);
    expect(await handIn(deps, pia, versionId)).not.toBe(contentHash);
  });

  test("a reviewer sends it back with what should change, about the text they saw", async () => {
    const versionId = await draft({ "CF-AUP-3.1.a": { body: "Other." } });
    const seen = await handIn(deps, pam, versionId);
    expect(await sendBackVersion(deps, pia, { versionId, seen: "0".repeat(64), note: "Too vague." })).toMatchObject({ reason: "stale" });
    must(await sendBackVersion(deps, pia, { versionId, seen, note: "Too vague." }));
    expect(await stateOf(versionId)).toMatchObject({ state: "draft", reviewNote: "Too vague." });
    expect(await sendBackVersion(deps, pia, { versionId, seen, note: "Too vague." })).toMatchObject({ reason: "illegal_move" });
  });
});

describe("the database keeps by itself", () => {
  const refuses = (run: Promise<unknown>, constraint: string) => expect(run).rejects.toMatchObject({ message: expect.stringContaining(constraint) });

  test("what was handed in as it is", async () => {
    const id = await draft({ "CF-AUP-3.1.a": { body: "Other." } });
    await handIn(deps, pam, id);
    const frozen = "cannot change";
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { summary: "Something else." } }), frozen);
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { contentHash: "0".repeat(64) } }), frozen);
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { contentHash: null, state: "superseded" } }), "keeps the hash");
    await refuses(deps.db.clauseVersion.updateMany({ where: { policyVersionId: id }, data: { severity: "critical" } }), frozen);
    await refuses(deps.db.clauseVersion.deleteMany({ where: { policyVersionId: id } }), frozen);
    await refuses(deps.db.clauseVersion.updateMany({ where: { policyVersion: { state: "in_force", policy: { code: "XP-AUP" } } }, data: { policyVersionId: id } }), frozen);
  });

  test("that nobody publishes what they wrote on, whichever comes first", async () => {
    const id = await draft({ "CF-AUP-3.1.a": { body: "Other." } });
    must(await saveClause(deps, pia, await clauseForm(deps, id, "CF-AUP-3.1.b", { body: "Pia’s." })));
    await handIn(deps, pam, id);
    const scheduled = { state: "scheduled", publishedAt: new Date(), effectiveFrom: new Date("2027-01-01T07:00:00Z") } as const;
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { ...scheduled, publishedById: pia.id } }), "cannot publish it");
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { ...scheduled, publishedById: pam.id } }), "cannot publish it");
    await refuses(deps.db.policyVersion.update({ where: { id }, data: scheduled }), "policy_version_scheduled_by_two");
    await deps.db.policyVersion.update({ where: { id }, data: { publishedById: lee.id } });
    await refuses(deps.db.policyVersionEditor.create({ data: { policyVersionId: id, staffId: lee.id, firstAt: new Date(), lastAt: new Date() } }), "did not write on it");
    await deps.db.policyVersion.update({ where: { id }, data: { publishedById: null } });
  });

  test("one version under way, and drafts that nobody has agreed to yet", async () => {
    const id = await draft();
    const second = { policyId: await policyId(), number: 9, createdAt: new Date() };
    await refuses(deps.db.policyVersion.create({ data: { id: randomUUID(), ...second, state: "draft" } }), "policy_version_one_upcoming");
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { publishedById: lee.id } }), "policy_version_draft_is_open");
    await refuses(deps.db.policyVersion.update({ where: { id }, data: { state: "in_review" } }), "policy_version_handed_in");
  });
});
