import { DateTime } from "luxon";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { seedReference } from "#prisma/seed/reference";
import { addCivilDays } from "~/infra/civil-day";
import type { StaffActor } from "~/modules/access/actor";
import { campaignDesk, listCampaigns } from "~/modules/policy/campaign-desk.queries.server";
import { cancelVersion } from "~/modules/policy/cancel-version.server";
import { changeFeed } from "~/modules/policy/change-feed.server";
import { clauseInForce } from "~/modules/policy/clause-in-force.server";
import { discardVersion } from "~/modules/policy/discard-version.server";
import { clauseChanges, publicChanges, textCompared } from "~/modules/policy/policy-changes";
import { policyContentSchema } from "~/modules/policy/policy-content";
import { clausesOfContent } from "~/modules/policy/policy-document";
import { hashOf } from "~/modules/policy/policy-version.repo.server";
import { openProof } from "~/modules/policy/proof/proof-rows.queries.server";
import { readVersion } from "~/modules/policy/public-versions.queries.server";
import { versionPage } from "~/modules/policy/policy-desk.queries.server";
import { publishVersion } from "~/modules/policy/publish-version.server";
import { saveClause } from "~/modules/policy/save-clause.server";
import { sendBackVersion } from "~/modules/policy/send-back-version.server";
import { testSendVersion } from "~/modules/policy/test-send-version.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { webhookBody } from "~/modules/webhooks/webhook-events";
import { createEndpointSchema } from "~/modules/webhooks/webhook.schema";
import { anAccount } from "../factories/platform";
import { must } from "../factories/appealed";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aDraft, clauseForm, clauseId, handIn } from "../support/policy-drafts";

let database: TestDatabase;
let deps: TestDeps;
let pam: StaffActor;
let pia: StaffActor;
let lee: StaffActor;
let versionId: string;
let seen: string;

/** The first day that leaves everybody fourteen whole days when telling them begins at the test's instant. */
const earliest = "2026-12-05";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z");
  await seedReference(deps);
  const { id } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  await anAccount(deps, id);
  pam = await createStaff(deps.db, ["policy_manager"], "Pam");
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  lee = await createStaff(deps.db, ["lead"], "Lee");
});
afterAll(() => database.close());

const changes = { "CF-AUP-3.1.a": { body: "Sending messages to people of whom there is no record of consent." } };
/** Each test has a policy's next version handed in, and none of an earlier test. */
beforeEach(async () => {
  const under = await deps.db.policyVersion.findMany({ where: { state: { in: ["draft", "in_review", "scheduled"] }, discardedAt: null } });
  for (const { id, state, contentHash } of under) {
    if (state === "scheduled") must(await cancelVersion(deps, pia, { versionId: id, note: "The next test begins." }));
    if (state === "in_review") must(await sendBackVersion(deps, pia, { versionId: id, seen: contentHash!, note: "The next test begins." }));
    const { revision } = await deps.db.policyVersion.findUniqueOrThrow({ where: { id } });
    must(await discardVersion(deps, pam, { versionId: id, seen: revision, note: "The next test begins." }));
  }
  ({ versionId } = await aDraft(deps, pam, "CF-AUP", { changes }));
  seen = await handIn(deps, pam, versionId);
});

const publish = (over: Partial<Parameters<typeof publishVersion>[2]> = {}, by = pia) => publishVersion(deps, by, { versionId, seen, effectiveOn: earliest, ...over });
const version = () => deps.db.policyVersion.findUniqueOrThrow({ where: { id: versionId }, include: { postings: { orderBy: { number: "asc" } }, campaigns: true } });

test("a second person gives it its day: posted with the whole text, and everybody is told", async () => {
  const { campaignId } = must(await publish());
  const { state, publishedById, effectiveFrom, postings, campaigns, number } = await version();
  expect({ state, publishedById, at: effectiveFrom?.toISOString() }).toEqual({ state: "scheduled", publishedById: pia.id, at: "2026-12-05T07:00:00.000Z" });
  expect(postings).toMatchObject([{ number, material: true, contentHash: seen, endedAt: null, summary: expect.stringContaining("record") }]);
  expect(hashOf(policyContentSchema.parse(postings[0]!.content))).toBe(seen);
  expect(campaigns).toMatchObject([{ id: campaignId, state: "sending" }]);
  const texts = await deps.db.policyNoticeText.findMany({ where: { campaignId: campaignId! } });
  expect(texts.map(({ language }) => language).sort()).toEqual(["en", "es"]);
  expect(texts.find(({ language }) => language === "en")!.text).toContain(`/policies/customerflows/CF-AUP/versions/${number}`);
});

