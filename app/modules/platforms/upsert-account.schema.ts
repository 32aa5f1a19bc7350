import { z } from "zod";
import { toE164 } from "~/infra/normalise";
import { cleanEmail, cleanLine, sanitiseLine } from "~/infra/text";

export const longestExternalId = 120;

/** The platform's own id of an account, kept byte for byte: an id that a report could not repeat as it is would never be found. */
export const externalId = z
  .string("is not text")
  .min(1, "is empty")
  .max(longestExternalId, `is longer than ${longestExternalId} characters`)
  .refine((id) => id === sanitiseLine(id), "holds characters or spaces that no id has");

const phone = z.string("is not text").transform((raw, context) => {
  const number = toE164(raw);
  if (!number) context.addIssue({ code: "custom", message: "is not a phone number with its country code" });
  return number ?? z.NEVER;
});

/** What a platform tells about one of its accounts. What is left out stays as it is; a list that is given replaces the old one. */
export const upsertAccountSchema = z.strictObject({
  externalId,
  businessName: cleanLine({ max: 200, required: "is empty", tooLong: "is longer than 200 characters" }),
  planTier: cleanLine({ max: 60, required: "is empty", tooLong: "is longer than 60 characters" }).nullable().optional(),
  language: z.enum(["en", "es"], "is not en or es").optional(),
  emails: z.array(cleanEmail({ invalid: "is not a mail address" }), "is not a list").max(10, "holds more than 10").optional(),
  phones: z.array(phone, "is not a list").max(20, "holds more than 20").optional(),
});
export type UpsertAccountInput = z.output<typeof upsertAccountSchema>;
