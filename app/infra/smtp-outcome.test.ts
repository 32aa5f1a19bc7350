import { expect, test } from "vitest";
import { outcomeOf } from "./smtp-outcome";

test.each([
  ["no such mailbox", { responseCode: 550, command: "RCPT TO", response: "550 5.1.1 no mailbox ana@x.example" }, true, { state: "refused", reply: "550 5.1.1 no mailbox <…>" }],
  ["message refused", { responseCode: 554, command: "DATA", response: "554 no" }, true, { state: "refused", reply: "554 no" }],
  ["come again", { responseCode: 451, command: "RCPT TO", response: "451 later" }, true, { state: "deferred", reply: "451 later", wasAnswered: true }],
  ["our own address refused", { responseCode: 550, command: "MAIL FROM", response: "550 who are you" }, true, { state: "unsent", reply: "550 who are you" }],
  ["a login refused", { responseCode: 535, command: "AUTH PLAIN", response: "535 no" }, false, { state: "unsent", reply: "535 no" }],
  ["silence after the recipient was named: it may have been taken", { code: "ECONNECTION" }, true, { state: "deferred", reply: "ECONNECTION", wasAnswered: false }],
  ["no connection", { code: "ECONNREFUSED" }, false, { state: "unsent", reply: "ECONNREFUSED" }],
])("%s", (_what, failure, named, outcome) => expect(outcomeOf(failure, named)).toEqual(outcome));
