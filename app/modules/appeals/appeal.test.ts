import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { usFederalCalendar } from "~/infra/business-time";
import { civilDayOf } from "~/infra/civil-day";
import {
  appealClosesAt,
  appealDueAt,
  appealMachine,
  explainAppealDue,
  isIndependent,
  isLateAppeal,
  isLiveAppeal,
  lastDayToAppeal,
  liveAppealStates,
  rule,
  rulings,
} from "./appeal";

const utc = (text: string) => DateTime.fromISO(text, { zone: "utc" });
const denver30 = { zone: "America/Denver", windowDays: 30 };

describe("appeal window", () => {
  test.each([
    ["counts the whole thirtieth day", "2026-11-20T21:05:00Z", "2026-12-21T07:00:00Z"],
    ["survives the change to summer time", "2027-02-12T23:00:00Z", "2027-03-15T06:00:00Z"],
    ["survives the change from summer time", "2026-10-05T18:00:00Z", "2026-11-05T07:00:00Z"],
    ["ends on the very day clocks go forward", "2027-02-11T18:00:00Z", "2027-03-14T07:00:00Z"],
    ["ends the day after clocks went forward", "2027-02-12T18:00:00Z", "2027-03-15T06:00:00Z"],
    ["informed a second before local midnight", "2026-11-21T06:59:59Z", "2026-12-21T07:00:00Z"],
    ["informed at local midnight", "2026-11-21T07:00:00Z", "2026-12-22T07:00:00Z"],
    ["over a leap day", "2028-02-01T18:00:00Z", "2028-03-03T07:00:00Z"],
    ["informed on a leap day", "2028-02-29T18:00:00Z", "2028-03-31T06:00:00Z"],
    ["over New Year", "2026-12-15T18:00:00Z", "2027-01-15T07:00:00Z"],
  ])("%s", (_why, informed, closes) => {
    expect(appealClosesAt({ informedAt: utc(informed) }, denver30)?.toISO()).toBe(utc(closes).toISO());
  });

  test.each([
    ["Santiago: the day after the last starts at 01:00", "America/Santiago", "2024-08-08T15:00:00Z", "2024-09-08T04:00:00Z"],
    ["Santiago: informed on the day without midnight", "America/Santiago", "2024-09-08T15:00:00Z", "2024-10-09T03:00:00Z"],
    ["Beirut: midnight skipped at the close", "Asia/Beirut", "2024-02-29T10:00:00Z", "2024-03-30T22:00:00Z"],
    ["Havana: midnight comes twice, the first one closes", "America/Havana", "2025-10-02T15:00:00Z", "2025-11-02T04:00:00Z"],
    ["Sao Paulo of old: midnight skipped", "America/Sao_Paulo", "2017-09-14T15:00:00Z", "2017-10-15T03:00:00Z"],
    ["Kathmandu: 5:45 ahead", "Asia/Kathmandu", "2026-11-20T18:15:00Z", "2026-12-21T18:15:00Z"],
    ["Lord Howe: summer time is half an hour", "Australia/Lord_Howe", "2026-09-20T03:00:00Z", "2026-10-20T13:00:00Z"],
  ])("%s", (_why, zone, informed, closes) => {
    expect(appealClosesAt({ informedAt: utc(informed) }, { zone, windowDays: 30 })?.toISO()).toBe(utc(closes).toISO());
  });

  test("does not open before the account holder was informed", () => {
    expect(appealClosesAt({ informedAt: null }, denver30)).toBeNull();
    expect(isLateAppeal(utc("2036-01-01T00:00:00Z"), null)).toBe(false);
  });

  test("the last day is the one a notice can name", () => {
    expect(lastDayToAppeal({ informedAt: utc("2026-11-20T21:05:00Z") }, denver30)).toBe("2026-12-20");
  });

  test.each([
    ["a millisecond before", "2026-12-21T06:59:59.999Z", false],
    ["at the close", "2026-12-21T07:00:00Z", true],
    ["long after", "2027-06-01T00:00:00Z", true],
  ])("%s", (_when, filed, late) => {
    expect(isLateAppeal(utc(filed), utc("2026-12-21T07:00:00Z"))).toBe(late);
  });

  test.each([
    ["an unknown zone", { zone: "Mars/Olympus", windowDays: 30 }],
    ["half a day", { zone: "UTC", windowDays: 30.5 }],
    ["a window that ends before it starts", { zone: "UTC", windowDays: -1 }],
  ])("refuses terms with %s", (_what, terms) => {
    expect(() => appealClosesAt({ informedAt: utc("2026-11-20T21:05:00Z") }, terms)).toThrow(RangeError);
  });

  const zone = fc.constantFrom("America/Denver", "America/Havana", "America/Santiago", "Asia/Beirut", "Asia/Kathmandu", "Pacific/Apia", "UTC");
  const informed = fc
    .integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2040, 0, 1) })
    .map((ms) => DateTime.fromMillis(ms, { zone: "utc" }));
  const windowDays = fc.integer({ min: 0, max: 400 });

  test("gives the full number of local days, no more and no less", () => {
    fc.assert(
      fc.property(informed, zone, windowDays, (at, name, days) => {
        const closes = appealClosesAt({ informedAt: at }, { zone: name, windowDays: days })!;
        const dayNumber = (instant: DateTime) => Date.parse(civilDayOf(instant, name)) / 86_400_000;
        expect(dayNumber(closes) - dayNumber(at)).toBe(days + 1);
        expect(dayNumber(closes.minus({ milliseconds: 1 })) - dayNumber(at)).toBe(days);
      }),
    );
  });

  test("being informed later never closes the window earlier, and a longer window never closes it earlier", () => {
    fc.assert(
      fc.property(informed, zone, windowDays, fc.nat(90 * 86_400_000), (at, name, days, later) => {
        const closes = (from: DateTime, n: number) => +appealClosesAt({ informedAt: from }, { zone: name, windowDays: n })!;
        expect(closes(at.plus(later), days)).toBeGreaterThanOrEqual(closes(at, days));
        expect(closes(at, days + 1)).toBeGreaterThan(closes(at, days));
      }),
    );
  });
});

