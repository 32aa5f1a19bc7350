import { z } from "zod";
import { cleanText } from "~/infra/text";
import type { LeakConfirmation } from "./leak-guard";

const mostConfirmations = 20;

const answered = (rows: unknown): unknown => (Array.isArray(rows) ? rows.filter((row: unknown) => typeof row === "object" && row !== null && "reason" in row && row.reason !== "" && row.reason !== undefined) : rows);

/** What a form carries back for the findings that are no leaks. A finding left without a reason is not confirmed. */
export const leakConfirmations = z
  .preprocess(answered, z.array(z.object({ token: z.string().regex(/^[\w-]{43}$/), reason: cleanText({ max: 500, tooLong: "Give the reason in at most 500 characters." }) })).max(mostConfirmations))
  .optional();

/** The same of a form whose fields are read one by one. */
export const confirmationsIn = (form: FormData): LeakConfirmation[] =>
  Array.from({ length: mostConfirmations }, (_none, index) => ({ token: form.get(`confirmed[${index}].token`), reason: form.get(`confirmed[${index}].reason`) })).filter(
    (one): one is LeakConfirmation => typeof one.token === "string" && typeof one.reason === "string",
  );
