import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { beginActions } from "~/modules/enforcement/begin-actions.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { openGateTable, type GateTable } from "~/modules/enforcement/gate-table.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { previewDecision } from "~/modules/enforcement/preview-decision.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let table: GateTable;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee } = await enforcers(deps));
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
