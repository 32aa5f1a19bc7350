import { z } from "zod";
import { cleanLine } from "~/infra/text";
import { policyCodePattern } from "./clause-code";
import { policyKinds } from "./policy-kind";

export const startPolicySchema = z.object({
  platformKey: z.string().min(1, "Choose the platform."),
  code: z.string({ error: "Give the policy a code." }).trim().regex(policyCodePattern, "Give it capital letters and numbers, like CF-AUP: up to four parts that begin with a letter, 24 signs in all."),
  kind: z.enum(policyKinds, { error: "Choose what the policy is about." }),
  title: cleanLine({ max: 160, required: "Give the policy a title." }),
  titleEs: z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), cleanLine({ max: 160 }).optional()),
  /** The code is in addresses and findings for good. */
  sure: z.literal("on", { error: "Look at the code once more and tick this." }),
});
export type StartPolicyInput = z.output<typeof startPolicySchema>;
