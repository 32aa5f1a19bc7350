import { expect, test } from "vitest";
import { aroundDay, brushed, byDay, byHour, isHourly, noTotals, rangeOf, rangeQuery, totalsOf, type HealthDay, type HealthRange } from "./sender-health";

const hour = (slot: string, sent: number) => ({ slot, ...noTotals, sent });
const day = (name: string, sent: number): HealthDay => ({ day: name, ...noTotals, sent });
const whole = (from: string, to: string): HealthRange => ({ from, to, fromHour: 0, toHour: 23 });

test("hours make days, and days without events are zeros, also over the end of a month", () => {
  expect(byDay([hour("2026-11-30T00", 5), hour("2026-11-30T23", 6)], "2026-11-29", "2026-12-01")).toEqual([day("2026-11-29", 0), day("2026-11-30", 11), day("2026-12-01", 0)]);
});

test("hours without events are zeros, and one that begins twice is one", () => {
  const shown = byHour([hour("2026-11-01T01", 5), hour("2026-11-01T01", 6), hour("2026-11-02T00", 1)], { from: "2026-11-01", to: "2026-11-02", fromHour: 1, toHour: 0 });
  expect(shown).toHaveLength(24);
  expect([shown[0], shown[1], shown.at(-1)]).toEqual([hour("2026-11-01T01", 11), hour("2026-11-01T02", 0), hour("2026-11-02T00", 1)]);
  expect(totalsOf(shown).sent).toBe(12);
});

test("seven days before a measure are compared with seven from its day on", () => {
  const days = byDay([["2026-11-02", 1], ["2026-11-03", 10], ["2026-11-09", 20], ["2026-11-10", 100], ["2026-11-16", 200], ["2026-11-17", 1000]].map(([name, sent]) => hour(`${String(name)}T12`, Number(sent))), "2026-11-01", "2026-11-20");
  const { before, after } = aroundDay(days, "2026-11-10");
  expect([before.sent, after.sent]).toEqual([30, 300]);
});

test.each<[string, [from: string | null, to: string | null, fromHour: string | null, toHour: string | null], HealthRange]>([
  ["nothing asked: all there is", [null, null, null, null], whole("2026-11-01", "2026-11-30")],
  ["a part", ["2026-11-10", "2026-11-12", null, null], whole("2026-11-10", "2026-11-12")],
  ["the wrong way round", ["2026-11-12", "2026-11-10", null, null], whole("2026-11-10", "2026-11-12")],
  ["beyond what there is", ["2020-01-01", "2030-01-01", null, null], whole("2026-11-01", "2026-11-30")],
  ["a day there is not", ["2026-02-30", "2026-11-31", null, null], whole("2026-11-01", "2026-11-30")],
  ["no days at all", ["1; DROP", "today", "-1", "24"], whole("2026-11-01", "2026-11-30")],
  ["some hours of a day", ["2026-11-10", "2026-11-10", "9", "17"], { from: "2026-11-10", to: "2026-11-10", fromHour: 9, toHour: 17 }],
  ["hours the wrong way round", ["2026-11-10", "2026-11-10", "17", "09"], { from: "2026-11-10", to: "2026-11-10", fromHour: 9, toHour: 17 }],
  ["an evening and the morning after", ["2026-11-10", "2026-11-11", "20", "8"], { from: "2026-11-10", to: "2026-11-11", fromHour: 20, toHour: 8 }],
  ["hours in a range of days do not count", ["2026-11-10", "2026-11-13", "20", "8"], whole("2026-11-10", "2026-11-13")],
])("a range: %s", (_what, [from, to, fromHour, toHour], expected) => {
  expect(rangeOf({ from, to, fromHour, toHour }, "2026-11-01", "2026-11-30")).toEqual(expected);
});

test("three days are shown by the hour, four by the day", () => {
  expect([isHourly(whole("2026-11-28", "2026-11-30")), isHourly(whole("2026-11-28", "2026-12-01"))]).toEqual([true, false]);
});

test.each([
  ["two days", "2026-11-12", "2026-11-10", "from=2026-11-10&to=2026-11-12"],
  ["one day", "2026-11-12", "2026-11-12", "from=2026-11-12&to=2026-11-12"],
  ["hours over midnight", "2026-11-12T22", "2026-11-13T03", "from=2026-11-12&to=2026-11-13&fromHour=22&toHour=3"],
  ["hours of a day, dragged back", "2026-11-12T09", "2026-11-12T00", "from=2026-11-12&to=2026-11-12&toHour=9"],
])("what is brushed becomes an address that leads to the same range: %s", (_what, one, other, query) => {
  const range = brushed(one, other);
  expect(rangeQuery(range)).toBe(query);
  const back = new URLSearchParams(query);
  expect(rangeOf({ from: back.get("from"), to: back.get("to"), fromHour: back.get("fromHour"), toHour: back.get("toHour") }, "2026-11-01", "2026-11-30")).toEqual(range);
});
