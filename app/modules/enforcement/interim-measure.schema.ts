import { z } from "zod";
import { caseId, caseTargetSchema } from "../cases/case-target.schema";
import { cleanText } from "~/infra/text";
import { civilDay } from "./decide-case.schema";
import { leakConfirmations } from "../notices/leak-confirmation.schema";

const blank = (value: unknown): unknown => (value === "" ? undefined : value);
const days = z.coerce.number().int().min(1).max(30);
const reason = cleanText({ max: 4_000, min: 10, required: "Tell the account holder what happened and why this cannot wait." });

/** A measure while the case is still looked into (CF-AUP 7.1). The reason is sent to the account holder, with the clause that seems to be broken. */
export const interimMeasureSchema = caseTargetSchema.extend({
  confirmed: leakConfirmations,
  kind: z.enum(["feature_restriction", "suspension"]),
  features: z.array(z.string().min(1).max(60)).max(50).default([]),
  /** Left out: the one that most of the case's reports and signals name, on the earliest day they name. */
  clauseId: z.preprocess(blank, z.uuid("Pick a clause.").optional()),
  conductOn: z.preprocess(blank, civilDay.optional()),
  /** Left out: the platform's usual number of days. */
  days: z.preprocess(blank, days.optional()),
  reason,
});
export type InterimMeasureInput = z.output<typeof interimMeasureSchema>;

export const extendInterimSchema = z.object({ caseId, actionId: z.uuid(), days, reason, confirmed: leakConfirmations });
export type ExtendInterimInput = z.output<typeof extendInterimSchema>;

export const liftActionSchema = z.object({ actionId: z.uuid(), reason: cleanText({ max: 4_000, min: 10, required: "Tell the account holder why it ends." }), confirmed: leakConfirmations });
export type LiftActionInput = z.output<typeof liftActionSchema>;

/** The forms of an action's page, by the button that sent them. */
export const changeActionSchema = z.discriminatedUnion("intent", [extendInterimSchema.extend({ intent: z.literal("extend") }), liftActionSchema.extend({ intent: z.literal("lift") })]);

/** A second person's answer to a proposed interim measure, or its author's withdrawal. Saying no takes a reason. */
export const answerInterimSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("approve-interim"), actionId: z.uuid() }),
  z.object({ intent: z.literal("reject-interim"), actionId: z.uuid(), reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }),
  z.object({ intent: z.literal("withdraw-interim"), actionId: z.uuid(), reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }),
]);

/** The same for an interim measure that is to last longer. */
export const answerExtensionSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("approve-extension"), actionId: z.uuid() }),
  z.object({ intent: z.literal("reject-extension"), actionId: z.uuid(), reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }),
  z.object({ intent: z.literal("withdraw-extension"), actionId: z.uuid(), reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }),
]);

/** A person's answer to what a rule proposed. The words of a yes are sent to the account holder. */
export const acceptRuleMeasureSchema = z.object({ ruleMeasureId: z.uuid(), reason, confirmed: leakConfirmations });
export type AcceptRuleMeasureInput = z.output<typeof acceptRuleMeasureSchema>;
export const refuseRuleMeasureSchema = z.object({ ruleMeasureId: z.uuid(), answer: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }) }).transform(({ answer, ...rest }) => ({ ...rest, reason: answer }));
export type RefuseRuleMeasureInput = z.output<typeof refuseRuleMeasureSchema>;
