import { wallClock } from "../zone-clock";
import type { MessageEvent } from "../message-event";
import { aboutMessage, type Finding, type Judge } from "./finding";
import type { RuleCode } from "./rule-catalogue";
import { compileRule, type RuleBook } from "./rule-book";

const minute = 60_000;

type JudgeMessage = (event: MessageEvent) => Finding | null;

const found = (event: MessageEvent, by: Judge, what: { observed: number; threshold: number; ambiguous: boolean }): Finding =>
  aboutMessage({ id: event.id, at: event.occurredAt, accountId: event.accountId, contact: event.contact }, by, { ...what, proof: [event.id], from: event.occurredAt });

/** Quiet from one minute (included) to another (excluded), over midnight where the second is the smaller. */
const isQuiet = (clock: number, from: number, until: number): boolean => (from > until ? clock >= from || clock < until : clock >= from && clock < until);

/**
 * CF-AUP 4.4: marketing from 21:00:00 (included) to 08:00:00 (excluded) by the recipient's clock. Where the contact may
 * be in several zones it is a breach only if it is one in all of them, and then ambiguous; where nothing is known of
 * the zone, nothing is found. Observed is the minute of the day, in the first zone.
 */
function quietHours(book: RuleBook): JudgeMessage {
  const rule = compileRule(book, "quiet_hours");
  return (event) => {
    if (event.category !== "marketing" || event.zones.length === 0) return null;
    const version = rule.at(event.occurredAt);
    if (!version) return null;
    const { from, until } = version.parameters;
    for (const zone of event.zones) if (!isQuiet(wallClock(zone, event.occurredAt), from * minute, until * minute)) return null;
    if (rule.exempt(event.accountId, event.occurredAt)) return null;
    return found(event, version, { observed: Math.floor(wallClock(event.zones[0]!, event.occurredAt) / minute), threshold: from, ambiguous: event.zones.length > 1 });
  };
}

/** A rule that a message breaches by what it is, wherever and whenever it goes. */
function byContent(book: RuleBook, code: "unapproved_template" | "missing_opt_out_instructions" | "missing_business_name", breaches: (event: MessageEvent) => boolean): JudgeMessage {
  const rule = compileRule(book, code);
  return (event) => {
    if (!breaches(event)) return null;
    const version = rule.at(event.occurredAt);
    return version && !rule.exempt(event.accountId, event.occurredAt) ? found(event, version, { observed: 0, threshold: 1, ambiguous: false }) : null;
  };
}

/** CF-AUP 4.1: templates are approved before use. Where the platform does not say, nothing is found; so below. */
const unapprovedTemplate = (event: MessageEvent): boolean => event.templateApproved === false && (event.templateId !== null || event.type === "template.sent");

/** CF-AUP 4.1: marketing says how to stop it. */
const noWayOut = (event: MessageEvent): boolean => event.category === "marketing" && event.hasOptOutInstructions === false;

/** CF-AUP 4.1: messages name the business; a platform that says the name is empty says that it is missing. */
const nameless = (event: MessageEvent): boolean => event.businessName !== null && event.businessName.trim() === "";

/** The rules that judge a message by itself alone. */
export function compileMessageRules(book: RuleBook): (event: MessageEvent, out: Finding[]) => void {
  const on = (code: RuleCode) => compileRule(book, code).runs;
  const judges = [
    ...(on("quiet_hours") ? [quietHours(book)] : []),
    ...(on("unapproved_template") ? [byContent(book, "unapproved_template", unapprovedTemplate)] : []),
    ...(on("missing_opt_out_instructions") ? [byContent(book, "missing_opt_out_instructions", noWayOut)] : []),
    ...(on("missing_business_name") ? [byContent(book, "missing_business_name", nameless)] : []),
  ];
  return (event, out) => {
    for (const judge of judges) {
      const finding = judge(event);
      if (finding) out.push(finding);
    }
  };
}
