import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { loadAction } from "~/modules/appeals/appeal.repo.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import type { InterimMeasureInput } from "~/modules/enforcement/interim-measure.schema";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import type { Measure } from "~/modules/enforcement/measure";
import { modifyAction } from "~/modules/enforcement/modify-action.server";
import { reverseAction } from "~/modules/enforcement/reverse-action.server";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let ben: StaffActor;
let lee: StaffActor;
let rita: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, ben, lee } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
});

const why = "Complaints kept coming in while we were reading the first ones.";
const interim = (over: Partial<InterimMeasureInput> = {}): InterimMeasureInput => ({ caseId: found.caseId, version: undefined, kind: "feature_restriction", features: ["marketing_messages"], days: undefined, reason: why, ...over });
const denied = async (on = found) =>
  (await readGate(deps, platformId, on.account.externalId))!.features.flatMap(({ feature, allowed, reasonCode, until }) => (allowed ? [] : [`${feature} ${reasonCode} ${until?.toISO() ?? "no end"}`]));
const kinds = async (caseId = found.caseId) => (await deps.db.notice.findMany({ where: { caseId } })).map(({ kind }) => kind as string).sort();
const applied = async (over: Partial<InterimMeasureInput> = {}) => {
  const done = await applyInterimMeasure(deps, ana, interim(over));
  if (!done.ok) throw new Error(done.reason);
  return done.actionId;
};
const decided = async (on: Investigation, over: Partial<ViolationInput> & { clause?: string } = {}) => {
  const done = await decideCase(deps, ana, await aViolation(deps, on, { version: (await deps.db.case.findUniqueOrThrow({ where: { id: on.caseId } })).version, ...over }));
  if (!done.ok) throw new Error(done.reason);
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId: done.decisionId } });
  return { decisionId: done.decisionId, actionId: action.id };
};

