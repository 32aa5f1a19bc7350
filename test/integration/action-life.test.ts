import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { approveChange, rejectChange, withdrawChange } from "~/modules/enforcement/answer-change.server";
import { beginActions } from "~/modules/enforcement/begin-actions.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { returnedProposals } from "~/modules/enforcement/returned-proposals.queries.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { actionPage } from "~/modules/enforcement/action.queries.server";
import { pendingProposals } from "~/modules/enforcement/approvals.queries.server";
import { previewAnswer } from "~/modules/enforcement/preview-answer.server";
import { openGateTable, type GateTable } from "~/modules/enforcement/gate-table.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { previewReplacement } from "~/modules/enforcement/preview-replacement.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { replaceAction } from "~/modules/enforcement/replace-action.server";
import type { Measure } from "~/modules/enforcement/measure";
import { previewDecision } from "~/modules/enforcement/preview-decision.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { decided as decidedFor, filed, must, openedNotices, worker } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let table: GateTable;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  must(await createEndpoint(deps, { kind: "system", name: "test" }, { platformKey: "customerflows", url: "https://platform.example/hooks", description: "All of it", events: [] }));
  table = openGateTable(deps);
});
afterAll(async () => {
  await table.close();
  await database.close();
});
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
});

const because = "The account needs the weekend to move its customers.";

/** What the gate denies now, by the database's answer and by the table of this process, which have to agree. */
async function denied(on = found): Promise<string[]> {
  const read = (await readGate(deps, platformId, on.account.externalId))!.features.map(({ until, ...one }) => ({ ...one, until: until?.toISO() ?? null }));
  expect(await table.current()).toBe(true);
  const known = table.find(platformId, on.account.externalId);
  const answered = known ? table.answer(known, deps.clock().toMillis()).features : read.map((one) => ({ ...one, allowed: true, reasonCode: null, until: null, actionId: null }));
  expect(answered).toEqual(read);
  return read.flatMap(({ feature, allowed, reasonCode, until }) => (allowed ? [] : [`${feature} ${reasonCode} ${until ?? "no end"}`]));
}

const violation = async (over: Partial<ViolationInput> & { clause?: string } = {}, on = found) =>
  aViolation(deps, on, { version: (await deps.db.case.findUniqueOrThrow({ where: { id: on.caseId } })).version, ...over });
const decided = async (over: Partial<ViolationInput> & { clause?: string } = {}, on = found) => {
  const done = must(await decideCase(deps, ana, await violation(over, on)));
  return { ...done, action: await deps.db.action.findFirstOrThrow({ where: { decisionId: done.decisionId } }) };
};
const events = async (actionId: string) => (await deps.db.webhookMessage.findMany({ where: { subjectId: actionId }, orderBy: { seq: "asc" } })).map(({ type }) => type);