describe("appeal SLA", () => {
  const calendar = usFederalCalendar("America/Denver");

  test("ten business days over Thanksgiving, and it says so", () => {
    expect(appealDueAt(utc("2026-11-20T21:05:00Z"), 10, calendar).toISO()).toBe("2026-12-08T07:00:00.000Z");
    const { skipped } = explainAppealDue(utc("2026-11-20T21:05:00Z"), 10, calendar);
    expect(skipped).toContainEqual({ day: "2026-11-26", why: "holiday", name: "Thanksgiving Day" });
  });
});

describe("appeal transitions", () => {
  const legal: Record<string, string> = {
    "filed start_review": "under_review",
    "under_review uphold": "upheld",
    "under_review modify": "modified",
    "under_review overturn": "overturned",
    "under_review declare_inadmissible": "inadmissible",
    "under_review withdraw": "withdrawn",
  };
  const pairs = appealMachine.states.flatMap((state) => appealMachine.moves.map((move) => [state, move] as const));

  test.each(pairs)("%s, %s", (state, move) => {
    const to = legal[`${state} ${move}`];
    expect(appealMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
  });

  test("an appeal is live until it ends", () => {
    expect(appealMachine.states.filter(isLiveAppeal)).toEqual(liveAppealStates);
  });
});

describe("ruling", () => {
  const appeal = { state: "under_review", decidedById: "ana", approvedByIds: ["lea", "leo"] } as const;

  test.each(rulings)("an independent reviewer may find %s", (ruling) => {
    expect(rule(appeal, { ruling, grounds: "The consent record is genuine.", reviewerId: "rita" })).toEqual({ ok: true, state: ruling });
  });

  test.each(["ana", "lea", "leo"])("%s decided or approved it, and may not", (reviewerId) => {
    expect(isIndependent(reviewerId, appeal)).toBe(false);
    expect(rule(appeal, { ruling: "upheld", grounds: "Because.", reviewerId })).toEqual({ ok: false, reason: "not_independent" });
  });

  test("grounds are owed", () => {
    expect(rule(appeal, { ruling: "upheld", grounds: " \n", reviewerId: "rita" })).toEqual({ ok: false, reason: "grounds_missing" });
  });

  test.each(appealMachine.states.filter((state) => state !== "under_review"))("nobody rules while it is %s", (state) => {
    expect(rule({ ...appeal, state }, { ruling: "overturned", grounds: "Late.", reviewerId: "rita" })).toMatchObject({ reason: "illegal_move" });
  });

  test("an action a machine took has no decider to be independent of", () => {
    expect(isIndependent("rita", { decidedById: null, approvedByIds: [] })).toBe(true);
  });
});
