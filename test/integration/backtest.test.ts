import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { cancelBacktest, failBacktest } from "~/modules/signals/backtest/end-backtest.server";
import { requeueLostBacktests } from "~/modules/signals/backtest/requeue-lost-backtests.server";
import { startBacktest } from "~/modules/signals/start-backtest.server";
import { workOnBacktest } from "~/modules/signals/work-on-backtest.server";
import type { MessageEvent } from "~/modules/signals/message-event";
import { noCohorts } from "~/modules/signals/rules/opt-out-spike";
import { ruleVersion } from "~/modules/signals/rules/default-rules";
import { compileRules, RuleEngine } from "~/modules/signals/rules/engine";
import type { Finding } from "~/modules/signals/rules/finding";
import { clauseOf, eventRuleCodes, type RuleCode } from "~/modules/signals/rules/rule-catalogue";
import { signalsOfFindings } from "~/modules/signals/rules/signals-of-findings";
import { setRule } from "~/modules/signals/set-rule.server";
import { createAccount } from "../factories/account";
import { must } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { messageEvent } from "../support/message-events";
import { dayOfTraffic } from "../support/message-traffic";
import { storeEvents } from "../support/stored-events";
import { aTail } from "../support/tailing";

/** Two in the afternoon in Denver. */
const now = "2026-11-20T21:00:00Z";
const platformKey = "customerflows";
const at = (iso: string) => Date.parse(iso);

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let pia: StaffActor;
let ana: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId, ana } = await enforcers(deps));
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
});
afterAll(() => database.close());

const week = { firstDay: "2026-11-17", lastDay: "2026-11-19" };
const draft = (rule: RuleCode, parameters: object = {}, over: object = {}) => ({ platformKey, rule, mode: "signal", parameters: { ...ruleVersion(rule).parameters, ...parameters }, ...week, ...over }) as Parameters<typeof startBacktest>[2];
const work = async (backtestId: string) => {
  while ((await workOnBacktest(deps, backtestId, { forMs: 60_000, restShare: 0 })).left);
};
async function tried(rule: RuleCode, parameters: object = {}, over: object = {}) {
  const { backtestId } = must(await startBacktest(deps, pia, draft(rule, parameters, over)));
  await work(backtestId);
  return resultOf(backtestId);
}
const resultOf = async (id: string) => {
  const { totals, ...row } = await deps.db.ruleBacktest.findUniqueOrThrow({ where: { id }, include: { accounts: { orderBy: { accountId: "asc" } } } });
  return { ...row, totals: totals as Record<string, Record<string, unknown>>, of: (accountId: string) => row.accounts.find((one) => one.accountId === accountId) };
};

/** Signals of each account, as the engine finds them when it is asked directly. */
function signalsBy(rule: RuleCode, parameters: object, events: readonly MessageEvent[]): Map<string, number> {
  const engine = new RuleEngine(compileRules({ zone: "America/Denver", versions: [ruleVersion(rule, { parameters: parameters as Record<string, unknown> })], exemptions: [] }, noCohorts), { repeats: false });
  const findings = new Map<string, Finding>();
  for (const event of events) {
    const { put, retract } = engine.step([event]);
    for (const finding of put) findings.set(finding.key, finding);
    for (const key of retract) findings.delete(key);
  }
  const counts = new Map<string, number>();
  for (const { accountId } of signalsOfFindings(findings.values(), { zone: "America/Denver", tallyOf: () => null })) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
  return counts;
}

