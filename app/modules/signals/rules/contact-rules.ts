import { hasConsented, lastWord, wantsMore, type ContactHistory } from "./contact-history";
import type { Moment } from "./event-order";
import { aboutMessage, type Finding, type Judge } from "./finding";
import { compileRule, type Compiled, type RuleBook } from "./rule-book";

const hour = 3_600_000;

/** Whose contact a message went to. */
export interface Recipient {
  accountId: string;
  contact: string;
}

const found = ({ accountId, contact }: Recipient, { id, at }: Moment, by: Judge, what: { observed: number; threshold: number; proof: readonly string[]; from: number }): Finding =>
  aboutMessage({ id, at, accountId, contact }, by, { ...what, ambiguous: false });

type JudgeMarketing = (recipient: Recipient, history: ContactHistory, index: number) => Finding | null;

/**
 * CF-AUP 4.4: marketing to a contact within 7 × 24 h of as many as are allowed, unless the contact asked for more.
 * Exactly seven days later is a new week.
 */
function frequency(rule: Compiled<"frequency">): JudgeMarketing {
  return (recipient, history, index) => {
    if (index === 0) return null;
    const message = history.marketing[index]!;
    const version = rule.at(message.at);
    if (!version || message.more) return null;
    const { windowHours, allowed } = version.parameters;
    const earlier = history.marketing[index - allowed];
    if (!earlier || message.at - earlier.at >= windowHours * hour) return null;
    if (wantsMore(history, message) || rule.exempt(recipient.accountId, message.at)) return null;
    const proof = history.marketing.slice(index - allowed, index + 1).map(({ id }) => id);
    return found(recipient, message, version, { observed: allowed + 1, threshold: allowed, proof, from: earlier.at });
  };
}

/**
 * CF-AUP 4.3, CASA-PP 3: marketing after STOP, until a later START or YES. Observed are the hours since the last STOP;
 * none are allowed.
 */
function afterOptOut(rule: Compiled<"after_opt_out">): JudgeMarketing {
  return (recipient, history, index) => {
    if (history.facts.length === 0) return null;
    const message = history.marketing[index]!;
    const word = lastWord(history, message);
    if (word?.kind !== "opt_out") return null;
    const version = rule.at(message.at);
    if (!version || rule.exempt(recipient.accountId, message.at)) return null;
    return found(recipient, message, version, { observed: (message.at - word.at) / hour, threshold: 0, proof: [word.id, message.id], from: word.at });
  };
}

/**
 * CF-AUP 4.1 and 4.2: marketing to a contact for whom no consent was on record: neither in the message, nor by an
 * import, nor by their own START, YES or first message. An opt-out does not make this rule find more: that is for the
 * rule about opt-outs.
 */
function missingConsent(rule: Compiled<"missing_consent">): JudgeMarketing {
  return (recipient, history, index) => {
    const message = history.marketing[index]!;
    const version = rule.at(message.at);
    if (!version) return null;
    const { methods } = version.parameters;
    if (message.consent && methods.includes(message.consent)) return null;
    if (hasConsented(history, methods, message) || rule.exempt(recipient.accountId, message.at)) return null;
    return found(recipient, message, version, { observed: 0, threshold: 1, proof: [message.id], from: message.at });
  };
}

/** CF-AUP 4.4: automated follow-ups to one contact less than 24 h apart; exactly 24 h is enough. Observed are the hours. */
function spacing(rule: Compiled<"spacing">) {
  return (recipient: Recipient, history: ContactHistory, index: number): Finding | null => {
    if (index === 0) return null;
    const message = history.automated[index]!;
    const earlier = history.automated[index - 1]!;
    const version = rule.at(message.at);
    if (!version || message.at - earlier.at >= version.parameters.hours * hour || rule.exempt(recipient.accountId, message.at)) return null;
    return found(recipient, message, version, { observed: (message.at - earlier.at) / hour, threshold: version.parameters.hours, proof: [earlier.id, message.id], from: earlier.at });
  };
}

/** The rules that judge a message by what went before it between the account and the contact. */
export interface ContactRules {
  marketing(recipient: Recipient, history: ContactHistory, index: number, out: Finding[]): void;
  automated(recipient: Recipient, history: ContactHistory, index: number, out: Finding[]): void;
}

export function compileContactRules(book: RuleBook): ContactRules {
  const rules = { frequency: compileRule(book, "frequency"), after: compileRule(book, "after_opt_out"), consent: compileRule(book, "missing_consent"), spacing: compileRule(book, "spacing") };
  const marketing: JudgeMarketing[] = [
    ...(rules.frequency.runs ? [frequency(rules.frequency)] : []),
    ...(rules.after.runs ? [afterOptOut(rules.after)] : []),
    ...(rules.consent.runs ? [missingConsent(rules.consent)] : []),
  ];
  const spaced = rules.spacing.runs ? spacing(rules.spacing) : null;
  return {
    marketing(recipient, history, index, out) {
      for (const judge of marketing) {
        const finding = judge(recipient, history, index);
        if (finding) out.push(finding);
      }
    },
    automated(recipient, history, index, out) {
      const finding = spaced?.(recipient, history, index);
      if (finding) out.push(finding);
    },
  };
}
