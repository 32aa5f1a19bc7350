import type { MessageEvent } from "~/modules/signals/message-event";
import type { EventRuleCode } from "~/modules/signals/rules/rule-catalogue";
import { civilDayNumber, zoneOffset } from "~/modules/signals/zone-clock";
import { between, oneOf, seeded } from "./chance";
import { messageEvent } from "./message-events";

/** The limits the traffic is made for: honest accounts go up to them, offenders beyond. */
export const trafficLimits = { requestsPerMinute: 60, addressesPerHour: 20, messagesPerDay: 500 };

export interface Traffic {
  /** In the order in which they arrive: most at once, some hours late. */
  events: MessageEvent[];
  /** Which accounts were made to breach which rule; all others are honest. */
  planted: Map<EventRuleCode, string[]>;
  accounts: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const zoneSets = [["America/Denver"], ["America/New_York"], ["America/Chicago"], ["Europe/Madrid"], ["America/Boise", "America/Los_Angeles"], ["Atlantic/Canary", "Europe/Madrid"], []];

interface Contact {
  id: string;
  zones: readonly string[];
}

/** Writes the day of one account. */
class Diary {
  readonly events: MessageEvent[] = [];

  constructor(
    readonly accountId: string,
    readonly random: () => number,
    readonly start: number,
  ) {}

  add(at: number, given: Partial<MessageEvent>): void {
    this.events.push(messageEvent({ category: null, businessName: null, hasOptOutInstructions: null, consent: null, contact: null, zones: [], ...given, accountId: this.accountId, id: `${this.accountId}-${this.events.length}`, occurredAt: at }));
  }

  /** An instant of this day at which the clock shows so many minutes in each of the contact's zones, or later in the more eastern ones. */
  clock({ zones }: Contact, minutes: number): number {
    const zone = zones[0] ?? "UTC";
    const midnight = civilDayNumber("UTC", this.start) * day;
    return midnight + minutes * minute - zoneOffset(zone, midnight + minutes * minute);
  }

  marketing(contact: Contact, at: number, given: Partial<MessageEvent> = {}): void {
    const message = { contact: contact.id, zones: contact.zones, category: "marketing" as const, businessName: "Acme", hasOptOutInstructions: true, consent: { method: "website_form" as const, at: 0 }, ...given };
    this.add(at, message);
    this.add(at + between(this.random, 500, 60_000), { type: "message.delivered", category: "marketing", contact: contact.id, zones: contact.zones });
  }

  contacts(howMany: number): Contact[] {
    return Array.from({ length: howMany }, (_, index) => ({ id: `${this.accountId}-c${index}`, zones: oneOf(this.random, zoneSets) }));
  }

