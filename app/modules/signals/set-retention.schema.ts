import { z } from "zod";
import { retentionBounds } from "./event-retention";

const within = `Give a whole number from ${retentionBounds.min} to ${retentionBounds.max}.`;

export const setRetentionSchema = z.object({
  platformKey: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform."),
  days: z.string(within).trim().regex(/^\d{1,3}$/, within).transform(Number).pipe(z.number().min(retentionBounds.min, within).max(retentionBounds.max, within)),
  /** What the form showed. */
  basedOn: z.coerce.number().int(),
  confirmed: z.preprocess((value) => value === "on", z.boolean()),
  reason: z.string("Say why, in a sentence of at least 10 characters.").trim().min(10, "Say why, in a sentence of at least 10 characters.").max(500, "At most 500 characters."),
});
export type SetRetentionInput = z.output<typeof setRetentionSchema>;
