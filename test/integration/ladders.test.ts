import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { cancelLadder } from "~/modules/enforcement/cancel-ladder.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { defaultLadders } from "~/modules/enforcement/default-ladders";
import { ladderPage, laddersOfPlatform, previewLadder } from "~/modules/enforcement/ladders.queries.server";
import { saveLadder } from "~/modules/enforcement/save-ladder.server";
import type { SaveLadderInput } from "~/modules/enforcement/save-ladder.schema";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let pia: StaffActor;
let pol: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  deps.clock.set("2026-11-20T21:00:00Z");
  ({ platformId, ana, lee } = await enforcers(deps));
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  pol = await createStaff(deps.db, ["policy_manager"], "Pol");
});
afterAll(() => database.close());
/** Each test finds the ladders as they were seeded. */
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  await deps.db.ladder.deleteMany({ where: { version: { gt: 1 } } });
});

const medium = defaultLadders.find(({ severity }) => severity === "medium")!;
const draft = (over: Partial<SaveLadderInput> = {}): SaveLadderInput => ({
  platformKey: "customerflows",
  severity: "medium",
  basedOn: 1,
  firstRung: 2,
  rungs: medium.rungs,
  strikeWeight: 2,
  strikeExpiryDays: 200,
  effectiveOn: "2026-11-20",
  orderReason: "",
  reason: "Warnings alone did not stop repeat senders.",
  ...over,
});
const decide = async (clause = "CF-AUP-4.1.b", over = {}) => {
  const found = await anInvestigation(deps, ana, { platformId });
  const decided = await decideCase(deps, ana, await aViolation(deps, found, { clause, ...over }));
  if (!decided.ok) throw new Error(decided.reason);
  return { ...decided, ...(await deps.db.decision.findUniqueOrThrow({ where: { id: decided.decisionId }, include: { strikes: true, actions: true } })), caseId: found.caseId };
};

test("a version in force from now on is what the next decision climbs, and what was decided keeps its own", async () => {
  const before = await decide();
  expect(before).toMatchObject({ chosenRung: 1, recommendation: { ladderVersion: 1 }, strikes: [{ weight: 1 }] });
  expect(await saveLadder(deps, pia, draft())).toEqual({ ok: true, version: 2, effectiveFrom: "2026-11-20T21:00:00.000Z", atOnce: true });
  const after = await decide();
  expect(after).toMatchObject({ chosenRung: 2, recommendation: { ladderVersion: 2 }, strikes: [{ weight: 2 }] });
  expect(await deps.db.decision.findUniqueOrThrow({ where: { id: before.id } })).toMatchObject({ recommendation: { ladderVersion: 1 } });
  expect(await deps.db.auditEntry.findFirstOrThrow({ where: { type: "ladder.saved", actorId: pia.id }, orderBy: { at: "desc" } })).toMatchObject({ body: expect.stringContaining("Starts at: rung 1 -> rung 2") });
});

test("a scheduled version holds from the first instant of its day where the platform is, not before", async () => {
  expect(await saveLadder(deps, pia, draft({ effectiveOn: "2026-12-01" }))).toMatchObject({ ok: true, effectiveFrom: "2026-12-01T07:00:00.000Z", atOnce: false });
  const shown = await laddersOfPlatform(deps, "customerflows");
  expect(shown?.ladders.find(({ severity }) => severity === "medium")).toMatchObject({ current: { version: 1, state: "in_force" }, scheduled: { version: 2, state: "scheduled" } });
  deps.clock.set("2026-12-01T06:59:59.999Z");
  expect(await decide()).toMatchObject({ recommendation: { ladderVersion: 1 } });
  deps.clock.set("2026-12-01T07:00:00Z");
  expect(await decide()).toMatchObject({ recommendation: { ladderVersion: 2 } });
  expect(await ladderPage(deps, "customerflows", "medium")).toMatchObject({ current: { version: 2, savedBy: "Pia" }, scheduled: null, basedOn: 2, history: [{ state: "in_force" }, { state: "past" }] });
});

test("a scheduled version can be called off, once, and then never is in force", async () => {
  await saveLadder(deps, pia, draft({ effectiveOn: "2026-12-01" }));
  const off = { platformKey: "customerflows", severity: "medium", version: 2, reason: "The lead wants to wait for the new policy." } as const;
  expect(await cancelLadder(deps, lee, off)).toEqual({ ok: false, reason: "forbidden" });
  const answers = await Promise.all([cancelLadder(deps, pia, off), cancelLadder(deps, pol, off)]);
  expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
  deps.clock.set("2026-12-05T07:00:00Z");
  expect(await decide()).toMatchObject({ recommendation: { ladderVersion: 1 } });
  expect(await saveLadder(deps, pia, draft({ basedOn: 2, effectiveOn: "2026-12-05" }))).toMatchObject({ ok: true, version: 3 });
  expect(await cancelLadder(deps, pia, { ...off, version: 3 })).toMatchObject({ reason: "ladder_not_scheduled" });
  const page = await ladderPage(deps, "customerflows", "medium");
  expect(page?.history.map(({ version, state }) => `${version} ${state}`)).toEqual(["3 in_force", "2 cancelled", "1 past"]);
});

test("of two who save at once one gets a clear conflict, and nothing of theirs is lost silently", async () => {
  const answers = await Promise.all([saveLadder(deps, pia, draft()), saveLadder(deps, pol, draft({ firstRung: 3 }))]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  const [first, second] = answers[0]!.ok ? [pia, "3"] : [pol, "2"];
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ reason: "ladder_moved", detail: { version: 2, byId: first.id } });
  expect(await deps.db.ladder.count({ where: { platformId, severity: "medium" } })).toBe(2);
  expect((await ladderPage(deps, "customerflows", "medium"))?.current?.firstRung).not.toBe(Number(second));
});