describe("a day of traffic that was judged when it came", () => {
  let events: MessageEvent[];

  beforeAll(async () => {
    const traffic = dayOfTraffic({ seed: 7, start: at("2026-11-18T00:00:00Z"), accounts: 60, offenders: 3 });
    const ids = new Map<string, string>();
    for (let index = 0; index < traffic.accounts; index += 1) ids.set(`account-${index}`, (await createAccount(deps.db, { platformId })).id);
    events = traffic.events.map((event) => ({ ...event, accountId: ids.get(event.accountId)! }));
    await storeEvents(deps, platformId, events, "2026-11-19T22:00:00Z");
    const tail = await aTail(deps);
    await tail.settle();
    await tail.leave();
  }, 120_000);

  const rulesHere = eventRuleCodes.filter((rule) => clauseOf(rule, ["CF-AUP"]) !== null);
  test.each(rulesHere)("%s: the present rule finds again what had been found", async (rule) => {
    const { state, totals, accounts } = await tried(rule);
    expect(state).toBe("finished");
    const fired = await deps.db.signal.groupBy({ by: ["accountId"], where: { platformId, rule, retractedAt: null }, _count: true, orderBy: { accountId: "asc" } });
    expect(accounts.map(({ accountId, presentSignals, candidateSignals, firedSignals, change }) => ({ accountId, presentSignals, candidateSignals, firedSignals, change }))).toEqual(
      fired.map(({ accountId, _count }) => ({ accountId, presentSignals: _count, candidateSignals: _count, firedSignals: _count, change: "stays" })),
    );
    expect(totals.changes).toEqual({ appears: 0, vanishes: 0, stays: fired.length, fired_only: 0 });
    expect(fired.length).toBeGreaterThanOrEqual(rule === "api_rate_limit" ? 0 : 3);
  });

  test.each<[RuleCode, object]>([
    ["api_rate_limit", { perMinute: 60 }],
    ["quiet_hours", { from: 20 * 60, until: 9 * 60 }],
    ["frequency", { windowHours: 24, allowed: 2 }],
    ["spacing", { hours: 25 }],
    ["opt_out_spike", { minDelivered: 20, minOptOuts: 3, ratio: 20 }],
    ["shared_credential", { addresses: 5 }],
  ])("%s: a draft finds what the engine finds by it", async (rule, parameters) => {
    const { accounts, totals } = await tried(rule, parameters);
    const wanted = signalsBy(rule, parameters, events);
    const candidates = accounts.filter(({ candidateSignals }) => candidateSignals > 0);
    expect(new Map(candidates.map(({ accountId, candidateSignals }) => [accountId, candidateSignals]))).toEqual(new Map([...wanted].sort(([a], [b]) => (a < b ? -1 : 1))));
    const appear = accounts.filter(({ change }) => change === "appears");
    expect(appear.every(({ presentSignals, firedSignals }) => presentSignals + firedSignals === 0)).toBe(true);
    expect(totals.changes).toMatchObject({ appears: appear.length, vanishes: accounts.filter(({ change }) => change === "vanishes").length });
  });
});

