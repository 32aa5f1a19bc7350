import { expect, test } from "vitest";
import { defaultPace } from "../campaign/pace";
import { noticeKinds } from "../notice-kind";
import { mailVariables } from "~/infra/mail-settings";
import { laneOf } from "./lane";

test.each([
  ["statement_of_reasons", "first"],
  ["interim_measure", "first"],
  ["action_changed", "first"],
  ["appeal_ruling", "first"],
  ["appeal_deadline", "first"],
  ["report_receipt", "after"],
  ["appeal_by_mail", "after"],
  ["report_outcome", "after"],
  ["sender_health", "after"],
  ["policy_change", "after"],
] as const)("%s goes %s", (kind, lane) => {
  expect(laneOf(kind)).toBe(lane);
});

test("every kind has a lane", () => {
  expect(noticeKinds.map(laneOf).every((lane) => lane === "first" || lane === "after")).toBe(true);
});

test("notices keep the pace of campaigns unless told otherwise", () => {
  expect(mailVariables.NOTICES_PER_DOMAIN.parse(undefined)).toBe(defaultPace.domainPerSecond);
  expect(mailVariables.NOTICES_WARM_UP.parse("")).toBe(defaultPace.warmUpMinutes);
});
