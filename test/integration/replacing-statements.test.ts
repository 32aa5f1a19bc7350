import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";
import { takeBackSignal } from "~/modules/cases/take-back-signal.server";
import { approveChange } from "~/modules/enforcement/answer-change.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { replaceAction } from "~/modules/enforcement/replace-action.server";
import { reverseAction } from "~/modules/enforcement/reverse-action.server";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { dsaStatementSchema } from "~/modules/transparency/dsa-statement.schema";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { batchById, statementPage } from "~/modules/transparency/statements.queries.server";
import { decided, filed, must, openedNotices, type Decided } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

/** A measure that takes another's place has a statement of reasons of its own (DSA 17, 24(5)). */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor, rita: StaffActor;
const platformKey = "customerflows";
const why = "The messages went on after the decision.";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z");
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
  await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: true, transparencyTerritory: ["IE"] } });
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  while ((await exportAll()).batch);
});

const exportAll = async () => must(await exportStatements(deps, lee, { platformKey, idempotencyKey: newId() }));
const statementsOf = (decisionId: string) => deps.db.statementOfReasons.findMany({ where: { decisionId }, orderBy: { id: "asc" }, include: { publication: true } });
const extend = async (actionId: string, days = 3) => {
  const changed = must(await replaceAction(deps, ana, { actionId, reason: why, change: { what: "extend", days } }));
  if (changed.state === "awaiting_approval") must(await approveChange(deps, lee, { actionId }));
  return changed.actionId;
};
async function ruledMilder(on: Decided, measure: object, actionId = on.actionId) {
  const { appealId } = must(await filed(deps, on, { actionId }));
  must(await assignAppeal(deps, rita, { appealId }));
  const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
  must(await ruleOnAppeal(deps, rita, { appealId, version, ruling: "modified", measure: measure as never, grounds: "Three days are enough for two messages." }));
  return deps.db.action.findFirstOrThrow({ where: { decisionId: on.decisionId }, orderBy: { createdAt: "desc" } });
}
const pdfTextBytes = async (on: Decided, actionId: string) => (await statementPdf(deps.db, { accountId: on.holder.accountId, actionId }))!;

