import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { claimCase } from "~/modules/cases/claim-case.server";
import { addNote } from "~/modules/cases/add-note.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { pendingProposals, proposalPage } from "~/modules/enforcement/approvals.queries.server";
import { composerOf } from "~/modules/enforcement/composer.queries.server";
import { returnedProposals } from "~/modules/enforcement/returned-proposals.queries.server";
import { findCase } from "~/modules/cases/case-overview.queries.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { parseCaseEvent, sayCaseEvent } from "~/modules/cases/case-event";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { rejectDecision } from "~/modules/enforcement/reject-decision.server";
import { reverseAction } from "~/modules/enforcement/reverse-action.server";
import { withdrawProposal } from "~/modules/enforcement/withdraw-proposal.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { withPoison } from "../support/poison";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee, lou } = await enforcers(deps));
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
});

const why = "The sender went on through a second number after the first was stopped.";
const propose = async (over: Partial<ViolationInput> & { clause?: string } = {}, by = ana, on = found) => {
  const decided = await decideCase(deps, by, await aViolation(deps, on, { clause: "CF-AUP-3.2.e", ...over }));
  if (!decided.ok) throw new Error(decided.reason);
  return decided;
};
const denied = async (on = found) => (await readGate(deps, platformId, on.account.externalId))!.features.filter(({ allowed }) => !allowed).length;
const kinds = async (caseId = found.caseId) => (await deps.db.notice.findMany({ where: { caseId }, orderBy: { kind: "asc" } })).map(({ kind }) => kind as string).sort();
const stateOf = async (decisionId: string) => {
  const decision = await deps.db.decision.findUniqueOrThrow({ where: { id: decisionId }, include: { actions: true, approvals: true } });
  return { decision: decision.state, actions: decision.actions.map(({ state }) => state), approvals: decision.approvals.map(({ state }) => state) };
};

test.each<[string, Partial<ViolationInput> & { clause?: string }, string]>([
  ["termination", {}, "awaiting_approval"],
  ["a referral beside a warning", { clause: "CF-AUP-4.1.b", lawEnforcementReferral: true }, "awaiting_approval"],
  ["a suspension of 31 days", { rung: 4, days: 31, justification: why, clause: "CF-AUP-4.1.b" }, "awaiting_approval"],
  ["a suspension of 30 days", { rung: 4, days: 30, justification: why, clause: "CF-AUP-4.1.b" }, "in_effect"],
])("%s: %s", async (_what, over, state) => {
  expect(await propose(over)).toMatchObject({ state });
});

test("a proposal does nothing and tells nobody", async () => {
  const { decisionId } = await propose();
  expect(await stateOf(decisionId)).toEqual({ decision: "awaiting_approval", actions: ["awaiting_approval"], approvals: ["pending"] });
  expect(await denied()).toBe(0);
  expect(await kinds()).toEqual([]);
  expect(await deps.db.strike.count({ where: { decisionId } })).toBe(0);
  expect(await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } })).toMatchObject({ state: "investigating" });
});

test("while one waits there is no second", async () => {
  await propose();
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
  expect(await decideCase(deps, ana, await aViolation(deps, found, { version }))).toMatchObject({ reason: "proposal_pending" });
});

test("the second person reads the measure with its days, beside what the ladder recommends", async () => {
  const { decisionId } = await propose({ clause: "CF-AUP-4.3.b", days: 45, justification: why });
  const recommended = await propose({ clause: "CF-AUP-3.2.e" }, ana, await anInvestigation(deps, ana, { platformId }));
  const said = /^45-day suspension, instead of the \d+-day suspension the ladder recommends$/;
  expect((await proposalPage(deps, decisionId))?.measure).toMatch(said);
  const { proposals } = await pendingProposals(deps, null);
  const measureOf = (id: string) => proposals.find((one) => one.decisionId === id)?.measure;
  expect(measureOf(decisionId)).toMatch(said);
  expect(measureOf(recommended.decisionId)).toBe("permanent termination, as the ladder recommends");
});

