import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { endExemption } from "~/modules/signals/end-exemption.server";
import { exemptAccount } from "~/modules/signals/exempt-account.server";
import { createPlatformBooks } from "~/modules/signals/platform-rules.server";
import { ruleBookOf } from "~/modules/signals/rule-book.repo.server";
import { compileRule } from "~/modules/signals/rules/rule-book";
import { rulePage } from "~/modules/signals/rules.queries.server";
import { setRule } from "~/modules/signals/set-rule.server";
import { setThreshold } from "~/modules/signals/set-threshold.server";
import { signalFilterSchema } from "~/modules/signals/signal-filter.schema";
import { signalPage } from "~/modules/signals/signals.queries.server";
import { createAccount } from "../factories/account";
import { must } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let pia: StaffActor;
let ana: StaffActor;

const platformKey = "customerflows";
const reason = "The platform's customers asked for a longer break.";
/** Two in the afternoon in Denver. */
const start = "2026-11-20T21:00:00Z";
const at = (iso: string) => Date.parse(iso);

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  deps.clock.set(start);
  ({ platformId, ana } = await enforcers(deps));
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
});
afterAll(() => database.close());
beforeEach(() => void deps.clock.set(start));

const newest = async (rule: "spacing" | "frequency" | "quiet_hours" | "after_opt_out") => (await deps.db.signalRuleVersion.aggregate({ where: { platformId, rule }, _max: { version: true } }))._max.version ?? 1;
const set = async (rule: "spacing" | "frequency" | "quiet_hours" | "after_opt_out", over: object = {}, actor = pia) =>
  setRule(deps, actor, { platformKey, rule, basedOn: await newest(rule), mode: "signal", parameters: {}, effectiveOn: undefined, confirmedClause: undefined, interimFeatures: [], interimDays: undefined, reason, ...over } as Parameters<typeof setRule>[2]);
const aFeature = async () => (await deps.db.feature.findFirstOrThrow({ where: { platformId, retiredAt: null } })).code;
const judge = async (rule: "spacing" | "frequency" | "quiet_hours" | "after_opt_out", instant: string) => compileRule((await ruleBookOf(deps.db, platformId)).book, rule).at(at(instant));