describe("a draft of the rule for follow-ups", () => {
  const hour = 3_600_000;
  const followUps = (accountId: string, name: string, first: string, hours: number) => [0, hours].map((after) => messageEvent({ id: `${name}-${after}`, accountId, contact: name, category: "automated", occurredAt: at(first) + after * hour }));

  test("is tried with what lies before the span in mind, beside decisions, exemptions and what fired, and is kept with its version", async () => {
    const [edge, breach, cleared, exempt] = await Promise.all(["edge", "breach", "cleared", "exempt"].map((name) => createAccount(deps.db, { platformId, businessName: name })));
    await storeEvents(deps, platformId, [...followUps(edge!.id, "edge", "2026-11-16T20:00:00Z", 26), ...followUps(breach!.id, "breach", "2026-11-17T20:00:00Z", 26), ...followUps(cleared!.id, "cleared", "2026-11-17T20:00:00Z", 23), ...followUps(exempt!.id, "exempt", "2026-11-17T20:00:00Z", 26)], "2026-11-19T00:00:00Z");
    await deps.db.signalRuleExemption.create({ data: { id: newId(), platformId, accountId: exempt!.id, rule: "spacing", startsAt: new Date("2026-11-01T00:00:00Z"), reason: "It sends for the fire brigade.", setById: pia.id, createdAt: new Date("2026-11-01T00:00:00Z") } });
    await decidedAs(breach!.id, "violation");
    await decidedAs(cleared!.id, "no_violation");

    const result = await tried("spacing", { hours: 27 });
    expect(result.of(edge!.id)).toMatchObject({ change: "appears", candidateSignals: 1, candidateFindings: 1, firedSignals: 0, verdict: "undecided" });
    expect(result.of(breach!.id)).toMatchObject({ change: "appears", verdict: "breach" });
    expect(result.of(cleared!.id)).toMatchObject({ change: "stays", presentSignals: 1, candidateSignals: 1, firedSignals: 0, verdict: "no_breach" });
    expect(result.of(exempt!.id)).toBeUndefined();
    const before = result.readFrom.toISOString();
    expect(before).toBe("2026-11-16T04:00:00.000Z");

    const narrower = await tried("spacing", { hours: 20 });
    expect(narrower.of(cleared!.id)).toMatchObject({ change: "vanishes", candidateSignals: 0 });

    const { version } = must(await setRule(deps, pia, { platformKey, rule: "spacing", basedOn: 1, mode: "shadow", parameters: { hours: 27 }, effectiveOn: "2026-12-01", confirmedClause: undefined, interimFeatures: [], reason: "Tried over three days of events." }));
    expect(await deps.db.signalRuleVersion.findFirstOrThrow({ where: { platformId, rule: "spacing", version } })).toMatchObject({ backtestId: result.id });
    const { backtestId } = must(await startBacktest(deps, pia, { platformKey, rule: "spacing", version, ...week }));
    await work(backtestId);
    const again = await resultOf(backtestId);
    expect(again).toMatchObject({ version, presentVersion: 1, state: "finished", totals: result.totals });
    await expect(deps.db.$executeRaw`UPDATE rule_backtest SET totals = '{}' WHERE id = ${backtestId}::uuid`).rejects.toThrow(/keeps/);
    await expect(deps.db.$executeRaw`INSERT INTO rule_backtest_account SELECT ${backtestId}::uuid, ${exempt!.id}::uuid, change, weight, 1, 1, 1, 1, 0, verdict, NULL FROM rule_backtest_account LIMIT 1`).rejects.toThrow(/nothing more/);
    for (const sql of ["DELETE FROM rule_backtest", "DELETE FROM rule_backtest_account", "UPDATE rule_backtest_account SET weight = 9"]) await expect(deps.db.$executeRawUnsafe(sql)).rejects.toThrow(/permission denied/);
    const trail = await deps.db.auditEntry.findMany({ where: { type: { startsWith: "backtest." }, body: { contains: backtestId } }, orderBy: { id: "asc" } });
    expect(trail.map(({ type, actorKind }) => [type, actorKind])).toEqual([["backtest.started", "staff"], ["backtest.finished", "system"]]);
  });

  const decidedAs = async (accountId: string, outcome: "violation" | "no_violation") => {
    const decidedAt = new Date("2026-11-19T12:00:00Z");
    const { id: clauseId, area, versions } = await deps.db.clause.findUniqueOrThrow({ where: { code: "CF-AUP-4.4.b" }, include: { versions: true } });
    const caseId = newId();
    await deps.db.case.create({ data: { id: caseId, reference: `C-${caseId.slice(-9)}`, platformId, accountId, area, state: "closed", severity: versions[0]!.severity, priority: 0, openedAt: decidedAt, updatedAt: decidedAt, closedAt: decidedAt } });
    const id = newId();
    await deps.db.decision.create({ data: { id, reference: `D-${id.slice(-9)}`, caseId, platformId, accountId, outcome, state: "in_effect", deciderId: ana.id, caseVersion: 1, rationale: "As seen.", decidedAt, effectiveAt: decidedAt } });
    if (outcome === "violation") await deps.db.decisionFinding.create({ data: { id: newId(), decisionId: id, clauseVersionId: versions.find((one) => one.clauseId === clauseId)!.id, conductAt: decidedAt } });
  };
});

