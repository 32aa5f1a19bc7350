import { z } from "zod";
import { cleanEmail, cleanText } from "~/infra/text";

/** What CF-AUP 7.3 asks of an appeal: the account's email, the action, the explanation. Messages are keys of the page's words. */
export const submitAppealFormSchema = z.object({
  platformKey: z.string("platform_missing").regex(/^[a-z][a-z0-9-]{1,40}$/, "platform_missing"),
  email: cleanEmail({ invalid: "email_invalid", required: "email_invalid" }),
  actionText: cleanText({ max: 2_000, min: 3, required: "action_missing", tooLong: "too_long" }),
  explanation: cleanText({ max: 10_000, min: 10, required: "explanation_missing", tooLong: "too_long" }),
  idempotencyKey: z.uuid("form"),
});
export type SubmitAppealFormInput = z.output<typeof submitAppealFormSchema>;
