import fc from "fast-check";
import { expect, test } from "vitest";
import { findingsOf } from "../../../../test/model/rules-reference";
import type { Expectation } from "../../../../test/model/rule-in-force";
import { messageEvent } from "../../../../test/support/message-events";
import { consentMethods, messageCategories, messageEventTypes, type MessageEvent } from "../message-event";
import { packAccount, unpackAccount } from "./account-checkpoint.schema";
import { ruleVersion } from "./default-rules";
import { compileRules, RuleEngine, type CompiledRules } from "./engine";
import type { Finding } from "./finding";
import type { Exemption, RuleBook, RuleVersion } from "./rule-book";
import { eventRuleCodes } from "./rule-catalogue";
import { SeenEvents } from "./seen-events";

const numRuns = Number(process.env.RULES_RUNS ?? 600);
const hour = 3_600_000;
const late = 72 * hour;
const cohort = { delivered: 40_000, optOuts: 180 };

/** Days before a change of the clock in Denver and Berlin, so that the streams run through it. */
const starts = ["2026-03-01T00:00:00Z", "2026-03-24T00:00:00Z", "2026-10-20T00:00:00Z", "2026-10-27T00:00:00Z"].map(Date.parse);
const zoneSets = [["America/Denver"], ["Europe/Berlin"], ["America/Boise", "America/Los_Angeles"], ["Atlantic/Canary", "Europe/Madrid"], ["Australia/Lord_Howe"], ["America/Denver", "Asia/Tokyo"], []];
const accounts = ["a1", "a2"];

/** Instants far and near, many of them at the very edge of what a rule asks. */
const gap = fc.oneof(
  fc.constantFrom(0, 1, 15 * 60_000, hour, 24 * hour - 1, 24 * hour, 24 * hour + 1, 7 * 24 * hour - 1, 7 * 24 * hour, 7 * 24 * hour + 1),
  fc.integer({ min: 0, max: 8 * hour }),
  fc.integer({ min: 0, max: 2 * 24 * hour }),
  fc.integer({ min: 0, max: 12 * 24 * hour }),
);

const shape = fc.record({
  gap,
  type: fc.oneof({ weight: 6, arbitrary: fc.constantFrom<MessageEvent["type"]>("message.sent", "template.sent") }, { weight: 5, arbitrary: fc.constantFrom(...messageEventTypes) }),
  category: fc.oneof({ weight: 3, arbitrary: fc.constant<MessageEvent["category"]>("marketing") }, { weight: 3, arbitrary: fc.constantFrom<MessageEvent["category"]>("automated", ...messageCategories, null) }),
  accountId: fc.constantFrom("a1", "a1", "a1", "a2"),
  contact: fc.constantFrom("c1", "c1", "c1", "c1", "c1", "c1", "c2", "c3", null),
  zones: fc.constantFrom(...zoneSets),
  templateId: fc.constantFrom("t1", null),
  templateApproved: fc.constantFrom(true, false, null),
  businessName: fc.constantFrom("Acme", " ", "", null),
  hasOptOutInstructions: fc.constantFrom(true, false, null),
  consent: fc.option(fc.record({ method: fc.constantFrom(...consentMethods), at: fc.constantFrom(0, starts[1]!, Date.parse("2030-01-01")) })),
  moreRequested: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  keyId: fc.constantFrom("k1", "k2", null),
  ipHash: fc.constantFrom("i1", "i2", "i3", "i4", null),
});

/** What one account does in one go: many requests in a minute, or deliveries with a share of opt-outs. */
const burst = fc.record({
  gap,
  accountId: fc.constantFrom(...accounts),
  kind: fc.constantFrom<"requests" | "deliveries">("requests", "deliveries"),
  size: fc.integer({ min: 5, max: 120 }),
  every: fc.constantFrom(200, 60_000, 7 * 60_000),
  oneIn: fc.integer({ min: 2, max: 20 }),
});

type Of<A> = A extends fc.Arbitrary<infer Value> ? Value : never;

function eventsOf(start: number, shapes: readonly Of<typeof shape>[], bursts: readonly Of<typeof burst>[]): MessageEvent[] {
  let at = start;
  const events = shapes.map(({ gap: after, ...given }, index) => messageEvent({ ...given, id: `e${(index * 7919) % 1000}-${index}`, occurredAt: (at += after) }));
  at = start;
  bursts.forEach(({ gap: after, accountId, kind, size, every, oneIn }, which) => {
    at += after;
    for (let index = 0; index < size; index += 1) {
      const type = kind === "requests" ? "api.request" : index % oneIn === 0 ? "opt_out" : "message.delivered";
      events.push(messageEvent({ id: `b${which}-${index}`, type, accountId, contact: `d${index}`, occurredAt: at + index * every, keyId: "k3", ipHash: `i${index % 7}` }));
    }
  });
  return events;
}

const version = (start: number) =>
  fc
    .record({ rule: fc.constantFrom(...eventRuleCodes), mode: fc.constantFrom("off" as const, "shadow" as const, "signal" as const), from: fc.integer({ min: -5, max: 30 * 24 }), variant: fc.integer({ min: 0, max: 2 }) })
    .map(({ rule, mode, from, variant }) => ({ rule, mode, effectiveFrom: start + from * hour, parameters: variants[rule]?.[variant] ?? {} }));