test("while it is held its entry in the feed says so, and names no day", async () => {
  const { campaignId } = must(await publish());
  const { number } = await version();
  const feed = async () => changeFeed(deps, { platformKey: "customerflows", code: "CF-AUP", title: "Acceptable use" }, "en");
  expect(await feed()).toContain(`version ${number}: from ${earliest}`);
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId! }, data: { heldSince: new Date("2026-11-22T10:00:00Z"), heldReason: "not_everybody_told" } });
  const held = await feed();
  expect(held).toMatch(new RegExp(`<title>Held: [^<]*version ${number}</title><published>2026-11-20T21:00:00.000Z</published><updated>2026-11-22T10:00:00.000Z</updated>`));
  expect(held).not.toContain(`version ${number}: from ${earliest}`);
});

test("it is told at the pace the second person gives, and the next one at that pace until another is given", async () => {
  const pace = { ratePerSecond: 20, domainPerSecond: 4, warmUpMinutes: 30 };
  must(await publish(pace));
  expect((await version()).campaigns).toMatchObject([pace]);
  must(await cancelVersion(deps, pia, { versionId, note: "It is said in other words." }));
  seen = await handIn(deps, pam, versionId);
  expect((await versionPage(deps, pia, versionId))!.earliest?.sending).toMatchObject({ pace, others: 0 });
  must(await publish({ seen }));
  expect((await version()).campaigns.find(({ state }) => state === "sending")).toMatchObject(pace);
});

test("what a campaign that was called off told is proven as it was told, whatever became of the version", async () => {
  const { campaignId } = must(await publish());
  const { number } = await version();
  deps.clock.advance({ hours: 1 });
  must(await cancelVersion(deps, pia, { versionId, note: "The regulator asked for other words." }));
  must(await saveClause(deps, pam, await clauseForm(deps, versionId, "CF-AUP-3.1.a", { body: "A draft that nobody has seen yet." })));
  const proof = await openProof(deps, campaignId!);
  await proof!.close();
  expect(proof!.head).toMatchObject({ version: { number, state: "called_off", effectiveFrom: "2026-12-05T07:00:00.000Z" }, campaign: { state: "stopped" } });
  expect(JSON.stringify(proof!.head)).toContain("of whom there is no record of consent");
  expect(JSON.stringify(proof!.head)).not.toContain("nobody has seen yet");
});

test.each<[string, () => Promise<unknown>, object]>([
  ["by whoever handed it in", () => publish({}, pam), { reason: "own_version" }],
  ["by a lead", () => publish({}, lee), { reason: "forbidden" }],
  ["of another text than was looked at", () => publish({ seen: "0".repeat(64) }), { reason: "stale" }],
  ["for today", () => publish({ effectiveOn: "2026-11-20" }), { reason: "effective_day_over" }],
  ["for a day beyond a year", () => publish({ effectiveOn: "2027-11-23" }), { reason: "effective_too_far" }],
  ["for a day that leaves too little notice", () => publish({ effectiveOn: addCivilDays(earliest, -1) }), { reason: "effective_day_unlawful", detail: { earliest } }],
])("publishing %s is refused and leaves nothing behind", async (_what, run, refusal) => {
  expect(await run()).toMatchObject({ ok: false, ...refusal });
  expect(await version()).toMatchObject({ state: "in_review", publishedById: null, postings: [], campaigns: [] });
});

test("whoever wrote one clause of it is no second person, and their change takes it back", async () => {
  must(await saveClause(deps, pia, await clauseForm(deps, versionId, "CF-AUP-3.1.b", { body: "Pia’s words." })));
  expect(await publish()).toMatchObject({ reason: "illegal_move" });
  const again = await handIn(deps, pam, versionId);
  expect(await publish({ seen: again })).toMatchObject({ reason: "own_version" });
});

test("two publish at once: one does, and everybody is told once", async () => {
  const pola = await createStaff(deps.db, ["policy_manager"], "Pola");
  const both = await Promise.all([publish(), publish({}, pola)]);
  expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(both.find(({ ok }) => !ok)).toMatchObject({ reason: "illegal_move" });
  const { postings, campaigns } = await version();
  expect([postings.length, campaigns.length]).toEqual([1, 1]);
});

