import { expect, test } from "vitest";
import { messageEvent } from "../../../../test/support/message-events";
import type { MessageEvent } from "../message-event";
import { packAccount, unpackAccount } from "./account-checkpoint.schema";
import { ruleVersion } from "./default-rules";
import { compileRules, RuleEngine } from "./engine";
import type { RuleBook } from "./rule-book";
import { eventRuleCodes } from "./rule-catalogue";
import { signalsOfFindings } from "./signals-of-findings";

const utc = (iso: string) => Date.parse(iso);
const book: RuleBook = { zone: "America/Denver", versions: eventRuleCodes.map((rule) => ruleVersion(rule, { mode: "signal" })), exemptions: [] };
const started = (rules: RuleBook = book) => new RuleEngine(compileRules(rules), { repeats: false });

type Given = Partial<MessageEvent> & { at: string };
const events = (...given: Given[]) => given.map(({ at, ...rest }, index) => messageEvent({ id: `e${index}`, ...rest, occurredAt: utc(at) }));
const found = (...given: Given[]) => started().step(events(...given)).put.map(({ key }) => key);

test.each<[string, string[], Given[]]>([
  ["a second marketing message a millisecond inside of seven days", ["frequency:e1"], [{ at: "2026-11-02T12:00:00.001Z" }, { at: "2026-11-09T12:00:00Z" }]],
  ["exactly seven days later", [], [{ at: "2026-11-02T12:00:00Z" }, { at: "2026-11-09T12:00:00Z" }]],
  ["a second one that was asked for", [], [{ at: "2026-11-02T12:00:00Z" }, { at: "2026-11-03T12:00:00Z", moreRequested: true }]],
  ["a second one after a wish that STOP took back", ["frequency:e3"], [{ at: "2026-11-02T12:00:00Z" }, { at: "2026-11-02T13:00:00Z", type: "opt_in", moreRequested: true }, { at: "2026-11-02T14:00:00Z", type: "opt_out" }, { at: "2026-11-03T12:00:00Z" }, { at: "2026-11-02T15:00:00Z", type: "opt_in" }]],
  ["follow-ups exactly a day apart", [], [{ at: "2026-11-02T12:00:00Z", category: "automated" }, { at: "2026-11-03T12:00:00Z", category: "automated" }]],
  ["follow-ups a millisecond closer", ["spacing:e1"], [{ at: "2026-11-02T12:00:00Z", category: "automated" }, { at: "2026-11-03T11:59:59.999Z", category: "automated" }]],
  ["the last instant before nine in the evening", [], [{ at: "2026-11-03T03:59:59.999Z", zones: ["America/Denver"] }]],
  ["nine in the evening", ["quiet_hours:e0"], [{ at: "2026-11-03T04:00:00Z", zones: ["America/Denver"] }]],
  ["the last quiet instant", ["quiet_hours:e0"], [{ at: "2026-11-03T14:59:59.999Z", zones: ["America/Denver"] }]],
  ["eight in the morning", [], [{ at: "2026-11-03T15:00:00Z", zones: ["America/Denver"] }]],
  ["nine in the evening on one side of Idaho only", [], [{ at: "2026-11-03T04:30:00Z", zones: ["America/Boise", "America/Los_Angeles"] }]],
  ["nine in the evening on both sides", ["quiet_hours:e0"], [{ at: "2026-11-03T05:00:00Z", zones: ["America/Boise", "America/Los_Angeles"] }]],
  ["midnight somewhere unknown", [], [{ at: "2026-11-03T00:00:00Z", zones: [] }]],
  ["a receipt in the night", [], [{ at: "2026-11-03T05:00:00Z", zones: ["America/Denver"], category: "transactional" }]],
  ["marketing after STOP", ["after_opt_out:e1"], [{ at: "2026-11-02T12:00:00Z", type: "opt_out" }, { at: "2026-11-02T12:00:00.001Z" }]],
  ["a receipt after STOP", [], [{ at: "2026-11-02T12:00:00Z", type: "opt_out" }, { at: "2026-11-02T12:00:01Z", category: "transactional" }]],
  ["marketing after STOP and START", [], [{ at: "2026-11-02T12:00:00Z", type: "opt_out" }, { at: "2026-11-02T12:01:00Z", type: "opt_in" }, { at: "2026-11-02T12:02:00Z" }]],
  ["marketing without consent", ["missing_consent:e0"], [{ at: "2026-11-02T12:00:00Z", consent: null }]],
  ["consent given after the message", ["missing_consent:e0"], [{ at: "2026-11-02T12:00:00Z", consent: { method: "website_form", at: utc("2026-11-02T12:00:00.001Z") } }]],
  ["consent in a way the policy does not list", ["missing_consent:e0"], [{ at: "2026-11-02T12:00:00Z", consent: { method: "other", at: 0 } }]],
  ["marketing to somebody who wrote first", [], [{ at: "2026-11-02T11:00:00Z", type: "inbound" }, { at: "2026-11-02T12:00:00Z", consent: null }]],
  ["a template that was refused", ["unapproved_template:e0"], [{ at: "2026-11-02T12:00:00Z", type: "template.sent", templateId: "t", templateApproved: false }]],
  ["a template of which nothing is said", [], [{ at: "2026-11-02T12:00:00Z", type: "template.sent", templateId: "t" }]],
  ["no word of how to stop", ["missing_opt_out_instructions:e0"], [{ at: "2026-11-02T12:00:00Z", hasOptOutInstructions: false }]],
  ["an empty name", ["missing_business_name:e0"], [{ at: "2026-11-02T12:00:00Z", businessName: " ", category: "utility" }]],
])("%s: %j", (_what, keys, given) => {
  expect(found(...given)).toEqual(keys);
});