describe("approving", () => {
  test("makes it take effect from that instant, in the approver's name too", async () => {
    const { decisionId } = await propose();
    deps.clock.advance({ hours: 5 });
    expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ ok: true });
    expect(await stateOf(decisionId)).toEqual({ decision: "in_effect", actions: ["active"], approvals: ["approved"] });
    expect(await deps.db.action.findFirstOrThrow({ where: { decisionId } })).toMatchObject({ kind: "termination", approverId: lee.id, proposerId: ana.id, startsAt: new Date("2026-11-21T02:00:00Z"), endsAt: null });
    expect(await denied()).toBe(7);
    expect(await kinds()).toEqual(["report_outcome", "statement_of_reasons"]);
    expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId } })).toMatchObject({ weight: 3 });
    expect(await deps.db.account.findUniqueOrThrow({ where: { id: found.account.id } })).toMatchObject({ status: "terminated" });
    const told = (await findCase(deps, (await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } })).reference))!.events;
    expect(told).toContainEqual(expect.objectContaining({ who: lee.name, what: expect.stringMatching(/^approved, and with that it took effect: .*termination/i) }));
  });

  test("is never the proposer's to do, whatever their roles", async () => {
    const both = { ...ana, roles: ["analyst", "lead"] } as const satisfies StaffActor;
    const { decisionId } = await propose({}, both);
    expect(await approveDecision(deps, both, { decisionId })).toEqual({ ok: false, reason: "own_proposal" });
    expect(await rejectDecision(deps, both, { decisionId, reason: "Changed my mind." })).toEqual({ ok: false, reason: "own_proposal" });
    expect(await approveDecision(deps, { ...ana }, { decisionId })).toEqual({ ok: false, reason: "forbidden" });
    expect(await denied()).toBe(0);
  });

  test("is refused to the proposer by the database too", async () => {
    const { decisionId } = await propose();
    await expect(deps.db.decision.update({ where: { id: decisionId }, data: { approverId: ana.id } })).rejects.toThrow(/decision_four_eyes/);
    await expect(deps.db.action.updateMany({ where: { decisionId }, data: { approverId: ana.id } })).rejects.toThrow(/action_four_eyes/);
    await expect(deps.db.approval.updateMany({ where: { decisionId }, data: { reviewerId: ana.id, state: "approved" } })).rejects.toThrow(/approval_four_eyes/);
    await expect(deps.db.action.updateMany({ where: { decisionId }, data: { state: "active", startsAt: new Date() } })).rejects.toThrow(/action_severe_is_approved/);
  });

  test("happens once, however many press the button", async () => {
    const { decisionId } = await propose();
    const answers = await Promise.all([approveDecision(deps, lee, { decisionId }), approveDecision(deps, lou, { decisionId }), approveDecision(deps, lee, { decisionId })]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter(({ ok }) => !ok)).toMatchObject([{ reason: "already_answered" }, { reason: "already_answered" }]);
    expect(await deps.db.strike.count({ where: { decisionId } })).toBe(1);
    expect(await kinds()).toEqual(["report_outcome", "statement_of_reasons"]);
  });

  test("and rejecting at once: one answer stands", async () => {
    const { decisionId } = await propose();
    const answers = await Promise.all([approveDecision(deps, lee, { decisionId }), rejectDecision(deps, lou, { decisionId, reason: "A warning will do." })]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const { decision, actions } = await stateOf(decisionId);
    expect([decision, ...actions].join()).toMatch(/^(in_effect,active|rejected,rejected)$/);
  });

  test("is not stopped by a new report, a note or the end of an interim measure, and the new reporter hears the outcome too", async () => {
    const interim = await applyInterimMeasure(deps, ana, { caseId: found.caseId, version: undefined, kind: "suspension", features: [], days: 2, reason: "Complaints keep coming in." });
    if (!interim.ok) throw new Error(interim.reason);
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    const { decisionId } = await propose({ version });
    await addNote(deps, ana, { caseId: found.caseId, text: "The owner sent proof of consent." });
    await anInvestigation(deps, ana, { platformId, accountId: found.account.id });
    expect(await liftAction(deps, ana, { actionId: interim.actionId, reason: "They stopped for now." })).toMatchObject({ ok: true });
    const page = await proposalPage(deps, decisionId);
    expect(page).toMatchObject({ problem: null });
    expect(page?.preview?.toReporters).toHaveLength(2);
    expect(page?.news.map(({ what }) => what)).toEqual(expect.arrayContaining(["added a note", expect.stringMatching(/report/)]));
    expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ ok: true });
    expect(await denied()).toBe(7);
    expect((await deps.db.report.findMany({ where: { caseId: found.caseId } })).map(({ state, outcome }) => `${state} ${outcome}`)).toEqual(["resolved action_taken", "resolved action_taken"]);
    expect((await kinds()).filter((kind) => kind === "report_outcome")).toHaveLength(2);
  });

  test("is refused to who has not seen what is new on the case, with what that is, until they have", async () => {
    const { decisionId } = await propose();
    const { seen } = (await proposalPage(deps, decisionId))!;
    await anInvestigation(deps, ana, { platformId, accountId: found.account.id });
    const refused = await approveDecision(deps, lee, { decisionId, seen: seen! });
    expect(refused).toMatchObject({ ok: false, reason: "news_unseen", detail: { seen } });
    expect(refused.ok ? [] : refused.detail?.changes).toContainEqual(expect.objectContaining({ what: expect.stringMatching(/report/) }));
    expect(await stateOf(decisionId)).toMatchObject({ decision: "awaiting_approval" });
    expect(await denied()).toBe(0);
    const again = (await proposalPage(deps, decisionId))!;
    expect(again.seen).toBeGreaterThan(seen!);
    expect(await approveDecision(deps, lee, { decisionId, seen: again.seen! })).toMatchObject({ ok: true });
    expect((await kinds()).filter((kind) => kind === "report_outcome")).toHaveLength(2);
  });

  test("is refused when its evidence is no longer in the case, with what changed", async () => {
    const { decisionId } = await propose();
    await addNote(deps, ana, { caseId: found.caseId, text: "The report was about somebody else." });
    await deps.db.report.update({ where: { id: found.reports[0]!.id }, data: { caseId: null, state: "received" } });
    const because = { because: "evidence_not_in_case", changes: [{ who: "Ana", what: "added a note" }] };
    expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ ok: false, reason: "case_changed", detail: because });
    expect(await stateOf(decisionId)).toMatchObject({ decision: "awaiting_approval" });
    expect(await denied()).toBe(0);
  });

  test.each(["waiting_for_information", "decided"] as const)("is refused while the case is %s", async (state) => {
    const { decisionId } = await propose();
    await deps.db.case.update({ where: { id: found.caseId }, data: { state } });
    expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ ok: false, reason: "case_changed", detail: { because: "state" } });
    expect(await denied()).toBe(0);
  });

  test("is refused when a strike it counted was voided since", async () => {
    const earlier = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    const warned = await propose({ clause: "CF-AUP-4.1.b" }, ana, earlier);
    const { decisionId } = await propose({ clause: "CF-AUP-4.3.b", rung: 5, justification: why });
    const action = await deps.db.action.findFirstOrThrow({ where: { decisionId: warned.decisionId } });
    await deps.db.$transaction((tx) => reverseAction(tx, deps, lou, { actionId: action.id, grounds: "The consent was genuine.", at: deps.clock(), tell: true }));
    expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ reason: "case_changed" });
  });

  test("comes too late after 72 hours, and the sweep puts the proposal away", async () => {
    const { decisionId } = await propose();
    deps.clock.advance({ hours: 72, milliseconds: -1 });
    await expireProposals(deps);
    expect(await stateOf(decisionId)).toMatchObject({ decision: "awaiting_approval" });
    deps.clock.advance({ milliseconds: 1 });
    expect(await approveDecision(deps, lee, { decisionId })).toEqual({ ok: false, reason: "proposal_expired" });
    const due = await deps.db.approval.count({ where: { state: "pending", expiresAt: { lte: deps.clock().toJSDate() } } });
    const [one, other] = await Promise.all([expireProposals(deps), expireProposals(deps)]);
    expect(one + other).toBe(due);
    expect(await stateOf(decisionId)).toEqual({ decision: "withdrawn", actions: ["rejected"], approvals: ["expired"] });
    expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ reason: "already_answered" });
  });
});

