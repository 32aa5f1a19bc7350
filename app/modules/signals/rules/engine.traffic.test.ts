import { expect, test } from "vitest";
import { dayOfTraffic, trafficLimits } from "../../../../test/support/message-traffic";
import { ruleVersion } from "./default-rules";
import { compileRules, RuleEngine } from "./engine";
import type { Finding } from "./finding";
import { eventRuleCodes, type EventRuleCode } from "./rule-catalogue";
import { signalsOfFindings } from "./signals-of-findings";

const offenders = 30;

const limits: Partial<Record<EventRuleCode, Record<string, unknown>>> = {
  api_rate_limit: { perMinute: trafficLimits.requestsPerMinute },
  shared_credential: { addresses: trafficLimits.addressesPerHour },
  message_limit: { perDay: trafficLimits.messagesPerDay },
};

test("a day of 2,000 accounts: every planted offender is found, and next to nobody else", { timeout: 120_000 }, () => {
  const { events, planted, accounts } = dayOfTraffic({ seed: 1, start: Date.parse("2026-10-14T00:00:00Z"), accounts: 2_000, offenders });
  const versions = eventRuleCodes.map((rule) => ruleVersion(rule, { parameters: limits[rule] ?? {} }));
  const engine = new RuleEngine(compileRules({ zone: "UTC", versions, exemptions: [] }), { repeats: false });
  const findings = new Map<string, Finding>();
  for (let at = 0; at < events.length; at += 1_000) {
    const { put, retract } = engine.step(events.slice(at, at + 1_000));
    for (const key of retract) findings.delete(key);
    for (const finding of put) findings.set(finding.key, finding);
  }
  const signals = signalsOfFindings(findings.values(), { zone: "UTC", tallyOf: (accountId, day) => engine.memoryOf(accountId)?.windows.days.get(day) ?? null });
  const rows = eventRuleCodes.map((rule) => {
    const offending = planted.get(rule)!;
    const flagged = new Set(signals.filter((signal) => signal.rule === rule).map(({ accountId }) => accountId));
    const hits = offending.filter((accountId) => flagged.has(accountId)).length;
    return { rule, planted: offending.length, flagged: flagged.size, precision: hits / flagged.size, recall: hits / offending.length };
  });
  console.table(rows);
  const offending = new Set([...planted.values()].flat());
  const accused = new Set(signals.map(({ accountId }) => accountId).filter((accountId) => !offending.has(accountId)));
  console.log(`${events.length} events; ${accused.size} of ${accounts - offending.size} honest accounts flagged`);
  for (const { rule, planted: howMany, recall } of rows) expect([rule, howMany, recall]).toEqual([rule, offenders, 1]);
  expect(accused.size / (accounts - offending.size)).toBeLessThan(0.001);
});
