import { DateTime } from "luxon";
import type { MessageEvent } from "~/modules/signals/message-event";
import type { RuleBook, RuleVersion } from "~/modules/signals/rules/rule-book";
import type { RuleCode } from "~/modules/signals/rules/rule-catalogue";
import { inForce, type Expectation } from "./rule-in-force";
import { spikes, type CohortCounts } from "./spike-reference";

const hour = 3_600_000;

function groupBy<Key>(events: readonly MessageEvent[], keyOf: (event: MessageEvent) => Key): Map<Key, MessageEvent[]> {
  const groups = new Map<Key, MessageEvent[]>();
  for (const event of events) groups.set(keyOf(event), [...(groups.get(keyOf(event)) ?? []), event]);
  return groups;
}

/**
 * The rules as a person would read them out: sort everything, then for every message look through all that went before.
 * It remembers nothing, forgets nothing and knows no order of arrival.
 */
export function findingsOf(book: RuleBook, arrived: readonly MessageEvent[], cohort: CohortCounts = () => ({ delivered: 0, optOuts: 0 })): Map<string, Expectation> {
  const events = [...new Map(arrived.map((event) => [event.id, event])).values()];
  events.sort((a, b) => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1));
  const found = new Map<string, Expectation>();
  const add = (expectation: Expectation) => found.set(expectation.key, expectation);
  events.forEach((event, index) => {
    const isMessage = event.type === "message.sent" || event.type === "template.sent";
    if (isMessage) judge(book, event, events.slice(0, index), add);
  });
  for (const accountId of new Set(events.map((event) => event.accountId))) {
    const own = events.filter((event) => event.accountId === accountId);
    for (const window of windows(book, accountId, own)) add(window);
    for (const spike of spikes(book, accountId, own, cohort)) add(spike);
  }
  return found;
}

function judge(book: RuleBook, event: MessageEvent, earlier: readonly MessageEvent[], add: (expectation: Expectation) => void): void {
  const at = event.occurredAt;
  const breach = (version: RuleVersion, observed: number, threshold: number, proof: readonly string[], ambiguous = false) =>
    add({ key: `${version.rule}:${event.id}`, version: version.version, observed, threshold, proof, ambiguous, until: at + 1 });
  const version = <Code extends RuleCode>(rule: Code) => inForce(book, rule, event.accountId, at);
  const before = event.contact === null ? [] : earlier.filter((one) => one.accountId === event.accountId && one.contact === event.contact);
  const messages = before.filter((one) => one.type === "message.sent" || one.type === "template.sent");
  const template = version("unapproved_template");
  if (template && event.templateApproved === false && (event.templateId !== null || event.type === "template.sent")) breach(template, 0, 1, [event.id]);
  const name = version("missing_business_name");
  if (name && event.businessName !== null && event.businessName.trim() === "") breach(name, 0, 1, [event.id]);
  const spacing = version("spacing");
  const followUp = messages.filter((one) => one.category === "automated").at(-1);
  if (spacing && event.category === "automated" && event.contact !== null && followUp && at - followUp.occurredAt < spacing.parameters.hours * hour) {
    breach(spacing, (at - followUp.occurredAt) / hour, spacing.parameters.hours, [followUp.id, event.id]);
  }
  if (event.category !== "marketing") return;
  const stops = version("missing_opt_out_instructions");
  if (stops && event.hasOptOutInstructions === false) breach(stops, 0, 1, [event.id]);
  const quiet = version("quiet_hours");
  const clocks = event.zones.map((zone) => DateTime.fromMillis(at, { zone })).map((local) => local.hour * 60 + local.minute);
  const isQuiet = (minute: number, from: number, until: number) => (from <= until ? minute >= from && minute < until : minute >= from || minute < until);
  if (quiet && clocks.length > 0 && clocks.every((minute) => isQuiet(minute, quiet.parameters.from, quiet.parameters.until))) breach(quiet, clocks[0]!, quiet.parameters.from, [event.id], clocks.length > 1);
  if (event.contact === null) return;
  judgeMarketing(book, event, before, messages, breach);
}

