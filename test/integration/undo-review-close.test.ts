import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { claimCase } from "~/modules/cases/claim-case.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { approveChange } from "~/modules/enforcement/answer-change.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { closeDecidedCases } from "~/modules/enforcement/close-decided-cases.server";
import { closeReview } from "~/modules/enforcement/close-review.server";
import type { CloseReviewInput } from "~/modules/enforcement/close-review.schema";
import { composerOf } from "~/modules/enforcement/composer.queries.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { replaceAction } from "~/modules/enforcement/replace-action.server";
import { reverseAction } from "~/modules/enforcement/reverse-action.server";
import { reviewPanel } from "~/modules/enforcement/review.queries.server";
import { undoDecision } from "~/modules/enforcement/undo-decision.server";
import { undoOffer } from "~/modules/enforcement/undo.queries.server";
import { filed, must, openedNotices, worker } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let ben: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, ben, lee, lou } = await enforcers(deps));
});
afterAll(async () => {
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
  await database.close();
});
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId, reports: 2 });
});

const mistake = "We had the wrong account in front of us.";
const aCase = (id = found.caseId) => deps.db.case.findUniqueOrThrow({ where: { id } });
const decision = (id: string) => deps.db.decision.findUniqueOrThrow({ where: { id }, include: { actions: true, strikes: true } });
const denied = async (on = found) => (await readGate(deps, platformId, on.account.externalId))!.features.filter(({ allowed }) => !allowed).length;
const audited = async (caseId = found.caseId) => (await deps.db.auditEntry.findMany({ where: { caseId }, orderBy: { id: "asc" } })).map(({ type }) => type);
const events = async (caseId = found.caseId) => (await deps.db.caseEvent.findMany({ where: { caseId }, orderBy: { id: "asc" } })).map(({ kind }) => kind);
const subjects = async (caseId = found.caseId) => (await openedNotices(deps, { caseId })).map(({ kind }) => kind);

const decide = async (over: Partial<ViolationInput> & { clause?: string } = {}, on = found, by = ana) =>
  must(await decideCase(deps, by, await aViolation(deps, on, { clause: "CF-AUP-4.3.b", ...over, version: (await aCase(on.caseId)).version }))).decisionId;
const dismiss = async () => must(await decideCase(deps, ana, { outcome: "no_violation", finding: "insufficient_evidence", caseId: found.caseId, version: (await aCase()).version, idempotencyKey: `none-${found.caseId}`, evidence: [], rationale: "The consent record is genuine." })).decisionId;
const undo = (decisionId: string, by = ana, reason = mistake) => undoDecision(deps, by, { decisionId, reason, confirmed: [] });
const inform = (decisionId: string) => recordInformed(deps, worker, { decisionId, actionId: null, informedAt: deps.clock() });

