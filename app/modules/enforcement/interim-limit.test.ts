import { DateTime } from "luxon";
import { expect, test } from "vitest";
import type { FurtherKind } from "../platforms/four-eyes";
import { extensionTakes, outlastsOnePerson, type Held } from "./interim-limit";

const terms = { zone: "America/Denver", fourEyesSuspensionDays: 30 };
const local = (text: string): DateTime => DateTime.fromISO(text, { zone: terms.zone }).toUTC();
const held = (from: string, to: string): Held => ({ startsAt: local(from), endsAt: local(to) });

test.each<[string, Held, Held[], boolean]>([
  ["thirty days alone", held("2026-06-01T09:00", "2026-07-01T09:00"), [], false],
  ["a millisecond more", held("2026-06-01T09:00", "2026-07-01T09:00:00.001"), [], true],
  ["thirty days over the end of summer time, an hour longer", held("2026-10-20T09:00", "2026-11-19T09:00"), [], false],
  ["thirty days over its start, an hour shorter", held("2026-03-01T09:00", "2026-03-31T09:00"), [], false],
  ["seven days after twenty-three", held("2026-06-25T09:00", "2026-07-02T09:00"), [held("2026-06-01T09:00", "2026-06-24T09:00")], false],
  ["eight days after twenty-three", held("2026-06-25T09:00", "2026-07-03T09:00"), [held("2026-06-01T09:00", "2026-06-24T09:00")], true],
  ["one day after thirty", held("2026-07-01T09:00", "2026-07-02T09:00"), [held("2026-06-01T09:00", "2026-07-01T09:00")], true],
  ["seven days after four times six", held("2026-07-01T09:00", "2026-07-08T09:00"), ["01", "08", "15", "22"].map((day) => held(`2026-06-${day}T09:00`, `2026-06-${String(Number(day) + 6).padStart(2, "0")}T09:00`)), true],
  ["thirty days beside thirty others", held("2026-06-01T09:00", "2026-07-01T09:00"), [held("2026-06-01T09:00", "2026-07-01T09:00")], false],
  ["twenty days that share ten with twenty others", held("2026-06-11T09:00", "2026-07-01T09:00"), [held("2026-06-01T09:00", "2026-06-21T09:00")], false],
  ["a day more than that", held("2026-06-11T09:00", "2026-07-02T09:00"), [held("2026-06-01T09:00", "2026-06-21T09:00")], true],
  ["one inside another", held("2026-06-10T09:00", "2026-06-12T09:00"), [held("2026-06-01T09:00", "2026-07-01T09:00")], false],
  ["one that was lifted as it began", held("2026-06-01T09:00", "2026-07-01T09:00"), [held("2026-05-01T09:00", "2026-05-01T09:00")], false],
])("%s", (_what, interim, earlier, outlasts) => {
  expect(outlastsOnePerson(interim, earlier, terms)).toBe(outlasts);
});

test.each<[string, string, string | null, readonly FurtherKind[], number, "one" | "two" | "too_long"]>([
  ["within the limit", "2026-06-08T09:00", null, [], 10, "one"],
  ["to the limit", "2026-06-11T09:00", null, [], 10, "one"],
  ["beyond the limit", "2026-06-12T09:00", null, [], 10, "two"],
  ["within the limit, of what two agreed to", "2026-06-08T09:00", "lee", [], 10, "two"],
  ["where every interim measure takes two", "2026-06-08T09:00", null, ["interim_measure"], 30, "two"],
  ["where warnings take two", "2026-06-08T09:00", null, ["warning"], 30, "one"],
  ["beyond thirty days, of what two agreed to", "2026-07-02T09:00", "lee", [], 30, "too_long"],
])("extending takes, %s", (_what, to, approverId, fourEyesKinds, fourEyesSuspensionDays, takes) => {
  expect(extensionTakes({ ...held("2026-06-01T09:00", to), approverId }, [], { zone: terms.zone, fourEyesKinds, fourEyesSuspensionDays })).toBe(takes);
});
