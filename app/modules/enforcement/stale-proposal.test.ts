import { expect, test } from "vitest";
import { refuse } from "~/infra/result";
import { refusedProposal } from "./stale-proposal";

test.each([
  ["names the ladder", refuse("case_changed", { because: "ladder" }), /^The ladder has a new version since\. The case changed/],
  ["names the strikes", refuse("case_changed", { because: "recommendation" }), /^The strikes it counted/],
  ["says in its own words what the plan is refused for now", refuse("case_changed", { because: "start_too_late" }), /^(?!The case).+ The case changed/],
  ["says no more than there is to say", refuse("proposal_expired"), /^[A-Z]/],
])("%s", (_what, refusal, said) => {
  expect(refusedProposal(refusal)).toMatch(said);
});
