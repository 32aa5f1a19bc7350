import { z } from "zod";
import { cleanLine } from "~/infra/text";

const reason = cleanLine({ max: 500, min: 5, required: "Say why, for the record.", tooLong: "Say it in 500 characters." });

export const pauseNoticesSchema = z.object({
  /** Its key; null: all of them. */
  platformKey: z.preprocess((value) => (value === "" || value === undefined ? null : value), z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "Choose one of the platforms.").nullable()),
  reason,
});
export const resumeNoticesSchema = z.object({ pauseId: z.uuid(), reason });
export type PauseNoticesInput = z.output<typeof pauseNoticesSchema>;
export type ResumeNoticesInput = z.output<typeof resumeNoticesSchema>;
