import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { approveInterim, dropInterim } from "~/modules/enforcement/answer-interim.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { pendingInterims } from "~/modules/enforcement/approvals.queries.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { returnedProposals } from "~/modules/enforcement/returned-proposals.queries.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { previewDecision } from "~/modules/enforcement/preview-decision.server";
import { retireFeature } from "~/modules/enforcement/retire-feature.server";
import { addFeature, changeFeature } from "~/modules/enforcement/save-feature.server";
import { fourEyesKey, type FurtherKind } from "~/modules/platforms/four-eyes";
import { setFourEyes } from "~/modules/platforms/set-four-eyes.server";
import { platformTerms } from "~/modules/platforms/terms.queries.server";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let ada: StaffActor;

const platformKey = "customerflows";
const why = "The sender went on through a second number after the first was stopped.";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  deps.clock.set("2026-11-20T21:00:00Z");
  ({ platformId, ana, lee } = await enforcers(deps));
  ada = await createStaff(deps.db, ["admin"], "Ada");
});
afterAll(() => database.close());
beforeEach(() => deps.db.platform.update({ where: { id: platformId }, data: { fourEyesSuspensionDays: 30, fourEyesKinds: [] } }).then(() => {}));

const ask = async (suspensionDays: number, kinds: FurtherKind[] = [], over = {}) =>
  setFourEyes(deps, ada, { platformKey, suspensionDays, kinds, seen: fourEyesKey(await platformTerms(deps.db, platformId)), reason: "A regulator asked for more eyes.", ...over });
const decide = async (over: Partial<ViolationInput> & { clause?: string } = {}) => {
  const found = await anInvestigation(deps, ana, { platformId });
  const input = await aViolation(deps, found, over);
  const preview = await previewDecision(deps, ana, input);
  const decided = await decideCase(deps, ana, input);
  if (!decided.ok || !preview.ok) throw new Error("not decided");
  return { ...decided, found, preview: preview.preview.plan };
};
const suspension = (days: number) => ({ rung: 4, days, justification: why }) as const;
const restriction = (features: string[], days = 7) => ({ rung: 2, features, days, justification: why }) as const;
const denied = async (externalId: string) => (await readGate(deps, platformId, externalId))!.features.filter(({ allowed }) => !allowed).map(({ feature }) => feature);

