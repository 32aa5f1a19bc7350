import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { policyAreas } from "~/modules/policy/areas";
import { severities, type Severity } from "~/modules/policy/severity";
import { defaultLadders } from "./default-ladders";
import {
  activeStrikes,
  checkChoice,
  deviationOf,
  isActiveStrike,
  ladderRungsSchema,
  measureAt,
  recommendRung,
  rungAt,
  rungNumbers,
  strikeFor,
  type Ladder,
  type LadderFinding,
  type Strike,
} from "./ladder";
import { isMilder, measureEndsAt, measureInWords, needsSecondPerson, type Measure } from "./measure";

const now = DateTime.fromISO("2026-11-20T12:00:00Z", { zone: "utc" }) as DateTime<true>;
const ladderOf = (severity: Severity): Ladder => defaultLadders.find((ladder) => ladder.severity === severity)!;
const finding = (severity: Severity, area = "spam", clauseCode = "CF-AUP-3.1.a"): LadderFinding => ({ clauseCode, area, ladder: ladderOf(severity) });

let serial = 0;
const strike = (over: Partial<Strike> = {}): Strike => ({
  id: `s${++serial}`,
  area: "spam",
  weight: 1,
  issuedAt: now.minus({ days: 30 }),
  expiresAt: now.plus({ days: 30 }),
  voidedAt: null,
  ...over,
});
const strikes = (...weights: number[]): Strike[] => weights.map((weight) => strike({ weight }));

describe("which strikes count", () => {
  test.each<[string, Partial<Strike>, boolean]>([
    ["an ordinary one", {}, true],
    ["issued this instant", { issuedAt: now }, true],
    ["issued later", { issuedAt: now.plus(1) }, false],
    ["expires a millisecond from now", { expiresAt: now.plus(1) }, true],
    ["expires this instant", { expiresAt: now }, false],
    ["expired long ago", { expiresAt: now.minus({ years: 1 }) }, false],
    ["voided", { voidedAt: now.minus({ days: 1 }) }, false],
    ["voided and expired", { voidedAt: now.minus({ days: 9 }), expiresAt: now.minus({ days: 2 }) }, false],
    ["voided this instant", { voidedAt: now }, false],
  ])("%s", (_what, over, counts) => {
    expect(isActiveStrike(strike(over), now)).toBe(counts);
  });
});

