import { z } from "zod";
import { cleanLine, cleanText } from "~/infra/text";
import { leakConfirmations } from "../notices/leak-confirmation.schema";

export const matchAppealSchema = z.object({
  unmatchedId: z.uuid("That appeal does not exist."),
  actionReference: cleanLine({ max: 20, required: "Enter the reference of the action, like A-4K7Q-T2MX." }).pipe(
    z.string().toUpperCase().regex(/^A-[0-9A-Z-]{1,17}$/, "Enter the reference of the action, like A-4K7Q-T2MX."),
  ),
});
export type MatchAppealInput = z.output<typeof matchAppealSchema>;

export const dismissUnmatchedSchema = z.object({
  unmatchedId: z.uuid("That appeal does not exist."),
  reason: cleanText({ max: 1_000, min: 10, required: "Write why, in a sentence: whoever sent it is told." }),
  /** Words of the reason that look like a leak and are none. */
  confirmed: leakConfirmations,
});
export type DismissUnmatchedInput = z.output<typeof dismissUnmatchedSchema>;