describe("a scheduled action", () => {
  test("turns the gate at its own moment, late sweep or not, and platforms hear of it twice", async () => {
    const { action } = await decided({ clause: "CF-AUP-4.3.b", startsAt: "2026-11-23T08:00" });
    expect(action).toMatchObject({ state: "active", begunAt: null, startsAt: new Date("2026-11-23T15:00:00Z"), endsAt: new Date("2026-11-30T15:00:00Z") });
    expect(await deps.db.account.findUniqueOrThrow({ where: { id: found.account.id } })).toMatchObject({ status: "active" });
    expect(await deps.db.notice.count({ where: { decisionId: action.decisionId, kind: "statement_of_reasons" } })).toBe(1);
    expect(await denied()).toEqual([]);
    deps.clock.set("2026-11-23T14:59:59.999Z");
    expect(await denied()).toEqual([]);
    expect(await beginActions(deps)).toBe(0);
    deps.clock.set("2026-11-23T15:00:00Z");
    expect(await denied()).toHaveLength(7);

    const told = await deps.db.webhookMessage.count({ where: { accountId: found.account.id, type: "gate.changed" } });
    expect((await Promise.all([beginActions(deps), beginActions(deps)])).reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await events(action.id)).toEqual(["action.scheduled", "action.started"]);
    expect(await deps.db.webhookMessage.count({ where: { accountId: found.account.id, type: "gate.changed" } })).toBe(told + 1);
    expect(await deps.db.account.findUniqueOrThrow({ where: { id: found.account.id } })).toMatchObject({ status: "suspended" });
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: action.id } })).toMatchObject({ begunAt: new Date("2026-11-23T15:00:00Z") });
    expect(await denied()).toHaveLength(7);

    deps.clock.set("2026-11-30T14:59:59.999Z");
    expect(await denied()).toHaveLength(7);
    deps.clock.set("2026-11-30T15:00:00Z");
    expect(await denied()).toEqual([]);
    await expireActions(deps);
    expect(await events(action.id)).toEqual(["action.scheduled", "action.started", "action.ended"]);
    expect(await denied()).toEqual([]);
  });

  test("counts its strike from the decision, not from its start", async () => {
    const { decisionId } = await decided({ clause: "CF-AUP-4.3.b", startsAt: "2026-11-23T08:00" });
    expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId } })).toMatchObject({ issuedAt: new Date("2026-11-20T21:00:00Z") });
  });

  test("shows in its preview from when the gate is shut", async () => {
    const shown = must(await previewDecision(deps, ana, await violation({ clause: "CF-AUP-4.3.b", startsAt: "2026-11-23T08:00" })));
    expect(shown.preview.gate.map(({ after }) => after.from)).toEqual(Array.from({ length: 7 }, () => "2026-11-23T15:00:00.000Z"));
    expect(shown.preview.toAccountHolder[0]!.text).toContain("Monday, November 23, 2026 at 8:00 AM");
  });

  test("called off before it begins never shuts the gate", async () => {
    const { action } = await decided({ clause: "CF-AUP-4.3.b", startsAt: "2026-11-23T08:00" });
    must(await liftAction(deps, lee, { actionId: action.id, reason: "You have moved your customers already." }));
    deps.clock.set("2026-11-23T15:00:00Z");
    expect(await denied()).toEqual([]);
    await beginActions(deps);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: action.id } })).toMatchObject({ state: "lifted", begunAt: null });
    expect(await events(action.id)).toEqual(["action.scheduled", "action.ended"]);
  });

  test("that a second person approves after its moment takes effect with the approval", async () => {
    const { decisionId } = must(await decideCase(deps, ana, await violation({ rung: 5, justification: because, startsAt: "2026-11-21T08:00" })));
    deps.clock.set("2026-11-22T09:30:00Z");
    must(await approveDecision(deps, lee, { decisionId }));
    expect(await deps.db.action.findFirstOrThrow({ where: { decisionId } })).toMatchObject({ kind: "termination", startsAt: new Date("2026-11-22T09:30:00Z"), begunAt: new Date("2026-11-22T09:30:00Z") });
    expect(await denied()).toHaveLength(7);
  });

  test.each<[string, Partial<ViolationInput> & { clause?: string }, string]>([
    ["a moment that is over", { clause: "CF-AUP-4.3.b", startsAt: "2026-11-20T14:00" }, "start_passed"],
    ["a moment too far ahead", { clause: "CF-AUP-4.3.b", startsAt: "2027-11-20T14:00" }, "start_too_late"],
    ["a warning", { startsAt: "2026-11-23T08:00" }, "warning_scheduled"],
  ])("is refused with %s", async (_what, over, reason) => {
    expect(await decideCase(deps, ana, await violation(over))).toMatchObject({ ok: false, reason });
    expect(await denied()).toEqual([]);
  });
});

