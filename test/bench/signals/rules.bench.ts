import { Engine, type TopLevelCondition } from "json-rules-engine";
import type { MessageEvent } from "~/modules/signals/message-event";
import { ruleVersion } from "~/modules/signals/rules/default-rules";
import { compileRules, RuleEngine } from "~/modules/signals/rules/engine";
import { eventRuleCodes } from "~/modules/signals/rules/rule-catalogue";
import { wallClock } from "~/modules/signals/zone-clock";
import { dayOfTraffic } from "../../support/message-traffic";
import { interleave, ratio, report, typical } from "../harness";
import type { Suite } from "../run";

const hour = 3_600_000;
/** Events a call: json-rules-engine gets a slice of ours, since it takes so much longer. */
const size = { ours: 10_000, baseline: 100 };
const calls = 12;

/** What a rule of json-rules-engine is told of an event. Finding this out costs it nothing here. */
interface Facts {
  message: boolean;
  category: string;
  templateApproved: string;
  hasOptOutInstructions: string;
  businessName: string;
  quietZones: number;
  loudZones: number;
  moreRequested: boolean;
  hoursSinceMarketing: number;
  hoursSinceAutomated: number;
  optedOut: boolean;
  consented: boolean;
  requestsThisMinute: number;
  addressesThisHour: number;
  sentToday: number;
  optOutShare: number;
  delivered: number;
}

/** The same facts our rules find out for themselves, gathered beforehand, in the order in which things happened. */
function factsOf(events: readonly MessageEvent[]): Facts[] {
  const last = new Map<string, number>();
  const flags = new Set<string>();
  const counts = new Map<string, number>();
  const count = (key: string, by = 1) => {
    const now = (counts.get(key) ?? 0) + by;
    counts.set(key, now);
    return now;
  };
  const facts = new Map<MessageEvent, Facts>();
  for (const event of [...events].sort((a, b) => a.occurredAt - b.occurredAt)) {
    const { accountId, type, occurredAt: at } = event;
    const who = `${accountId}/${event.contact}`;
    const message = type === "message.sent" || type === "template.sent";
    if (type === "opt_out") flags.add(`out ${who}`);
    if (type === "opt_in") flags.delete(`out ${who}`);
    if (type === "opt_in" || type === "inbound" || (type === "contact.imported" && event.consent)) flags.add(`consent ${who}`);
    const address = `${accountId}/${event.keyId}/${Math.floor(at / hour)}`;
    const isNew = event.ipHash !== null && !flags.has(`${address}/${event.ipHash}`);
    if (isNew) flags.add(`${address}/${event.ipHash}`);
    const quiet = event.zones.filter((zone) => wallClock(zone, at) >= 21 * hour || wallClock(zone, at) < 8 * hour).length;
    const delivered = count(`delivered ${accountId}`, type === "message.delivered" ? 1 : 0);
    facts.set(event, {
      message,
      category: event.category ?? "none",
      templateApproved: String(event.templateApproved),
      hasOptOutInstructions: String(event.hasOptOutInstructions),
      businessName: event.businessName?.trim() ?? "unknown",
      quietZones: quiet,
      loudZones: event.zones.length - quiet,
      moreRequested: event.moreRequested,
      hoursSinceMarketing: (at - (last.get(`marketing ${who}`) ?? 0)) / hour,
      hoursSinceAutomated: (at - (last.get(`automated ${who}`) ?? 0)) / hour,
      optedOut: flags.has(`out ${who}`),
      consented: flags.has(`consent ${who}`) || (event.consent !== null && event.consent.at <= at && event.consent.method !== "other"),
      requestsThisMinute: count(`minute ${accountId}/${Math.floor(at / 60_000)}`, type === "api.request" ? 1 : 0),
      addressesThisHour: count(address, isNew ? 1 : 0),
      sentToday: count(`sent ${accountId}`, message ? 1 : 0),
      optOutShare: count(`opt-outs ${accountId}`, type === "opt_out" ? 1 : 0) / Math.max(1, delivered),
      delivered,
    });
    if (message) last.set(`${event.category} ${who}`, at);
  }
  return events.map((event) => facts.get(event)!);
}

const is = (fact: keyof Facts, value: unknown) => ({ fact, operator: "equal", value });
const below = (fact: keyof Facts, value: number) => ({ fact, operator: "lessThan", value });
const above = (fact: keyof Facts, value: number) => ({ fact, operator: "greaterThan", value });
const marketing = [is("message", true), is("category", "marketing")];

const conditions: Record<string, TopLevelCondition> = {
  frequency: { all: [...marketing, is("moreRequested", false), below("hoursSinceMarketing", 168)] },
  spacing: { all: [is("message", true), is("category", "automated"), below("hoursSinceAutomated", 24)] },
  quiet_hours: { all: [...marketing, above("quietZones", 0), is("loudZones", 0)] },
  after_opt_out: { all: [...marketing, is("optedOut", true)] },
  missing_consent: { all: [...marketing, is("consented", false)] },
  unapproved_template: { all: [is("message", true), is("templateApproved", "false")] },
  missing_opt_out_instructions: { all: [...marketing, is("hasOptOutInstructions", "false")] },
  missing_business_name: { all: [is("message", true), is("businessName", "")] },
  api_rate_limit: { all: [above("requestsThisMinute", 600)] },
  shared_credential: { all: [above("addressesThisHour", 20)] },
  message_limit: { all: [above("sentToday", 100_000)] },
  opt_out_spike: { all: [above("delivered", 100), above("optOutShare", 0.01)] },
};

/**
 * All rules over a day of traffic, one event after the other, beside json-rules-engine with the same rules. It is given
 * each event's facts for nothing and keeps no state; ours has every window, history and zone to find out by itself.
 */
export const signalRules: Suite = async () => {
  const { events } = dayOfTraffic({ seed: 7, start: Date.parse("2026-10-14T00:00:00Z"), accounts: 300, offenders: 3 });
  const stream = events.slice(0, size.ours);
  const facts = factsOf(stream);
  const rules = compileRules({ zone: "America/Denver", versions: eventRuleCodes.map((rule) => ruleVersion(rule, { mode: "signal" })), exemptions: [] });
  const baseline = new Engine(Object.entries(conditions).map(([type, when]) => ({ conditions: when, event: { type } })));
  let found = 0;
  let at = 0;
  const taken = await interleave(
    {
      ours: async () => {
        const engine = new RuleEngine(rules, { repeats: false });
        for (let from = 0; from < stream.length; from += 100) found += engine.step(stream.slice(from, from + 100)).put.length;
      },
      "json-rules-engine": async () => {
        for (let done = 0; done < size.baseline; done += 1, at = (at + 1) % facts.length) found += (await baseline.run({ ...facts[at]! })).events.length;
      },
    },
    calls,
  );
  const nanoseconds = (name: keyof typeof taken, events: number) => Math.round((typical(taken[name], "p50") * 1e6) / events);
  console.log(`\n  ours ${nanoseconds("ours", size.ours)} ns an event, json-rules-engine ${nanoseconds("json-rules-engine", size.baseline)} ns; ${found} findings`);
  const times = (1 / ratio(taken.ours, taken["json-rules-engine"], "p50")) * (size.ours / size.baseline);
  return report("signals/rules", [{ what: "events judged in the time json-rules-engine judges one of the same facts", value: times, atLeast: 100 }]);
};