describe("upward only", () => {
  test.each<[string, number, FurtherKind[], Partial<ViolationInput>, "in_effect" | "awaiting_approval"]>([
    ["thirty days as the rule has it", 30, [], suspension(30), "in_effect"],
    ["fourteen days where fourteen are allowed", 14, [], suspension(14), "in_effect"],
    ["fifteen days where fourteen are allowed", 14, [], suspension(15), "awaiting_approval"],
    ["one day where every suspension is asked for", 0, [], suspension(1), "awaiting_approval"],
    ["a warning where nothing more is asked for", 0, [], {}, "in_effect"],
    ["a warning where warnings are asked for", 30, ["warning"], {}, "awaiting_approval"],
    ["a restriction where restrictions are asked for", 30, ["feature_restriction"], restriction(["chatbot"]), "awaiting_approval"],
    ["a restriction where warnings are asked for", 30, ["warning"], restriction(["chatbot"]), "in_effect"],
  ])("%s", async (_what, days, kinds, over, state) => {
    expect(await ask(days, kinds)).toEqual({ ok: true });
    const decided = await decide(over);
    expect(decided.state).toBe(state);
    expect(decided.preview?.needsApproval).toBe(state === "awaiting_approval");
    if (state === "in_effect") return;
    expect(await deps.db.action.count({ where: { decisionId: decided.decisionId, state: "active" } })).toBe(0);
    expect(await approveDecision(deps, lee, { decisionId: decided.decisionId })).toMatchObject({ ok: true });
    expect(await deps.db.action.count({ where: { decisionId: decided.decisionId, state: "active", approverId: lee.id } })).toBe(1);
  });

  test("nobody sets it below the rule, nobody but an admin sets it, and the reason is kept", async () => {
    expect(await ask(31)).toEqual({ ok: false, reason: "four_eyes_downward" });
    await expect(deps.db.platform.update({ where: { id: platformId }, data: { fourEyesSuspensionDays: 45 } })).rejects.toThrow(/platform_four_eyes_upward/);
    expect(await setFourEyes(deps, lee, { platformKey, suspensionDays: 5, kinds: [], seen: "30", reason: "I would like that." })).toEqual({ ok: false, reason: "forbidden" });
    expect(await ask(10, ["bulk"])).toEqual({ ok: true });
    const { body } = await deps.db.auditEntry.findFirstOrThrow({ where: { type: "platform.four_eyes_set", actorId: ada.id }, orderBy: { id: "desc" } });
    expect(JSON.parse(body)).toMatchObject({ facts: { before: { fourEyesSuspensionDays: 30 }, after: { fourEyesSuspensionDays: 10, fourEyesKinds: ["bulk"] }, reason: "A regulator asked for more eyes." } });
  });

  test("of two who change it at once one is told", async () => {
    const seen = fourEyesKey(await platformTerms(deps.db, platformId));
    const answers = await Promise.all([ask(10, [], { seen }), ask(20, [], { seen })]);
    expect(answers.map((answer) => (answer.ok ? "ok" : answer.reason)).sort()).toEqual(["four_eyes_moved", "ok"]);
  });

  test("the database refuses what a command would forget", async () => {
    await ask(30, ["warning"]);
    const { decisionId } = await decide();
    await expect(deps.db.action.updateMany({ where: { decisionId }, data: { state: "active", startsAt: new Date("2026-11-20T21:00:00Z") } })).rejects.toThrow(/action_platform_four_eyes|second person/);
  });
});

