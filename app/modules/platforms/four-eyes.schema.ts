import { z } from "zod";
import { cleanText } from "~/infra/text";
import { fourEyesFloorDays, furtherKinds } from "./four-eyes";

const listed = (value: unknown): unknown => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);
const days = `Give a whole number from 0 to ${fourEyesFloorDays}: a platform can ask for a second person sooner, never later.`;

export const setFourEyesSchema = z.object({
  platformKey: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform."),
  suspensionDays: z.string({ error: days }).regex(/^\d{1,4}$/, days).transform(Number).pipe(z.number().int(days).min(0, days).max(fourEyesFloorDays, days)),
  kinds: z.preprocess(listed, z.array(z.enum(furtherKinds))),
  /** What held when the form was made. */
  seen: z.string().max(200),
  reason: cleanText({ max: 2_000, min: 10, required: "Say why, in a sentence: it stays in the audit trail." }),
});
export type SetFourEyesInput = z.output<typeof setFourEyesSchema>;
