import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ReporterStanding, type StandingMeasure } from "./reporter-standing";

const mute: StandingMeasure = {
  id: "m1", reference: "RM-49VB-B9ND", kind: "mute", state: "active", unfounded: 4, judged: 4, reason: "Four more of the same.",
  startsAt: "2026-11-20T21:00:00.000Z", endsAt: "2026-12-20T21:00:00.000Z", objection: "They were different.", objectedAt: "2026-11-21T21:00:00.000Z",
  objectionDueAt: null, ruling: null, grounds: null,
};
const shown = (over: Partial<StandingMeasure>) =>
  renderToStaticMarkup(
    <ReporterStanding locale="en" now="2026-11-22T21:00:00.000Z" platform={{ name: "Flows", zone: "UTC", appealWindowDays: 30, appealSlaBusinessDays: 10 }} measures={[{ ...mute, ...over }]} sent={false} failed={null} />,
  );

test("a reporter reads until when their reports are set aside, and no such day once that is taken back", () => {
  expect(shown({})).toContain("Set aside until");
  const lifted = shown({ state: "lifted", ruling: "lifted", grounds: "You are right." });
  expect(lifted).toContain("You are right.");
  expect(lifted).not.toContain("Set aside until");
});