describe("the next rung", () => {
  test.each<[Severity, number[], number]>([
    ["low", [], 1], ["low", [1], 2], ["low", [1, 1], 3], ["low", [1, 1, 1], 4], ["low", [1, 1, 1, 1], 5], ["low", [1, 1, 1, 1, 1], 5],
    ["low", [2], 3], ["low", [3], 4], ["low", [2, 2], 5],
    ["medium", [], 1], ["medium", [1], 2], ["medium", [1, 1], 3], ["medium", [1, 1, 1], 4], ["medium", [1, 1, 1, 1], 5], ["medium", [9], 5],
    ["medium", [2], 3], ["medium", [2, 1], 4], ["medium", [3], 4], ["medium", [3, 1], 5],
    ["high", [], 3], ["high", [1], 4], ["high", [2], 5], ["high", [1, 1], 5], ["high", [3, 3], 5],
    ["critical", [], 5], ["critical", [1], 5], ["critical", [3, 3, 3], 5],
  ])("%s severity, active weights %j: rung %i", (severity, weights, rung) => {
    const recommended = recommendRung([finding(severity)], strikes(...weights), now);
    expect(recommended).toMatchObject({ rung, severity, measure: ladderOf(severity).rungs[rung - 1] });
    expect(recommended.countedStrikeIds).toHaveLength(weights.length);
  });

  test.each<[string, Severity[], number[], number, Severity]>([
    ["the gravest finding leads", ["low", "high"], [], 3, "high"],
    ["whatever the order", ["high", "low"], [], 3, "high"],
    ["critical outranks all", ["low", "medium", "critical"], [], 5, "critical"],
    ["on the same rung the graver speaks", ["low", "medium"], [1], 2, "medium"],
    ["even at the top", ["low", "high"], [4], 5, "high"],
  ])("of several findings %s", (_why, all, weights, rung, speaks) => {
    const found = all.map((severity, index) => finding(severity, "spam", `CF-AUP-3.1.${"abcde"[index]}`));
    expect(recommendRung(found, strikes(...weights), now)).toMatchObject({ rung, severity: speaks });
  });

  test("equal findings: the first code speaks", () => {
    const found = [finding("low", "spam", "CF-AUP-4.4.b"), finding("low", "spam", "CF-AUP-4.4.a")];
    expect(recommendRung(found, [], now).clauseCode).toBe("CF-AUP-4.4.a");
  });

  test("nothing found, nothing recommended", () => {
    expect(() => recommendRung([], strikes(1), now)).toThrow(RangeError);
  });

  test.each<[string, LadderFinding[], Strike[], string]>([
    ["no strikes", [finding("medium")], [], "First active strike for spam: warning."],
    ["one", [finding("medium")], strikes(1), "Second active strike for spam: 7-day restriction of marketing messages."],
    ["two", [finding("medium")], strikes(1, 1), "Third active strike for spam: 30-day restriction of marketing messages and template messages."],
    ["an expired one is not spoken of", [finding("medium")], [strike({ expiresAt: now })], "First active strike for spam: warning."],
    ["other areas are named", [finding("medium")], [strike({ area: "data_misuse" })], "Second active strike on this account, this one for spam (before: 1 for data misuse): 7-day restriction of marketing messages."],
    ["weight is named", [finding("low")], strikes(2), "Second active strike for spam, with earlier strikes of weight 2: 14-day restriction of marketing messages and template messages."],
    ["severity is named", [finding("critical", "illegal_content")], [], "First active strike for illegal or harmful content (critical severity starts at rung 5): permanent termination."],
    ["more than ten", [finding("low")], strikes(...Array<number>(10).fill(1)), "11th active strike for spam: permanent termination."],
  ])("explains itself: %s", (_what, found, record, explanation) => {
    expect(recommendRung(found, record, now, { marketing_messages: "marketing messages" }).explanation).toBe(explanation);
  });
});

describe("leaving the ladder", () => {
  const recommended: { rung: 2; measure: Measure } = { rung: 2, measure: { kind: "feature_restriction", features: ["marketing_messages"], days: 7 } };
  const restriction = (days: number, ...features: string[]): Measure => ({ kind: "feature_restriction", features, days });
  const why = "Repeat of the same campaign one day after the warning.";

  test.each<[string, 1 | 2 | 3 | 4 | 5, Measure, string, string]>([
    ["the recommended one", 2, restriction(7, "marketing_messages"), "", "none"],
    ["a milder rung, justified", 1, { kind: "warning" }, why, "drops"],
    ["a milder rung, no words", 1, { kind: "warning" }, "", "justification_missing"],
    ["a stricter rung, justified", 3, restriction(30, "marketing_messages", "template_messages"), why, "skips"],
    ["a stricter rung, too few words", 4, { kind: "suspension", days: 30 }, "they deserve it", "justification_missing"],
    ["straight to termination, blanks only", 5, { kind: "termination" }, " ".repeat(40), "justification_missing"],
    ["longer on the same rung, justified", 2, restriction(21, "marketing_messages"), why, "differs"],
    ["longer on the same rung, no words", 2, restriction(21, "marketing_messages"), "", "justification_missing"],
    ["other features on the same rung", 2, restriction(7, "marketing_messages", "api"), "", "justification_missing"],
    ["another kind under the same number", 2, { kind: "suspension", days: 7 }, "", "justification_missing"],
    ["a justification nobody needed", 2, restriction(7, "marketing_messages"), why, "none"],
  ])("%s", (_what, rung, measure, justification, outcome) => {
    const checked = checkChoice(recommended, { rung, measure, justification });
    expect(checked.ok ? checked.deviation : checked.reason).toBe(outcome);
  });

  test("the order of features is no deviation", () => {
    const two = { rung: 3, measure: restriction(30, "a", "b") } as const;
    expect(deviationOf(two, { rung: 3, measure: restriction(30, "b", "a") })).toBe("none");
  });
});