function judgeMarketing(
  book: RuleBook,
  event: MessageEvent,
  before: readonly MessageEvent[],
  messages: readonly MessageEvent[],
  breach: (version: RuleVersion, observed: number, threshold: number, proof: readonly string[]) => void,
): void {
  const at = event.occurredAt;
  const frequency = inForce(book, "frequency", event.accountId, at);
  let more = event.moreRequested;
  let word: MessageEvent | null = null;
  let wished = false;
  for (const one of before) {
    if (one.type === "opt_out") wished = false;
    if ((one.type === "opt_in" || one.type === "contact.imported") && one.moreRequested) wished = true;
    if (one.type === "opt_out" || one.type === "opt_in") word = one;
  }
  more ||= wished;
  if (frequency && !more) {
    const { windowHours, allowed } = frequency.parameters;
    const inWindow = messages.filter((one) => one.category === "marketing" && at - one.occurredAt < windowHours * hour);
    if (inWindow.length >= allowed) breach(frequency, allowed + 1, allowed, [...inWindow.slice(-allowed), event].map(({ id }) => id));
  }
  const after = inForce(book, "after_opt_out", event.accountId, at);
  if (after && word?.type === "opt_out") breach(after, (at - word.occurredAt) / hour, 0, [word.id, event.id]);
  const consent = inForce(book, "missing_consent", event.accountId, at);
  if (!consent) return;
  const counts = (one: MessageEvent) => one.consent !== null && one.consent.at <= one.occurredAt && consent.parameters.methods.includes(one.consent.method);
  const agreed = before.some(
    (one) =>
      one.type === "opt_in" || (one.type === "inbound" && consent.parameters.methods.includes("customer_initiated")) || (one.type === "contact.imported" && counts(one)),
  );
  if (!agreed && !counts(event)) breach(consent, 0, 1, [event.id]);
}

function windows(book: RuleBook, accountId: string, events: readonly MessageEvent[]): Expectation[] {
  const found: Expectation[] = [];
  const inWindows = (chosen: readonly MessageEvent[], start: (event: MessageEvent) => number) => groupBy(chosen, start);
  for (const [start, requests] of inWindows(events.filter(({ type }) => type === "api.request"), ({ occurredAt }) => occurredAt - (occurredAt % 60_000))) {
    const version = inForce(book, "api_rate_limit", accountId, start);
    if (version && requests.length > version.parameters.perMinute) {
      found.push({ key: `api_rate_limit:${accountId}:${start / 60_000}`, version: version.version, observed: requests.length, threshold: version.parameters.perMinute, proof: [], ambiguous: false, until: start + 60_000 });
    }
  }
  const days = inWindows(
    events.filter(({ type }) => type === "message.sent" || type === "template.sent"),
    ({ occurredAt }) => DateTime.fromMillis(occurredAt, { zone: book.zone }).startOf("day").toMillis(),
  );
  for (const [start, sent] of days) {
    const version = inForce(book, "message_limit", accountId, start);
    const date = DateTime.fromMillis(start, { zone: book.zone }).toISODate()!;
    const day = Date.parse(date) / 86_400_000;
    const until = DateTime.fromMillis(start, { zone: book.zone }).plus({ days: 1 }).startOf("day").toMillis();
    if (version && sent.length > version.parameters.perDay) found.push({ key: `message_limit:${accountId}:${day}`, version: version.version, observed: sent.length, threshold: version.parameters.perDay, proof: [], ambiguous: false, until });
  }
  const keyed = events.filter(({ keyId, ipHash }) => keyId !== null && ipHash !== null);
  for (const [start, used] of inWindows(keyed, ({ occurredAt }) => occurredAt - (occurredAt % hour))) {
    const version = inForce(book, "shared_credential", accountId, start);
    for (const [keyId, uses] of groupBy(used, (event) => event.keyId!)) {
      const firsts = [...groupBy(uses, (event) => event.ipHash!).values()].map((those) => those[0]!);
      const most = version?.parameters.addresses ?? Infinity;
      if (firsts.length <= most) continue;
      const proof = firsts.map(({ id }) => id).slice(0, 50);
      found.push({ key: `shared_credential:${accountId}:${start / hour}:${keyId}`, version: version!.version, observed: Math.min(firsts.length, 256), threshold: most, proof, ambiguous: false, until: start + hour });
    }
  }
  return found;
}
