import { z } from "zod";
import { toE164 } from "~/infra/normalise";
import { cleanEmail, cleanLine, cleanText } from "~/infra/text";
import { mostPhones, readPhones } from "./report-phones";

/** What the form says about a field that is not right, in the reader's language. */
export interface ReportFormErrors {
  platform: string;
  clause: string;
  descriptionRequired: string;
  descriptionShort: string;
  tooLong: (max: number) => string;
  day: string;
  dayInFuture: string;
  time: string;
  timeInFuture: string;
  phone: string;
  phones: (unreadable: readonly string[]) => string;
  tooManyPhones: string;
  email: string;
  damaged: string;
}

/** The choice of a reporter who finds none of the clauses fitting: staff pick one. */
export const noClause = "other";

export const reportLimits = { name: 200, externalId: 120, description: 8_000, messageText: 10_000, phones: 1_000 } as const;

/**
 * What a report form carries; files come beside it. The API takes the same with the same names.
 *
 * @param latestDay today in the platform's zone: nothing happened after it
 */
export function submitReportSchema(errors: ReportFormErrors, latestDay: string) {
  const line = (max: number) => cleanLine({ max, tooLong: errors.tooLong(max) }).optional();
  const text = (max: number) => cleanText({ max, tooLong: errors.tooLong(max) }).optional();
  return z.object({
    platform: z.string({ error: errors.platform }).regex(/^[a-z0-9-]{1,40}$/, errors.platform),
    clause: z.string({ error: errors.clause }).regex(/^(?:[A-Z]{2,8}-[A-Z]{2,8}-[0-9a-z.]{1,12}|other)$/, errors.clause),
    businessName: line(reportLimits.name),
    businessPhone: line(60).pipe(z.string().transform((raw, context) => toE164(raw) ?? complain(context, errors.phone)).optional()),
    externalId: line(reportLimits.externalId),
    description: cleanText({ max: reportLimits.description, required: errors.descriptionRequired, tooLong: errors.tooLong(reportLimits.description) }).refine(
      (words) => words.length >= 10,
      errors.descriptionShort,
    ),
    day: line(20).pipe(
      z.iso
        .date(errors.day)
        .refine((day) => day >= "2000-01-01", errors.day)
        .refine((day) => day <= latestDay, errors.dayInFuture)
        .optional(),
    ),
    time: line(20).pipe(z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/, errors.time).optional()),
    messageText: text(reportLimits.messageText),
    phones: text(reportLimits.phones).pipe(
      z
        .string()
        .transform((given, context) => {
          const { phones, unreadable } = readPhones(given);
          if (unreadable.length > 0) return complain(context, errors.phones(unreadable.slice(0, 3)));
          return phones.length > mostPhones ? complain(context, errors.tooManyPhones) : phones;
        })
        .optional(),
    ),
    email: cleanEmail({ invalid: errors.email }).optional(),
    language: z.enum(["en", "es"]).catch("en"),
    idempotencyKey: z.uuid(errors.damaged),
  });
}

export type SubmitReportInput = z.output<ReturnType<typeof submitReportSchema>>;

function complain(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