describe("interim measures, where the platform asks for a second person", () => {
  const apply = async (over: { kind?: "suspension" | "feature_restriction"; days?: number } = {}) => {
    const found = await anInvestigation(deps, ana, { platformId });
    const applied = await applyInterimMeasure(deps, ana, { caseId: found.caseId, version: undefined, kind: "suspension", features: over.kind ? ["chatbot"] : [], days: 7, reason: "Complaints keep coming in.", confirmed: [], ...over });
    return { found, applied, actionId: applied.ok ? applied.actionId : "" };
  };
  const told = (actionId: string) => deps.db.notice.count({ where: { actionId } });

  test("hold nothing and tell nobody until a second person agrees, then for as many days as were proposed", async () => {
    await ask(30, ["interim_measure"]);
    const { found, applied, actionId } = await apply();
    expect(applied).toMatchObject({ ok: true, state: "awaiting_approval" });
    expect([await denied(found.account.externalId), await told(actionId)]).toEqual([[], 0]);
    expect((await pendingInterims(deps)).map(({ id }) => id)).toContain(actionId);
    expect(await applyInterimMeasure(deps, ana, { caseId: found.caseId, version: undefined, kind: "suspension", features: [], days: 2, reason: "Once more, to be sure.", confirmed: [] })).toMatchObject({ reason: "interim_exists" });
    deps.clock.advance({ hours: 20 });
    expect(await approveInterim(deps, { ...ana, roles: ["analyst", "lead"] }, { actionId })).toEqual({ ok: false, reason: "own_proposal" });
    expect(await approveInterim(deps, ana, { actionId })).toEqual({ ok: false, reason: "forbidden" });
    const answers = await Promise.all([approveInterim(deps, lee, { actionId }), approveInterim(deps, lee, { actionId })]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "active", approverId: lee.id, startsAt: new Date("2026-11-21T17:00:00Z"), endsAt: new Date("2026-11-28T17:00:00Z") });
    expect((await denied(found.account.externalId)).length).toBeGreaterThanOrEqual(7);
    expect(await told(actionId)).toBe(1);
    deps.clock.set("2026-11-20T21:00:00Z");
  });

  test.each<[string, number, FurtherKind[], number, string]>([
    ["ten days where one person may suspend for five", 5, [], 10, "awaiting_approval"],
    ["five days where one person may suspend for five", 5, [], 5, "active"],
    ["thirty-one days, whoever agrees", 5, ["interim_measure"], 31, "interim_too_long"],
  ])("%s", async (_what, suspensionDays, kinds, days, outcome) => {
    await ask(suspensionDays, kinds);
    const { applied } = await apply({ days });
    expect(applied.ok ? applied.state : applied.reason).toBe(outcome);
  });

  test("a no, a withdrawal and 72 hours of silence each put nothing in place", async () => {
    await ask(30, ["interim_measure"]);
    const [refused, withdrawn, silent] = [await apply(), await apply(), await apply()];
    expect(await dropInterim(deps, ana, { actionId: refused.actionId, reason: "Mine.", how: "rejected" })).toMatchObject({ reason: "forbidden" });
    expect(await dropInterim(deps, lee, { actionId: refused.actionId, reason: "One message is no flood.", how: "rejected" })).toEqual({ ok: true });
    expect(await dropInterim(deps, lee, { actionId: withdrawn.actionId, reason: "Not mine.", how: "withdrawn" })).toMatchObject({ ok: false });
    expect(await dropInterim(deps, ana, { actionId: withdrawn.actionId, reason: "They stopped.", how: "withdrawn" })).toEqual({ ok: true });
    deps.clock.advance({ hours: 72 });
    expect(await approveInterim(deps, lee, { actionId: silent.actionId })).toEqual({ ok: false, reason: "proposal_expired" });
    await expireProposals(deps);
    for (const { actionId, found } of [refused, withdrawn, silent]) {
      expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "rejected", startsAt: null });
      expect([await denied(found.account.externalId), await told(actionId)]).toEqual([[], 0]);
    }
    const back = (await returnedProposals(deps, ana.id)).filter(({ id }) => [refused, withdrawn, silent].some(({ actionId }) => actionId === id));
    expect(back.map(({ id, how, reason }) => [id, how, reason])).toEqual([
      [silent.actionId, "expired", "Nobody answered the proposal in time."],
      [refused.actionId, "rejected", "One message is no flood."],
    ]);
    deps.clock.set("2026-11-20T21:00:00Z");
  });

  test("a decision overtakes the one that waits", async () => {
    await ask(30, ["interim_measure"]);
    const { found, actionId } = await apply();
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    expect(await decideCase(deps, ana, await aViolation(deps, found, { version }))).toMatchObject({ ok: true, state: "in_effect" });
    expect(await approveInterim(deps, lee, { actionId })).toMatchObject({ reason: "already_answered" });
  });
});

