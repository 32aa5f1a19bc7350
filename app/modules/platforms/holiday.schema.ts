import { z } from "zod";
import { cleanLine } from "~/infra/text";

const day = z
  .string({ error: "Choose a day." })
  .regex(/^\d{4}-\d{2}-\d{2}$/, "Enter a day like 2026-12-24.")
  .refine((text) => !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text), "There is no such day.");

const platformKey = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform.");

export const addHolidaySchema = z.object({
  platformKey,
  day: day.refine((text) => text >= "2000-01-01" && text <= "2100-12-31", "Choose a day between 2000 and 2100."),
  name: cleanLine({ max: 80, required: "Say what the day is called." }),
});
export type AddHolidayInput = z.output<typeof addHolidaySchema>;

export const removeHolidaySchema = z.object({ platformKey, day });
export type RemoveHolidayInput = z.output<typeof removeHolidaySchema>;