test("a proposal that cannot be put away stays due and keeps no other from lapsing", async () => {
  const { decisionId: first } = await propose();
  const other = await propose({}, ana, await anInvestigation(deps, ana, { platformId }));
  deps.clock.advance({ hours: 72 });
  await withPoison(database.url, '"case"', `NEW.id = '${found.caseId}'`, async () => {
    await expireProposals(deps);
    expect(await stateOf(first)).toMatchObject({ decision: "awaiting_approval" });
    expect(await stateOf(other.decisionId)).toMatchObject({ decision: "withdrawn" });
  });
  await expireProposals(deps);
  expect(await stateOf(first)).toMatchObject({ decision: "withdrawn" });
});

describe("a proposal nobody agreed to", () => {
  const composer = async (who: StaffActor) => composerOf(deps, (await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } })).reference, who.id);
  const back = async (who: StaffActor) => (await returnedProposals(deps, who.id)).filter(({ businessName }) => businessName === found.account.businessName);

  test("comes back to whoever made it after 72 hours, with everything that was written, until it is proposed again", async () => {
    const wanted = { clause: "CF-AUP-4.3.b", rung: 4, days: 45, justification: why } as const;
    const { decisionId, reference } = await propose(wanted);
    expect(await back(ana)).toEqual([]);
    deps.clock.advance({ hours: 72 });
    await expireProposals(deps);
    expect(await back(ana)).toMatchObject([{ reference, how: "expired" }]);
    expect(await back(lee)).toEqual([]);
    const { input } = (await deps.db.decision.findUniqueOrThrow({ where: { id: decisionId } })).plan as unknown as { input: ViolationInput };
    const filled = (await composer(ana))!;
    expect(filled.returned).toMatchObject({ reference, how: "expired" });
    expect(filled.defaults).toMatchObject({ rung: "4", days: "45", justification: why, facts: input.facts, rationale: input.rationale, findings: [{ clauseId: input.findings[0]!.clauseId, conductOn: "2026-11-18" }], evidence: input.evidence, startsAt: "" });
    expect(await composer(lou)).toMatchObject({ returned: null, defaults: { rationale: "", rung: "" } });
    expect(await claimCase(deps, ana, { caseId: found.caseId })).toMatchObject({ ok: true });
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    await propose({ ...wanted, version });
    expect(await back(ana)).toEqual([]);
  });

  test("comes back with what the second person said; one that its author took back does not", async () => {
    const { decisionId, reference } = await propose();
    await rejectDecision(deps, lee, { decisionId, reason: "One message is no campaign." });
    expect(await back(ana)).toMatchObject([{ reference, how: "rejected", reason: "One message is no campaign." }]);
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    const again = await propose({ version });
    await withdrawProposal(deps, ana, { decisionId: again.decisionId, reason: "New evidence came in." });
    expect(await back(ana)).toEqual([]);
    expect(await composer(ana)).toMatchObject({ returned: { reference: again.reference, how: "taken_back" } });
  });

  test("is listed however many newer answers are nobody's business any more", async () => {
    const { decisionId, reference } = await propose();
    await rejectDecision(deps, lee, { decisionId, reason: "One message is no campaign." });
    const at = deps.clock().plus({ minutes: 1 });
    const takenBack = { decisionId, proposerId: ana.id, state: "expired" as const, reason: "Not yet.", requestedAt: at.toJSDate(), answeredAt: at.toJSDate(), expiresAt: at.plus({ hours: 72 }).toJSDate() };
    await deps.db.approval.createMany({ data: Array.from({ length: 20 }, () => ({ ...takenBack, id: newId() })) });
    expect(await back(ana)).toMatchObject([{ reference, how: "rejected" }]);
  });
});