describe("an interim measure", () => {
  test("holds at once, for the platform's usual days, and the account holder is told why", async () => {
    await applied();
    expect(await denied()).toEqual(["marketing_messages under_investigation 2026-11-27T21:00:00.000Z"]);
    expect(await kinds()).toEqual(["interim_measure"]);
    const { textSealed } = await deps.db.notice.findFirstOrThrow({ where: { caseId: found.caseId } });
    expect(deps.crypto.open(textSealed, "notice.text")).toContain(why);
  });

  test("ends by itself: the gate does not wait for the sweep, and the sweep tells once", async () => {
    const actionId = await applied();
    deps.clock.set("2026-11-27T20:59:59.999Z");
    expect(await denied()).toHaveLength(1);
    expect(await expireActions(deps)).toBe(0);
    deps.clock.set("2026-11-27T21:00:00Z");
    expect(await denied()).toEqual([]);
    const due = await deps.db.action.count({ where: { state: "active", endsAt: { lte: deps.clock().toJSDate() } } });
    const swept = await Promise.all([expireActions(deps), expireActions(deps), expireActions(deps)]);
    expect(swept.reduce((sum, each) => sum + each, 0)).toBe(due);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "expired" });
    expect(await deps.db.gateEntry.count({ where: { accountId: found.account.id } })).toBe(0);
    expect(await kinds()).toEqual(["action_ended", "interim_measure"]);
    expect(await deps.db.account.findUniqueOrThrow({ where: { id: found.account.id } })).toMatchObject({ status: "active" });
  });

  test("lasts longer only with a reason, and never longer than one person may suspend", async () => {
    const actionId = await applied();
    const longer = { caseId: found.caseId, actionId, days: 7, reason: "The bank's answer is still out." };
    expect(await extendInterimMeasure(deps, ben, longer)).toMatchObject({ reason: "case_held_by_other" });
    expect(await extendInterimMeasure(deps, ana, longer)).toEqual({ ok: true, state: "active", endsAt: "2026-12-04T21:00:00.000Z" });
    expect(await denied()).toEqual(["marketing_messages under_investigation 2026-12-04T21:00:00.000Z"]);
    expect(await kinds()).toEqual(["interim_measure", "interim_measure"]);
    expect(await extendInterimMeasure(deps, ana, { ...longer, days: 17 })).toMatchObject({ reason: "interim_too_long" });
    deps.clock.set("2026-12-04T21:00:00Z");
    expect(await extendInterimMeasure(deps, ana, longer)).toMatchObject({ reason: "illegal_move" });
  });

  test("whoever let it last longer had a part in it", async () => {
    const actionId = await applied();
    await deps.db.case.update({ where: { id: found.caseId }, data: { leaseHolderId: ben.id } });
    expect(await extendInterimMeasure(deps, ben, { caseId: found.caseId, actionId, days: 2, reason: "One answer is still out." })).toMatchObject({ ok: true });
    const action = await deps.db.$transaction((tx) => loadAction(tx, actionId));
    expect(action).toMatchObject({ decidedById: ana.id, approvedByIds: [ben.id] });
  });

  test("cannot be had again and again by lifting it, in this case or another of the account", async () => {
    const suspension: Partial<InterimMeasureInput> = { kind: "suspension", features: [], days: 30 };
    const actionId = await applied(suspension);
    deps.clock.advance({ days: 29 });
    await claimCase(deps, ana, { caseId: found.caseId });
    expect(await liftAction(deps, ana, { actionId, reason: "They promised to stop." })).toMatchObject({ ok: true });
    expect(await applyInterimMeasure(deps, ana, interim(suspension))).toMatchObject({ ok: false, reason: "interim_too_long" });
    const other = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    expect(await applyInterimMeasure(deps, ana, interim({ ...suspension, caseId: other.caseId, days: 2 }))).toMatchObject({ ok: false, reason: "interim_too_long" });
    expect(await denied()).toEqual([]);
    const last = await applied({ ...suspension, days: 1 });
    expect(await extendInterimMeasure(deps, ana, { caseId: found.caseId, actionId: last, days: 1, reason: "One more day." })).toMatchObject({ reason: "interim_too_long" });
    const elsewhere = await anInvestigation(deps, ana, { platformId });
    await applied({ ...suspension, caseId: elsewhere.caseId });
  });

  test("may follow one of a case that was over long ago", async () => {
    await applied({ kind: "suspension", features: [], days: 30 });
    await decided(found);
    deps.clock.advance({ days: 89 });
    const other = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    await applied({ kind: "suspension", features: [], days: 30, caseId: other.caseId });
  });

  test.each<[string, Partial<InterimMeasureInput>, string]>([
    ["a feature the platform does not have", { features: ["fax"] }, "unknown_feature"],
    ["a restriction of nothing", { features: [] }, "unknown_feature"],
    ["a reason that gives the reporter away", { reason: "Rosa Marin cannot wait any longer." }, "leak"],
    ["a stale form", { version: 1 }, "stale"],
  ])("is refused with %s", async (_what, over, reason) => {
    expect(await applyInterimMeasure(deps, ana, interim(over))).toMatchObject({ ok: false, reason });
    expect(await deps.db.action.count({ where: { caseId: found.caseId } })).toBe(0);
    expect(await denied()).toEqual([]);
  });

  test("is one at a time, and takes the lease", async () => {
    await applied();
    expect(await applyInterimMeasure(deps, ana, interim({ kind: "suspension" }))).toMatchObject({ reason: "interim_exists" });
    const other = await anInvestigation(deps, ana, { platformId });
    expect(await applyInterimMeasure(deps, ben, interim({ caseId: other.caseId }))).toMatchObject({ reason: "case_held_by_other" });
    expect(await denied(other)).toEqual([]);
  });

  test("gives way to the decision", async () => {
    const actionId = await applied({ kind: "suspension" });
    expect(await denied()).toHaveLength(7);
    const warning = await decided(found);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "superseded", supersededById: warning.actionId });
    expect(await denied()).toEqual([]);
    expect(await kinds()).toEqual(["action_ended", "interim_measure", "report_outcome", "statement_of_reasons"]);
  });

  test("is lifted when nothing is found, and the account holder hears so", async () => {
    const actionId = await applied();
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    await decideCase(deps, ana, { outcome: "no_violation", finding: "no_violation", caseId: found.caseId, version, idempotencyKey: `none-${found.caseId}`, evidence: [], rationale: "Every contact had opted in." });
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "lifted" });
    expect(await denied()).toEqual([]);
    expect(await kinds()).toEqual(["action_ended", "interim_measure", "report_outcome"]);
  });
});

