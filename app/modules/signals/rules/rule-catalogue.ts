import { tooCommon } from "../../platforms/identifier";
import { consentMethods } from "../message-event";
import { choices, parameterSchema, real, whole, type Parameters, type ValuesOf } from "./parameter";

export const ruleModes = ["off", "shadow", "signal", "signal_and_interim"] as const;
export type RuleMode = (typeof ruleModes)[number];

export interface Rule<P extends Parameters = Parameters> {
  title: string;
  /** Where the policies say it, in our own words. */
  source: string;
  /** The clauses it proves a breach of, at most one a policy. A platform whose policies name none does not run it. */
  clauses: readonly string[];
  /** What is judged: each message to a contact by that contact's history, or the account: its counts over time, or what it is known by. */
  scope: "contact" | "account";
  /** One finding a message, a window of the clock, an episode with a beginning and an end, or a tie to another account, which no message event shows. */
  finds: "message" | "window" | "episode" | "tie";
  /** How far back an event can matter to a later one, in hours; null where a fact holds until it is taken back. */
  horizonHours: number | null;
  /** The mode a platform starts with. */
  mode: RuleMode;
  parameters: P;
}

const rule = <const P extends Parameters>(definition: Rule<P>): Rule<P> => definition;

/** Of a setting's [least, default, most]. */
export const ruleCatalogue = {
  frequency: rule({
    title: "More marketing to one contact than the week allows",
    source: "CF-AUP 4.4: one marketing message a week to a contact, unless the contact expressly asked for more.",
    clauses: ["CF-AUP-4.4.a"],
    scope: "contact",
    finds: "message",
    horizonHours: 744,
    mode: "signal",
    parameters: {
      windowHours: whole("Length of the sliding window", "hours", [24, 168, 744]),
      allowed: whole("Marketing messages allowed in it", "messages", [1, 1, 7]),
    },
  }),
  spacing: rule({
    title: "Automated follow-ups too close together",
    source: "CF-AUP 4.4: at least 24 hours between the messages of an automated sequence.",
    clauses: ["CF-AUP-4.4.b"],
    scope: "contact",
    finds: "message",
    horizonHours: 168,
    mode: "signal",
    parameters: { hours: whole("Least time between two follow-ups", "hours", [1, 24, 168]) },
  }),
  quiet_hours: rule({
    title: "Marketing in quiet hours",
    source: "CF-AUP 4.4: no marketing between 9 PM and 8 AM in the recipient's local time.",
    clauses: ["CF-AUP-4.4.c"],
    scope: "contact",
    finds: "message",
    horizonHours: 0,
    mode: "signal",
    parameters: {
      from: whole("First quiet minute", "minute of the day", [0, 21 * 60, 1439]),
      until: whole("First minute that is not quiet any more", "minute of the day", [0, 8 * 60, 1439]),
    },
  }),
  after_opt_out: rule({
    title: "Marketing after an opt-out",
    source: "CF-AUP 4.3, CASA-PP 3: after STOP or the like no marketing to that number, until it says START or YES; transactional messages may go on.",
    clauses: ["CF-AUP-4.3.b", "CASA-PP-3.b"],
    scope: "contact",
    finds: "message",
    horizonHours: null,
    mode: "signal",
    parameters: {},
  }),
  missing_consent: rule({
    title: "Marketing without consent on record",
    source: "CF-AUP 4.1 and 4.2, XP-AUP 3.1, CASA-PP 3: marketing needs consent, given before it and in one of the ways the policy lists.",
    clauses: ["CF-AUP-4.1.b", "XP-AUP-3.1.a", "CASA-PP-3.a"],
    scope: "contact",
    finds: "message",
    horizonHours: null,
    mode: "signal",
    parameters: { methods: choices("Ways of consent that count", consentMethods, ["customer_initiated", "website_form", "signup_form"]) },
  }),
  unapproved_template: rule({
    title: "Template that was not approved",
    source: "CF-AUP 4.1: Meta approves every template message before use. XP-AUP 3.3: WhatsApp's restrictions are not circumvented.",
    clauses: ["CF-AUP-4.1.a", "XP-AUP-3.3.a"],
    scope: "contact",
    finds: "message",
    horizonHours: 0,
    mode: "signal",
    parameters: {},
  }),
  missing_opt_out_instructions: rule({
    title: "Marketing that does not say how to stop it",
    source: "CF-AUP 4.1: marketing messages carry opt-out instructions.",
    clauses: ["CF-AUP-4.1.d"],
    scope: "contact",
    finds: "message",
    horizonHours: 0,
    mode: "signal",
    parameters: {},
  }),
  missing_business_name: rule({
    title: "Message that does not say who sends it",
    source: "CF-AUP 4.1: messages accurately identify the business by name.",
    clauses: ["CF-AUP-4.1.c"],
    scope: "contact",
    finds: "message",
    horizonHours: 0,
    mode: "signal",
    parameters: {},
  }),
  api_rate_limit: rule({
    title: "API called more often than documented",
    source: "CF-AUP 5: the documented rate limits. XP-AUP 3.6: no abuse of API throttling.",
    clauses: ["CF-AUP-5.a", "XP-AUP-3.6.a"],
    scope: "account",
    finds: "window",
    horizonHours: 0,
    mode: "signal",
    parameters: { perMinute: whole("Requests allowed in a minute of the clock", "requests", [1, 600, 1_000_000]) },
  }),
  shared_credential: rule({
    title: "One API key from many addresses",
    source: "CF-AUP 5: API keys are not made public. XP-AUP 3.6: credentials are not shared. Addresses stand in for people, so this begins in shadow mode.",
    clauses: ["CF-AUP-5.c", "XP-AUP-3.6.b"],
    scope: "account",
    finds: "window",
    horizonHours: 0,
    mode: "shadow",
    parameters: { addresses: whole("Addresses one key may be used from in an hour of the clock", "addresses", [1, 20, 200]) },
  }),
  message_limit: rule({
    title: "More messages than the limit of the day",
    source: "XP-AUP 3.6: message limits are kept.",
    clauses: ["XP-AUP-3.6.a"],
    scope: "account",
    finds: "window",
    horizonHours: 0,
    mode: "signal",
    parameters: { perDay: whole("Messages allowed in a day of the platform's calendar", "messages", [1, 100_000, 100_000_000]) },
  }),
  opt_out_spike: rule({
    title: "Many more opt-outs than usual",
    source: "CF-AUP 3.1, XP-AUP 3.1: no bulk messages to people who never agreed to them. People who leave in numbers say so first.",
    clauses: ["CF-AUP-3.1.a", "XP-AUP-3.1.a"],
    scope: "account",
    finds: "episode",
    horizonHours: 33 * 24,
    mode: "signal",
    parameters: {
      minDelivered: whole("Least marketing delivered in the window", "deliveries", [20, 100, 100_000]),
      minOptOuts: whole("Least opt-outs in the window", "opt-outs", [3, 8, 10_000]),
      ratio: real("How many times the expected share a burst has to be", "times", [1, 2, 20]),
      deviations: real("How sure of it, in standard deviations of the Wilson interval", "standard deviations", [2.5, 4, 6]),
      driftRatio: real("How many times the expected share a slow rise has to be", "times", [1.2, 2, 10]),
      driftBound: real("How sure of it, in log odds of the sequential test", "log odds", [6, 14, 40]),
      usualShare: real("Share of opt-outs expected where nothing is known yet", "share", [0.0005, 0.005, 0.1]),
    },
  }),
  duplicate_account: rule({
    title: "Another account that gets around an action",
    source: "CF-AUP 3.5: no further accounts to get around an enforcement action. An account that comes to share a number, card, device or domain with one that may not send.",
    clauses: ["CF-AUP-3.5.e"],
    scope: "account",
    finds: "tie",
    horizonHours: null,
    mode: "signal",
    parameters: {
      shared: whole("Least things in common with the account that may not send", "things", [1, 1, 4]),
      tooCommon: whole("Most accounts that may have a thing for it to count", "accounts", [2, tooCommon, tooCommon]),
    },
  }),
} as const;

