import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dsaStatementSchema } from "~/modules/transparency/dsa-statement.schema";
import type { StaffActor } from "~/modules/access/actor";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { actionPage } from "~/modules/enforcement/action.queries.server";
import { acceptRuleMeasure, refuseRuleMeasure } from "~/modules/enforcement/answer-rule-measure.server";
import { approveInterim } from "~/modules/enforcement/answer-interim.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { waitingRuleMeasures } from "~/modules/enforcement/rule-measures.queries.server";
import { settleRuleMeasure, settleRuleMeasures } from "~/modules/enforcement/settle-rule-measure.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { confirmAutomation, endAutomation } from "~/modules/signals/answer-automation.server";
import { askAutomation } from "~/modules/signals/ask-automation.server";
import { exemptAccount } from "~/modules/signals/exempt-account.server";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { setRule } from "~/modules/signals/set-rule.server";
import { statementPage } from "~/modules/transparency/statements.queries.server";
import { createAccount } from "../factories/account";
import { must } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { withPoison } from "../support/poison";

/** Interim measures that a rule proposes, and those that take effect by themselves where two people switched that on. */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
let pia: StaffActor;
let version: number;
let feature: string;

const platformKey = "customerflows";
const clause = "CF-AUP-4.4.c";
const words = "Marketing went out at night, and it goes on.";
const start = "2026-11-20T21:00:00Z";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  deps.clock.set(start);
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: true } });
  feature = (await deps.db.feature.findFirstOrThrow({ where: { platformId, retiredAt: null }, orderBy: { position: "desc" } })).code;
  await propose();
});
afterAll(async () => {
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
  await database.close();
});
beforeEach(async () => {
  deps.clock.set(start);
  await deps.db.platform.update({ where: { id: platformId }, data: { fourEyesKinds: [] } });
});

async function propose() {
  const newest = (await deps.db.signalRuleVersion.aggregate({ where: { platformId, rule: "quiet_hours" }, _max: { version: true } }))._max.version ?? 1;
  const days = newest % 2 === 1 ? 5 : 6;
  ({ version } = must(await setRule(deps, pia, { platformKey, rule: "quiet_hours", basedOn: newest, mode: "signal_and_interim", parameters: {}, effectiveOn: undefined, confirmedClause: clause, interimFeatures: [feature], interimDays: days, reason: "Night messages hurt people." } as never)));
}

