import { expect, test } from "vitest";
import { ruleVersion } from "./default-rules";
import { compileRule } from "./rule-book";
import { versionAt, versionsThatCount } from "./versions-that-count";

const spacing = (version: number, effectiveFrom: number) => ruleVersion("spacing", { version, effectiveFrom });

test.each<[string, [version: number, from: number][], number[]]>([
  ["the catalogue's own, where nothing was set", [], [1]],
  ["each from its instant on", [[2, 100], [3, 200]], [1, 2, 3]],
  ["a change set later for an earlier instant calls off the scheduled one", [[2, 300], [3, 200]], [1, 3]],
  ["one for the same instant takes its place", [[2, 300], [3, 300]], [1, 3]],
  ["one calls off several", [[2, 300], [3, 400], [4, 200]], [1, 4]],
  ["what began before it stays", [[2, 100], [3, 400], [4, 200]], [1, 2, 4]],
])("%s", (_what, set, expected) => {
  const versions = versionsThatCount(set.map(([version, from]) => spacing(version, from)), ["CF-AUP"]);
  expect(versions.filter(({ rule }) => rule === "spacing").map(({ version }) => version)).toEqual(expected);
});

test("a platform runs the rules its policies have a clause for, and no others", () => {
  expect(versionsThatCount([], ["CASA-PP"]).map(({ rule }) => rule)).toEqual(["after_opt_out", "missing_consent"]);
  expect(versionsThatCount([spacing(2, 100)], ["CASA-PP"]).map(({ rule }) => rule)).not.toContain("spacing");
  expect(versionsThatCount([], [])).toEqual([]);
});

test.each([[50, 1, 2], [99, 1, 2], [100, 2, 3], [199, 2, 3], [200, 3, null]])("at %d version %d judges, as the engine has it, and %s comes next", (instant, current, next) => {
  const versions = versionsThatCount([spacing(2, 100), spacing(3, 200)], ["CF-AUP"]);
  const found = versionAt(versions.filter(({ rule }) => rule === "spacing"), instant);
  expect([found.current?.version, found.next?.version ?? null]).toEqual([current, next]);
  expect(compileRule({ zone: "UTC", versions, exemptions: [] }, "spacing").at(instant)?.version).toBe(current);
});