describe("undoing one's own decision", () => {
  test("takes everything back at once, tells whoever was told, and leaves the case to be decided again", async () => {
    const decisionId = await decide();
    expect(await denied()).toBe(7);
    deps.clock.advance({ minutes: 9 });
    expect(await undoOffer(deps, ana, found.caseId)).toMatchObject({ decisionId, endsAt: "2026-11-20T21:10:00.000Z", holderAddresses: 1, reportersTold: 2, reporters: 2, strikes: 1, actions: ["7-day suspension"] });
    expect(must(await undo(decisionId))).toMatchObject({ actionsReversed: 1, strikesVoided: 1, goesOn: { caseId: found.caseId, elsewhere: false } });

    expect(await denied()).toBe(0);
    expect(await decision(decisionId)).toMatchObject({ state: "reversed", actions: [{ state: "reversed", endReason: mistake }], strikes: [{ voidReason: mistake }] });
    expect(await aCase()).toMatchObject({ state: "investigating", leaseHolderId: ana.id, decidedAt: null });
    expect((await events()).slice(-4)).toEqual(["decided", "action_ended", "decision_undone", "reopened"]);
    expect(await audited()).toEqual(expect.arrayContaining(["decision.undone", "action.reversed", "decision.reversed", "case.reopened"]));
    const mails = await openedNotices(deps, { caseId: found.caseId });
    const holder = mails.find(({ kind }) => kind === "action_ended")!;
    expect(holder.text).toContain("We are looking at the case again");
    expect(holder.text).toContain(mistake);
    expect(mails.filter(({ kind }) => kind === "decision_reversed").map(({ to, text }) => [to, text.includes("we will tell you what we decide")]).sort()).toEqual(found.reporterEmails.map((to) => [to, true]).sort());
    expect(await undoOffer(deps, ana, found.caseId)).toBeNull();
  });

  test("lets the case be decided again with the same evidence, and reporters hear the new outcome", async () => {
    must(await undo(await decide()));
    const composer = (await composerOf(deps, (await aCase()).reference, ana.id))!;
    expect(composer.defaults.evidence).toEqual(expect.arrayContaining(found.reports.map(({ id }) => `report:${id}`)));
    const again = await decide({ clause: "CF-AUP-4.1.b" });
    expect(await decision(again)).toMatchObject({ state: "in_effect", actions: [{ state: "active" }] });
    expect((await deps.db.report.findMany({ where: { caseId: found.caseId } })).map(({ outcome, revisedAt }) => [outcome, revisedAt])).toEqual([["action_taken", null], ["action_taken", null]]);
    expect((await subjects()).filter((kind) => kind === "report_outcome")).toHaveLength(4);
  });

  test("of no violation opens the closed case again", async () => {
    const decisionId = await dismiss();
    expect(await aCase()).toMatchObject({ state: "closed" });
    must(await undo(decisionId));
    expect(await aCase()).toMatchObject({ state: "investigating", leaseHolderId: ana.id, closedAt: null });
    expect((await deps.db.report.findMany({ where: { caseId: found.caseId } })).map(({ outcome }) => outcome)).toEqual(["reversed", "reversed"]);
    await decide();
  });

  test("of a decision that took two people needs only its author, and counts from when it took effect", async () => {
    const decisionId = await decide({ rung: 5, justification: "Thousands were defrauded by this account.", lawEnforcementReferral: true });
    deps.clock.advance({ hours: 20 });
    must(await approveDecision(deps, lee, { decisionId }));
    deps.clock.advance({ minutes: 9 });
    expect(await undo(decisionId, lee)).toMatchObject({ ok: false, reason: "not_own_decision" });
    expect(must(await undo(decisionId))).toMatchObject({ actionsReversed: 2, strikesVoided: 1 });
    expect(await denied()).toBe(0);
    expect((await subjects()).filter((kind) => kind === "action_ended")).toHaveLength(1);
  });

  test("also ends what took the place of its action, and what was proposed to", async () => {
    const decisionId = await decide();
    const [first] = (await decision(decisionId)).actions;
    const { actionId } = must(await replaceAction(deps, ana, { actionId: first!.id, reason: "They went on sending.", change: { what: "extend", days: 7 } }));
    must(await replaceAction(deps, ana, { actionId, reason: "They went on sending still.", change: { what: "replace", measure: { kind: "termination" } } }));
    must(await undo(decisionId));
    expect((await decision(decisionId)).actions.map(({ kind, state }) => [kind, state]).sort()).toEqual([["suspension", "reversed"], ["suspension", "superseded"], ["termination", "rejected"]]);
    expect(await deps.db.approval.count({ where: { decisionId, state: "pending" } })).toBe(0);
    expect(await denied()).toBe(0);
  });

  test("goes on in the other case when one about the same was opened meanwhile", async () => {
    const decisionId = await decide();
    const other = await anInvestigation(deps, ben, { platformId, accountId: found.account.id });
    expect(must(await undo(decisionId)).goesOn).toMatchObject({ caseId: other.caseId, elsewhere: true });
    expect(await aCase()).toMatchObject({ state: "closed", reportCount: 0 });
    expect(await aCase(other.caseId)).toMatchObject({ state: "investigating", leaseHolderId: ben.id, reportCount: 3 });
    await decide({ evidence: [...found.reports, ...other.reports].map(({ id }) => `report:${id}`) }, other, ben);
    expect(await deps.db.report.count({ where: { caseId: other.caseId, outcome: "action_taken" } })).toBe(3);
  });

  test("twice at once is done once", async () => {
    const decisionId = await decide();
    const answers = await Promise.all([undo(decisionId), undo(decisionId)]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect((await subjects()).filter((kind) => kind === "action_ended")).toHaveLength(1);
  });

  test.each<[string, (decisionId: string) => Promise<unknown>, string]>([
    ["late", async () => deps.clock.advance({ minutes: 10 }), "undo_over"],
    ["once the account holder appealed", async (decisionId) => {
      await inform(decisionId);
      const { id } = await deps.db.action.findFirstOrThrow({ where: { decisionId } });
      must(await filed(deps, { found, decisionId, actionId: id, holder: { kind: "account_holder", accountId: found.account.id } }));
    }, "appealed_already"],
  ])("is refused %s, and nothing changes", async (_when, then, reason) => {
    const decisionId = await decide();
    await then(decisionId);
    const before = await audited();
    expect(await undo(decisionId)).toMatchObject({ ok: false, reason });
    expect(await audited()).toEqual(before);
    expect(await denied()).toBe(7);
    expect(await undoOffer(deps, ana, found.caseId)).toBeNull();
  });

  test("is refused to anybody else, and with words that name a reporter", async () => {
    const decisionId = await decide();
    expect(await undo(decisionId, ben)).toMatchObject({ ok: false, reason: "not_own_decision" });
    expect(await undo(decisionId, ana, `${found.reporterEmails[0]} told us about another account.`)).toMatchObject({ ok: false, reason: "leak" });
    expect(await denied()).toBe(7);
  });
});

describe("closing a review", () => {
  /** A second decision that counted the strike of a first, which is then reversed. */
  async function forReview() {
    const first = await decide({ clause: "CF-AUP-4.1.b" });
    const second = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam", reports: 1 });
    const decisionId = await decide({ clause: "CF-AUP-4.1.b" }, second);
    const [action] = (await decision(first)).actions;
    must(await deps.db.$transaction((tx) => reverseAction(tx, deps, lee, { actionId: action!.id, grounds: "The consent record is genuine.", at: deps.clock(), tell: true })));
    return { first, second, decisionId };
  }
  const close = async (caseId: string, by: StaffActor, over: Partial<CloseReviewInput> = {}) =>
    closeReview(deps, by, { caseId, version: (await aCase(caseId)).version, result: "stands", reason: "A first breach of this kind would have led here too.", confirmed: [], ...over });

  test("shows why, which strikes went, what the ladder says without them and what was imposed", async () => {
    const { first, second, decisionId } = await forReview();
    const panel = (await reviewPanel(deps, ben, second.caseId))!;
    const { reference } = await deps.db.decision.findUniqueOrThrow({ where: { id: first } });
    expect(panel).toMatchObject({ mayClose: true, decisions: [{ id: decisionId, own: false, voided: [{ decisionReference: reference, weight: 1 }] }] });
    const [shown] = panel.decisions;
    expect(shown!.recommendedThen).not.toBe(shown!.recommendedNow);
    expect(shown!.reason).toContain(reference);
    expect((await reviewPanel(deps, ana, second.caseId))!.decisions[0]!.own).toBe(true);
  });

  test("lets it stand: the flags go, the timeline and the trail say who and why", async () => {
    const { second, decisionId } = await forReview();
    must(await close(second.caseId, ben));
    expect(await aCase(second.caseId)).toMatchObject({ reviewReason: null, state: "decided" });
    expect(await decision(decisionId)).toMatchObject({ state: "in_effect", reviewReason: null, reviewedById: ben.id, reviewResult: "stands", actions: [{ state: "active" }] });
    expect((await events(second.caseId)).at(-1)).toBe("review_done");
    expect((await audited(second.caseId)).slice(-2)).toEqual(["decision.reviewed", "case.review_done"]);
    expect(await close(second.caseId, ben)).toMatchObject({ ok: false, reason: "no_review" });
  });

  test("takes it back: the reviewer has the case to decide anew, without the voided strike", async () => {
    const { second, decisionId } = await forReview();
    expect(await denied()).toBeGreaterThan(0);
    expect(must(await close(second.caseId, ben, { result: "redecided", reason: "Without the earlier strike this is too strict." })).goesOn).toMatchObject({ elsewhere: false });
    expect(await denied()).toBe(0);
    expect(await decision(decisionId)).toMatchObject({ state: "reversed", reviewReason: null, reviewedById: ben.id, reviewResult: "redecided" });
    expect(await aCase(second.caseId)).toMatchObject({ state: "investigating", leaseHolderId: ben.id, reviewReason: null });
    expect((await subjects(second.caseId)).filter((kind) => kind === "action_ended" || kind === "decision_reversed")).toHaveLength(2);
    const again = await decide({ clause: "CF-AUP-4.1.b" }, second, ben);
    expect(await deps.db.decisionCountedStrike.count({ where: { decisionId: again } })).toBe(0);
  });

  test("is refused to whoever decided or approved, by the database too, and for a form that is stale", async () => {
    const { second, decisionId } = await forReview();
    expect(await close(second.caseId, ana)).toMatchObject({ ok: false, reason: "own_decision" });
    expect(await close(second.caseId, ben, { version: 1 })).toMatchObject({ ok: false, reason: "stale" });
    await expect(deps.db.decision.update({ where: { id: decisionId }, data: { reviewedById: ana.id, reviewedAt: deps.clock().toJSDate(), reviewResult: "stands" } })).rejects.toThrow(/had a part in it/);
    expect(await aCase(second.caseId)).toMatchObject({ reviewReason: expect.stringContaining("voided") });
  });

  test.each<[string, (actionId: string) => Promise<unknown>]>([
    ["let the measure last longer", (actionId) => replaceAction(deps, lee, { actionId, change: { what: "extend", days: 7 }, reason: "They went on all week.", confirmed: [] })],
    ["put another one in its place", (actionId) => replaceAction(deps, lee, { actionId, change: { what: "replace", measure: { kind: "suspension", days: 3 } }, reason: "They went on all week.", confirmed: [] })],
    ["proposed a change that waits", (actionId) => replaceAction(deps, lee, { actionId, change: { what: "replace", measure: { kind: "termination" } }, reason: "They went on all week.", confirmed: [] })],
    ["lifted it", (actionId) => liftAction(deps, lee, { actionId, reason: "They have stopped all of it.", confirmed: [] })],
  ])("is refused to whoever %s, and left to somebody else", async (_what, change) => {
    const { second, decisionId } = await forReview();
    expect((await reviewPanel(deps, lee, second.caseId))!.decisions[0]!.own).toBe(false);
    must((await change((await decision(decisionId)).actions[0]!.id)) as { ok: true });
    expect((await reviewPanel(deps, lee, second.caseId))!.decisions[0]!.own).toBe(true);
    for (const result of ["stands", "redecided"] as const) expect(await close(second.caseId, lee, { result })).toMatchObject({ ok: false, reason: "own_decision" });
    expect(await decision(decisionId)).toMatchObject({ state: "in_effect", reviewedById: null, reviewReason: expect.any(String) });
    must(await close(second.caseId, ben));
  });

  test("is refused to whoever approved a change, though they did not propose it", async () => {
    const { second, decisionId } = await forReview();
    const actionId = (await decision(decisionId)).actions[0]!.id;
    must(await replaceAction(deps, lee, { actionId, change: { what: "replace", measure: { kind: "termination" } }, reason: "They went on all week.", confirmed: [] }));
    must(await approveChange(deps, lou, { actionId }));
    for (const part of [lee, lou]) expect(await close(second.caseId, part)).toMatchObject({ ok: false, reason: "own_decision" });
    must(await close(second.caseId, ben));
  });

  test("ends with the decision when that falls for another reason", async () => {
    const { second, decisionId } = await forReview();
    const [action] = (await decision(decisionId)).actions;
    must(await deps.db.$transaction((tx) => reverseAction(tx, deps, lee, { actionId: action!.id, grounds: "Also wrong, as it turned out.", at: deps.clock(), tell: true })));
    expect(await aCase(second.caseId)).toMatchObject({ reviewReason: null });
    expect(await decision(decisionId)).toMatchObject({ reviewReason: null, reviewedById: null });
  });
});

describe("closing decided cases", () => {
  const sweep = () => closeDecidedCases(deps);
  const closesAt = "2026-12-21T07:00:00Z";

  test("closes a case when its window to appeal is over, once, and says why", async () => {
    await sweep();
    await inform(await decide());
    expect(await sweep()).toBe(0);
    deps.clock.set("2026-12-21T06:59:59.999Z");
    await sweep();
    expect(await aCase()).toMatchObject({ state: "decided", closeCheckAt: new Date(closesAt) });
    deps.clock.set(closesAt);
    expect((await Promise.all([sweep(), sweep()])).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0);
    expect(await aCase()).toMatchObject({ state: "closed", closedAt: new Date(closesAt), closeCheckAt: null });
    expect(await deps.db.caseEvent.findMany({ where: { caseId: found.caseId, kind: "closed" } })).toMatchObject([{ actorKind: "system", data: { reason: expect.stringContaining("time to appeal is over") } }]);
    expect((await audited()).filter((type) => type === "case.closed")).toHaveLength(1);
    expect(await sweep()).toBe(0);
  });

  test.each<[string, (decisionId: string) => Promise<unknown>]>([
    ["nobody was told", async () => undefined],
    ["an appeal is open", async (decisionId) => {
      await inform(decisionId);
      const { id } = await deps.db.action.findFirstOrThrow({ where: { decisionId } });
      must(await filed(deps, { found, decisionId, actionId: id, holder: { kind: "account_holder", accountId: found.account.id } }));
    }],
    ["it is up for review", async (decisionId) => {
      await inform(decisionId);
      await deps.db.case.update({ where: { id: found.caseId }, data: { reviewReason: "A strike was voided." } });
    }],
  ])("leaves a case open while %s, and looks again within a day", async (_why, then) => {
    await then(await decide());
    deps.clock.set(closesAt);
    await sweep();
    expect(await aCase()).toMatchObject({ state: "decided" });
    const { closeCheckAt } = await aCase();
    expect(+closeCheckAt! - +deps.clock().toJSDate()).toBeLessThanOrEqual(86_400_000);
    expect(+closeCheckAt!).toBeGreaterThan(+deps.clock().toJSDate());
  });

  test("waits for a scheduled action to begin", async () => {
    await inform(await decide({ startsAt: "2027-01-29T08:00" }));
    deps.clock.set(closesAt);
    await sweep();
    expect(await aCase()).toMatchObject({ state: "decided", closeCheckAt: new Date("2027-01-29T15:00:00Z") });
  });

  test("closes a case whose decision was reversed, soon after", async () => {
    const decisionId = await decide();
    const [action] = (await decision(decisionId)).actions;
    await sweep();
    must(await deps.db.$transaction((tx) => reverseAction(tx, deps, lee, { actionId: action!.id, grounds: "The consent record is genuine.", at: deps.clock(), tell: true })));
    await sweep();
    expect(await aCase()).toMatchObject({ state: "closed" });
  });

  test("does not wait for an account somebody is busy with, and a closed case can be worked again", async () => {
    await inform(await decide());
    deps.clock.set(closesAt);
    await deps.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM account WHERE id = ${found.account.id}::uuid FOR UPDATE`;
      await sweep();
      expect(await aCase()).toMatchObject({ state: "decided" });
    });
    await sweep();
    expect(await aCase()).toMatchObject({ state: "closed" });
    expect(await claimCase(deps, ana, { caseId: found.caseId })).toMatchObject({ ok: false, reason: "case_decided" });
  });
});