describe("lifting", () => {
  test("opens the gate at once, keeps the strike, and tells the reason", async () => {
    const { actionId, decisionId } = await decided(found, { clause: "CF-AUP-4.3.b" });
    expect(await denied()).toHaveLength(7);
    const reason = "You showed us that the list has been cleaned.";
    expect(await liftAction(deps, ana, { actionId, reason })).toEqual({ ok: false, reason: "forbidden" });
    expect(await liftAction(deps, lee, { actionId, reason: `${found.reporterEmails[0]} agrees.` })).toMatchObject({ reason: "leak" });
    expect(await liftAction(deps, lee, { actionId, reason })).toMatchObject({ ok: true });
    expect(await denied()).toEqual([]);
    expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId } })).toMatchObject({ voidedAt: null });
    expect(await kinds()).toEqual(["action_ended", "report_outcome", "statement_of_reasons"]);
    expect(await liftAction(deps, lee, { actionId, reason })).toMatchObject({ reason: "illegal_move" });
  });

  test("one action leaves the others standing", async () => {
    const other = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    await decided(found);
    const first = await decided(other, { clause: "CF-AUP-4.3.b" });
    const third = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "deception" });
    const restricted = await decided(third, { rung: 2, justification: why });
    await liftAction(deps, lee, { actionId: first.actionId, reason: "The list has been cleaned." });
    expect(await denied()).toEqual(["marketing_messages feature_restricted 2026-11-27T21:00:00.000Z"]);
    await liftAction(deps, lee, { actionId: restricted.actionId, reason: "The list has been cleaned." });
    expect(await denied()).toEqual([]);
  });
});

describe("reversing", () => {
  const reverse = (actionId: string, tell = true) => deps.db.$transaction((tx) => reverseAction(tx, deps, rita, { actionId, grounds: "The consent record is genuine.", at: deps.clock(), tell }));

  test("unwinds wholly: gate, strikes, later decisions, account holder, reporters, audit", async () => {
    const first = await decided(found);
    const second = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    const later = await decided(second);
    const third = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "deception" });
    const latest = await decided(third);
    expect(await denied()).not.toEqual([]);

    const unwound = await reverse(first.actionId);
    expect(unwound).toMatchObject({ ok: true, strikesVoided: 1, decisionsForReview: [later.decisionId, latest.decisionId].sort() });
    expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId: first.decisionId } })).toMatchObject({ voidReason: "The consent record is genuine." });
    expect(await deps.db.strike.count({ where: { accountId: found.account.id, voidedAt: null } })).toBe(2);
    expect(await deps.db.decision.findUniqueOrThrow({ where: { id: first.decisionId } })).toMatchObject({ state: "reversed", reviewReason: null });
    const reviewed = await deps.db.decision.findMany({ where: { id: { in: [later.decisionId, latest.decisionId] } } });
    expect(reviewed.every(({ state, reviewReason }) => state === "in_effect" && reviewReason !== null)).toBe(true);
    const cases = await deps.db.case.findMany({ where: { id: { in: [second.caseId, third.caseId] } } });
    expect(cases.every(({ reviewReason }) => reviewReason?.includes("was voided"))).toBe(true);
    expect(await kinds()).toEqual(["action_ended", "decision_reversed", "report_outcome", "statement_of_reasons"]);
    expect(await deps.db.report.findFirstOrThrow({ where: { caseId: found.caseId } })).toMatchObject({ outcome: "reversed" });
    const types = (await deps.db.auditEntry.findMany({ where: { accountId: found.account.id } })).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["action.reversed", "decision.reversed", "decision.flagged_for_review", "case.flagged_for_review", "report.outcome_reversed"]));
  });

  test("opens the gate at once", async () => {
    const { actionId } = await decided(found, { clause: "CF-AUP-4.3.b" });
    expect(await denied()).toHaveLength(7);
    await reverse(actionId);
    expect(await denied()).toEqual([]);
  });

  test("leaves the words to the ruling where the ruling tells", async () => {
    const { actionId } = await decided(found);
    await reverse(actionId, false);
    expect(await kinds()).toEqual(["decision_reversed", "report_outcome", "statement_of_reasons"]);
  });

  test("of an action that is over voids its strike all the same", async () => {
    const { actionId, decisionId } = await decided(found, { clause: "CF-AUP-4.3.b" });
    deps.clock.advance({ days: 8 });
    await expireActions(deps);
    expect(await reverse(actionId)).toMatchObject({ ok: true, strikesVoided: 1 });
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "expired" });
    expect(await deps.db.decision.findUniqueOrThrow({ where: { id: decisionId } })).toMatchObject({ state: "reversed" });
  });

  test("the next decision no longer counts the strike", async () => {
    const { actionId } = await decided(found);
    await reverse(actionId);
    const next = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    const { decisionId } = await decided(next);
    expect(await deps.db.decision.findUniqueOrThrow({ where: { id: decisionId } })).toMatchObject({ recommendedRung: 1 });
  });
});

