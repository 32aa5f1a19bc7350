import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { actionStates } from "./action-state";
import { projectGate as projectFeatures, standingOf, type GateAction, type GateFeature, type GateRow } from "./gate-projection";
import { actionKinds } from "./measure";

const now = DateTime.fromISO("2026-11-20T12:00:00Z", { zone: "utc" });
const features = ["api", "automation", "marketing_messages"];
/** Features that contain nothing, by their codes alone. */
const projectGate = (actions: GateAction[], codes: readonly string[], at: DateTime) => projectFeatures(actions, codes.map((code) => ({ code, includes: [] })), at);
const action = (id: string, over: Partial<GateAction>): GateAction => ({
  id,
  kind: "feature_restriction",
  interim: false,
  features: ["marketing_messages"],
  state: "active",
  startsAt: now.minus({ days: 1 }),
  endsAt: now.plus({ days: 7 }),
  ...over,
});
const projected = (actions: GateAction[], at = now) => projectGate(actions, features, at).map((row) => `${row.feature} ${row.reasonCode} ${row.actionId}`);

test("a restriction denies what it names and nothing else", () => {
  expect(projected([action("r", {})])).toEqual(["marketing_messages feature_restricted r"]);
});

test("a suspension denies everything, but a restriction that outlasts it is the stricter for its feature", () => {
  const both = [action("r", { endsAt: now.plus({ days: 10 }) }), action("s", { kind: "suspension", features: [], endsAt: now.plus({ days: 3 }) })];
  expect(projected(both)).toEqual(["api account_suspended s", "automation account_suspended s", "marketing_messages feature_restricted r"]);
  expect(projected(both, now.plus({ days: 3 }))).toEqual(["marketing_messages feature_restricted r"]);
  expect(projected(both, now.plus({ days: 10 }))).toEqual([]);
});

test.each<[string, Partial<GateAction>]>([
  ["a warning", { kind: "warning" }],
  ["a referral", { kind: "law_enforcement_referral" }],
  ["one that waits for approval", { state: "awaiting_approval" }],
  ["one that was lifted", { state: "lifted" }],
  ["one that ends this instant", { endsAt: now }],
  ["one without a start", { startsAt: null }],
])("%s denies nothing", (_what, over) => {
  expect(projectGate([action("a", over)], features, now)).toEqual([]);
});

test("of equal strictness the longer lasting one speaks, and no end is longest", () => {
  const a = action("a", { kind: "suspension", endsAt: now.plus({ days: 90 }) });
  expect(projectGate([a, action("b", { kind: "suspension", endsAt: null })], ["api"], now)[0]).toMatchObject({ actionId: "b", until: null });
  expect(projectGate([a, action("c", { kind: "suspension" })], ["api"], now)[0]).toMatchObject({ actionId: "a" });
  expect(projectGate([action("d", { features: ["api"] }), action("e", { kind: "suspension" })], ["api"], now)[0]).toMatchObject({ actionId: "e" });
});

const nested: GateFeature[] = [
  { code: "all_messages", includes: ["marketing_messages", "template_messages"] },
  { code: "api", includes: [] },
  { code: "everything", includes: ["all_messages", "api"] },
  { code: "marketing_messages", includes: [] },
  { code: "template_messages", includes: [] },
];
const nestedRows = (actions: GateAction[], at = now) => projectFeatures(actions, nested, at).map((row) => `${row.feature} ${row.actionId}`);

test("a feature that contains others takes them along, however deep, and never the other way round", () => {
  expect(nestedRows([action("a", { features: ["all_messages"] })])).toEqual(["all_messages a", "marketing_messages a", "template_messages a"]);
  expect(nestedRows([action("a", { features: ["everything"] })])).toEqual(["all_messages a", "api a", "everything a", "marketing_messages a", "template_messages a"]);
  expect(nestedRows([action("a", { features: ["marketing_messages"] })])).toEqual(["marketing_messages a"]);
});

test("of overlapping restrictions the longer one holds each feature, and each lapses on its own", () => {
  const wide = action("wide", { features: ["all_messages"], endsAt: now.plus({ days: 2 }) });
  const narrow = action("narrow", { features: ["marketing_messages"], endsAt: now.plus({ days: 9 }) });
  expect(nestedRows([wide, narrow])).toEqual(["all_messages wide", "marketing_messages narrow", "template_messages wide"]);
  expect(nestedRows([wide, narrow], now.plus({ days: 2 }))).toEqual(["marketing_messages narrow"]);
  expect(nestedRows([wide, narrow], now.plus({ days: 9 }))).toEqual([]);
  const longerWide = { ...wide, endsAt: now.plus({ days: 30 }) };
  expect(nestedRows([longerWide, narrow], now.plus({ days: 9 }))).toEqual(["all_messages wide", "marketing_messages wide", "template_messages wide"]);
});

test("features said to contain each other end the search", () => {
  const round = [{ code: "a", includes: ["b"] }, { code: "b", includes: ["a"] }];
  expect(projectFeatures([action("r", { features: ["b"] })], round, now).map(({ feature }) => feature)).toEqual(["a", "b"]);
});

test("an interim measure says that the account is being looked into", () => {
  expect(projected([action("i", { interim: true })])).toEqual(["marketing_messages under_investigation i"]);
});

test("a restricted feature is denied even when the platform no longer lists it", () => {
  expect(projected([action("r", { features: ["fax"] })])).toEqual(["fax feature_restricted r"]);
});

test.each<[GateAction["kind"][], string]>([
  [[], "active"],
  [["warning"], "active"],
  [["feature_restriction", "warning"], "restricted"],
  [["suspension", "feature_restriction"], "suspended"],
  [["termination", "suspension"], "terminated"],
])("standing under %j: %s", (kinds, standing) => {
  expect(standingOf(kinds.map((kind, index) => action(String(index), { kind })), now)).toBe(standing);
});