describe("measures", () => {
  const terms = { fourEyesSuspensionDays: 30, fourEyesKinds: [] };

  test.each<[string, Measure, boolean, boolean]>([
    ["a warning", { kind: "warning" }, false, false],
    ["a warning with a referral", { kind: "warning" }, true, true],
    ["a long restriction", { kind: "feature_restriction", features: ["api"], days: 365 }, false, false],
    ["a suspension of 30 days", { kind: "suspension", days: 30 }, false, false],
    ["a suspension of 31 days", { kind: "suspension", days: 31 }, false, true],
    ["termination", { kind: "termination" }, false, true],
  ])("second person for %s", (_what, measure, lawEnforcementReferral, needed) => {
    expect(needsSecondPerson({ measure, lawEnforcementReferral }, terms)).toBe(needed);
  });

  test("days are local calendar days: the clock on the wall stays when summer time ends", () => {
    const start = DateTime.fromISO("2026-10-30T18:00:00Z", { zone: "utc" }) as DateTime<true>;
    expect(measureEndsAt({ kind: "suspension", days: 7 }, start, "America/Denver")?.toISO()).toBe("2026-11-06T19:00:00.000Z");
    expect(measureEndsAt({ kind: "termination" }, start, "America/Denver")).toBeNull();
  });

  test.each<[Measure, string]>([
    [{ kind: "warning" }, "warning"],
    [{ kind: "suspension", days: 30 }, "30-day suspension"],
    [{ kind: "termination" }, "permanent termination"],
    [{ kind: "feature_restriction", features: ["ai_chatbot", "api"], days: 3 }, "3-day restriction of ai chatbot and the API"],
  ])("%j reads well", (measure, words) => {
    expect(measureInWords(measure, { api: "the API" })).toBe(words);
  });
});

describe("milder than a 30-day restriction of two features", () => {
  const action = { kind: "feature_restriction", features: ["a", "b"], startsAt: now, endsAt: now.plus({ days: 30 }) } as const;
  test.each<[Measure, boolean]>([
    [{ kind: "warning" }, true],
    [{ kind: "feature_restriction", features: ["a", "b"], days: 7 }, true],
    [{ kind: "feature_restriction", features: ["a"], days: 30 }, true],
    [{ kind: "feature_restriction", features: ["b", "a"], days: 30 }, false],
    [{ kind: "feature_restriction", features: ["a"], days: 31 }, false],
    [{ kind: "feature_restriction", features: ["a", "c"], days: 7 }, false],
    [{ kind: "suspension", days: 1 }, false],
    [{ kind: "termination" }, false],
  ])("%j: %s", (measure, milder) => {
    expect(isMilder(measure, action, "UTC")).toBe(milder);
  });

  test("a milder kind is milder only when it ends no later", () => {
    const week = { kind: "suspension", features: [], startsAt: now, endsAt: now.plus({ days: 7 }) } as const;
    const restriction = (days: number): Measure => ({ kind: "feature_restriction", features: ["a"], days });
    expect([7, 8, 3_650].map((days) => isMilder(restriction(days), week, "UTC"))).toEqual([true, false, false]);
    expect(isMilder({ kind: "warning" }, week, "UTC")).toBe(true);
  });

  test("a suspension with an end is milder than a termination, and nothing is milder than a warning", () => {
    expect(isMilder({ kind: "suspension", days: 365 }, { kind: "termination", features: [], startsAt: now, endsAt: null }, "UTC")).toBe(true);
    expect(isMilder({ kind: "warning" }, { kind: "warning", features: [], startsAt: now, endsAt: null }, "UTC")).toBe(false);
    expect(isMilder({ kind: "warning" }, { kind: "law_enforcement_referral", features: [], startsAt: now, endsAt: null }, "UTC")).toBe(false);
  });
});