describe("an extended measure", () => {
  test("says as its decision did that a machine found it, also when the finding was taken back since", async () => {
    const found = await anInvestigation(deps, ana, { platformId, reports: 1 });
    const machine = { kind: "system", name: "signals" } as const;
    const signal = { accountId: found.account.id, clauseCode: "CF-AUP-4.3.b", rule: "after_opt_out", ruleVersion: 1, windowStart: "2026-11-19T04:00:00Z", windowEnd: "2026-11-20T04:00:00Z", observed: 2, threshold: 0, score: 40, measures: {}, eventIds: ["e1"] };
    const { signalId, caseId } = must(await recordSignal(deps, machine, signal));
    expect(caseId).toBe(found.caseId);
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, { ...found, version }, { clause: "CF-AUP-4.3.b" })));
    const { id } = await deps.db.action.findFirstOrThrow({ where: { decisionId } });
    await deps.db.$transaction((tx) => takeBackSignal(tx, machine, { caseId: found.caseId, signalId: signalId!, rule: "after_opt_out", at: deps.clock() }));
    expect((await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } })).signalCount).toBe(0);
    deps.clock.advance({ days: 1 });
    await extend(id);
    const said = (await statementsOf(decisionId)).map(({ dsa, text }) => [dsaStatementSchema.parse(dsa).automated_detection, /automated|machine|system/i.test(text)]);
    expect(said).toEqual([["Yes", true], ["Yes", true]]);
  });

  test("is stated by itself, with its own name, beside the first, which stays; both go to the database, each once", async () => {
    const on = await decided(deps, ana, platformId);
    deps.clock.advance({ days: 1 });
    const actionId = await extend(on.actionId);
    const [first, second, ...more] = await statementsOf(on.decisionId);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ actionId: null, replacesId: null });
    expect(second).toMatchObject({ actionId, replacesId: first!.id, puid: second!.id });
    expect(second!.puid).not.toBe(first!.puid);
    const [before, after] = [first, second].map((one) => dsaStatementSchema.parse(one!.dsa));
    expect([before!.end_date_account_restriction, after!.end_date_account_restriction]).toEqual(["2026-11-27", "2026-11-30"]);
    expect(after).toMatchObject({ decision_account: "DECISION_ACCOUNT_SUSPENDED", application_date: "2026-11-20", category: before!.category, territorial_scope: ["IE"], source_type: "SOURCE_ARTICLE_16", content_date: before!.content_date });
    expect(after!.decision_facts).toBe(`${before!.decision_facts}\n\n${why}`);
    const { batch } = await exportAll();
    expect((await batchById(deps.db, batch!.id))!.payloads.map((payload) => (payload as { puid: string }).puid)).toEqual([first!.puid, second!.puid]);
    expect((await exportAll()).batch).toBeNull();
    expect(await statementPage(deps, second!.id)).toMatchObject({ state: "exported", replaces: { id: first!.id }, replacedBy: null, undoneAs: null });
    expect(await statementPage(deps, first!.id)).toMatchObject({ state: "exported", replaces: null, replacedBy: { id: second!.id } });
  });

  test("page, mail, frozen text and PDF give the reasons in full, and the statement of the measure replaced", async () => {
    const on = await decided(deps, ana, platformId);
    const actionId = await extend(on.actionId);
    const [first, second] = await statementsOf(on.decisionId);
    const mail = (await openedNotices(deps, { actionId, kind: "action_changed" }))[0]!;
    for (const text of [mail.text, second!.text]) {
      for (const part of [why, "CF-AUP-4.3.b – Marketing after STOP", "> On 18 November your account sent two marketing messages", "People brought this to our attention.", first!.subject, "> How to object"]) expect(text).toContain(part);
    }
    expect(mail.subject).toBe(second!.subject);
    const { actions } = (await loadStanding(deps, on.holder.accountId))!;
    expect(actions.map(({ id, state, statement, since }) => [id, state, statement?.text, since !== null])).toEqual([[actionId, "active", second!.text, false], [on.actionId, "superseded", first!.text, true]]);
    const [old, recent] = [await pdfTextBytes(on, on.actionId), await pdfTextBytes(on, actionId)];
    expect(recent.fileName).toBe(`${actions[0]!.reference}.pdf`);
    expect(old.fileName).not.toBe(recent.fileName);
    expect(recent.bytes.equals((await statementPdf(deps.db, { statementId: second!.id }))!.bytes)).toBe(true);
  });

  test("extended again passes on the last statement's own words, and not the pile of all before it", async () => {
    const on = await decided(deps, ana, platformId);
    let actionId = on.actionId;
    for (const days of [1, 2, 3]) actionId = await extend(actionId, days);
    const statements = await statementsOf(on.decisionId);
    expect(statements.map(({ replacesId }) => replacesId)).toEqual([null, ...statements.slice(0, -1).map(({ id }) => id)]);
    expect(new Set(statements.map(({ puid }) => puid)).size).toBe(4);
    const headings = statements.map(({ text }) => text.split("The statement this one takes the place of").length - 1);
    expect(headings).toEqual([0, 1, 1, 1]);
  });

  test("that takes a second person is stated when it takes effect, and not before", async () => {
    const on = await decided(deps, ana, platformId);
    const { state } = must(await replaceAction(deps, ana, { actionId: on.actionId, reason: why, change: { what: "extend", days: 60 } }));
    expect(state).toBe("awaiting_approval");
    expect(await statementsOf(on.decisionId)).toHaveLength(1);
    must(await approveChange(deps, lee, { actionId: on.actionId }));
    expect(await statementsOf(on.decisionId)).toHaveLength(2);
  });

  test("of a hidden decision is stated for the file alone", async () => {
    const found = await anInvestigation(deps, ana, { platformId });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.3.b", lawEnforcementReferral: true, noTipOff: true })));
    must(await approveDecision(deps, lee, { decisionId }));
    const { id } = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: "suspension" } });
    await extend(id);
    const statements = await statementsOf(decisionId);
    expect(statements.map(({ publication }) => publication?.outOfScope)).toEqual(["no_tip_off", "no_tip_off"]);
    expect(await openedNotices(deps, { accountId: found.account.id })).toEqual([]);
    expect((await loadStanding(deps, found.account.id))!.actions).toEqual([]);
    expect(await statementPdf(deps.db, { accountId: found.account.id, actionId: statements[1]!.actionId! })).toBeNull();
  });
});