describe("modifying", () => {
  const modify = (actionId: string, measure: Measure) => deps.db.$transaction((tx) => modifyAction(tx, deps, { ...rita }, { actionId, measure, grounds: "A restriction is enough.", at: deps.clock() }));

  test("puts a milder measure in its place, counts the time served, and voids the strike", async () => {
    const { actionId, decisionId } = await decided(found, { clause: "CF-AUP-4.3.b" });
    deps.clock.advance({ days: 2 });
    const done = await modify(actionId, { kind: "feature_restriction", features: ["marketing_messages"], days: 5 });
    expect(done).toMatchObject({ ok: true, strikesVoided: 1 });
    expect(await denied()).toEqual(["marketing_messages feature_restricted 2026-11-25T21:00:00.000Z"]);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "superseded" });
    expect(await deps.db.decision.findUniqueOrThrow({ where: { id: decisionId } })).toMatchObject({ state: "modified" });
    expect(await kinds()).toEqual(["decision_reversed", "report_outcome", "statement_of_reasons"]);
    expect(await deps.db.report.findFirstOrThrow({ where: { caseId: found.caseId } })).toMatchObject({ outcome: "action_taken" });
  });

  test("to a measure whose time is served leaves nothing at the gate", async () => {
    const { actionId } = await decided(found, { clause: "CF-AUP-4.3.b" });
    deps.clock.advance({ days: 3 });
    const done = await modify(actionId, { kind: "suspension", days: 2 });
    expect(done).toMatchObject({ ok: true, action: { state: "expired" } });
    expect(await denied()).toEqual([]);
  });

  test.each<[string, Measure, string]>([
    ["a stricter kind", { kind: "termination" }, "not_milder"],
    ["more days", { kind: "suspension", days: 8 }, "not_milder"],
    ["the same", { kind: "suspension", days: 7 }, "not_milder"],
    ["a feature the platform does not have", { kind: "feature_restriction", features: ["fax"], days: 3 }, "unknown_feature"],
  ])("is refused with %s", async (_what, measure, reason) => {
    const { actionId } = await decided(found, { clause: "CF-AUP-4.3.b" });
    expect(await modify(actionId, measure)).toMatchObject({ ok: false, reason });
    expect(await denied()).toHaveLength(7);
    expect(await deps.db.action.count({ where: { caseId: found.caseId } })).toBe(1);
  });
});