describe("versions", () => {
  test("begin now or on a day ahead, and what happened before is judged as it was", async () => {
    expect(must(await set("spacing", { parameters: { hours: 30 } }))).toMatchObject({ version: 2 });
    expect(must(await set("spacing", { parameters: { hours: 48 }, effectiveOn: "2026-11-25" })).effectiveFrom.toISO()).toBe("2026-11-25T07:00:00.000Z");
    expect(await judge("spacing", "2026-11-20T20:59:59.999Z")).toMatchObject({ version: 1, parameters: { hours: 24 } });
    expect(await judge("spacing", start)).toMatchObject({ version: 2, parameters: { hours: 30 } });
    expect(await judge("spacing", "2026-11-25T06:59:59.999Z")).toMatchObject({ version: 2 });
    expect(await judge("spacing", "2026-11-25T07:00:00Z")).toMatchObject({ version: 3, parameters: { hours: 48 } });
    must(await set("spacing", { parameters: { hours: 36 } }));
    expect(await judge("spacing", "2026-12-25T07:00:00Z")).toMatchObject({ version: 4, parameters: { hours: 36 } });
  });

  test("raise the platform's number by one each, and tell the trail what changed", async () => {
    const before = (await ruleBookOf(deps.db, platformId)).revision;
    const { version } = must(await set("frequency", { mode: "shadow", parameters: { allowed: 2 } }));
    expect((await ruleBookOf(deps.db, platformId)).revision).toBe(before + 1);
    const entry = await deps.db.auditEntry.findFirstOrThrow({ where: { type: "rule.set", platformId }, orderBy: { id: "desc" } });
    expect(JSON.parse(entry.body).facts).toMatchObject({
      rule: "frequency",
      before: { version: version - 1, mode: "signal", parameters: { windowHours: 168, allowed: 1 } },
      after: { version, mode: "shadow", parameters: { windowHours: 168, allowed: 2 } },
      reason,
    });
  });

  test.each<[string, "spacing" | "quiet_hours", object, string]>([
    ["beyond its bounds", "spacing", { parameters: { hours: 169 } }, "invalid"],
    ["with something it does not know", "spacing", { parameters: { hours: 20, days: 3 } }, "invalid"],
    ["made from an older version", "quiet_hours", { basedOn: 7, mode: "off" }, "stale"],
    ["that changes nothing", "quiet_hours", {}, "rule_unchanged"],
    ["from today, which has begun", "quiet_hours", { mode: "off", effectiveOn: "2026-11-20" }, "effective_day_past"],
    ["from a day that is over", "quiet_hours", { mode: "off", effectiveOn: "2026-11-01" }, "effective_day_past"],
    ["that proposes measures without a person's word", "quiet_hours", { mode: "signal_and_interim" }, "automation_unconfirmed"],
    ["that proposes measures and says none", "quiet_hours", { mode: "signal_and_interim", confirmedClause: "CF-AUP-4.4.c" }, "unknown_feature"],
    ["that restricts what the platform does not have", "quiet_hours", { mode: "signal_and_interim", confirmedClause: "CF-AUP-4.4.c", interimFeatures: ["teleport"] }, "unknown_feature"],
    ["that proposes measures by the word for another clause", "quiet_hours", { mode: "signal_and_interim", confirmedClause: "CF-AUP-4.4.a" }, "automation_unconfirmed"],
    ["of a platform there is not", "quiet_hours", { mode: "off", platformKey: "nowhere" }, "platform_unknown"],
    ["of a platform whose policies say nothing of it", "quiet_hours", { mode: "off", platformKey: "chatflow" }, "rule_without_clause"],
  ])("a version %s is refused and leaves no trace", async (_what, rule, over, why) => {
    const before = (await ruleBookOf(deps.db, platformId)).revision;
    expect(await set(rule, over)).toMatchObject({ ok: false, reason: why });
    expect((await ruleBookOf(deps.db, platformId)).revision).toBe(before);
  });

  test("proposing measures keeps the clause that a person confirmed it for", async () => {
    const { version } = must(await set("after_opt_out", { mode: "signal_and_interim", confirmedClause: "CF-AUP-4.3.b", interimFeatures: [await aFeature()], interimDays: 7 }));
    expect(await deps.db.signalRuleVersion.findFirstOrThrow({ where: { platformId, rule: "after_opt_out", version } })).toMatchObject({ automatedClause: "CF-AUP-4.3.b", setById: pia.id });
  });

  test("whoever may not manage rules sets none", async () => {
    expect(await set("quiet_hours", { mode: "off" }, ana)).toEqual({ ok: false, reason: "forbidden" });
  });

  test("of two people who change the same one at once, the second is told", async () => {
    const change = { basedOn: await newest("quiet_hours"), mode: "shadow" };
    const both = await Promise.all([set("quiet_hours", change), set("quiet_hours", { ...change, mode: "off" })]);
    expect(both.map((one) => (one.ok ? "set" : one.reason)).sort()).toEqual(["set", "stale"]);
  });

  test.each([
    ["changed", "UPDATE signal_rule_version SET reason = 'other'"],
    ["taken out", "DELETE FROM signal_rule_version"],
    ["put back in time", "INSERT INTO signal_rule_version SELECT gen_random_uuid(), platform_id, 'message_limit', 2, 'off', '{}', created_at - interval '1 s', reason, NULL, set_by_id, created_at FROM signal_rule_version LIMIT 1"],
    ["switched to propose measures for no clause", "INSERT INTO signal_rule_version SELECT gen_random_uuid(), platform_id, 'message_limit', 2, 'signal_and_interim', '{}', created_at, reason, NULL, set_by_id, created_at FROM signal_rule_version LIMIT 1"],
  ])("no version is %s, past every command", async (_what, sql) => {
    await expect(deps.db.$executeRawUnsafe(sql)).rejects.toThrow(/refused|permission denied|violates check/);
  });
});

