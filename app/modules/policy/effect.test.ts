import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { startOfCivilDay } from "~/infra/civil-day";
import { earliestLawfulDay } from "../notices/policy-notice";
import { heldInWords, judgeEffect, standingMatters, type NoticeStanding, type ScheduledVersion, type Verdict } from "./effect";

const utc = (text: string) => DateTime.fromISO(text, { zone: "utc" });
const zone = "America/Denver";
const version = (over: Partial<ScheduledVersion> = {}): ScheduledVersion => ({ effectiveFrom: startOfCivilDay("2026-12-16", zone), material: true, requiredByLaw: false, zone, leadDays: 14, ...over });
const standing = (lastNotifiedAt: string | null, over: Partial<NoticeStanding> = {}): NoticeStanding => ({ waiting: 0, unreachable: 0, lastNotifiedAt: lastNotifiedAt === null ? null : utc(lastNotifiedAt), ...over });
const midnight = "2026-12-16T07:00:00Z";
const told = (verdict: Verdict) => ("reason" in verdict ? `${verdict.reason} ${verdict.earliest.toISODate()}` : verdict.kind);

describe("on the first of December everybody was told", () => {
  const everybody = standing("2026-12-01T23:00:00Z");
  test.each<[string, Partial<ScheduledVersion>, NoticeStanding | null, string, string]>([
    ["before its day", {}, everybody, "2026-12-16T06:59:59.999Z", "ahead"],
    ["as its day begins", {}, everybody, midnight, "takes_effect"],
    ["when nobody looked for a week", {}, everybody, "2026-12-23T07:00:00Z", "takes_effect"],
    ["told in the last lawful moment", {}, standing("2026-12-02T06:59:59.999Z"), midnight, "takes_effect"],
    ["told as the next day began", {}, standing("2026-12-02T07:00:00Z"), midnight, "told_too_late 2026-12-17"],
    ["told too late, seen at once", {}, standing("2026-12-03T09:00:00Z"), "2026-12-03T09:00:01Z", "told_too_late 2026-12-18"],
    ["one is waiting, and there is still time", {}, standing(null, { waiting: 1 }), "2026-12-02T06:59:59Z", "ahead"],
    ["one is waiting, and the time is over", {}, standing(null, { waiting: 1 }), "2026-12-02T07:00:00Z", "not_everybody_told 2026-12-17"],
    ["one could not be reached", {}, standing("2026-12-01T09:00:00Z", { unreachable: 1 }), "2026-12-10T09:00:00Z", "not_everybody_told 2026-12-25"],
    ["the campaign was stopped, and there is still time", {}, null, "2026-12-01T09:00:00Z", "ahead"],
    ["the campaign was stopped, and the time is over", {}, null, "2026-12-05T09:00:00Z", "no_campaign 2026-12-20"],
    ["nobody had to be told", {}, standing(null), midnight, "takes_effect"],
    ["a change that is not material", { material: false }, null, midnight, "takes_effect"],
    ["a change that is not material, before its day", { material: false }, null, "2026-12-15T07:00:00Z", "ahead"],
    ["a legal reason that two people answer for", { requiredByLaw: true }, standing("2026-12-10T09:00:00Z", { waiting: 3 }), midnight, "takes_effect"],
    ["a legal reason, before its day", { requiredByLaw: true }, standing(null, { waiting: 3 }), "2026-12-15T07:00:00Z", "ahead"],
    ["a platform that promises longer", { leadDays: 30 }, everybody, midnight, "told_too_late 2027-01-01"],
  ])("%s", (_why, over, at, now, verdict) => {
    expect(told(judgeEffect(version(over), at, utc(now)))).toBe(verdict);
  });
});

test("whenever it takes effect, everybody was told long enough before, and once held no waiting makes it lawful", () => {
  const instant = fc.integer({ min: +utc("2026-02-01T00:00:00Z"), max: +utc("2028-04-01T00:00:00Z") }).map((at) => DateTime.fromMillis(at, { zone: "utc" }));
  const zones = fc.constantFrom("America/Denver", "Europe/Madrid", "Pacific/Apia", "Africa/Cairo", "America/Havana", "Asia/Kathmandu");
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 60 * 24 * 20 }), fc.integer({ min: 0, max: 40 }), zones, fc.integer({ min: 0, max: 2 }), fc.boolean(), (now, minutesAgo, daysAhead, where, waiting, anybody) => {
      const scheduled = version({ zone: where, effectiveFrom: startOfCivilDay(now.setZone(where).plus({ days: daysAhead - 10 }).toISODate()!, where) });
      const last = anybody ? now.minus({ minutes: minutesAgo }) : null;
      const verdict = judgeEffect(scheduled, { waiting, unreachable: 0, lastNotifiedAt: last }, now);
      if (verdict.kind === "takes_effect") {
        expect(waiting).toBe(0);
        expect(+now).toBeGreaterThanOrEqual(+verdict.at);
        if (last) {
          expect(+verdict.at - +last).toBeGreaterThanOrEqual(14 * 86_400_000);
          expect(+verdict.at).toBeGreaterThanOrEqual(+earliestLawfulDay(last, scheduled));
        }
      }
      if (verdict.kind !== "held") return;
      expect(standingMatters(scheduled, now)).toBe(true);
      expect(+verdict.earliest).toBeGreaterThan(+scheduled.effectiveFrom);
      const later = now.plus({ days: 3 });
      expect(judgeEffect(scheduled, { waiting: 0, unreachable: 0, lastNotifiedAt: waiting > 0 ? later : last }, later).kind).toBe("held");
    }),
  );
});

test("why a version is held stays true once everybody was told, and until somebody accepts a later day", () => {
  expect(Object.values(heldInWords).filter((words) => /\b(?:yet|still|now)\b/.test(words))).toEqual([]);
});
