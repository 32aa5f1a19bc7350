import { getDomain } from "tldts";
import { z } from "zod";
import { asciiDomain, toE164 } from "~/infra/normalise";
import { cleanEmail, cleanLine, sanitiseLine } from "~/infra/text";

export const longestExternalId = 120;

/** The platform's own id of an account, kept byte for byte: an id that a report could not repeat as it is would never be found. */
export const externalId = z
  .string("is not text")
  .min(1, "is empty")
  .max(longestExternalId, `is longer than ${longestExternalId} characters`)
  .refine((id) => id === sanitiseLine(id), "holds characters or spaces that no id has");

export const phoneNumber = z.string("is not text").transform((raw, context) => {
  const number = toE164(raw);
  if (!number) context.addIssue({ code: "custom", message: "is not a phone number with its country code" });
  return number ?? z.NEVER;
});

/** Opaque to us, compared byte for byte. */
const token = z.string("is not text").min(6, "is shorter than 6 characters").max(200, "is longer than 200 characters").refine((id) => id === sanitiseLine(id), "holds characters or spaces that no id has");
const tokens = (most: number) => z.array(token, "is not a list").max(most, `holds more than ${most}`);
const hostName = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;
const domain = z
  .string("is not text")
  .max(253, "is longer than 253 characters")
  .transform((host, context) => {
    const ascii = asciiDomain(host.trim().toLowerCase());
    if (!hostName.test(ascii) || !getDomain(ascii, { extractHostname: false })) context.addIssue({ code: "custom", message: "is not a domain name" });
    return ascii;
  });

/** What a platform tells about one of its accounts. What is left out stays as it is; a list that is given replaces the old one. */
export const upsertAccountSchema = z.strictObject({
  externalId,
  businessName: cleanLine({ max: 200, required: "is empty", tooLong: "is longer than 200 characters" }),
  planTier: cleanLine({ max: 60, required: "is empty", tooLong: "is longer than 60 characters" }).nullable().optional(),
  language: z.enum(["en", "es"], "is not en or es").optional(),
  emails: z.array(cleanEmail({ invalid: "is not a mail address" }), "is not a list").max(10, "holds more than 10").optional(),
  phones: z.array(phoneNumber, "is not a list").max(20, "holds more than 20").optional(),
  paymentFingerprints: tokens(20).describe("Your payment provider's fingerprints of cards or accounts: the same one for the same card, and nothing that can be charged.").optional(),
  devices: tokens(50).describe("Your own ids of the devices people sign in from.").optional(),
  domains: z.array(domain, "is not a list").max(20, "holds more than 20").describe("Websites and mail domains of the business.").optional(),
});
export type UpsertAccountInput = z.output<typeof upsertAccountSchema>;