describe("a stored version that cannot be read", () => {
  const damage = (rule: string, version: number) =>
    deps.db.$executeRaw`INSERT INTO signal_rule_version (id, platform_id, rule, version, mode, parameters, effective_from, reason, set_by_id, created_at)
      VALUES (gen_random_uuid(), ${platformId}::uuid, ${rule}, ${version}, 'signal', '{"hours": "soon", "allowed": []}', ${new Date(start)}, ${reason}, ${pia.id}::uuid, ${new Date(start)})`;

  test("is left out: the one before it counts, staff see it, and a new one is set after it", async () => {
    const good = await newest("spacing");
    const counted = await judge("spacing", start);
    await damage("spacing", good + 1);
    expect(await judge("spacing", start)).toEqual(counted);
    expect((await ruleBookOf(deps.db, platformId)).damaged).toEqual([{ rule: "spacing", version: good + 1 }]);
    const page = (await rulePage(deps, platformKey, "spacing"))!;
    expect(page.history[0]).toMatchObject({ version: good + 1, state: "damaged", setBy: "Pia", reason });
    expect(page.newest).toMatchObject({ version: good + 1, parameters: page.history[1] && page.current!.parameters });
    expect(must(await set("spacing", { parameters: { hours: 20 } }))).toMatchObject({ version: good + 2 });
    expect(await judge("spacing", start)).toMatchObject({ version: good + 2, parameters: { hours: 20 } });
  });

  test("and no other that can leaves its rule off from then on, the others as they are", async () => {
    await damage("missing_consent", 2);
    const { book } = await ruleBookOf(deps.db, platformId);
    expect([compileRule(book, "missing_consent").at(at(start) - 1), compileRule(book, "missing_consent").at(at(start))]).toMatchObject([{ version: 1, mode: "signal" }, null]);
    expect((await rulePage(deps, platformKey, "missing_consent"))!.history.map(({ version, state }) => `${version} ${state}`)).toEqual(["2 damaged", "1 past"]);
    const lines: string[] = [];
    const log = { ...deps.log, error: (facts: unknown, text: string) => void lines.push(`${JSON.stringify(facts)} ${text}`) } as unknown as typeof deps.log;
    expect((await createPlatformBooks({ ...deps, log }).of(platformId))!.id).toBe(platformId);
    expect(lines).toEqual([expect.stringContaining('{"rule":"missing_consent","version":2}')]);
  });
});

describe("the points from which on signals open a case", () => {
  const now = async () => (await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } })).signalThreshold;
  const move = async (over: object = {}, actor = pia) => setThreshold(deps, actor, { platformKey, signalThreshold: 60, basedOn: await now(), reason, ...over });
  const entries = () => deps.db.auditEntry.findMany({ where: { type: "signal_threshold.set" }, orderBy: { id: "asc" } });

  test("are set with an entry in the trail, by one of two who do it at once", async () => {
    const both = await Promise.all([move({ basedOn: 40, signalThreshold: 80 }), move({ basedOn: 40, signalThreshold: 90 })]);
    expect(both.map((one) => (one.ok ? "set" : one.reason)).sort()).toEqual(["set", "stale"]);
    const [entry, ...more] = await entries();
    expect(more).toEqual([]);
    expect(JSON.parse(entry!.body).facts).toMatchObject({ before: { signalThreshold: 40 }, after: { signalThreshold: await now() }, reason });
  });

  test.each<[string, object, string]>([
    ["none at all", { signalThreshold: 0 }, "invalid"],
    ["more than there can be", { signalThreshold: 1_001 }, "invalid"],
    ["half a point", { signalThreshold: 40.5 }, "invalid"],
    ["by an older number", { basedOn: 7 }, "stale"],
    ["of a platform there is not", { platformKey: "nowhere" }, "platform_unknown"],
  ])("are not set: %s", async (_what, over, why) => {
    const [before, trail] = [await now(), (await entries()).length];
    expect(await move(over)).toEqual({ ok: false, reason: why });
    expect([await now(), (await entries()).length]).toEqual([before, trail]);
  });

  test("are not set to what they are, nor by whoever may not manage rules", async () => {
    expect(await move({ signalThreshold: await now() })).toEqual({ ok: false, reason: "threshold_unchanged" });
    expect(await move({}, ana)).toEqual({ ok: false, reason: "forbidden" });
  });
});

