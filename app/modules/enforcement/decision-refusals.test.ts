import { expect, test } from "vitest";
import { refuse, refuseAll } from "~/infra/result";
import { fieldsOfRefusal, findingsOf, problemsBeside } from "./decision-refusals";

const sentence = (reason: string) => `${reason}.`;

test("every refusal is said at its field, once, and one about no field is said elsewhere", () => {
  const refusal = refuseAll(refuse("stale"), refuse("conduct_in_future", { clauseId: "a" }), refuse("conduct_in_future", { clauseId: "b" }), refuse("no_ladder"), refuse("leak", { leaks: [{ found: "Rosa" }] }));
  expect(fieldsOfRefusal(refusal, sentence)).toEqual({ findings: ["conduct_in_future.", "no_ladder."], facts: ["leak. Found: “Rosa”."] });
  expect(findingsOf(refusal)).toEqual([{ found: "Rosa" }]);
});

test("what the form found wrong itself is not said twice", () => {
  const found = { "findings[0].conductOn": ["There is no such date."], facts: null };
  expect(problemsBeside(found, { findings: ["no_finding."], facts: ["leak."], justification: ["justification_missing."] })).toEqual({ facts: ["leak."], justification: ["justification_missing."] });
});
