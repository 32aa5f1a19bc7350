import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { outboxTopics } from "~/infra/outbox-topics";
import type { Actor, StaffActor } from "~/modules/access/actor";
import { accountStanding } from "~/modules/cases/standing.queries.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { linkInWords } from "~/modules/platforms/linked-account";
import { upsertAccountSchema } from "~/modules/platforms/upsert-account.schema";
import { upsertAccount } from "~/modules/platforms/upsert-account.server";
import { exemptAccount } from "~/modules/signals/exempt-account.server";
import { findEvasion } from "~/modules/signals/find-evasion.server";
import type { RuleMode } from "~/modules/signals/rules/rule-catalogue";
import { rulePage } from "~/modules/signals/rules.queries.server";
import { setRule } from "~/modules/signals/set-rule.server";
import { startBacktest } from "~/modules/signals/start-backtest.server";
import { accountIdentified } from "../../jobs/processors/account-identified.job";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { nth } from "../factories/moment";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

const platform = (): Actor => ({ kind: "api_key", id: "018f0000-0000-7000-8000-000000000001", platformId, scopes: ["account:write"] });

async function tell(externalId: string, facts: object) {
  const told = await upsertAccount(deps, platform(), upsertAccountSchema.parse({ externalId, businessName: `Business ${externalId}`, ...facts }));
  if (!told.ok) throw new Error(told.reason);
  await compare();
  return told;
}

/** What the worker does with the rows the platform's call left, each row twice. */
async function compare() {
  const rows = await deps.db.outboxMessage.findMany({ where: { topic: "account.identified" } });
  for (const { payload } of [...rows, ...rows]) await accountIdentified.process(outboxTopics["account.identified"].payload.parse(payload), deps as never);
  await deps.db.outboxMessage.deleteMany({ where: { topic: "account.identified" } });
}

const fresh = (prefix: string) => `${prefix}-${nth()}-000000`;
const signalsOf = (accountId: string) => deps.db.signal.findMany({ where: { accountId }, include: { clause: true, case: true } });
const linksOf = async (accountId: string) => (await accountStanding(deps.db, accountId, platformId)).linked;

async function suspended(facts: object) {
  const externalId = fresh("old");
  const { accountId } = await tell(externalId, facts);
  const { caseId } = await anInvestigation(deps, ana, { platformId, accountId });
  deps.clock.advance({ minutes: 1 });
  const measure = await applyInterimMeasure(deps, ana, { caseId, version: undefined, kind: "suspension", features: [], days: 7, reason: "Complaints keep coming in while we look." });
  if (!measure.ok) throw new Error(measure.reason);
  deps.clock.advance({ minutes: 1 });
  return { accountId, externalId };
}

test("a new account with the card and number of a suspended one raises one signal, against the clause on extra accounts", async () => {
  const [card, number] = [fresh("card"), "+13075550191"];
  const old = await suspended({ paymentFingerprints: [card], phones: [number] });
  const { accountId } = await tell(fresh("new"), { paymentFingerprints: [card], phones: [number], devices: [fresh("dev")] });
  const signals = await signalsOf(accountId);
  expect(signals).toHaveLength(1);
  expect(signals[0]).toMatchObject({ rule: "duplicate_account", measures: { shared: 2, shared_phone: 1, shared_payment: 1 }, clause: { code: "CF-AUP-3.5.e" }, case: { state: "open", area: "platform_abuse" } });
  expect(signals[0]!.eventIds).toContain(old.accountId);
  const [link] = await linksOf(accountId);
  expect(link).toMatchObject({ accountId: old.accountId, status: "suspended" });
  expect(link!.links.map(linkInWords).toSorted()).toEqual(["Same payment card or account", "Same phone number, ending 0191"]);
});

test("accounts that were linked before the action are shown, and are no signal", async () => {
  const device = fresh("dev");
  const sibling = await tell(fresh("sib"), { devices: [device] });
  const old = await suspended({ devices: [device] });
  await tell(fresh("x"), {});
  expect(await signalsOf(sibling.accountId)).toHaveLength(0);
  expect((await linksOf(old.accountId)).map(({ accountId }) => accountId)).toEqual([sibling.accountId]);
});

