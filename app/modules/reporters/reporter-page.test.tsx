import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Measures, type MeasureView } from "./reporter-page";

const mute: MeasureView = {
  id: "m1", reference: "RM-7F3K-92QD", kind: "mute", state: "active", unfounded: 6, judged: 7, reason: "Six of seven reports were unfounded.", decider: "Lee", deciderId: "s1",
  startsAt: "2026-11-01T12:00:00Z", endsAt: "2026-12-20T12:00:00Z", informedAt: "2026-11-01T12:01:00Z", objection: null, objectionLate: false, objectionDueAt: null, ruling: null, grounds: null, ruledBy: null, setAside: 2,
};

test.each([
  ["in force", "active", true],
  ["that ran out", "expired", true],
  ["that was taken back, which is over sooner", "lifted", false],
] as const)("staff read the end of a mute %s", (_what, state, until) => {
  const html = renderToStaticMarkup(<Measures measures={[{ ...mute, state }]} me="s2" mayRule answer={null} seen={{ now: "2026-11-20T12:00:00Z", zone: "America/Denver" }} />);
  expect(html.includes(' dateTime="2026-12-20')).toBe(until);
  expect(html.includes("until")).toBe(until);
});