const variants: Partial<Record<RuleVersion["rule"], Record<string, unknown>[]>> = {
  frequency: [{}, { windowHours: 24, allowed: 2 }, { windowHours: 744, allowed: 3 }],
  spacing: [{}, { hours: 1 }, { hours: 168 }],
  quiet_hours: [{}, { from: 0, until: 420 }, { from: 1380, until: 60 }],
  missing_consent: [{}, { methods: ["other"] }, { methods: ["website_form"] }],
  api_rate_limit: [{ perMinute: 1 }, { perMinute: 20 }, {}],
  shared_credential: [{ addresses: 1 }, { addresses: 3 }, {}],
  message_limit: [{ perDay: 1 }, { perDay: 3 }, {}],
  opt_out_spike: [{ minDelivered: 20, minOptOuts: 3, deviations: 2.5, driftBound: 6 }, { minDelivered: 30, minOptOuts: 5 }, { driftRatio: 1.2, driftBound: 8, minOptOuts: 3 }],
};

const exemption = (start: number): fc.Arbitrary<Exemption> =>
  fc
    .record({ rule: fc.constantFrom(...eventRuleCodes), accountId: fc.constantFrom(...accounts), from: fc.integer({ min: 0, max: 20 }), days: fc.option(fc.integer({ min: 1, max: 6 })) })
    .map(({ rule, accountId, from, days }) => ({ rule, accountId, from: start + from * 24 * hour, until: days === null ? null : start + (from + days) * 24 * hour }));

const base = (start: number): RuleVersion[] => eventRuleCodes.map((rule) => ruleVersion(rule, { mode: "signal", effectiveFrom: start - 1_000 * hour, parameters: variants[rule]?.[0] ?? {} }));

const scene = fc.constantFrom(...starts).chain((start) =>
  fc.record({
    events: fc.tuple(fc.array(shape, { minLength: 3, maxLength: 50, size: "max" }), fc.array(burst, { maxLength: 3 })).map(([shapes, bursts]) => eventsOf(start, shapes, bursts)),
    book: fc.record({ zone: fc.constantFrom("America/Denver", "Europe/Berlin", "UTC"), versions: fc.array(version(start), { maxLength: 8 }), exemptions: fc.array(exemption(start), { maxLength: 3 }) }).map(
      ({ zone, versions, exemptions }): RuleBook => ({ zone, exemptions, versions: [...base(start), ...versions.map((given, index) => ruleVersion(given.rule, { ...given, version: index + 2 }))] }),
    ),
    // How late each event comes, which come twice, where a batch ends, and where the engine is stopped and started.
    lateness: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: late })), { minLength: 1, maxLength: 40 }),
    twice: fc.array(fc.boolean(), { minLength: 1, maxLength: 17 }),
    batches: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 }),
    stops: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  }),
);

/** The stream as it arrives: each event at most 72 h after it happened, some of them again. */
function arrivals(events: readonly MessageEvent[], lateness: readonly number[], twice: readonly boolean[]): MessageEvent[] {
  return events
    .flatMap((event, index) => {
      const once = { event, at: event.occurredAt + lateness[index % lateness.length]! };
      return twice[index % twice.length] ? [once, { event, at: event.occurredAt + lateness[(index + 1) % lateness.length]! }] : [once];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
}

function restarted(engine: RuleEngine, rules: CompiledRules): RuleEngine {
  const seen = SeenEvents.restore(JSON.parse(JSON.stringify(engine.seenEvents!.save())));
  const fresh = new RuleEngine(rules, { repeats: true, seen });
  for (const accountId of accounts) {
    const memory = engine.memoryOf(accountId);
    if (memory) fresh.restore(accountId, unpackAccount(JSON.parse(JSON.stringify(packAccount(memory))))!, engine.watermark);
  }
  return fresh;
}

const rounded = (value: number) => Number(value.toPrecision(9));
const comparable = ({ key, version: by, observed, threshold, proof, ambiguous, until }: Expectation) => [key, by, rounded(observed), rounded(threshold), proof.join(), ambiguous, until].join("|");
const ofFinding = ({ window, ...finding }: Finding) => comparable({ ...finding, until: window.to });

const covered = new Map<string, number>();

test("finds what the reference finds, however the events arrive, are split, repeated and interrupted", { timeout: 180_000 + numRuns * 500 }, () => {
  fc.assert(
    fc.property(scene, ({ events, book, lateness, twice, batches, stops }) => {
      const rules = compileRules(book, { counts: () => cohort });
      let engine = new RuleEngine(rules, { repeats: true });
      const found = new Map<string, Finding>();
      const arriving = arrivals(events, lateness, twice);
      for (let at = 0, batch = 0; at < arriving.length; batch += 1) {
        const size = batches[batch % batches.length]!;
        const { put, retract, late: refused } = engine.step(arriving.slice(at, at + size));
        expect(refused).toBe(0);
        for (const key of retract) expect(found.delete(key), `${key} is taken back, but was never told`).toBe(true);
        for (const finding of put) found.set(finding.key, finding);
        engine.sweep(200);
        if (stops[batch % stops.length]) engine = restarted(engine, rules);
        at += size;
      }
      for (const key of found.keys()) covered.set(key.split(":")[0]!, (covered.get(key.split(":")[0]!) ?? 0) + 1);
      const expected = [...findingsOf(book, events, () => cohort).values()].map(comparable);
      expect([...found.values()].map(ofFinding).sort()).toEqual(expected.sort());
    }),
    { numRuns, ...(process.env.RULES_SEED ? { seed: Number(process.env.RULES_SEED) } : {}) },
  );
  // Equality of nothing with nothing would show nothing.
  for (const rule of eventRuleCodes) expect(covered.get(rule) ?? 0, rule).toBeGreaterThan(numRuns / 50);
});
