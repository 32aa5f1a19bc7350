import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { addCivilDays, civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import { earliestLawfulDay, lastOfAudience, latestNotice, rulingOn } from "./policy-notice";

const utc = (text: string): DateTime<true> => DateTime.fromISO(text, { zone: "utc" }) as DateTime<true>;
const denver = { zone: "America/Denver", leadDays: 14 };

describe("the earliest lawful day (CF-AUP 9)", () => {
  test.each([
    ["fourteen whole days lie between", "2026-11-02T18:00:00Z", denver, "2026-11-17T07:00:00Z"],
    ["the last minute of a day is still that day", "2026-11-03T06:59:00Z", denver, "2026-11-17T07:00:00Z"],
    ["midnight begins the next one", "2026-11-03T07:00:00Z", denver, "2026-11-18T07:00:00Z"],
    ["the day is the platform's, not ours", "2026-11-03T05:00:00Z", { zone: "Asia/Tokyo", leadDays: 14 }, "2026-11-17T15:00:00Z"],
    ["an hour lost in spring is missing from fourteen times twenty-four", "2026-03-06T06:30:00Z", denver, "2026-03-21T06:00:00Z"],
    ["and is not where the notice went early enough in its day", "2026-03-06T04:30:00Z", denver, "2026-03-20T06:00:00Z"],
    ["an hour won in autumn changes nothing", "2026-10-25T05:30:00Z", denver, "2026-11-08T07:00:00Z"],
    ["a leap day is a day", "2028-02-20T18:00:00Z", denver, "2028-03-06T07:00:00Z"],
    ["another year has none", "2027-02-20T18:00:00Z", denver, "2027-03-07T07:00:00Z"],
    ["over the end of a year", "2026-12-24T18:00:00Z", denver, "2027-01-08T07:00:00Z"],
    ["a day that begins at one o'clock begins there", "2027-03-13T10:00:00Z", { zone: "Asia/Beirut", leadDays: 14 }, "2027-03-27T22:00:00Z"],
    ["a date a zone left out is no day of notice", "2011-12-20T18:00:00Z", { zone: "Pacific/Apia", leadDays: 14 }, "2012-01-04T10:00:00Z"],
    ["a longer notice", "2026-11-02T18:00:00Z", { zone: "America/Denver", leadDays: 30 }, "2026-12-03T07:00:00Z"],
    ["no notice at all still ends the day", "2026-11-02T18:00:00Z", { zone: "America/Denver", leadDays: 0 }, "2026-11-03T07:00:00Z"],
  ])("%s", (_why, notified, terms, expected) => {
    const day = earliestLawfulDay(utc(notified), terms);
    expect([day.toUTC().toISO(), day.zoneName]).toEqual([utc(expected).toISO(), terms.zone]);
  });

  test.each([-1, 1.5, Number.NaN])("a lead of %s days is no lead", (leadDays) => {
    expect(() => earliestLawfulDay(utc("2026-11-02T18:00:00Z"), { zone: "America/Denver", leadDays })).toThrow(RangeError);
  });

  const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }).map((ms) => DateTime.fromMillis(ms, { zone: "utc" }) as DateTime<true>);
  const terms = fc.record({
    zone: fc.constantFrom("America/Denver", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Berlin", "UTC"),
    leadDays: fc.integer({ min: 0, max: 45 }),
  });

  test("enough days and enough hours, and not a day more than that", () => {
    const isEnough = (notified: DateTime<true>, day: string, { zone, leadDays }: { zone: string; leadDays: number }): boolean => {
      const begins = startOfCivilDay(day, zone);
      let full = 0;
      for (let between = addCivilDays(civilDayOf(notified, zone), 1); between < day; between = addCivilDays(between, 1)) if (civilDayOf(startOfCivilDay(between, zone), zone) === between) full += 1;
      return full >= leadDays && begins.diff(notified).as("hours") >= 24 * leadDays && begins > notified;
    };
    fc.assert(
      fc.property(instants, terms, (notified, given) => {
        const day = earliestLawfulDay(notified, given).toISODate()!;
        expect(isEnough(notified, day, given)).toBe(true);
        let before = addCivilDays(day, -1);
        if (civilDayOf(startOfCivilDay(before, given.zone), given.zone) !== before) before = addCivilDays(before, -1);
        expect(isEnough(notified, before, given)).toBe(false);
      }),
      { numRuns: 120 },
    );
  });

  test("a later notice is never lawful earlier", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 40 * 24 * 3_600_000 }), terms, (first, ms, given) => {
        expect(earliestLawfulDay(first.plus(ms), given) >= earliestLawfulDay(first, given)).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  test("the latest notice for a day is in time, and a millisecond later is not", () => {
    fc.assert(
      fc.property(instants, terms, (instant, given) => {
        const day = civilDayOf(instant, given.zone);
        const latest = latestNotice(day, given);
        expect(rulingOn(day, latest, given)).toEqual({ lawful: true });
        expect(rulingOn(day, latest.plus(1), given)).toMatchObject({ lawful: false });
      }),
      { numRuns: 120 },
    );
  });
});

describe("who the notice counts from", () => {
  const at = (text: string, joined?: string) => ({ notifiedAt: utc(text), joinedAt: joined ? utc(joined) : null });
  const waiting = (joined?: string) => ({ notifiedAt: null, joinedAt: joined ? utc(joined) : null });

  test.each([
    ["the last of them", [at("2026-11-02T18:00:00Z"), at("2026-11-04T18:00:00Z"), at("2026-11-03T18:00:00Z")], "2026-11-04T18:00:00Z"],
    ["nobody, while one waits", [at("2026-11-02T18:00:00Z"), waiting()], null],
    ["not somebody who joined at the last minute", [at("2026-11-02T18:00:00Z"), at("2026-11-16T18:00:00Z", "2026-11-16T17:59:00Z")], "2026-11-02T18:00:00Z"],
    ["nor somebody who joined and waits", [at("2026-11-02T18:00:00Z"), waiting("2026-11-16T23:59:59Z")], "2026-11-02T18:00:00Z"],
    ["nobody, of nobody", [], null],
  ])("%s", (_who, audience, expected) => {
    expect(lastOfAudience(audience)?.toISO() ?? null).toBe(expected && utc(expected).toISO());
  });

  test("whoever joins, whenever, moves no day", () => {
    const ms = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    const one = (joined: boolean) => ms.map((value) => ({ notifiedAt: DateTime.fromMillis(value, { zone: "utc" }), joinedAt: joined ? DateTime.fromMillis(value - 1_000, { zone: "utc" }) : null }));
    fc.assert(
      fc.property(fc.array(one(false), { minLength: 1 }), fc.array(one(true)), (audience, joiners) => {
        const alone = lastOfAudience(audience)!;
        const mixed = lastOfAudience([...joiners, ...audience, ...joiners])!;
        expect(earliestLawfulDay(mixed, denver).toISO()).toBe(earliestLawfulDay(alone, denver).toISO());
      }),
    );
  });
});
