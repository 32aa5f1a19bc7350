import { z } from "zod";
import { cleanText } from "~/infra/text";

export const revealContactsSchema = z.object({
  accountId: z.uuid(),
  reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }),
});
export type RevealContactsInput = z.infer<typeof revealContactsSchema>;