  /** A time at which marketing may go to all of the contact's zones: from nine to seven where they are furthest west. */
  daytime(contact: Contact): number {
    return this.clock(contact, between(this.random, 10 * 60, 18 * 60));
  }
}

/** What an account that keeps to the rules does in a day, some of it just inside of them. */
function honestDay(diary: Diary): void {
  const { random } = diary;
  for (const contact of diary.contacts(between(random, 10, 40))) {
    const kind = random();
    if (kind < 0.5) diary.marketing(contact, diary.daytime(contact));
    else if (kind < 0.52) diary.marketing(contact, diary.clock(contact, 8 * 60 + (contact.zones.length > 1 ? 60 : 0)));
    else if (kind < 0.54) diary.marketing(contact, diary.clock(contact, (contact.zones.length > 1 ? 19 : 20) * 60 + 59) + 59_999);
    else if (kind < 0.56) for (const after of [0, 3]) diary.marketing(contact, diary.daytime(contact) + after, { moreRequested: true });
    else if (kind < 0.58) optsOutAndIn(diary, contact);
    else if (kind < 0.62) importedFirst(diary, contact);
    else if (kind < 0.8) diary.add(diary.start + between(random, 0, day - 1), { contact: contact.id, zones: contact.zones, category: "transactional", businessName: "Acme" });
    else if (kind < 0.9) for (const after of [0, 24 * hour]) diary.add(diary.start + after, { contact: contact.id, category: "automated", businessName: "Acme" });
    else diary.add(diary.daytime(contact), { type: "template.sent", contact: contact.id, category: "utility", templateId: "t1", templateApproved: true });
    if (kind < 0.5 && random() < 0.004) diary.add(diary.start + day - 1, { type: "opt_out", contact: contact.id });
  }
  const requests = random() < 0.05 ? trafficLimits.requestsPerMinute : between(random, 0, 20);
  const at = diary.start + between(random, 0, 1_400) * minute;
  for (let index = 0; index < requests; index += 1) diary.add(at + index * 900, { type: "api.request", keyId: "k1", ipHash: `i${index % trafficLimits.addressesPerHour}` });
}

function optsOutAndIn(diary: Diary, contact: Contact): void {
  const at = diary.daytime(contact);
  diary.add(at - 3 * hour, { type: "opt_out", contact: contact.id });
  diary.add(at - 2 * hour, { contact: contact.id, category: "transactional", businessName: "Acme" });
  diary.add(at - hour, { type: "opt_in", contact: contact.id });
  diary.marketing(contact, at, { consent: null });
}

function importedFirst(diary: Diary, contact: Contact): void {
  const at = diary.daytime(contact);
  if (diary.random() < 0.5) diary.add(at - 1, { type: "contact.imported", contact: contact.id, consent: { method: "signup_form", at: at - day } });
  else diary.add(at - 1, { type: "inbound", contact: contact.id });
  diary.marketing(contact, at, { consent: null });
}

/** A few breaches of one rule, on top of an honest day. */
const offences: Record<EventRuleCode, (diary: Diary, contact: Contact) => void> = {
  frequency: (diary, contact) => {
    for (const after of [0, 2 * hour]) diary.marketing(contact, diary.clock(contact, 11 * 60) + after);
  },
  spacing: (diary, contact) => {
    for (const after of [0, 24 * hour - 1]) diary.add(diary.start + after, { contact: contact.id, category: "automated", businessName: "Acme" });
  },
  quiet_hours: (diary, contact) => diary.marketing({ ...contact, zones: ["America/Boise", "America/Los_Angeles"] }, diary.clock({ ...contact, zones: ["America/Los_Angeles"] }, oneOf(diary.random, [21, 23.5, 3, 6.9]) * 60)),
  after_opt_out: (diary, contact) => {
    const at = diary.daytime(contact);
    diary.add(at - between(diary.random, 1, 5 * hour), { type: "opt_out", contact: contact.id });
    diary.marketing(contact, at);
  },
  missing_consent: (diary, contact) => diary.marketing(contact, diary.daytime(contact), { consent: oneOf(diary.random, [null, { method: "other" as const, at: 0 }, { method: "website_form" as const, at: diary.start + 3 * day }]) }),
  unapproved_template: (diary, contact) => diary.add(diary.daytime(contact), { type: "template.sent", contact: contact.id, category: "utility", templateId: "t2", templateApproved: false }),
  missing_opt_out_instructions: (diary, contact) => diary.marketing(contact, diary.daytime(contact), { hasOptOutInstructions: false }),
  missing_business_name: (diary, contact) => diary.add(diary.daytime(contact), { contact: contact.id, category: "transactional", businessName: " " }),
  api_rate_limit: (diary) => {
    const at = diary.start + between(diary.random, 0, 1_400) * minute;
    for (let index = 0; index <= trafficLimits.requestsPerMinute; index += 1) diary.add(at + index * 500, { type: "api.request", keyId: "k2", ipHash: "i1" });
  },
  shared_credential: (diary) => {
    const at = diary.start + between(diary.random, 0, 22) * hour;
    for (let index = 0; index <= trafficLimits.addressesPerHour; index += 1) diary.add(at + index * 2 * minute, { type: "api.request", keyId: "k3", ipHash: `a${index}` });
  },
  message_limit: (diary) => {
    for (let index = 0; index <= trafficLimits.messagesPerDay; index += 1) diary.add(diary.start + between(diary.random, 8 * hour, 20 * hour), { contact: `${diary.accountId}-m${index}`, category: "transactional", businessName: "Acme" });
  },
  opt_out_spike: (diary) => {
    for (let index = 0; index < 600; index += 1) {
      const at = diary.start + between(diary.random, 15 * hour, 23 * hour);
      const contact = `${diary.accountId}-s${index}`;
      diary.add(at, { type: "message.delivered", category: "marketing", contact });
      if (index % 14 === 0) diary.add(at + between(diary.random, minute, 50 * minute), { type: "opt_out", contact });
    }
  },
};

/** Rules that one occasion breaches; the others take a handful of contacts. */
const once: readonly EventRuleCode[] = ["api_rate_limit", "shared_credential", "message_limit", "opt_out_spike"];

/**
 * A day of traffic, seeded: so many accounts, of which for every rule so many were made to breach it; the rest keep to
 * the rules, some of them by a hair. `start` is a midnight of the platform, whose day is UTC's here.
 */
export function dayOfTraffic({ seed, start, accounts, offenders }: { seed: number; start: number; accounts: number; offenders: number }): Traffic {
  const random = seeded(seed);
  const rules = Object.keys(offences) as EventRuleCode[];
  const planted = new Map<EventRuleCode, string[]>(rules.map((rule) => [rule, []]));
  const arriving: { event: MessageEvent; at: number }[] = [];
  for (let index = 0; index < accounts; index += 1) {
    const diary = new Diary(`account-${index}`, random, start);
    honestDay(diary);
    const rule = rules[Math.floor(index / offenders)];
    if (rule) {
      planted.get(rule)!.push(diary.accountId);
      const times = once.includes(rule) ? 1 : between(random, 1, 5);
      for (let time = 0; time < times; time += 1) offences[rule](diary, { id: `${diary.accountId}-o${time}`, zones: ["America/Denver"] });
    }
    for (const event of diary.events) arriving.push({ event, at: event.occurredAt + (random() < 0.05 ? between(random, 0, 20 * hour) : between(random, 0, 2_000)) });
  }
  return { events: arriving.sort((a, b) => a.at - b.at).map(({ event }) => event), planted, accounts };
}