export type RuleCode = keyof typeof ruleCatalogue;
export const ruleCodes = Object.keys(ruleCatalogue) as RuleCode[];

/** Rules over message events: those the engine runs and a back-test can try. The other one compares accounts when they are registered. */
export type EventRuleCode = Exclude<RuleCode, "duplicate_account">;
export const eventRuleCodes = ruleCodes.filter((code): code is EventRuleCode => ruleCatalogue[code].finds !== "tie");
export const isEventRule = (code: string): code is EventRuleCode => (eventRuleCodes as string[]).includes(code);

export const isRuleCode = (code: string): code is RuleCode => Object.hasOwn(ruleCatalogue, code);

export type ParametersOf<Code extends RuleCode> = ValuesOf<(typeof ruleCatalogue)[Code]["parameters"]>;

/** The schema of a rule's parameters: bounds, defaults, nothing unknown. */
export const parametersSchema = Object.fromEntries(ruleCodes.map((code) => [code, parameterSchema(ruleCatalogue[code].parameters as Parameters)])) as unknown as {
  [Code in RuleCode]: ReturnType<typeof parameterSchema<(typeof ruleCatalogue)[Code]["parameters"]>>;
};

/** The clause of one of these policies that the rule watches over: null where they forbid nothing of the kind. */
export function clauseOf(code: RuleCode, policyCodes: readonly string[]): string | null {
  return ruleCatalogue[code].clauses.find((clause) => policyCodes.some((policy) => clause.startsWith(`${policy}-`))) ?? null;
}