describe("is refused and leaves no trace:", () => {
  test.each<[string, object, string]>([
    ["a first day that is not stored any more", { firstDay: "2026-10-10" }, "backtest_day_not_stored"],
    ["a last day that is not over", { lastDay: "2026-11-20" }, "backtest_day_not_over"],
    ["a span that ends before it begins", { firstDay: "2026-11-19", lastDay: "2026-11-18" }, "backtest_days_reversed"],
    ["a parameter out of bounds", { parameters: { hours: 1e9 } }, "invalid"],
    ["a parameter it does not know", { parameters: { hours: 3, sql: 1 } }, "invalid"],
    ["a platform there is not", { platformKey: "nowhere" }, "platform_unknown"],
    ["a platform whose policies say nothing of it", { platformKey: "chatflow" }, "rule_without_clause"],
  ])("%s", async (_what, over, reason) => {
    const before = await deps.db.ruleBacktest.count();
    expect(await startBacktest(deps, pia, draft("spacing", {}, over))).toEqual({ ok: false, reason });
    expect(await deps.db.ruleBacktest.count()).toBe(before);
  });

  test("the opt-out spike over days whose baseline is gone, a version there is not, and who may not manage rules", async () => {
    expect(await startBacktest(deps, pia, draft("opt_out_spike", {}, { firstDay: "2026-11-10" }))).toEqual({ ok: false, reason: "backtest_day_not_stored" });
    expect(await startBacktest(deps, pia, { platformKey, rule: "spacing", version: 77, ...week })).toEqual({ ok: false, reason: "backtest_version_unknown" });
    expect(await startBacktest(deps, ana, draft("spacing"))).toEqual({ ok: false, reason: "forbidden" });
    expect(await cancelBacktest(deps, ana, newId())).toEqual({ ok: false, reason: "forbidden" });
    expect(await cancelBacktest(deps, pia, newId())).toEqual({ ok: false, reason: "not_found" });
  });
});

test("one runs at a time, is cancelled once, and does nothing more", async () => {
  const both = await Promise.all([startBacktest(deps, pia, draft("spacing")), startBacktest(deps, pia, draft("quiet_hours"))]);
  expect(both.map((one) => (one.ok ? "started" : one.reason)).sort()).toEqual(["backtest_running", "started"]);
  const { backtestId } = both.find((one) => one.ok)!;
  expect(await workOnBacktest(deps, backtestId, { forMs: 0, restShare: 0 })).toEqual({ shards: 1, left: true });
  expect(await Promise.all([cancelBacktest(deps, pia, backtestId), cancelBacktest(deps, pia, backtestId)])).toEqual([{ ok: true }, { ok: true }]);
  expect(await workOnBacktest(deps, backtestId)).toEqual({ shards: 0, left: false });
  expect(await resultOf(backtestId)).toMatchObject({ state: "cancelled", cancelledById: pia.id, shardsDone: 1 });
  expect(await deps.db.auditEntry.count({ where: { type: "backtest.cancelled", body: { contains: backtestId } } })).toBe(1);
});

test("a lost job is handed over again, two that work at once count everybody once, and one that keeps breaking ends", async () => {
  const { backtestId } = must(await startBacktest(deps, pia, draft("quiet_hours", { from: 20 * 60, until: 9 * 60 })));
  expect(await requeueLostBacktests(deps)).toBe(0);
  deps.clock.advance({ minutes: 6 });
  expect(await requeueLostBacktests(deps)).toBe(1);
  deps.clock.set(now);
  await Promise.all([work(backtestId), work(backtestId)]);
  const alone = await tried("quiet_hours", { from: 20 * 60, until: 9 * 60 });
  expect((await resultOf(backtestId)).totals).toEqual(alone.totals);
  expect(await cancelBacktest(deps, pia, backtestId)).toEqual({ ok: false, reason: "backtest_over" });
  const broken = must(await startBacktest(deps, pia, draft("quiet_hours"))).backtestId;
  await failBacktest(deps, broken);
  await failBacktest(deps, broken);
  expect(await resultOf(broken)).toMatchObject({ state: "failed" });
  expect(await workOnBacktest(deps, broken)).toEqual({ shards: 0, left: false });
});