test("a message that comes late takes the place of the proof, and a late START takes the finding back", () => {
  const engine = started();
  const [first, second, third] = events({ at: "2026-11-02T12:00:00Z" }, { at: "2026-11-03T12:00:00Z" }, { at: "2026-11-04T12:00:00Z" }) as [MessageEvent, MessageEvent, MessageEvent];
  expect(engine.step([first, third]).put.map(({ proof }) => proof)).toEqual([["e0", "e2"]]);
  expect(engine.step([second]).put.map(({ proof }) => proof)).toEqual([["e0", "e1"], ["e1", "e2"]]);
  expect(engine.step(events({ at: "2026-11-04T11:00:00Z", type: "opt_out", id: "stop" })).put.map(({ key }) => key)).toEqual(["after_opt_out:e2"]);
  expect(engine.step(events({ at: "2026-11-04T11:30:00Z", type: "opt_in", id: "start" })).retract).toEqual(["after_opt_out:e2"]);
});

test("a signal counts the day's breaches of the day's messages, and shows no contact", () => {
  const engine = started();
  const { put } = engine.step(events(...["a", "b", "c"].map((contact) => ({ at: "2026-11-03T05:00:00Z", zones: ["America/Denver"], contact: `0000-${contact.repeat(8)}` })), { at: "2026-11-02T18:00:00Z", contact: "d" }));
  const tallyOf = (accountId: string, day: number) => engine.memoryOf(accountId)!.windows.days.get(day)!;
  const [signal, ...others] = signalsOfFindings([...put].reverse(), { zone: "America/Denver", tallyOf });
  expect(others).toEqual([]);
  expect(signal).toMatchObject({ rule: "quiet_hours", observed: 3, threshold: 0, measures: { breaches: 3, contacts: 3, marketing: 4 }, eventIds: ["e0", "e1", "e2"] });
  expect([signal!.window.from, signal!.window.to]).toEqual([utc("2026-11-02T07:00:00Z"), utc("2026-11-03T07:00:00Z")]);
  expect(signal!.examples.map(({ contact }) => contact)).toEqual(["…aaaa", "…bbbb", "…cccc"]);
  expect(signalsOfFindings(put, { zone: "America/Denver", tallyOf })).toEqual([signal]);
});

test("a checkpoint that is damaged or of another form is refused", () => {
  const engine = started();
  engine.step(events({ at: "2026-11-02T12:00:00Z" }));
  const kept = JSON.parse(JSON.stringify(packAccount(engine.memoryOf("account")!)));
  expect(unpackAccount(kept)).not.toBeNull();
  for (const bad of [null, {}, { ...kept, form: 2 }, { ...kept, contacts: { contact: { m: [["noon"]] } } }]) expect(unpackAccount(bad)).toBeNull();
});

test("memory is let go of when nothing in it can matter any more", () => {
  const engine = started();
  engine.step(events({ at: "2026-11-02T12:00:00Z" }, { at: "2026-11-02T13:00:00Z", type: "message.delivered" }));
  engine.step(events({ at: "2027-01-20T12:00:00Z", accountId: "other", id: "later" }));
  engine.sweep(100);
  engine.sweep(100);
  expect(engine.memoryOf("account")).toBeNull();
  expect(engine.memoryOf("other")).not.toBeNull();
  expect(engine.step(events({ at: "2026-11-02T12:00:00Z", id: "too late" }))).toMatchObject({ late: 1, put: [] });
});

test("a wish for more that STOP took back stays taken back when all of it is settled", () => {
  const engine = started();
  engine.step(events({ at: "2026-11-02T12:00:00Z", type: "opt_in", moreRequested: true }, { at: "2026-11-02T13:00:00Z", type: "opt_out" }, { at: "2026-11-02T14:00:00Z", type: "opt_in" }));
  engine.step(events({ at: "2026-11-20T12:00:00Z", id: "first" }));
  engine.sweep(100);
  engine.sweep(100);
  expect(engine.step(events({ at: "2026-11-21T12:00:00Z", id: "second" })).put.map(({ key }) => key)).toEqual(["frequency:second"]);
});
