import { z } from "zod";
import { cleanText } from "~/infra/text";
import { leakConfirmations } from "../notices/leak-confirmation.schema";
import type { LeakConfirmation } from "../notices/leak-guard";
import { shortestJustification } from "./ladder";
import type { Change } from "./replacement";

const reason = cleanText({ max: 4_000, min: shortestJustification, required: "Tell the account holder why, in a sentence or two." });
const days = z.coerce.number("Give a number of days.").int().min(1).max(3_650);
const actionId = z.uuid();
const confirmed = leakConfirmations;

const extend = z.object({ actionId, reason, confirmed, what: z.literal("extend"), days });
const replace = z.object({
  actionId,
  reason,
  confirmed,
  what: z.literal("replace"),
  kind: z.enum(["warning", "feature_restriction", "suspension", "termination"], "Choose a measure."),
  features: z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(z.string().min(1).max(60)).max(50).default([])),
  days: z.preprocess((value) => (value === "" ? undefined : value), days.optional()),
});

export type ReplaceActionInput = { actionId: string; reason: string; confirmed?: LeakConfirmation[]; change: Change };

/** A decided action is extended, or another measure takes its place. The reason is sent to the account holder. */
export const replaceActionSchema = z.discriminatedUnion("what", [extend, replace]).transform((input, context): ReplaceActionInput => {
  const rest = { actionId: input.actionId, reason: input.reason, ...(input.confirmed && { confirmed: input.confirmed }) };
  if (input.what === "extend") return { ...rest, change: { what: "extend", days: input.days } };
  const { kind, features, days: length } = input;
  if (kind === "warning" || kind === "termination") return { ...rest, change: { what: "replace", measure: { kind } } };
  if (length === undefined) {
    context.addIssue({ code: "custom", path: ["days"], message: "Give a number of days." });
    return z.NEVER;
  }
  if (kind === "suspension") return { ...rest, change: { what: "replace", measure: { kind, days: length } } };
  if (features.length === 0) {
    context.addIssue({ code: "custom", path: ["features"], message: "Choose at least one feature." });
    return z.NEVER;
  }
  return { ...rest, change: { what: "replace", measure: { kind, features: [...new Set(features)].sort(), days: length } } };
});

/** A second person's answer to a proposed change, or its author's withdrawal. Saying no takes a reason. */
export const answerChangeSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("approve-change"), actionId }),
  z.object({ intent: z.literal("reject-change"), actionId, reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }),
  z.object({ intent: z.literal("withdraw-change"), actionId, reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }),
]);
