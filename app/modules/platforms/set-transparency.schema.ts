import { z } from "zod";
import { territories } from "../transparency/dsa-values";

export const setTransparencySchema = z.object({
  platformKey: z.string().regex(/^[a-z0-9-]{1,40}$/),
  exports: z.boolean(),
  territory: z.array(z.enum(territories, { error: (issue) => `${String(issue.input)} is not the code of an EU or EEA country.` })).max(territories.length),
});
export type SetTransparencyInput = z.infer<typeof setTransparencySchema>;