describe("a ruling that puts a milder measure in place", () => {
  const threeDays = { kind: "suspension", days: 3 };

  test("before the first was handed over: the new statement goes in its stead", async () => {
    const on = await decided(deps, ana, platformId);
    const milder = await ruledMilder(on, threeDays);
    const [first, second] = await statementsOf(on.decisionId);
    expect([first!.publication!.undoneAs, second!.publication!.undoneAs]).toEqual(["modified", null]);
    expect(second).toMatchObject({ actionId: milder.id, replacesId: first!.id });
    expect(dsaStatementSchema.parse(second!.dsa)).toMatchObject({ end_date_account_restriction: "2026-11-23", puid: second!.id });
    const { batch } = await exportAll();
    expect((await batchById(deps.db, batch!.id))!.payloads.map((payload) => (payload as { puid: string }).puid)).toEqual([second!.puid]);
    expect((await statementPage(deps, first!.id))?.state).toBe("superseded");
    const mail = (await openedNotices(deps, { kind: "appeal_ruling", actionId: milder.id }))[0]!;
    for (const part of ["Three days are enough", "CF-AUP-4.3.b – Marketing after STOP", "You can appeal against the new measure", first!.subject]) expect(mail.text).toContain(part);
    expect(second!.text).toContain(first!.subject);
  });

  test("after it was handed over: that one cannot be taken back, so it is told as undone and stays as it was", async () => {
    const on = await decided(deps, ana, platformId);
    const { batch } = await exportAll();
    const before = (await batchById(deps.db, batch!.id))!;
    await ruledMilder(on, threeDays);
    const after = (await batchById(deps.db, batch!.id))!;
    const [first] = await statementsOf(on.decisionId);
    expect(after).toEqual({ ...before, undone: [first!.puid] });
    expect((await exportAll()).batch?.size).toBe(1);
    await expect(deps.db.$executeRaw`UPDATE statement_publication SET blockers = '{x}', undone_as = 'reversed' WHERE statement_id = ${first!.id}::uuid`).rejects.toThrow(/its publication never changes/);
  });

  test("a milder warning restricts nothing, so nothing goes there", async () => {
    const on = await decided(deps, ana, platformId);
    await ruledMilder(on, { kind: "warning" });
    expect((await statementsOf(on.decisionId)).map(({ publication }) => [publication!.undoneAs, publication!.outOfScope])).toEqual([["modified", null], [null, "no_restriction"]]);
    expect((await exportAll()).batch).toBeNull();
  });

  test("undone in its turn, takes every statement of the decision with it", async () => {
    const on = await decided(deps, ana, platformId);
    const milder = await ruledMilder(on, threeDays);
    must(await deps.db.$transaction((tx) => reverseAction(tx, deps, lou, { actionId: milder.id, grounds: "It was wrong altogether.", at: deps.clock(), tell: false })));
    expect((await statementsOf(on.decisionId)).map(({ publication }) => publication!.undoneAs)).toEqual(["modified", "reversed"]);
    expect((await exportAll()).batch).toBeNull();
  });

  test("holds back a statement whose grounds name somebody, until the public's facts are rewritten", async () => {
    const on = await decided(deps, ana, platformId);
    must(await replaceAction(deps, ana, { actionId: on.actionId, reason: "You wrote to office@partner-firm.example again.", change: { what: "extend", days: 3 } }));
    const [, second] = await statementsOf(on.decisionId);
    expect(await statementPage(deps, second!.id)).toMatchObject({ state: "blocked", blockers: ["somebody_email"] });
  });
});

test("the database keeps one statement of a decision's own, one for each measure, one in the place of each", async () => {
  const on = await decided(deps, ana, platformId);
  await extend(on.actionId);
  const [first, second] = await statementsOf(on.decisionId);
  const { publication: _first, ...own } = first!;
  const { publication: _second, ...replacing } = second!;
  const again = (row: typeof own, over: object) => deps.db.statementOfReasons.create({ data: { ...row, content: {}, dsa: {}, id: newId(), puid: newId(), ...over } as never });
  await expect(again(own, {})).rejects.toThrow(/Unique constraint/);
  await expect(again(replacing, { replacesId: replacing.id })).rejects.toThrow(/Unique constraint/);
  await expect(again(replacing, { actionId: on.actionId })).rejects.toThrow(/Unique constraint/);
  await expect(again(own, { actionId: on.actionId })).rejects.toThrow(/statement_in_place/);
});