describe("changing a decided action", () => {
  const longer = (actionId: string, days: number) => ({ actionId, reason: because, change: { what: "extend" as const, days } });
  const instead = (actionId: string, measure: Measure) => ({ actionId, reason: because, change: { what: "replace" as const, measure } });
  const action = (id: string) => deps.db.action.findUniqueOrThrow({ where: { id } });

  test("extends it: one takes the other's place, the strike stays, and the change can be appealed against for its own 30 days", async () => {
    const { action: before, decisionId } = await decided({ clause: "CF-AUP-4.3.b" });
    await recordInformed(deps, worker, { decisionId, actionId: null, informedAt: deps.clock() });
    deps.clock.advance({ days: 2 });
    expect(must(await previewReplacement(deps, ana, longer(before.id, 7))).preview).toMatchObject({ needsApproval: false, endsAt: "2026-12-04T21:00:00.000Z", messages: [{ subject: expect.stringContaining("now lasts longer") }] });
    expect(await action(before.id)).toMatchObject({ state: "active" });

    const { actionId, state } = must(await replaceAction(deps, ana, longer(before.id, 7)));
    expect(state).toBe("active");
    expect(await action(before.id)).toMatchObject({ state: "superseded", supersededById: actionId });
    expect(await action(actionId)).toMatchObject({ state: "active", replacesId: before.id, startsAt: before.startsAt, endsAt: new Date("2026-12-04T21:00:00Z"), informedAt: null, proposerId: ana.id });
    expect(await denied()).toHaveLength(7);
    expect(new Set((await denied()).map((line) => line.split(" ").at(-1)))).toEqual(new Set(["2026-12-04T21:00:00.000Z"]));
    expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId } })).toMatchObject({ voidedAt: null });
    expect((await openedNotices(deps, { actionId })).map(({ kind }) => kind)).toEqual(["action_changed"]);
    expect(await events(before.id)).toEqual(["action.started", "action.ended"]);
    expect(await events(actionId)).toEqual(["action.started"]);

    await recordInformed(deps, worker, { decisionId: null, actionId, informedAt: deps.clock() });
    expect(await action(actionId)).toMatchObject({ appealClosesAt: new Date("2026-12-23T07:00:00Z") });
    expect(await action(before.id)).toMatchObject({ appealClosesAt: new Date("2026-12-21T07:00:00Z") });
  });

  test("a statement that is delivered late does not open the window of what took the action's place", async () => {
    const { action: before, decisionId } = await decided({ clause: "CF-AUP-4.3.b" });
    const { actionId } = must(await replaceAction(deps, ana, longer(before.id, 7)));
    await recordInformed(deps, worker, { decisionId, actionId: null, informedAt: deps.clock() });
    expect(await action(before.id)).not.toMatchObject({ informedAt: null });
    expect(await action(actionId)).toMatchObject({ informedAt: null, appealClosesAt: null });
  });

  test("beyond the four-eyes limit takes a second person, the whole time counted", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    const { actionId: early } = must(await replaceAction(deps, ana, longer(first.id, 22)));
    const { actionId: second, state: within } = must(await replaceAction(deps, ana, longer(early, 1)));
    expect(within).toBe("active");
    const { actionId: third, state } = must(await replaceAction(deps, ana, longer(second, 1)));
    expect(state).toBe("awaiting_approval");
    expect(await action(third)).toMatchObject({ state: "awaiting_approval" });
    expect(await deps.db.notice.count({ where: { actionId: third } })).toBe(0);
    expect(new Set((await denied()).map((line) => line.split(" ").at(-1)))).toEqual(new Set(["2026-12-20T21:00:00.000Z"]));
    expect(await replaceAction(deps, ana, longer(second, 1))).toMatchObject({ ok: false, reason: "proposal_pending" });
    expect(await approveChange(deps, ana, { actionId: second })).toMatchObject({ ok: false, reason: "forbidden" });
    const both = await Promise.all([approveChange(deps, lee, { actionId: second }), approveChange(deps, lou, { actionId: second })]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await action(third)).toMatchObject({ state: "active" });
    expect(await action(second)).toMatchObject({ state: "superseded", supersededById: third });
    expect(await deps.db.notice.count({ where: { actionId: third } })).toBe(1);
    expect(new Set((await denied()).map((line) => line.split(" ").at(-1)))).toEqual(new Set(["2026-12-21T21:00:00.000Z"]));
  });

  test("and cannot be met in slices with something milder in between", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    deps.clock.advance({ days: 6 });
    const { actionId: between, state: taken } = must(await replaceAction(deps, lee, instead(first.id, { kind: "feature_restriction", features: ["chatbot"], days: 1 })));
    expect(taken).toBe("active");
    const { actionId: again, state } = must(await replaceAction(deps, lee, instead(between, { kind: "suspension", days: 20 })));
    expect(state).toBe("awaiting_approval");
    must(await approveChange(deps, lou, { actionId: between }));
    expect(must(await replaceAction(deps, lee, longer(again, 5))).state).toBe("awaiting_approval");
  });

  test("whoever proposed it cannot approve it; it can be rejected, taken back, or lapse", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    must(await replaceAction(deps, lee, instead(first.id, { kind: "termination" })));
    expect(await approveChange(deps, lee, { actionId: first.id })).toMatchObject({ ok: false, reason: "own_proposal" });
    must(await rejectChange(deps, lou, { actionId: first.id, reason: "A week is enough." }));
    must(await replaceAction(deps, lee, instead(first.id, { kind: "termination" })));
    expect(await withdrawChange(deps, lou, { actionId: first.id, reason: "Not mine." })).toMatchObject({ ok: false, reason: "not_own_proposal" });
    must(await withdrawChange(deps, lee, { actionId: first.id, reason: "They have called us." }));
    const { actionId: last } = must(await replaceAction(deps, lee, instead(first.id, { kind: "termination" })));
    deps.clock.advance({ hours: 72 });
    expect(await approveChange(deps, lou, { actionId: first.id })).toMatchObject({ ok: false, reason: "proposal_expired" });
    await expireProposals(deps);
    expect(await action(last)).toMatchObject({ state: "rejected" });
    expect(await action(first.id)).toMatchObject({ state: "active" });
    expect(await denied()).toHaveLength(7);
  });

  test("comes back to whoever proposed it, with what the second person said or that nobody answered, until it is proposed again", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    const back = async (who: StaffActor) => (await returnedProposals(deps, who.id)).filter(({ path }) => path === `/actions/${first.id}`);
    must(await replaceAction(deps, lee, instead(first.id, { kind: "termination" })));
    must(await rejectChange(deps, lou, { actionId: first.id, reason: "A week is enough." }));
    expect(await back(lee)).toMatchObject([{ what: "change", how: "rejected", reason: "A week is enough.", reference: first.reference }]);
    must(await replaceAction(deps, lee, instead(first.id, { kind: "termination" })));
    expect(await back(lee)).toEqual([]);
    deps.clock.advance({ hours: 72 });
    await expireProposals(deps);
    expect(await back(lee)).toMatchObject([{ what: "change", how: "expired" }]);
    expect(await back(lou)).toEqual([]);
    must(await liftAction(deps, lee, { actionId: first.id, reason: "The list has been cleaned." }));
    expect(await back(lee)).toEqual([]);
  });

  test("shows the second person exactly what their yes does, with an end that is counted from then", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    const { actionId: between } = must(await replaceAction(deps, lee, instead(first.id, { kind: "feature_restriction", features: ["marketing_messages"], days: 30 })));
    const { actionId: proposed } = must(await replaceAction(deps, ana, instead(between, { kind: "suspension", days: 10 })));
    expect((await actionPage(deps, between))?.pending).toMatchObject({ lasts: { days: 10 } });
    expect((await pendingProposals(deps, null)).proposals.find(({ path }) => path === `/actions/${between}`)?.measure).toContain("suspension, for 10 days from its approval, in place of A-");
    deps.clock.advance({ hours: 50 });
    const told = () => openedNotices(deps, { accountId: found.account.id });
    const before = await told();
    const preview = await previewAnswer(deps, between, (joined) => approveChange(joined, lou, { actionId: between }));
    expect([await told(), (await denied()).length, (await action(between))!.state]).toEqual([before, 1, "active"]);
    must(await approveChange(deps, lou, { actionId: between }));
    const after = await denied();
    expect(preview).toMatchObject({ problem: null, withheld: false, endsAt: deps.clock().plus({ days: 10 }).toISO() });
    if (preview.problem !== null) throw new Error(preview.problem);
    expect(preview.endsAt).toBe((await action(proposed))!.endsAt!.toISOString());
    expect(preview.gate).toHaveLength(after.length);
    expect(preview.gate.map(({ denied: isDenied, after: until }) => [isDenied, until])).toEqual(after.map((said) => [true, said.split(" ").at(-1)]));
    expect(preview.messages.map(({ subject }) => subject)).toEqual((await told()).slice(before.length).map(({ subject }) => subject));
    expect(await previewAnswer(deps, between, (joined) => approveChange(joined, lou, { actionId: between }))).toEqual({ problem: expect.stringMatching(/already/) });
  });

  test("is not approved once the action ended", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    must(await replaceAction(deps, ana, instead(first.id, { kind: "termination" })));
    must(await liftAction(deps, lee, { actionId: first.id, reason: "The list has been cleaned." }));
    expect(await approveChange(deps, lou, { actionId: first.id })).toMatchObject({ ok: false, reason: "case_changed" });
    expect(await denied()).toEqual([]);
  });

  test("another kind starts now and lasts its own days, and going milder is for those who may lift", async () => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    deps.clock.advance({ days: 1 });
    const restriction = instead(first.id, { kind: "feature_restriction", features: ["marketing_messages"], days: 3 });
    expect(await replaceAction(deps, ana, restriction)).toMatchObject({ ok: false, reason: "forbidden" });
    must(await replaceAction(deps, lee, restriction));
    expect(await denied()).toEqual(["marketing_messages feature_restricted 2026-11-24T21:00:00.000Z"]);
  });

  test.each<[string, (id: string) => Parameters<typeof replaceAction>[2], string]>([
    ["the same again", (id) => instead(id, { kind: "suspension", days: 7 }), "nothing_changed"],
    ["a feature the platform does not have", (id) => instead(id, { kind: "feature_restriction", features: ["fax"], days: 3 }), "unknown_feature"],
    ["a reason that gives the reporter away", (id) => ({ ...longer(id, 2), reason: `${found.reporterEmails[0]} asked us for it.` }), "leak"],
  ])("is refused with %s", async (_what, input, reason) => {
    const { action: first } = await decided({ clause: "CF-AUP-4.3.b" });
    expect(await replaceAction(deps, lee, input(first.id))).toMatchObject({ ok: false, reason });
    expect(await action(first.id)).toMatchObject({ state: "active" });
  });

  test("waits while an appeal against the action is open", async () => {
    const appealed = await decidedFor(deps, ana, platformId);
    must(await filed(deps, appealed));
    expect(await replaceAction(deps, ana, longer(appealed.actionId, 2))).toMatchObject({ ok: false, reason: "appeal_under_way" });
  });
});
