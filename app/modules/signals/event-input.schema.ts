import { z } from "zod";
import { externalId as accountId } from "./event-account.schema";
import { consentMethods, messageCategories, messageEventTypes } from "./message-event";
import { contactRule, eventFaults as faults, idRule, instantRule, isAddress, longest, needsContact, plainRule } from "./event-fields";
import { zoneNameOf } from "./time-zone-name";

const text = (max: number) => z.string(faults.text).min(1, faults.empty).max(max, faults.long(max)).regex(plainRule, faults.control);
const instant = z.string(faults.instant).max(longest.instant, faults.instant).regex(instantRule, faults.instant).meta({ format: "date-time" });
const flag = z.boolean(faults.flag);

/**
 * One event as a platform sends it, for the published description. What is parsed at line rate is read by
 * `faultOfEvent`, which takes and refuses the same (`event-input.test.ts`).
 */
export const eventInputSchema = z
  .strictObject({
    id: z.string(faults.text).regex(idRule, faults.id).describe("Yours, unique on the platform, 1 to 100 visible ASCII characters. The same id is the same event, whatever else is in it. It is stored as it is: build no number into it."),
    type: z.enum(messageEventTypes, faults.word(messageEventTypes)).describe("What happened. A message is sent once: `template.sent` where it was made from a template, else `message.sent`, never both."),
    account: accountId.describe("Your id of the account, as you registered it."),
    contact: z
      .string(faults.contact)
      .regex(contactRule, faults.contact)
      .nullish()
      .describe("The recipient, or who wrote: a number in E.164 (`+13075550142`) or your own id. Only a keyed hash is kept. Needed for everything but `api.request` and `account.updated`."),
    category: z.enum(messageCategories, faults.word(messageCategories)).nullish(),
    occurredAt: instant.describe("When it happened, with its offset. Not more than 72 hours ago, not more than 5 minutes ahead."),
    templateId: text(longest.text).nullish(),
    templateApproved: flag.nullish(),
    businessName: text(longest.name).nullish().describe("The name the message was sent under."),
    hasOptOutInstructions: flag.nullish(),
    consent: z.strictObject({ method: z.enum(consentMethods, faults.word(consentMethods)), at: instant }, faults.consent).nullish().describe("How and when the contact agreed."),
    moreRequested: flag.nullish().describe("The contact asked for more than one marketing message a week."),
    timeZone: z
      .string(faults.zone)
      .refine((name) => zoneNameOf(name) !== null, faults.zone)
      .nullish()
      .describe("The contact's IANA time zone, where you know it; it wins over what the number says."),
    keyId: text(longest.text).nullish().describe("The key of yours that was used for it."),
    ip: z.string(faults.ip).refine(isAddress, faults.ip).nullish().describe("The address the request came from. Only a keyed hash is kept."),
  }, faults.object)
  .refine((event) => !needsContact(event.type) || typeof event.contact === "string", { message: faults.contactMissing, path: ["contact"] });

export type EventInput = z.input<typeof eventInputSchema>;
