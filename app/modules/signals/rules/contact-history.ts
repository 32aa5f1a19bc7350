import { consentMethods, type ConsentMethod, type MessageEvent } from "../message-event";
import { ruleCatalogue } from "./rule-catalogue";
import { countBefore, isBefore, placeOf, type Moment } from "./event-order";

/** A marketing message, with what judging it again needs. */
export interface Marketing extends Moment {
  /** The contact had asked for more than one a week, as the message itself says. */
  more: boolean;
  /** Consent that the message itself carries and that was given before it. */
  consent: ConsentMethod | null;
}

/** Something the contact said, or an import said of them, that holds from then on. */
export interface Fact extends Moment {
  kind: "opt_out" | "opt_in" | "more";
  more: boolean;
}

/** How a contact came to agree, as far as it is kept apart: by START or YES, or in one of the ways of CF-AUP 4.2. */
export const consentWays = ["opt_in", ...consentMethods] as const;
export type ConsentWay = (typeof consentWays)[number];

/** What the rules remember of one account's dealings with one contact; every list in the order of events. */
export interface ContactHistory {
  marketing: Marketing[];
  automated: Moment[];
  facts: Fact[];
  /** The first consent of each way, by its place in `consentWays`. */
  consents: (Moment | null)[];
}

/** Stands for every list that has nothing in it yet: most contacts never fill most of theirs. Nothing is ever put into it. */
const none: never[] = [];

export const newHistory = (): ContactHistory => ({ marketing: none, automated: none, facts: none, consents: none });

function noteFact(history: ContactHistory, fact: Fact): void {
  if (history.facts.length === 0) history.facts = [fact];
  else history.facts.splice(placeOf(history.facts, fact), 0, fact);
}

const hour = 3_600_000;
const most = ruleCatalogue.frequency.parameters;

/** No version of the frequency rule looks further back than this, in time or in messages. */
const frequencyReach = { milliseconds: most.windowHours.max * hour, messages: most.allowed.max };
const spacingReach = ruleCatalogue.spacing.parameters.hours.max * hour;

export const isMessage = (event: MessageEvent): boolean => event.type === "message.sent" || event.type === "template.sent";

/** Consent counts from when it was given, so one that is dated after the event that tells of it is none. */
export const consentIn = (event: MessageEvent): ConsentMethod | null => (event.consent && event.consent.at <= event.occurredAt ? event.consent.method : null);

/** Whether an event may say anything of the contact's wishes, as the next two functions read it. */
export const isWish = ({ type }: MessageEvent): boolean => type === "opt_out" || type === "opt_in" || type === "inbound" || type === "contact.imported";

/** What an event says about the contact's wishes: null when nothing. */
export function factIn({ type, occurredAt: at, id, moreRequested }: MessageEvent): Fact | null {
  if (type === "opt_out") return { at, id, kind: "opt_out", more: false };
  if (type === "opt_in") return { at, id, kind: "opt_in", more: moreRequested };
  if (type === "contact.imported" && moreRequested) return { at, id, kind: "more", more: true };
  return null;
}

/** In which ways an event is consent (CF-AUP 4.2): a customer who writes first has begun the conversation. */
export function consentsIn(event: MessageEvent): readonly ConsentWay[] {
  if (event.type === "inbound") return ["customer_initiated"];
  if (event.type !== "opt_in" && event.type !== "contact.imported") return [];
  const method = consentIn(event);
  const ways: ConsentWay[] = event.type === "opt_in" ? ["opt_in"] : [];
  return method ? [...ways, method] : ways;
}

/** Notes a consent where it is the first of its way, and answers whether it is. */
function noteConsent(history: ContactHistory, way: ConsentWay, moment: Moment): boolean {
  const index = consentWays.indexOf(way);
  const known = history.consents[index];
  if (known && !isBefore(moment, known)) return false;
  if (history.consents.length === 0) history.consents = [];
  while (history.consents.length <= index) history.consents.push(null);
  history.consents[index] = moment;
  return true;
}

/** Notes what a contact said, and in which ways that is consent. */
export function noteWish(history: ContactHistory, fact: Fact | null, ways: readonly ConsentWay[], moment: Moment): void {
  if (fact) noteFact(history, fact);
  for (const way of ways) noteConsent(history, way, moment);
}

/** The last opt-out or opt-in before the moment. */
export function lastWord(history: ContactHistory, moment: Moment): Fact | null {
  for (let index = placeOf(history.facts, moment) - 1; index >= 0; index -= 1) if (history.facts[index]!.kind !== "more") return history.facts[index]!;
  return null;
}

/** Whether the contact had asked for more before the moment; an opt-out takes it back. */
export function wantsMore(history: ContactHistory, moment: Moment): boolean {
  for (let index = placeOf(history.facts, moment) - 1; index >= 0; index -= 1) {
    const fact = history.facts[index]!;
    if (fact.kind === "opt_out") return false;
    if (fact.more) return true;
  }
  return false;
}

/** Whether consent in one of these ways came before the moment; an opt-in always is one. */
export function hasConsented(history: ContactHistory, methods: readonly ConsentMethod[], moment: Moment): boolean {
  return history.consents.some((first, index) => first !== null && isBefore(first, moment) && (index === 0 || methods.includes(consentWays[index] as ConsentMethod)));
}

/** Facts before the frontier that still hold: the last word, and the last wish for more unless an opt-out took it back. */
function standingFacts(facts: readonly Fact[]): Fact[] {
  const word = facts.findLast((fact) => fact.kind !== "more");
  const spoken = facts.findLast((fact) => fact.more || fact.kind === "opt_out");
  const wish = spoken?.more ? spoken : null;
  return facts.filter((fact) => fact === word || fact === wish);
}

/**
 * Forgets what no event from the frontier on can depend on. Answers whether anything is left to remember.
 */
export function forget(history: ContactHistory, frontier: number): boolean {
  const { marketing, automated, facts } = history;
  if (marketing.length + automated.length > 0 && beginsFrom(marketing, frontier) && beginsFrom(automated, frontier) && beginsFrom(facts, frontier)) return true;
  const settled = countBefore(marketing, frontier);
  const reach = Math.max(settled - frequencyReach.messages, countBefore(marketing, frontier - frequencyReach.milliseconds), 0);
  if (reach > 0) marketing.splice(0, reach);
  const spaced = Math.max(countBefore(automated, frontier) - 1, countBefore(automated, frontier - spacingReach), 0);
  if (spaced > 0) automated.splice(0, spaced);
  const old = countBefore(facts, frontier);
  if (old > 1) facts.splice(0, old, ...standingFacts(facts.slice(0, old)));
  return marketing.length > 0 || automated.length > 0 || facts.length > 0 || history.consents.length > 0;
}

const beginsFrom = (list: readonly Moment[], frontier: number): boolean => list.length === 0 || list[0]!.at >= frontier;