describe("exemptions", () => {
  const exempt = (account: string, over: object = {}, actor = pia) => exemptAccount(deps, actor, { platformKey, rule: "frequency", account, startsOn: undefined, lastDay: undefined, reason, ...over });
  const holds = async (accountId: string, instant: string) => compileRule((await ruleBookOf(deps.db, platformId)).book, "frequency").exempt(accountId, at(instant));

  test("hold from now through the last day by the platform's calendar", async () => {
    const { id, externalId } = await createAccount(deps.db, { platformId });
    must(await exempt(externalId, { lastDay: "2026-11-30" }));
    expect(await Promise.all(["2026-11-20T20:59:59.999Z", start, "2026-12-01T06:59:59.999Z", "2026-12-01T07:00:00Z"].map((instant) => holds(id, instant)))).toEqual([false, true, true, false]);
  });

  test("end when somebody ends them, once; what was left alone stays so", async () => {
    const { id, externalId } = await createAccount(deps.db, { platformId });
    const before = (await ruleBookOf(deps.db, platformId)).revision;
    const { exemptionId } = must(await exempt(externalId));
    deps.clock.set("2026-11-21T09:00:00Z");
    must(await endExemption(deps, pia, { platformKey, exemptionId, reason }));
    expect(await Promise.all([start, "2026-11-21T08:59:59.999Z", "2026-11-21T09:00:00Z"].map((instant) => holds(id, instant)))).toEqual([true, true, false]);
    expect((await ruleBookOf(deps.db, platformId)).revision).toBe(before + 2);
    expect(await endExemption(deps, pia, { platformKey, exemptionId, reason })).toEqual({ ok: false, reason: "exemption_over" });
    await expect(deps.db.signalRuleExemption.update({ where: { id: exemptionId }, data: { endedAt: null, endedById: null, endedReason: null } })).rejects.toThrow();
    await expect(deps.db.signalRuleExemption.updateMany({ where: { accountId: id }, data: { reason: "other" } })).rejects.toThrow();
  });

  test("that were ended before they began never held", async () => {
    const { id, externalId } = await createAccount(deps.db, { platformId });
    const { exemptionId } = must(await exempt(externalId, { startsOn: "2026-11-25" }));
    must(await endExemption(deps, pia, { platformKey, exemptionId, reason }));
    expect(await holds(id, "2026-11-26T00:00:00Z")).toBe(false);
  });

  test.each<[string, object, string]>([
    ["twice at a time", { lastDay: "2026-11-22" }, "exempt_already"],
    ["until a day before it begins", { startsOn: "2026-12-10", lastDay: "2026-12-09" }, "last_day_past"],
    ["until yesterday", { lastDay: "2026-11-19" }, "last_day_past"],
    ["from yesterday", { startsOn: "2026-11-19" }, "effective_day_past"],
    ["where it is not known", { account: "nobody" }, "account_unknown"],
  ])("an account is not exempt %s", async (_what, over, why) => {
    const { externalId } = await createAccount(deps.db, { platformId });
    must(await exempt(externalId, { lastDay: "2026-12-01" }));
    expect(await exempt(externalId, over)).toEqual({ ok: false, reason: why });
    expect(await exempt(externalId, { startsOn: "2026-12-02" }, ana)).toEqual({ ok: false, reason: "forbidden" });
    must(await exempt(externalId, { startsOn: "2026-12-02" }));
  });
});

test("a platform's book has its zone, the rules it has clauses for, and nothing of other platforms", async () => {
  const casa = await deps.db.platform.findUniqueOrThrow({ where: { key: "casaflow" } });
  const { book, revision } = await ruleBookOf(deps.db, casa.id);
  expect({ zone: book.zone, revision, exemptions: book.exemptions, rules: book.versions.map(({ rule, version }) => `${rule} ${version}`) }).toEqual({ zone: casa.zone, revision: 0, exemptions: [], rules: ["after_opt_out 1", "missing_consent 1"] });
});

test("addresses that hold what no database takes lead nowhere", async () => {
  expect(await rulePage(deps, "\0", "spacing")).toBeNull();
  expect((await signalPage(deps.db, platformId, signalFilterSchema.parse({ account: "a\0b" }))).rows).toEqual([]);
});

test("an exemption is never taken out, past every command", async () => {
  await expect(deps.db.$executeRaw`DELETE FROM signal_rule_exemption`).rejects.toThrow(/permission denied/);
});
