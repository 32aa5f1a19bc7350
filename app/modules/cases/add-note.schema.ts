import { z } from "zod";
import { cleanText } from "~/infra/text";
import { caseId } from "./case-target.schema";

export const addNoteSchema = z.object({
  caseId,
  text: cleanText({ max: 10_000, required: "Write the note first." }),
});
export type AddNoteInput = z.infer<typeof addNoteSchema>;