test.each<[string, Partial<SaveLadderInput>, string]>([
  ["a day that is over", { effectiveOn: "2026-11-19" }, "effective_in_past"],
  ["a day years ahead", { effectiveOn: "2031-11-19" }, "effective_too_far"],
  ["an older version", { basedOn: 0 }, "ladder_moved"],
  ["a feature the platform does not have", { rungs: medium.rungs.with(1, { kind: "feature_restriction", features: ["fax"], days: 3 }) }, "ladder_unknown_feature"],
  ["a rung milder than the one below", { rungs: medium.rungs.with(3, { kind: "warning" }) }, "ladder_out_of_order"],
  ["nothing new", { firstRung: 1, strikeWeight: 1, strikeExpiryDays: 365 }, "ladder_unchanged"],
  ["a platform nobody knows", { platformKey: "nowhere" }, "platform_unknown"],
])("refuses %s", async (_what, over, reason) => {
  expect(await saveLadder(deps, pia, draft(over))).toMatchObject({ ok: false, reason });
  expect(await deps.db.ladder.count({ where: { platformId, severity: "medium" } })).toBe(1);
});

test("is a policy manager's to do, and a rung that does not climb needs its written reason", async () => {
  for (const actor of [ana, lee]) expect(await saveLadder(deps, actor, draft())).toEqual({ ok: false, reason: "forbidden" });
  const flat = draft({ rungs: medium.rungs.with(3, { kind: "warning" }), orderReason: "The fourth rung is a talk with the account manager." });
  expect(await saveLadder(deps, pia, flat)).toMatchObject({ ok: true });
  expect((await ladderPage(deps, "customerflows", "medium"))?.history[0]).toMatchObject({ orderReason: flat.orderReason });
});

test("while one version waits for its day there is no other", async () => {
  await saveLadder(deps, pia, draft({ effectiveOn: "2026-12-01" }));
  expect(await saveLadder(deps, pia, draft({ basedOn: 2 }))).toMatchObject({ reason: "ladder_scheduled", detail: { version: 2 } });
});

test("a proposal that rests on an older version has to be made anew", async () => {
  const high = { severity: "critical" as const, firstRung: 5 as const, rungs: defaultLadders[3]!.rungs, strikeWeight: 4, strikeExpiryDays: 730 };
  const { decisionId, state } = await decide("CF-AUP-3.2.e");
  expect(state).toBe("awaiting_approval");
  const other = await decide("CF-AUP-3.2.e");
  const { effectiveOn } = draft();
  expect(await previewLadder(deps, { ...draft(), ...high, effectiveOn })).toMatchObject({ preview: { proposalsGoStale: 2 } });
  expect(await saveLadder(deps, pia, draft())).toMatchObject({ ok: true });
  expect(await approveDecision(deps, lee, { decisionId: other.decisionId })).toMatchObject({ ok: true });
  expect(await saveLadder(deps, pia, draft(high))).toMatchObject({ ok: true });
  expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ reason: "case_changed", detail: { because: "ladder" } });
  expect(await deps.db.action.count({ where: { decisionId, state: "active" } })).toBe(0);
});

describe("the preview", () => {
  test("counts real accounts by their active strikes and explains some of them, and changes nothing", async () => {
    await deps.db.strike.updateMany({ data: { voidedAt: deps.clock().toJSDate(), voidReason: "another test" } });
    const struck = await decide();
    const twice = await anInvestigation(deps, ana, { platformId, accountId: struck.accountId, area: "spam" });
    expect(await decideCase(deps, ana, await aViolation(deps, twice))).toMatchObject({ ok: true });
    const once = await decide();
    const previewed = await previewLadder(deps, draft());
    if (!previewed.ok) throw new Error(previewed.reason);
    const { preview } = previewed;
    const rows = preview.standings.map(({ weight, accounts, before, after, changed }) => ({ weight, accounts, rungs: [before.rung, after.rung], changed }));
    expect(rows).toEqual([
      { weight: 0, accounts: expect.any(Number), rungs: [1, 2], changed: true },
      { weight: 1, accounts: 1, rungs: [2, 3], changed: true },
      { weight: 2, accounts: 1, rungs: [3, 4], changed: true },
    ]);
    expect(preview.accounts).toBe(await deps.db.account.count({ where: { platformId, status: { not: "terminated" } } }));
    expect(preview.accountsAffected).toBe(preview.accounts);
    const { accountId } = once;
    expect(preview.examples.map(({ id }) => id).sort()).toEqual([struck.accountId, accountId].sort());
    expect(preview.examples.find(({ id }) => id === accountId)).toMatchObject({
      before: expect.stringMatching(/^Second active strike for .*: 7-day restriction of marketing messages\.$/),
      after: expect.stringMatching(/30-day restriction of marketing messages and template messages\.$/),
    });
    expect(preview.changes.map(({ what }) => what)).toEqual(["Starts at", "Strike weighs", "Strike expires after"]);
    expect(await deps.db.ladder.count({ where: { platformId, severity: "medium" } })).toBe(1);
  });

  test("counts strikes as they will stand on the day the version begins", async () => {
    const { accountId } = await decide();
    await deps.db.strike.updateMany({ where: { accountId }, data: { expiresAt: new Date("2026-11-25T00:00:00Z") } });
    const now = await previewLadder(deps, draft());
    const later = await previewLadder(deps, draft({ effectiveOn: "2026-12-01" }));
    const named = (previewed: typeof now) => (previewed.ok ? previewed.preview.examples.some(({ id }) => id === accountId) : null);
    expect([named(now), named(later)]).toEqual([true, false]);
  });
});