test("changing what the two share hides nothing: the tie stays, with the day it ended", async () => {
  const device = fresh("dev");
  const old = await suspended({ devices: [device] });
  const externalId = fresh("new");
  const { accountId } = await tell(externalId, { devices: [device] });
  deps.clock.advance({ days: 1 });
  expect(await tell(externalId, { devices: [fresh("dev")] })).toMatchObject({ changed: ["devices"] });
  const [link] = await linksOf(accountId);
  expect(link).toMatchObject({ accountId: old.accountId, links: [{ kind: "device", until: expect.any(String) as string }] });
  expect(await signalsOf(accountId)).toHaveLength(1);
});

test("what more than twenty accounts share ties nobody to anybody", async () => {
  const device = fresh("dev");
  await suspended({ devices: [device] });
  for (let made = 0; made < 20; made += 1) await tell(fresh("crowd"), { devices: [device] });
  const before = await deps.db.signal.count();
  const { accountId } = await tell(fresh("last"), { devices: [device] });
  expect(await deps.db.signal.count()).toBe(before);
  expect((await linksOf(accountId))[0]!.links[0]).toMatchObject({ shared: 21 });
});

test("an account that came after the action is found, too, when the old one's card is told last", async () => {
  const card = fresh("card");
  const old = await suspended({});
  const { accountId } = await tell(fresh("new"), { paymentFingerprints: [card] });
  const sibling = await tell(fresh("far"), { paymentFingerprints: [fresh("card")] });
  expect(await signalsOf(accountId)).toHaveLength(0);
  deps.clock.advance({ days: 2 });
  await tell(old.externalId, { paymentFingerprints: [card] });
  expect((await signalsOf(accountId)).map(({ eventIds }) => eventIds)).toEqual([expect.arrayContaining([old.accountId])]);
  expect(await signalsOf(sibling.accountId)).toHaveLength(0);
});

test("a holder who is told of a suspension that begins later, and opens another account before it does, raises one", async () => {
  const device = fresh("dev");
  const { accountId: old } = await tell(fresh("old"), { devices: [device] });
  const sibling = await tell(fresh("sib"), { devices: [device] });
  const found = await anInvestigation(deps, ana, { platformId, accountId: old });
  deps.clock.advance({ minutes: 1 });
  const decided = await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.1.b", rung: 4, days: 7, justification: "The sender went on after it was stopped.", startsAt: "2026-11-23T08:00" }));
  if (!decided.ok) throw new Error(decided.reason);
  deps.clock.advance({ days: 1 });
  const { accountId } = await tell(fresh("new"), { devices: [device] });
  expect(await signalsOf(accountId)).toHaveLength(1);
  expect(await signalsOf(sibling.accountId)).toHaveLength(0);
});

test("another platform's account with the same device is nobody's business", async () => {
  const device = fresh("dev");
  const old = await suspended({ devices: [device] });
  const { id: other } = await deps.db.platform.findUniqueOrThrow({ where: { key: "xpecto" } });
  const told = await upsertAccount(deps, { kind: "api_key", id: "018f0000-0000-7000-8000-000000000002", platformId: other, scopes: ["account:write"] }, upsertAccountSchema.parse({ externalId: fresh("xp"), businessName: "Elsewhere", devices: [device] }));
  await compare();
  expect(told.ok && (await signalsOf(told.accountId))).toEqual([]);
  expect(await linksOf(old.accountId)).toEqual([]);
});