describe("features", () => {
  const fax = { platformKey, code: "fax", name: "fax", nameEs: "fax", includes: [] };

  test("a feature that contains others takes them along at the gate, and each restriction lapses on its own", async () => {
    const { found } = await decide(restriction(["all_messages"], 3));
    expect(await denied(found.account.externalId)).toEqual(["marketing_messages", "template_messages", "all_messages"]);
    const again = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    const more = await decideCase(deps, ana, await aViolation(deps, again, restriction(["marketing_messages"], 9)));
    if (!more.ok) throw new Error(more.reason);
    deps.clock.advance({ days: 4 });
    expect(await denied(found.account.externalId)).toEqual(["marketing_messages"]);
    const action = await deps.db.action.findFirstOrThrow({ where: { decisionId: more.decisionId } });
    expect(await liftAction(deps, lee, { actionId: action.id, reason: "They mended their lists." })).toMatchObject({ ok: true });
    expect(await denied(found.account.externalId)).toEqual([]);
    deps.clock.set("2026-11-20T21:00:00Z");
  });

  test("a new one is denied at once to accounts that are suspended, and only to them", async () => {
    const [suspended, restricted, free] = [await decide(suspension(10)), await decide(restriction(["chatbot"])), await decide()];
    expect(await addFeature(deps, lee, fax)).toEqual({ ok: false, reason: "forbidden" });
    expect(await addFeature(deps, ada, fax)).toMatchObject({ ok: true });
    expect(await addFeature(deps, ada, fax)).toEqual({ ok: false, reason: "feature_exists" });
    expect(await denied(suspended.found.account.externalId)).toContain("fax");
    expect(await denied(restricted.found.account.externalId)).toEqual(["chatbot"]);
    expect(await denied(free.found.account.externalId)).toEqual([]);
    deps.clock.advance({ days: 11 });
    expect(await denied(suspended.found.account.externalId)).toEqual([]);
    deps.clock.set("2026-11-20T21:00:00Z");
  });

  test("one that comes in the very moment of a suspension is denied too", async () => {
    const found = await anInvestigation(deps, ana, { platformId });
    const input = await aViolation(deps, found, suspension(5));
    const [decided, added] = await Promise.all([decideCase(deps, ana, input), addFeature(deps, ada, { ...fax, code: "pager" })]);
    expect([decided.ok, added.ok]).toEqual([true, true]);
    expect(await denied(found.account.externalId)).toContain("pager");
  });

  test("goes by its Spanish name to those who read Spanish", async () => {
    expect(await changeFeature(deps, ada, { platformKey, code: "chatbot", name: "the chatbot", nameEs: "el asistente", includes: [] })).toEqual({ ok: true });
    const found = await anInvestigation(deps, ana, { platformId });
    await deps.db.account.update({ where: { id: found.account.id }, data: { language: "es" } });
    const previewed = await previewDecision(deps, ana, await aViolation(deps, found, restriction(["chatbot", "contact_import"])));
    const text = previewed.ok ? previewed.preview.toAccountHolder[0]!.text : "";
    expect(text).toContain("el asistente");
    expect(text).toContain("importación de contactos");
    expect(text).not.toMatch(/the chatbot|contact import/);
  });

  test("what it contains stays while a measure restricts it, and never leads back to itself", async () => {
    await decide(restriction(["all_messages"]));
    const all = { platformKey, code: "all_messages", name: "all messages", nameEs: "todos los mensajes" };
    expect(await changeFeature(deps, ada, { ...all, includes: ["chatbot"] })).toMatchObject({ reason: "feature_restricting" });
    expect(await changeFeature(deps, ada, { ...all, name: "every message", includes: ["template_messages", "marketing_messages"] })).toEqual({ ok: true });
    expect(await changeFeature(deps, ada, { platformKey, code: "marketing_messages", name: "m", nameEs: "m", includes: ["all_messages"] })).toMatchObject({ reason: "feature_circle" });
    expect(await changeFeature(deps, ada, { ...all, includes: ["nothing_known"] })).toMatchObject({ reason: "feature_unknown" });
  });

  test("a retired one cannot be named any more, is still answered for, and can come back", async () => {
    const { found } = await decide(restriction(["api_access"]));
    expect(await retireFeature(deps, ada, { platformKey, code: "marketing_messages", retire: true })).toMatchObject({ reason: "feature_contained" });
    expect(await retireFeature(deps, ada, { platformKey, code: "api_access", retire: true })).toEqual({ ok: true });
    const another = await anInvestigation(deps, ana, { platformId });
    const input = await aViolation(deps, another, restriction(["api_access"]));
    expect(await decideCase(deps, ana, input)).toMatchObject({ reason: "unknown_feature" });
    expect(await denied(found.account.externalId)).toEqual(["api_access"]);
    expect(await retireFeature(deps, ada, { platformKey, code: "api_access", retire: false })).toEqual({ ok: true });
    expect(await decideCase(deps, ana, input)).toMatchObject({ ok: true });
  });

  test("one that a ladder names cannot be retired", async () => {
    await deps.db.feature.update({ where: { platformId_code: { platformId, code: "all_messages" } }, data: { includes: [] } });
    expect(await retireFeature(deps, ada, { platformKey, code: "marketing_messages", retire: true })).toMatchObject({ reason: "feature_on_ladder" });
  });
});
