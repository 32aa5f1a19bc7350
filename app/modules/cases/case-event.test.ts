import { expect, test } from "vitest";
import { parseCaseEvent, sayCaseEvent, sayEventActor } from "./case-event";

const id = "019a9f00-0000-7000-8000-000000000001";
const said = (kind: string, data: object) => sayCaseEvent(parseCaseEvent(kind, data)!);

test("who approved a proposal did not decide it alone", () => {
  const decided = { decisionId: id, reference: "D-1", outcome: "violation", measure: "45-day suspension" };
  expect(said("decided", { ...decided, proposerId: id })).toBe("approved, and with that it took effect: 45-day suspension (D-1)");
  expect(said("decided", decided)).toBe("decided: 45-day suspension (D-1)");
});

test.each([
  ["signal_attached", { signalId: id }, "found something: Marketing after an opt-out"],
  ["signal_retracted", { signalId: id }, "took back what it had found, as later news did not bear it out: Marketing after an opt-out"],
  ["rule_proposed", { measure: "7-day marketing restriction" }, "proposed 7-day marketing restriction, by the rule “Marketing after an opt-out”; it waits for a person"],
])("a rule is named as it is everywhere: %s", (kind, data, words) => {
  expect(said(kind, { ...data, rule: "after_opt_out" })).toBe(words);
});

test.each([
  [0, "answered about R-1"],
  [1, "answered about R-1 with 1 file"],
  [3, "answered about R-1 with 3 files"],
])("a reporter's answer with %i files", (files, words) => {
  expect(said("information_received", { reportId: id, reference: "R-1", files })).toBe(words);
});

test.each([
  ["staff", "Ana Lind", "Ana Lind"],
  ["staff", null, "A colleague"],
  ["reporter", null, "A reporter"],
  ["system", "worker", "The system"],
])("%s named %s reads as %s", (actorKind, actorName, who) => {
  expect(sayEventActor({ actorKind, actorName })).toBe(who);
});

test.each([
  ["reporter", "sent report R-1 (email)"],
  ["staff", "put report R-1 (email) into the case"],
  ["system", "took in report R-1 (email)"],
])("who a report came by is not always who sent it: %s", (actorKind, words) => {
  expect(sayCaseEvent(parseCaseEvent("report_attached", { reportId: "01a21fa8-2b17-71f0-89ad-991969e41db1", reference: "R-1", channel: "email" })!, actorKind)).toBe(words);
});