test("the mail to account holders can be looked at in one’s own inbox before anybody else gets it", async () => {
  must(await testSendVersion(deps, pam, { versionId, language: "es" }));
  const notice = await deps.db.notice.findFirstOrThrow({ where: { dedupeKey: { startsWith: "campaign-test:" } }, orderBy: { createdAt: "desc" } });
  const { email } = await deps.db.staff.findUniqueOrThrow({ where: { id: pam.id } });
  expect([deps.crypto.open(notice.addressSealed!, "notice.address"), notice.language, notice.subject]).toEqual([email, "es", expect.stringContaining("[Test]")]);
  expect(deps.crypto.open(notice.textSealed!, "notice.text")).toContain("/policies/customerflows/CF-AUP/versions/");
  expect(await testSendVersion(deps, lee, { versionId, language: "en" })).toMatchObject({ reason: "forbidden" });
  expect(await version()).toMatchObject({ state: "in_review", campaigns: [] });
});

test("with a legal reason two people gave for this text and day, there is less notice", async () => {
  const asked = { policyVersionId: versionId, contentHash: seen, effectiveDay: new Date("2026-11-25T00:00:00Z"), reason: "A court order of 19 November.", askedById: lee.id, askedAt: new Date(), answeredById: pia.id, answeredAt: new Date(), state: "agreed" };
  await deps.db.policyShorterNotice.create({ data: { id: crypto.randomUUID(), ...asked } });
  expect(await publish({ effectiveOn: "2026-11-24" })).toMatchObject({ reason: "effective_day_unlawful" });
  must(await publish({ effectiveOn: "2026-11-25" }));
  expect((await version()).campaigns).toMatchObject([{ requiredByLaw: asked.reason, lawAskedById: lee.id, lawAgreedById: pia.id }]);
});

test("called off, nobody is told any more, what was posted says so, and the next text has another number", async () => {
  must(await publish());
  const { number } = await version();
  expect(await cancelVersion(deps, lee, { versionId, note: "A clause is wrong." })).toMatchObject({ reason: "forbidden" });
  expect(must(await cancelVersion(deps, pia, { versionId, note: "A clause is wrong." }))).toEqual({ ok: true, number: number + 1 });
  expect(await version()).toMatchObject({ state: "draft", number: number + 1, contentHash: null, publishedById: null, effectiveFrom: null, postings: [{ number, endedHow: "called_off", endedNote: "A clause is wrong." }], campaigns: [{ state: "stopped" }] });
  seen = await handIn(deps, pam, versionId);
  must(await publish());
  expect((await version()).postings.map(({ number: posted, endedHow }) => [posted, endedHow])).toEqual([[number, "called_off"], [number + 1, null]]);
  await expect(deps.db.policyPosting.updateMany({ where: { policyVersionId: versionId }, data: { summary: "Something else." } })).rejects.toThrow(/stays as it was posted/);
  await expect(deps.db.policyPosting.deleteMany({ where: { policyVersionId: versionId } })).rejects.toThrow(/permission denied/);
});

test("in two languages: what was agreed to holds both, each reader has theirs, and the feed is written in it", async () => {
  const bodyEs = "No envíe mensajes a personas de las que no consta su consentimiento.";
  must(await saveClause(deps, pam, await clauseForm(deps, versionId, "CF-AUP-3.1.a", { bodyEs })));
  seen = await handIn(deps, pam, versionId);
  must(await publish());
  const { number, campaigns } = await version();
  const read = async (language: "en" | "es") => {
    const { version: shown, content, before } = (await readVersion(deps.db, { platform: "customerflows", policy: "CF-AUP", number: String(number) }, language))!;
    const clause = clausesOfContent(content, language).find(({ code }) => code === "CF-AUP-3.1.a")!;
    const [change] = publicChanges(clauseChanges(before!.clauses, content.clauses), language);
    return [shown.summaryLanguage, clause.bodyLanguage, clause.body, textCompared("body", change!, language).language];
  };
  expect(await read("en")).toEqual(["en", "en", changes["CF-AUP-3.1.a"].body, "en"]);
  expect(await read("es")).toEqual(["es", "es", bodyEs, "en"]);
  const feed = await changeFeed(deps, null, "es");
  expect(feed).toContain('xml:lang="es"');
  expect(feed).toContain("Las empresas deben guardar un registro");
  expect(feed).toContain(`/versions/${number}/changes?lang=es`);
  expect((await deps.db.policyNoticeText.findMany({ where: { campaignId: campaigns[0]!.id }, orderBy: { language: "asc" } })).map(({ language }) => language)).toEqual(["en", "es"]);
  await expect(deps.db.clauseVersion.updateMany({ where: { policyVersionId: versionId }, data: { bodyEs: "Otra cosa." } })).rejects.toThrow(/handed in cannot change/);
});

