import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { keptUntil, preservationEnds, renew, renewedEnd, warnsFrom } from "./preservation";

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" }) as DateTime<true>;
const denver = "America/Denver";

test.each([
  ["counts ninety whole days after the day of receipt", "2026-11-20T21:05:00Z", denver, "2027-02-19T07:00:00Z"],
  ["the local day decides, not the one in UTC", "2026-11-21T05:00:00Z", denver, "2027-02-19T07:00:00Z"],
  ["through the change to summer time", "2027-01-10T18:00:00Z", denver, "2027-04-11T06:00:00Z"],
  ["through a leap day", "2027-12-15T18:00:00Z", denver, "2028-03-15T06:00:00Z"],
  ["where midnight is skipped", "2025-12-28T10:00:00Z", "Asia/Beirut", "2026-03-28T22:00:00Z"],
])("%s", (_why, received, zone, ends) => expect(preservationEnds(utc(received), zone).toISO()).toBe(utc(ends).toISO()));

test("a renewal adds ninety days to the first end, however early it comes", () => {
  const ends = preservationEnds(utc("2026-11-20T21:05:00Z"), denver);
  expect(renewedEnd(ends, denver).toISO()).toBe("2027-05-20T06:00:00.000Z");
  expect(renew({ expiresAt: ends, renewals: 0 }, denver, utc("2026-11-21T00:00:00Z"))).toEqual({ ok: true, expiresAt: renewedEnd(ends, denver) });
});

test.each([
  ["once only", 1, "2027-02-01T00:00:00Z", "preservation_renewed"],
  ["not after its end", 0, "2027-02-19T07:00:00Z", "preservation_over"],
])("is renewed %s", (_why, renewals, now, reason) => expect(renew({ expiresAt: utc("2027-02-19T07:00:00Z"), renewals }, denver, utc(now))).toEqual({ ok: false, reason }));

test("warns from the start of the fourteenth day before its end", () => expect(warnsFrom(utc("2027-02-19T07:00:00Z"), denver).toISO()).toBe("2027-02-05T07:00:00.000Z"));

test("evidence is kept sixty-one whole days after its case was closed", () => expect(keptUntil(utc("2026-11-20T21:00:00Z"), 61, denver).toISO()).toBe("2027-01-21T07:00:00.000Z"));
