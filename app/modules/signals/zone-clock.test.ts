import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { numberZones } from "./number-zones.data";
import { civilDayNumber, wallClock, zoneOffset } from "./zone-clock";

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" }).toMillis();
const everyZone = [...new Set(numberZones.flatMap((row) => row.split("|")[0]!.split("&")))];
const clock = (zone: string, at: number) => DateTime.fromMillis(wallClock(zone, at), { zone: "utc" }).toFormat("HH:mm:ss.SSS");

test.each([
  ["the last instant of winter in Denver", "America/Denver", "2026-03-08T08:59:59.999Z", "01:59:59.999"],
  ["the first of summer", "America/Denver", "2026-03-08T09:00:00Z", "03:00:00.000"],
  ["the last of summer", "America/Denver", "2026-11-01T07:59:59.999Z", "01:59:59.999"],
  ["the hour that comes twice", "America/Denver", "2026-11-01T08:00:00Z", "01:00:00.000"],
  ["half an hour of summer time on Lord Howe", "Australia/Lord_Howe", "2026-10-03T15:30:00Z", "02:30:00.000"],
  ["three quarters on the Chatham Islands", "Pacific/Chatham", "2026-06-01T00:00:00Z", "12:45:00.000"],
  ["no summer time in Phoenix", "America/Phoenix", "2026-07-01T04:00:00Z", "21:00:00.000"],
  ["a quarter to in Nepal", "Asia/Katmandu", "2026-07-01T00:00:00Z", "05:45:00.000"],
])("the clock shows %s", (_what, zone, at, shown) => {
  expect(clock(zone, utc(at))).toBe(shown);
});

test("every zone numbers lie in is one luxon knows, and agrees with it about any instant around changes of the clock", () => {
  const instant = fc.oneof(
    fc.integer({ min: utc("2024-01-01T00:00:00Z"), max: utc("2034-01-01T00:00:00Z") }),
    fc
      .tuple(fc.constantFrom("2026-03-08T09:00Z", "2026-11-01T08:00Z", "2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-10-03T15:30Z", "2026-04-04T15:00Z"), fc.integer({ min: -8 * 3_600_000, max: 8 * 3_600_000 }))
      .map(([change, away]) => utc(change) + away),
  );
  fc.assert(
    fc.property(fc.constantFrom(...everyZone), instant, (zone, at) => {
      const local = DateTime.fromMillis(at, { zone });
      expect(local.isValid).toBe(true);
      expect(zoneOffset(zone, at)).toBe(local.offset * 60_000);
      expect(clock(zone, at)).toBe(local.toFormat("HH:mm:ss.SSS"));
      expect(new Date(civilDayNumber(zone, at) * 86_400_000).toISOString().slice(0, 10)).toBe(local.toISODate());
    }),
    { numRuns: 3_000 },
  );
});

test("a zone that does not exist shows no time, and thousands of them leave the others right", () => {
  expect(wallClock("Mars/Olympus", 0)).toBeNaN();
  for (let made = 0; made < 3_000; made += 1) zoneOffset(`Mars/${made}`, 0);
  expect(clock("America/Denver", utc("2026-07-01T03:00:00Z"))).toBe("21:00:00.000");
});