describe("saying no", () => {
  test("gives the case back to the analyst with the reason, and another proposal may follow", async () => {
    const { decisionId } = await propose();
    expect(await rejectDecision(deps, lee, { decisionId, reason: "One message is no campaign." })).toEqual({ ok: true, caseId: found.caseId });
    expect(await stateOf(decisionId)).toEqual({ decision: "rejected", actions: ["rejected"], approvals: ["rejected"] });
    expect(await kinds()).toEqual([]);
    const events = await deps.db.caseEvent.findMany({ where: { caseId: found.caseId, kind: "decision_rejected" } });
    expect(events.map(({ data }) => data)).toMatchObject([{ reason: "One message is no campaign.", how: "rejected" }]);
    const { version, state } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    expect(state).toBe("investigating");
    expect(await decideCase(deps, ana, await aViolation(deps, found, { version }))).toMatchObject({ ok: true, state: "in_effect" });
  });

  test("its author may take it back, nobody else", async () => {
    const { decisionId } = await propose();
    expect(await withdrawProposal(deps, lee, { decisionId, reason: "Not mine." })).toEqual({ ok: false, reason: "not_own_proposal" });
    expect(await withdrawProposal(deps, ana, { decisionId, reason: "New evidence came in." })).toMatchObject({ ok: true });
    expect(await stateOf(decisionId)).toMatchObject({ decision: "withdrawn", actions: ["rejected"] });
    const { data } = await deps.db.caseEvent.findFirstOrThrow({ where: { caseId: found.caseId, kind: "decision_rejected" } });
    expect(sayCaseEvent(parseCaseEvent("decision_rejected", data)!)).toMatch(/^took back the proposal D-/);
  });
});

test("a no-tip-off referral withholds the statement of reasons and opens no appeal window", async () => {
  const { decisionId } = await propose({ clause: "CF-AUP-4.1.b", lawEnforcementReferral: true, noTipOff: true });
  expect(await approveDecision(deps, lee, { decisionId })).toMatchObject({ ok: true });
  expect(await kinds()).toEqual(["report_outcome"]);
  expect((await deps.db.action.findMany({ where: { decisionId }, orderBy: { kind: "asc" } })).map(({ kind, state, noTipOff }) => `${kind} ${state} ${noTipOff}`)).toEqual([
    "warning active true",
    "law_enforcement_referral active true",
  ]);
  expect(await recordInformed(deps, { kind: "system", name: "test" }, { decisionId, actionId: null, informedAt: deps.clock() })).toEqual({ actions: 0 });
});
