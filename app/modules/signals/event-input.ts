import { categoryCodes, consentCodes, typeCodes } from "./event-codes";
import { contactRule, eventFaults as faults, idRule, instantRule, isAddress, longest, needsContact, plainRule } from "./event-fields";
import type { EventInput } from "./event-input.schema";
import { consentMethods, messageCategories, messageEventTypes, type MessageEventType } from "./message-event";
import { zoneNameOf } from "./time-zone-name";

const [types, categories, methods] = [faults.word(messageEventTypes), faults.word(messageCategories), faults.word(consentMethods)];

const isOneOf = (codes: Readonly<Record<string, number>>, value: unknown): boolean => typeof value === "string" && Object.hasOwn(codes, value);
const isInstant = (value: unknown): value is string => typeof value === "string" && value.length <= longest.instant && instantRule.test(value);

function faultOfText(value: unknown, max: number): string | null {
  if (typeof value !== "string") return faults.text;
  if (value === "") return faults.empty;
  if (value.length > max) return faults.long(max);
  return plainRule.test(value) ? null : faults.control;
}

function faultOfConsent(value: unknown): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return faults.consent;
  let fields = 0;
  for (const name in value) {
    const given = (value as Record<string, unknown>)[name];
    if (name === "method") {
      if (!isOneOf(consentCodes, given)) return methods;
    } else if (name === "at") {
      if (!isInstant(given)) return faults.instant;
    } else return faults.consent;
    fields += 1;
  }
  return fields === 2 ? null : faults.consent;
}

function faultOfField(name: string, value: unknown): string | null {
  switch (name) {
    case "id":
      return typeof value === "string" && idRule.test(value) ? null : faults.id;
    case "type":
      return isOneOf(typeCodes, value) ? null : types;
    case "account":
      return faultOfText(value, longest.account);
    case "occurredAt":
      return isInstant(value) ? null : faults.instant;
  }
  if (value === null || value === undefined) return isOptional(name) ? null : unknownField;
  switch (name) {
    case "contact":
      return typeof value === "string" && contactRule.test(value) ? null : faults.contact;
    case "category":
      return isOneOf(categoryCodes, value) ? null : categories;
    case "templateId":
    case "keyId":
      return faultOfText(value, longest.text);
    case "businessName":
      return faultOfText(value, longest.name);
    case "templateApproved":
    case "hasOptOutInstructions":
    case "moreRequested":
      return typeof value === "boolean" ? null : faults.flag;
    case "consent":
      return faultOfConsent(value);
    case "timeZone":
      return typeof value === "string" && zoneNameOf(value) !== null ? null : faults.zone;
    case "ip":
      return typeof value === "string" && isAddress(value) ? null : faults.ip;
    default:
      return unknownField;
  }
}

const unknownField = "is not a field of an event";
const optional = new Set(["contact", "category", "templateId", "templateApproved", "businessName", "hasOptOutInstructions", "consent", "moreRequested", "timeZone", "keyId", "ip"]);
const isOptional = (name: string): boolean => optional.has(name);

/**
 * What is wrong with an event, or null when it is one: then it is an `EventInput`. It takes and refuses what
 * `eventInputSchema` does, at a small part of the cost. The fault names the field, never the value, which may be personal.
 */
export function faultOfEvent(raw: unknown): string | null {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return faults.object;
  const event = raw as Record<string, unknown>;
  for (const name in event) {
    const fault = faultOfField(name, event[name]);
    if (fault !== null) return fault === unknownField ? `${JSON.stringify(name.slice(0, 40))} ${fault}` : `${name} ${fault}`;
  }
  if (event.id === undefined) return `id ${faults.id}`;
  if (event.type === undefined) return `type ${types}`;
  if (event.account === undefined) return `account ${faults.text}`;
  if (event.occurredAt === undefined) return `occurredAt ${faults.instant}`;
  if (typeof event.contact !== "string" && needsContact(event.type as MessageEventType)) return `contact ${faults.contactMissing}`;
  return null;
}

export const isEvent = (raw: unknown): raw is EventInput => faultOfEvent(raw) === null;
