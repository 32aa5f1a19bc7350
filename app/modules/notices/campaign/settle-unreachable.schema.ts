import { z } from "zod";
import { cleanLine } from "~/infra/text";

export const settleUnreachableSchema = z.object({
  campaignId: z.uuid(),
  accountId: z.uuid(),
  how: cleanLine({ max: 500, required: "Say how they were told.", tooLong: "Say it in 500 characters." }),
  /** When they were told: the notice counts from then. */
  toldAt: z.coerce.date("Say when they were told."),
});
export type SettleUnreachableInput = z.output<typeof settleUnreachableSchema>;
