import { z } from "zod";
import { defineEndpoint, faultsOf } from "~/infra/http/endpoint";
import { problem, refusalProblem, type InputFault } from "~/infra/http/problem";
import { submitReportSchema, type ReportFormErrors } from "~/modules/intake/submit-report.schema";
import { submitReport } from "~/modules/intake/submit-report.server";
import type { Admit } from "./caller";
import { idempotencyHeaders, type Idempotency } from "./idempotency";

const errors: ReportFormErrors = {
  platform: "is not the key of a platform",
  clause: 'is not the code of a clause, nor "other"',
  descriptionRequired: "is empty",
  descriptionShort: "is shorter than 10 characters",
  tooLong: (max) => `is longer than ${max} characters`,
  day: "is not a day, such as 2026-11-20",
  dayInFuture: "lies in the future",
  time: "is not a time of day, such as 21:05",
  timeInFuture: "lies in the future",
  phone: "is not a phone number with its country code",
  phones: (unreadable) => `holds what is no phone number: ${unreadable.length} of them at least`,
  tooManyPhones: "holds too many numbers",
  email: "is not a mail address",
  damaged: "is not a UUID",
};

/** Numbers may come as a list, which is what a program has, or as the text that a person typed. */
const withPhones = z.preprocess((body) => {
  if (typeof body !== "object" || body === null || !("phones" in body) || !Array.isArray(body.phones)) return body;
  return { ...body, phones: body.phones.join("\n") };
}, z.record(z.string(), z.unknown()));

const taken = z.object({
  reference: z.string(),
  statusUrl: z.url().nullable().describe("The reporter's private page; null when the same report was there already."),
  repeated: z.enum(["no", "request", "content"]).describe("`content`: the same reporter had reported the same already."),
});

/** Without a last day: the command knows the platform's calendar and refuses what has not happened yet. */
const bodySchema = submitReportSchema(errors, "9999-12-31").omit({ idempotencyKey: true }).strict();

const futureFault = (detail: Record<string, unknown> | undefined): InputFault =>
  detail?.field === "time" ? { in: "body", at: "time", detail: errors.timeInFuture } : { in: "body", at: "day", detail: errors.dayInFuture };

/**
 * A report that a platform passes on. The Idempotency-Key makes a repetition harmless: the same key with the same
 * content is answered with the first report, with another content it is a mistake.
 */
export const reportEndpoint = (admit: Admit, idempotency: Idempotency) =>
  defineEndpoint({
    method: "POST",
    pattern: "/api/v1/reports",
    headers: idempotencyHeaders,
    body: withPhones,
    admit,
    doc: {
      summary: "Pass on a report",
      description: "One allegation by one reporter. `phones` may be a list or one text.",
      tag: "Reports",
      scope: "report:write",
      body: bodySchema,
      answers: { 200: { description: "The report was there already.", body: taken }, 201: { description: "The report is taken.", body: taken } },
      problems: ["clause_unknown", "platform_unknown"],
    },
    handle: async (input, { deps }) => {
      const { caller, headers, body } = input;
      const parsed = bodySchema.safeParse(body);
      if (!parsed.success) return problem("invalid_input", { errors: faultsOf("body", parsed.error) });
      return idempotency.once(deps, input, "reports", async () => {
        // Should this process die before it has answered, the same key tells the command that the report is there.
        const submitted = await submitReport(deps, caller.actor, { ...parsed.data, idempotencyKey: headers["idempotency-key"] });
        if (!submitted.ok && submitted.reason === "happened_in_future") return problem("invalid_input", { errors: [futureFault(submitted.detail)] });
        if (!submitted.ok) return refusalProblem(submitted);
        const { reference, statusUrl, repeated } = submitted;
        return { status: repeated === "no" ? 201 : 200, body: { reference, statusUrl, repeated } };
      });
    },
  });
