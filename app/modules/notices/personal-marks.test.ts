import { expect, test } from "vitest";
import { findLeaks } from "./leak-check";
import { personalMarks } from "./personal-marks";

const own = ["ana@sender.example", "appeals@customerflows.example", "You suspended us, A-4K7Q-T2MX. Call +1 303 555 0188."];

test.each<[string, string[]]>([
  ["No measure of ours fits the words of 2026-11-20 21:05, nor those of 20.11.2026.", []],
  ["Write to appeals@customerflows.example about A-4K7Q-T2MX, or ring (303) 555-0188.", []],
  ["Ask bob@neighbour.example.", ["bob@neighbour.example"]],
  ["It is the matter of R-9M3X-K2QF.", ["R-9M3X-K2QF"]],
  ["The report is 0193b1f0-5d1e-7c3a-9f20-1d2e3f4a5b6c.", ["0193b1f0-5d1e-7c3a-9f20-1d2e3f4a5b6c"]],
  ["They rang from +44 20 7946 0958 on 2026-11-20.", ["44 20 7946 0958"]],
  ["We counted 1,204 messages in 30 days.", []],
])("a stranger is told no address, number or reference they did not write: %s", (text, found) => {
  const leaks = findLeaks(text, personalMarks(text, own));
  expect(leaks.map((leak) => leak.found.replace(/^\+/, ""))).toEqual(found);
});
