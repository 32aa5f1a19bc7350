import { z } from "zod";

/** As the database keeps it, too. */
export const appealPauseBounds = { min: 1, max: 60 } as const;

const between = `From ${appealPauseBounds.min} to ${appealPauseBounds.max} business days.`;

export const appealPauseSchema = z.object({
  platformKey: z.string().max(60),
  pauseDays: z.coerce.number("Say how many business days.").int("Say a whole number of days.").min(appealPauseBounds.min, between).max(appealPauseBounds.max, between),
});
export type AppealPauseInput = z.output<typeof appealPauseSchema>;