const anyAction: fc.Arbitrary<GateAction> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom(...actionKinds),
  interim: fc.boolean(),
  features: fc.subarray([...features, "fax"]),
  state: fc.oneof({ weight: 4, arbitrary: fc.constant("active" as const) }, { weight: 1, arbitrary: fc.constantFrom(...actionStates) }),
  startsAt: fc.option(fc.integer({ min: -50, max: 50 }).map((hours) => now.plus({ hours })), { freq: 9 }),
  endsAt: fc.option(fc.integer({ min: -50, max: 50 }).map((hours) => now.plus({ hours }))),
});
const anyActions = fc.uniqueArray(anyAction, { maxLength: 8, selector: ({ id }) => id });
const anyInstant = fc.integer({ min: -60, max: 60 }).map((hours) => now.plus({ hours }));

/** What the rows of a feature answer at an instant: the latest that has begun speaks. */
const speaking = (rows: readonly GateRow[], feature: string, at: DateTime): GateRow | undefined => {
  const row = rows.findLast((one) => one.feature === feature && +one.from <= +at);
  return row && (row.until === null || +at < +row.until) ? row : undefined;
};

test("a scheduled action turns the gate at its own moment and no earlier", () => {
  const rows = projectGate([action("r", { startsAt: now.plus({ hours: 2 }), endsAt: now.plus({ hours: 5 }) })], features, now);
  const spoken = (hours: number, ms = 0) => speaking(rows, "marketing_messages", now.plus({ hours, milliseconds: ms }))?.actionId;
  expect([spoken(0), spoken(2, -1), spoken(2), spoken(5, -1), spoken(5)]).toEqual([undefined, undefined, "r", "r", undefined]);
});

test("a scheduled action that outlasts the one in effect takes over, and the gate says at once when it opens again", () => {
  const rows = projectGate(
    [action("r", { endsAt: now.plus({ days: 2 }) }), action("s", { kind: "suspension", features: [], startsAt: now.plus({ days: 1 }), endsAt: now.plus({ days: 9 }) }), action("t", { kind: "termination", startsAt: now.plus({ days: 20 }), endsAt: null })],
    ["marketing_messages"],
    now,
  );
  expect(rows.map(({ actionId, from, until }) => [actionId, from.toISO(), until?.toISO() ?? null])).toEqual([
    ["r", now.minus({ days: 1 }).toISO(), now.plus({ days: 9 }).toISO()],
    ["s", now.plus({ days: 1 }).toISO(), now.plus({ days: 9 }).toISO()],
    ["t", now.plus({ days: 20 }).toISO(), null],
  ]);
});

/** Asked of each action apart, without any order among them. */
const deniedBy = (one: GateAction, feature: string, at: DateTime): boolean => {
  if (one.state !== "active" || !one.startsAt || at < one.startsAt || (one.endsAt && at >= one.endsAt)) return false;
  if (one.kind === "suspension" || one.kind === "termination") return true;
  return one.kind === "feature_restriction" && one.features.includes(feature);
};

test("whatever lies ahead: at every later instant a feature is denied exactly when some action denies it then", () => {
  fc.assert(
    fc.property(anyActions, anyInstant, fc.integer({ min: 0, max: 120 }), (actions, at, hours) => {
      const later = at.plus({ hours });
      const rows = projectGate(actions, features, at);
      for (const feature of features) expect(speaking(rows, feature, later) !== undefined).toBe(actions.some((one) => deniedBy(one, feature, later)));
    }),
    { numRuns: 500 },
  );
});

test("the action named denies the feature then, none that denies it then lasts longer, and the gate opens when it says", () => {
  const lasts = (one: GateAction) => one.endsAt?.toMillis() ?? Number.POSITIVE_INFINITY;
  fc.assert(
    fc.property(anyActions, anyInstant, fc.integer({ min: 0, max: 120 }), (actions, at, hours) => {
      const later = at.plus({ hours });
      const rows = projectGate(actions, features, at);
      for (const feature of [...features, "fax"]) {
        const row = speaking(rows, feature, later);
        if (!row) continue;
        const named = actions.find((one) => one.id === row.actionId)!;
        expect(deniedBy(named, feature, later)).toBe(true);
        expect(actions.some((one) => deniedBy(one, feature, later) && lasts(one) > lasts(named))).toBe(false);
        for (let hour = 0; hour < 130; hour++) {
          const then = later.plus({ hours: hour });
          const before = row.until === null || then < row.until;
          if (before) expect(actions.some((one) => deniedBy(one, feature, then))).toBe(true);
          else {
            expect(actions.some((one) => deniedBy(one, feature, row.until!))).toBe(false);
            break;
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("rows of a feature follow each other in time", () => {
  fc.assert(
    fc.property(anyActions, anyInstant, (actions, at) => {
      const rows = projectGate(actions, features, at);
      for (const feature of features) {
        const starts = rows.filter((row) => row.feature === feature).map(({ from }) => +from);
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
      }
    }),
  );
});

test("taking an action away never denies more, and the order of actions does not matter", () => {
  fc.assert(
    fc.property(anyActions, anyInstant, fc.nat(), (actions, at, pick) => {
      const fewer = actions.filter((_, index) => index !== pick % Math.max(1, actions.length));
      const denied = new Set(projectGate(actions, features, at).map((row) => row.feature));
      for (const row of projectGate(fewer, features, at)) expect(denied.has(row.feature)).toBe(true);
      expect(projectGate([...actions].reverse(), features, at)).toEqual(projectGate(actions, features, at));
    }),
  );
});
