import { z } from "zod";
import { defineEndpoint, faultsOf } from "~/infra/http/endpoint";
import { problem, refusalProblem } from "~/infra/http/problem";
import { newId } from "~/infra/id";
import { submitReportSchema, type ReportFormErrors } from "~/modules/intake/submit-report.schema";
import { submitReport } from "~/modules/intake/submit-report.server";
import type { Admit } from "./caller";

const errors: ReportFormErrors = {
  platform: "is not the key of a platform",
  clause: 'is not the code of a clause, nor "other"',
  descriptionRequired: "is empty",
  descriptionShort: "is shorter than 10 characters",
  tooLong: (max) => `is longer than ${max} characters`,
  day: "is not a day, such as 2026-11-20",
  dayInFuture: "lies in the future",
  time: "is not a time of day, such as 21:05",
  phone: "is not a phone number with its country code",
  phones: (unreadable) => `holds what is no phone number: ${unreadable.length} of them at least`,
  tooManyPhones: "holds too many numbers",
  email: "is not a mail address",
  damaged: "is not a UUID",
};

/** Hours that the first civil day on Earth is ahead of UTC. */
const farthestEast = 14;

/** Numbers may come as a list, which is what a program has, or as the text that a person typed. */
const withPhones = z.preprocess((body) => {
  if (typeof body !== "object" || body === null || !("phones" in body) || !Array.isArray(body.phones)) return body;
  return { ...body, phones: body.phones.join("\n") };
}, z.record(z.string(), z.unknown()));

/**
 * A report that a platform passes on. The Idempotency-Key makes a repetition harmless: the same key with the same
 * content is answered with the first report, with another content it is a mistake.
 */
export const reportEndpoint = (admit: Admit) =>
  defineEndpoint({
    method: "POST",
    pattern: "/api/v1/reports",
    headers: z.object({ "idempotency-key": z.uuid("is not a UUID").optional() }),
    body: withPhones,
    admit,
    handle: async ({ caller, headers, body }, { deps }) => {
      const latestDay = deps.clock().plus({ hours: farthestEast }).toISODate();
      const schema = submitReportSchema(errors, latestDay).omit({ idempotencyKey: true }).strict();
      const parsed = schema.safeParse(body);
      if (!parsed.success) return problem("invalid_input", { errors: faultsOf("body", parsed.error) });
      const taken = await submitReport(deps, caller.actor, { ...parsed.data, idempotencyKey: headers["idempotency-key"] ?? newId() });
      if (!taken.ok) return refusalProblem(taken);
      return {
        status: taken.repeated === "no" ? 201 : 200,
        body: { reference: taken.reference, statusUrl: taken.statusUrl, repeated: taken.repeated },
      };
    },
  });