describe("the platform sets the rule as it sets every other", () => {
  const [platformKey, rule] = ["customerflows", "duplicate_account"] as const;
  let pia: StaffActor;
  beforeAll(async () => {
    pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  });

  async function setTo(mode: RuleMode, parameters = { shared: 1, tooCommon: 20 }) {
    const { newest } = (await rulePage(deps, platformKey, rule))!;
    const set = await setRule(deps, pia, { platformKey, rule, basedOn: newest.version, mode, parameters, effectiveOn: undefined, confirmedClause: undefined, interimFeatures: [], interimDays: undefined, reason: "How much two accounts share is weighed anew." });
    if (!set.ok && set.reason !== "rule_unchanged") throw new Error(set.reason);
    deps.clock.advance({ seconds: 1 });
  }

  test("off, it finds nothing of what comes while it is off, also not once it is on again", async () => {
    const device = fresh("dev");
    await suspended({ devices: [device] });
    await setTo("off");
    const { accountId } = await tell(fresh("new"), { devices: [device] });
    deps.clock.advance({ minutes: 1 });
    await setTo("signal");
    await findEvasion(deps, { kind: "system", name: "test" }, accountId);
    expect(await signalsOf(accountId)).toHaveLength(0);
  });

  test("in shadow, it records what it would have found, and no case hears of it", async () => {
    const device = fresh("dev");
    await suspended({ devices: [device] });
    await setTo("shadow");
    const { accountId } = await tell(fresh("new"), { devices: [device] });
    expect(await signalsOf(accountId)).toMatchObject([{ mode: "shadow", ruleVersion: expect.any(Number) as number, caseId: null }]);
    expect(await deps.db.case.count({ where: { accountId } })).toBe(0);
  });

  test("by its bounds: how much is shared, and by how many at most", async () => {
    const [device, phone] = [fresh("dev"), "+13075550192"];
    await suspended({ devices: [device], phones: [phone] });
    await setTo("signal", { shared: 2, tooCommon: 20 });
    const one = await tell(fresh("one"), { devices: [device] });
    const both = await tell(fresh("both"), { devices: [device], phones: [phone] });
    expect(await signalsOf(one.accountId)).toHaveLength(0);
    expect(await signalsOf(both.accountId)).toMatchObject([{ measures: { shared: 2 } }]);
    await setTo("signal", { shared: 1, tooCommon: 3 });
    const fourth = await tell(fresh("four"), { devices: [device] });
    expect(await signalsOf(fourth.accountId)).toHaveLength(0);
  });

  test("an exempt account is left alone while it is exempt", async () => {
    await setTo("signal");
    const device = fresh("dev");
    await suspended({ devices: [device] });
    const externalId = fresh("new");
    const { accountId } = await tell(externalId, {});
    const exempted = await exemptAccount(deps, pia, { platformKey, rule, account: externalId, startsOn: undefined, lastDay: "2026-11-22", reason: "A second shop of the same owner, agreed with us." });
    if (!exempted.ok) throw new Error(exempted.reason);
    deps.clock.advance({ minutes: 1 });
    await tell(externalId, { devices: [device] });
    expect(await signalsOf(accountId)).toHaveLength(0);
    const later = fresh("dev");
    deps.clock.advance({ days: 4 });
    await suspended({ devices: [later] });
    await tell(externalId, { devices: [device, later] });
    expect(await signalsOf(accountId)).toHaveLength(1);
  });

  test("below the platform's threshold its signal stands by itself", async () => {
    const device = fresh("dev");
    await suspended({ devices: [device] });
    await setTo("signal");
    const { signalThreshold } = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
    await deps.db.platform.update({ where: { id: platformId }, data: { signalThreshold: 999 } });
    const { accountId } = await tell(fresh("new"), { devices: [device] });
    await deps.db.platform.update({ where: { id: platformId }, data: { signalThreshold } });
    expect(await signalsOf(accountId)).toMatchObject([{ caseId: null }]);
  });

  test("it cannot be tried over stored events, which hold nothing of it", async () => {
    const asked = { platformKey, rule, mode: "signal" as const, parameters: { shared: 1, tooCommon: 20 }, firstDay: "2026-11-18", lastDay: "2026-11-19" };
    expect(await startBacktest(deps, pia, asked)).toEqual({ ok: false, reason: "backtest_without_events" });
  });
});

test.each([
  [{ domains: ["not a domain"] }],
  [{ domains: ["http://a.example/x"] }],
  [{ devices: ["short"] }],
  [{ devices: ["dev-\u0000-000001"] }],
  [{ paymentFingerprints: Array.from({ length: 21 }, (_, n) => `card-${n}-0000`) }],
])("what no account has is refused (%#)", (facts) => expect(upsertAccountSchema.safeParse({ externalId: "a", businessName: "A", ...facts }).success).toBe(false));
