import { expect, test } from "vitest";
import { secondPerson } from "./second-person";

test.each([
  ["approve", false, null, false, "You are the second person"],
  ["approve", false, "Lee", false, "Lee is the second person"],
  ["reject", false, null, false, "Not needed: nothing takes effect"],
  ["decide", true, null, true, "anybody who may approve, but not you"],
  ["interim", true, "Ana", true, "anybody who may approve, but not Ana"],
  ["decide", false, null, false, "Not needed"],
] as const)("%s, needing approval: %s, by %s", (kind, needsApproval, by, needed, who) => {
  expect(secondPerson({ kind, needsApproval, by })).toEqual({ needed, who });
});