describe("the seeded ladders", () => {
  test("one for every severity, each well formed and never milder on a higher rung", () => {
    expect(defaultLadders.map(({ severity }) => severity)).toEqual(severities);
    const kinds = ["warning", "feature_restriction", "suspension", "termination"];
    for (const ladder of defaultLadders) {
      expect(ladderRungsSchema.safeParse({ firstRung: ladder.firstRung, rungs: ladder.rungs }).success).toBe(true);
      const order = ladder.rungs.map((rung) => kinds.indexOf(rung.kind) * 10_000 + ("days" in rung ? rung.days : 0));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  test("a graver severity never starts lower and never weighs less", () => {
    for (const field of ["firstRung", "strikeWeight", "strikeExpiryDays"] as const) {
      const values = defaultLadders.map((ladder) => ladder[field]);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });

  test("a strike lasts as long as its ladder says", () => {
    expect(strikeFor(ladderOf("high"), now)).toMatchObject({ weight: 2, expiresAt: now.plus({ days: 365 }) });
  });

  test("there is no sixth rung", () => {
    expect(() => measureAt(ladderOf("low"), 6 as 5)).toThrow(RangeError);
  });
});

describe("for any record", () => {
  const ms = fc.integer({ min: -800, max: 800 }).map((day) => now.plus({ days: day }));
  const anyStrike: fc.Arbitrary<Strike> = fc.record({
    id: fc.uuid(),
    area: fc.constantFrom(...policyAreas),
    weight: fc.integer({ min: 1, max: 4 }),
    issuedAt: ms,
    expiresAt: ms,
    voidedAt: fc.option(ms, { freq: 3 }),
  });
  const record = fc.uniqueArray(anyStrike, { maxLength: 12, selector: ({ id }) => id });
  const findings = fc.uniqueArray(
    fc.record({ severity: fc.constantFrom(...severities), area: fc.constantFrom(...policyAreas), code: fc.stringMatching(/^XP-AUP-3\.[1-9]\.[a-e]$/) }),
    { minLength: 1, maxLength: 4, selector: ({ code }) => code },
  ).map((all) => all.map(({ severity, area, code }) => finding(severity, area, code)));

  test("one more strike never lowers the rung", () => {
    fc.assert(
      fc.property(findings, record, anyStrike, (found, strikesHeld, extra) => {
        expect(recommendRung(found, [...strikesHeld, extra], now).rung).toBeGreaterThanOrEqual(recommendRung(found, strikesHeld, now).rung);
      }),
    );
  });

  test("one more finding never lowers the rung", () => {
    fc.assert(
      fc.property(findings, findings, record, (found, more, strikesHeld) => {
        expect(recommendRung([...found, ...more], strikesHeld, now).rung).toBeGreaterThanOrEqual(recommendRung(found, strikesHeld, now).rung);
      }),
    );
  });

  test("voided, expired and future strikes change nothing", () => {
    fc.assert(
      fc.property(findings, record, record, fc.constantFrom("voided", "expired", "future"), (found, strikesHeld, dead, how) => {
        const over = { voided: { voidedAt: now }, expired: { expiresAt: now }, future: { issuedAt: now.plus(1) } }[how];
        const padded = [...strikesHeld, ...dead.map((one) => ({ ...one, ...over }))];
        expect(recommendRung(found, padded, now)).toEqual(recommendRung(found, strikesHeld, now));
      }),
    );
  });

  test("the order of findings and strikes does not matter", () => {
    fc.assert(
      fc.property(findings, record, fc.infiniteStream(fc.nat()), (found, strikesHeld, keys) => {
        const shuffled = <T,>(items: readonly T[]) => items.map((item) => ({ item, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key).map(({ item }) => item);
        expect(recommendRung(shuffled(found), shuffled(strikesHeld), now)).toEqual(recommendRung(found, strikesHeld, now));
      }),
    );
  });

  test("the rung is on the ladder, counts exactly the active strikes, and following it needs no justification", () => {
    fc.assert(
      fc.property(findings, record, (found, strikesHeld) => {
        const recommended = recommendRung(found, strikesHeld, now);
        expect(rungNumbers).toContain(recommended.rung);
        expect(recommended.countedStrikeIds).toEqual(activeStrikes(strikesHeld, now).map(({ id }) => id).sort());
        expect(recommended.rung).toBe(Math.max(...found.map(({ ladder }) => rungAt(ladder, recommended.activeWeight))));
        expect(checkChoice(recommended, { ...recommended, justification: "" })).toEqual({ ok: true, deviation: "none" });
      }),
    );
  });

  test("time alone never raises the rung of a given record", () => {
    fc.assert(
      fc.property(findings, record, fc.nat(1000), (found, strikesHeld, later) => {
        const past = strikesHeld.map((one) => ({ ...one, issuedAt: now.minus({ days: 900 }) }));
        expect(recommendRung(found, past, now.plus({ days: later })).rung).toBeLessThanOrEqual(recommendRung(found, past, now).rung);
      }),
    );
  });
});
