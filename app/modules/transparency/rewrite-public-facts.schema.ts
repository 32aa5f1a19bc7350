import { z } from "zod";
import { cleanText } from "~/infra/text";
import { limits } from "./dsa-statement.schema";

export const rewritePublicFactsSchema = z.object({
  statementId: z.uuid(),
  publicFacts: cleanText({ max: limits.facts, min: 10, required: "Write the facts for the public." }),
});
export type RewritePublicFactsInput = z.infer<typeof rewritePublicFactsSchema>;
