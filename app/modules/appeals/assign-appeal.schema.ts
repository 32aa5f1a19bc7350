import { z } from "zod";

export const assignAppealSchema = z.object({
  appealId: z.uuid(),
  /** Left out: whoever asks takes it themselves. */
  reviewerId: z.uuid("Choose who gets this appeal.").optional(),
});
export type AssignAppealInput = z.output<typeof assignAppealSchema>;