test("given up after it was called off, the draft goes and what was posted stays, under its number in the console and for platforms", async () => {
  const endpoint = createEndpointSchema.parse({ platformKey: "customerflows", url: "https://hooks.example.com/policies", description: "policies" });
  must(await createEndpoint(deps, await createStaff(deps.db, ["admin"]), endpoint));
  must(await publish());
  const { number, campaigns } = await version();
  must(await cancelVersion(deps, pia, { versionId, note: "A clause is wrong." }));
  const { revision } = await version();
  expect(await discardVersion(deps, pam, { versionId, seen: revision - 1, note: "Begun anew." })).toMatchObject({ reason: "stale" });
  expect(await discardVersion(deps, lee, { versionId, seen: revision, note: "Begun anew." })).toMatchObject({ reason: "forbidden" });
  expect(must(await discardVersion(deps, pam, { versionId, seen: revision, note: "Begun anew." }))).toMatchObject({ kept: true });
  expect(await discardVersion(deps, pam, { versionId, seen: revision + 1, note: "Begun anew." })).toMatchObject({ reason: "illegal_move" });
  expect(await saveClause(deps, pam, await clauseForm(deps, versionId, "CF-AUP-3.1.a", {}).catch(() => ({ versionId, clauseId: versionId, basedOn: 0 }) as never))).toMatchObject({ reason: "version_not_open" });
  expect(await deps.db.clauseVersion.count({ where: { policyVersionId: versionId } })).toBe(0);

  const next = await aDraft(deps, pam, "CF-AUP", { changes });
  expect(next.number).toBe(number + 1);
  const read = (await readVersion(deps.db, { platform: "customerflows", policy: "CF-AUP", number: String(number) }, "en"))!;
  expect([read.version.state, read.version.calledOffWhy, read.before?.number]).toEqual(["called_off", "A clause is wrong.", 1]);
  expect((await campaignDesk(deps, campaigns[0]!.id, deps.clock()))!).toMatchObject({ version: { number }, calledOff: true });
  expect((await listCampaigns(deps)).find(({ id }) => id === campaigns[0]!.id)).toMatchObject({ version: number });

  const told = (await deps.db.webhookMessage.findMany({ where: { subjectId: versionId }, orderBy: { seq: "asc" } })).map(({ payload }) => webhookBody("policy.changed").parse(JSON.parse(payload)));
  expect(told.map(({ data: { version: of, state, note } }) => [of, state, note])).toEqual([[number, "scheduled", null], [number, "called_off", "A clause is wrong."]]);
  expect(new Set(told.map(({ data: { effectiveFrom } }) => effectiveFrom))).toEqual(new Set(["2026-12-05T07:00:00.000Z"]));
});

test("a change that is not material needs no notice, and findings about earlier conduct keep their clause", async () => {
  await deps.db.policyVersion.update({ where: { id: versionId }, data: { state: "draft", contentHash: null, proposedById: null, submittedAt: null } });
  await deps.db.policyVersion.update({ where: { id: versionId }, data: { material: false } });
  seen = await handIn(deps, pam, versionId);
  expect(must(await publish({ effectiveOn: "2026-11-21" })).campaignId).toBeNull();
  expect(await version()).toMatchObject({ state: "scheduled", campaigns: [], postings: [{ material: false }] });

  const [id, { id: platformId }] = [await clauseId(deps, "CF-AUP-3.1.a"), await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } })];
  const cited = (at: string) => clauseInForce(deps.db, { platformId, clauseId: id, at: DateTime.fromISO(at, { zone: "utc" }) });
  const before = await cited("2026-11-21T08:00:00Z");
  const begins = new Date("2026-11-21T07:00:00Z");
  await deps.db.policyVersion.updateMany({ where: { state: "in_force", policy: { code: "CF-AUP" } }, data: { state: "superseded", effectiveTo: begins } });
  await deps.db.policyVersion.update({ where: { id: versionId }, data: { state: "in_force" } });
  expect(await cited("2026-11-21T06:59:59Z")).toEqual(before);
  const after = await cited("2026-11-21T07:00:00Z");
  expect(after).toMatchObject({ clauseId: id, body: changes["CF-AUP-3.1.a"].body });
  expect(after!.clauseVersionId).not.toBe(before!.clauseVersionId);
});