/** An account that its rule found something about, on the case that opened. */
async function found(over: { mode?: "signal" | "shadow" | "signal_and_interim"; accountId?: string; day?: number } = {}) {
  const account = over.accountId ? await deps.db.account.findUniqueOrThrow({ where: { id: over.accountId } }) : await createAccount(deps.db, { platformId });
  if (!over.accountId) await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId: account.id, kind: "email", value: `owner-${account.externalId}@roofing.example`, createdAt: deps.clock().toJSDate() }));
  const day = over.day ?? 20;
  const recorded = must(await recordSignal(deps, { kind: "system", name: "signals" }, { accountId: account.id, clauseCode: clause, rule: "quiet_hours", ruleVersion: version, windowStart: `2026-11-${day}T07:00:00Z`, windowEnd: `2026-11-${day + 1}T07:00:00Z`, observed: 12, threshold: 0, score: 60, measures: { breaches: 12, contacts: 9, ambiguous: 0, marketing: 300 }, eventIds: ["e1"] }));
  const [signalId, caseId] = [recorded.signalId!, recorded.caseId!];
  await deps.db.$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE signal SET mode = ${over.mode ?? "signal_and_interim"}::rule_mode, case_id = NULL WHERE id = ${signalId}::uuid`;
    if (over.mode !== "shadow") await tx.$executeRaw`UPDATE signal SET case_id = ${caseId}::uuid WHERE id = ${signalId}::uuid`;
  });
  return { account, signalId, caseId };
}
const rows = (caseId: string) => deps.db.ruleMeasure.findMany({ where: { caseId }, orderBy: { id: "asc" } });
const denied = async (externalId: string) => (await readGate(deps, platformId, externalId))!.features.filter(({ allowed }) => !allowed).map((one) => one.feature);
const retract = (signalId: string) => deps.db.signal.update({ where: { id: signalId }, data: { retractedAt: deps.clock().toJSDate() } });
const accept = (ruleMeasureId: string, by = ana) => acceptRuleMeasure(deps, by, { ruleMeasureId, reason: words, confirmed: [] });
async function proposed(over: Parameters<typeof found>[0] = {}) {
  const one = await found(over);
  await settleRuleMeasure(deps, one.signalId);
  return { ...one, row: (await rows(one.caseId)).at(-1)! };
}
async function switchedOn() {
  const asked = must(await askAutomation(deps, pia, { platformKey, rule: "quiet_hours", ruleVersion: version, confirmedClause: clause, effectiveOn: undefined, reason: "Nights cannot wait for the morning." }));
  must(await confirmAutomation(deps, lee, asked));
  return asked.automationId;
}

describe("a proposal", () => {
  test("is made once for each finding, however often and by however many, and restricts nobody", async () => {
    const { account, signalId, caseId } = await found();
    await Promise.all([settleRuleMeasure(deps, signalId), settleRuleMeasure(deps, signalId), settleRuleMeasures(deps)]);
    await settleRuleMeasure(deps, signalId);
    expect(await rows(caseId)).toMatchObject([{ state: "waiting", rule: "quiet_hours", features: [feature], automationId: null, actionId: null }]);
    expect(await denied(account.externalId)).toEqual([]);
    expect(await deps.db.notice.count({ where: { accountId: account.id } })).toBe(0);
    expect(await deps.db.signal.count({ where: { measureDue: true, caseId } })).toBe(0);
    expect(await waitingRuleMeasures(deps, caseId)).toMatchObject([{ clauseCode: clause, reason: expect.stringContaining("12 of 300 marketing messages") as unknown }]);
  });

  test("is found by the sweep when its job was lost, and whole or not at all when a part of it fails", async () => {
    const { signalId, caseId } = await found();
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    await owner.query("CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the power went out'; END $$");
    await owner.query("CREATE TRIGGER power_cut BEFORE INSERT ON case_event FOR EACH ROW WHEN (NEW.kind = 'rule_proposed') EXECUTE FUNCTION power_cut()");
    await expect(settleRuleMeasure(deps, signalId)).rejects.toThrow("power");
    expect(await rows(caseId)).toEqual([]);
    expect(await deps.db.signal.count({ where: { id: signalId, measureDue: true } })).toBe(1);
    await owner.query("DROP TRIGGER power_cut ON case_event");
    await owner.end();
    await settleRuleMeasures(deps);
    expect(await rows(caseId)).toMatchObject([{ state: "waiting" }]);
  });

  test.each(["signal", "shadow"] as const)("is never made by a rule in mode %s", async (mode) => {
    const { signalId, caseId } = await found({ mode });
    await settleRuleMeasure(deps, signalId);
    expect(await rows(caseId)).toEqual([]);
  });

  test("is never made for an exempt account", async () => {
    const { account, signalId, caseId } = await found();
    must(await exemptAccount(deps, pia, { platformKey, rule: "quiet_hours", account: account.externalId, startsOn: undefined, lastDay: undefined, reason: "It calls hospitals at night." }));
    await settleRuleMeasure(deps, signalId);
    expect(await rows(caseId)).toEqual([]);
  });

  test("ends when its finding is taken back, and cannot be accepted at the same moment", async () => {
    const { row, signalId, account } = await proposed();
    await retract(signalId);
    expect(await accept(row.id)).toMatchObject({ ok: false, reason: "signal_retracted" });
    await settleRuleMeasure(deps, signalId);
    expect(await rows(row.caseId)).toMatchObject([{ state: "retracted" }]);
    expect(await denied(account.externalId)).toEqual([]);
  });

  test("rests on the next finding that holds when the first is taken back", async () => {
    const { row, signalId, account } = await proposed();
    const next = await found({ accountId: account.id, day: 19 });
    await settleRuleMeasure(deps, next.signalId);
    expect(await rows(row.caseId)).toHaveLength(1);
    await retract(signalId);
    await settleRuleMeasure(deps, signalId);
    expect((await rows(row.caseId)).map(({ state, signalId: of }) => [state, of === next.signalId])).toEqual([["retracted", false], ["waiting", true]]);
  });

  test("lapses, and when it is refused nothing more comes for what went before", async () => {
    const first = await proposed();
    must(await refuseRuleMeasure(deps, ana, { ruleMeasureId: first.row.id, reason: "They had asked for it." }));
    const again = await found({ accountId: first.account.id, day: 19 });
    await settleRuleMeasure(deps, again.signalId);
    expect((await rows(first.caseId)).map(({ state }) => state)).toEqual(["refused"]);
    const later = await found({ accountId: first.account.id, day: 21 });
    await settleRuleMeasure(deps, later.signalId);
    expect((await rows(first.caseId)).map(({ state }) => state)).toEqual(["refused", "waiting"]);
    deps.clock.set("2026-11-23T21:00:00Z");
    await expireProposals(deps);
    expect((await rows(first.caseId)).map(({ state }) => state)).toEqual(["refused", "lapsed"]);
  });

  test("one that cannot be put away stays due and keeps no other, and no request to let a rule act by itself, from lapsing", async () => {
    const [stuck, other] = [await proposed(), await proposed()];
    const { automationId } = must(await askAutomation(deps, pia, { platformKey, rule: "quiet_hours", ruleVersion: version, confirmedClause: clause, effectiveOn: undefined, reason: "It was right each time." }));
    deps.clock.set("2026-11-24T21:00:00Z");
    const asked = () => deps.db.ruleAutomation.findUniqueOrThrow({ where: { id: automationId }, select: { state: true } });
    await withPoison(database.url, "rule_measure", `NEW.id = '${stuck.row.id}'`, async () => {
      await expireProposals(deps);
      expect((await rows(stuck.caseId)).map(({ state }) => state)).toEqual(["waiting"]);
      expect((await rows(other.caseId)).map(({ state }) => state)).toEqual(["lapsed"]);
      expect(await asked()).toEqual({ state: "lapsed" });
    });
    await expireProposals(deps);
    expect((await rows(stuck.caseId)).map(({ state }) => state)).toEqual(["lapsed"]);
  });
});

describe("accepting", () => {
  test("two at once: one measure, one statement that says detection was automated and a person agreed", async () => {
    const { row, account, caseId } = await proposed();
    const answers = await Promise.all([accept(row.id), accept(row.id, lee), accept(row.id, lou)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const action = await deps.db.action.findFirstOrThrow({ where: { caseId }, include: { statements: true } });
    expect(action).toMatchObject({ interim: true, state: "active", decisionId: null, features: [feature] });
    expect(await denied(account.externalId)).toContain(feature);
    const dsa = dsaStatementSchema.parse(action.statements[0]!.dsa);
    expect(dsa).toMatchObject({ automated_detection: "Yes", automated_decision: "AUTOMATED_DECISION_PARTIALLY", decision_facts: words, decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION" });
    expect(action.statements[0]!.text).toContain("who agreed to what an automated system proposed");
    expect((await actionPage(deps, action.id))!.byRule).toMatchObject({ version, byItself: false });
    expect(action.statements[0]!.text).toContain(clause);
    expect(await deps.db.notice.count({ where: { actionId: action.id, kind: "interim_measure" } })).toBe(1);
  });

  test("waits for a second person where interim measures take two, and falls with its finding until then", async () => {
    await deps.db.platform.update({ where: { id: platformId }, data: { fourEyesKinds: ["interim_measure"] } });
    const { row, account } = await proposed();
    const { actionId } = must(await accept(row.id));
    expect(await denied(account.externalId)).toEqual([]);
    expect(await approveInterim(deps, ana, { actionId })).toMatchObject({ ok: false });
    must(await approveInterim(deps, lee, { actionId }));
    expect((await deps.db.statementOfReasons.findFirstOrThrow({ where: { actionId } })).dsa).toMatchObject({ automated_decision: "AUTOMATED_DECISION_PARTIALLY" });
    const other = await proposed();
    const waiting = must(await accept(other.row.id));
    await retract(other.signalId);
    await settleRuleMeasure(deps, other.signalId);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: waiting.actionId } })).toMatchObject({ state: "rejected" });
    expect(await rows(other.caseId)).toMatchObject([{ state: "retracted" }]);
  });
});

describe("by itself", () => {
  test("takes two people, neither of whom may be the other, and one to end it", async () => {
    const ask = (by: StaffActor) => askAutomation(deps, by, { platformKey, rule: "quiet_hours", ruleVersion: version, confirmedClause: clause, effectiveOn: undefined, reason: "Nights cannot wait for the morning." });
    expect(await ask(lee)).toMatchObject({ reason: "forbidden" });
    const asked = must(await ask(pia));
    expect(await ask(pia)).toMatchObject({ reason: "automation_exists" });
    expect(await confirmAutomation(deps, pia, asked)).toMatchObject({ reason: "forbidden" });
    const both = await createStaff(deps.db, ["policy_manager", "lead"], "Bo");
    const before = await proposed();
    expect(before.row).toMatchObject({ state: "waiting" });
    await expect(deps.db.ruleAutomation.update({ where: { id: asked.automationId }, data: { state: "on", confirmedById: pia.id, confirmedAt: deps.clock().toJSDate() } })).rejects.toThrow("rule_automation_four_eyes");
    must(await confirmAutomation(deps, both, asked));
    must(await endAutomation(deps, both, { automationId: asked.automationId, reason: "A try." }));
    const own = must(await ask(both));
    expect(await confirmAutomation(deps, both, own)).toMatchObject({ reason: "own_proposal" });
    must(await confirmAutomation(deps, lou, own));
    must(await endAutomation(deps, pia, { automationId: own.automationId, reason: "A try." }));
    expect((await proposed()).row).toMatchObject({ state: "waiting", automationId: null });
  });

  test("holds at once, is told as fully automated in mail, page, PDF and export, lapses, and neither who switched it on rules on it", async () => {
    const automationId = await switchedOn();
    deps.clock.set("2026-11-20T21:00:05Z");
    const { account, signalId, caseId } = await found();
    await Promise.all([settleRuleMeasure(deps, signalId), settleRuleMeasure(deps, signalId)]);
    expect(await rows(caseId)).toMatchObject([{ state: "accepted", automationId }]);
    const action = await deps.db.action.findFirstOrThrow({ where: { caseId }, include: { statements: true } });
    expect(action).toMatchObject({ state: "active", interim: true, proposerId: pia.id, approverId: lee.id });
    expect(await denied(account.externalId)).toContain(feature);
    expect(dsaStatementSchema.parse(action.statements[0]!.dsa)).toMatchObject({ automated_detection: "Yes", automated_decision: "AUTOMATED_DECISION_FULLY", source_type: "SOURCE_VOLUNTARY" });
    expect(action.statements[0]!.text).toContain("No person looked at this before the measure took effect.");
    expect((await actionPage(deps, action.id))!.byRule).toMatchObject({ version, signalId, byItself: true });
    const [notice] = await deps.db.notice.findMany({ where: { actionId: action.id } });
    expect(deps.crypto.open(notice!.textSealed, "notice.text")).toContain("An automated system, without a person");
    const standing = (await loadStanding(deps, account.id))!;
    expect(standing.actions[0]).toMatchObject({ interim: true, printable: true, bars: null });
    expect(standing.actions[0]!.statement!.text).toContain("An automated system, without a person");
    expect((await statementPdf(deps.db, { accountId: account.id, actionId: action.id }))!.bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await statementPage(deps, action.statements[0]!.id)).toMatchObject({ state: "ready", decision: null, fields: { automated_decision: "AUTOMATED_DECISION_FULLY" } });
    deps.clock.set("2026-12-20T21:00:00Z");
    await expireActions(deps);
    expect(await denied(account.externalId)).toEqual([]);
    deps.clock.set(start);
    must(await endAutomation(deps, lee, { automationId, reason: "Enough of it." }));
  });

  test("acts once on a case, not again for what a person lifted, and ends when its finding is taken back", async () => {
    const automationId = await switchedOn();
    deps.clock.set("2026-11-20T21:00:05Z");
    const first = await proposed();
    must(await liftAction(deps, ana, { actionId: first.row.actionId!, reason: "They stopped at once.", confirmed: [] }));
    const older = await found({ accountId: first.account.id, day: 19 });
    await settleRuleMeasure(deps, older.signalId);
    expect(await rows(first.caseId)).toHaveLength(1);
    const next = await found({ accountId: first.account.id, day: 21 });
    await settleRuleMeasure(deps, next.signalId);
    expect((await rows(first.caseId)).map(({ state, automationId: by }) => [state, by])).toEqual([["accepted", automationId], ["waiting", null]]);
    const taken = await proposed();
    await retract(taken.signalId);
    await settleRuleMeasure(deps, taken.signalId);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: taken.row.actionId! } })).toMatchObject({ state: "lifted" });
    expect(await denied(taken.account.externalId)).toEqual([]);
    must(await endAutomation(deps, lee, { automationId, reason: "Enough of it." }));
  });

  test("does not outlive the version it was switched on for, nor can a row say so", async () => {
    const automationId = await switchedOn();
    await propose();
    const { row, signalId, caseId, account } = await proposed();
    expect(row).toMatchObject({ state: "waiting", automationId: null });
    await expect(
      deps.db.$executeRaw`INSERT INTO rule_measure (id, platform_id, account_id, case_id, signal_id, rule, rule_version, features, days, state, automation_id, created_at, expires_at)
        VALUES (gen_random_uuid(), ${platformId}::uuid, ${account.id}::uuid, ${caseId}::uuid, ${signalId}::uuid, 'quiet_hours', ${version}, '{x}', 5, 'accepted', ${automationId}::uuid, now(), now())`,
    ).rejects.toThrow("switched on");
    must(await endAutomation(deps, lee, { automationId, reason: "Enough of it." }));
  });
});
