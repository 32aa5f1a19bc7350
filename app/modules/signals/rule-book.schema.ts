import { z } from "zod";
import { cleanLine, cleanText } from "~/infra/text";
import type { Parameter } from "./rules/parameter";
import { interimDayBounds } from "./rule-interim";
import { thresholdBounds } from "./signal-points";
import { ruleCatalogue, ruleCodes, ruleModes, type RuleCode } from "./rules/rule-catalogue";

export const platformKey = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform.");
export const ruleCode = z.enum(ruleCodes as [(typeof ruleCodes)[number], ...(typeof ruleCodes)[number][]], "There is no such rule.");
export const changeReason = cleanText({ max: 2_000, min: 10, required: "Say why, in a sentence: it stays in the history." });
const blankToUndefined = (value: unknown): unknown => (value === "" ? undefined : value);
const listed = (value: unknown): unknown[] => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);
/** Whoever types the year 9999 means "for good": an instant after it has no date that can be read again. */
const firstDayTooFar = "2200-01-01";
export const platformDay = z.preprocess(
  blankToUndefined,
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "Choose a day.")
    .pipe(z.iso.date("There is no such day."))
    .refine((given) => given < firstDayTooFar, "Choose a day before the year 2200.")
    .optional(),
);

export const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** What a field of the form has to hold, in words. */
export function boundsInWords(parameter: Parameter): string {
  if (parameter.kind === "choices") return "Choose at least one.";
  if (parameter.unit === "minute of the day") return "Give a time of the day, like 21:00.";
  const { min, max, whole } = parameter;
  return `Give a ${whole ? "whole " : ""}number from ${min.toLocaleString("en-US")} to ${max.toLocaleString("en-US")}.`;
}

function valueOf(parameter: Parameter, raw: unknown): unknown {
  if (parameter.kind === "choices") {
    const chosen = listed(raw);
    return chosen.length > 0 && chosen.every((one) => (parameter.of as readonly unknown[]).includes(one)) ? parameter.of.filter((one) => chosen.includes(one)) : undefined;
  }
  if (typeof raw !== "string" || raw.length > 20) return undefined;
  const text = raw.trim();
  const clock = parameter.unit === "minute of the day" ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) : null;
  const number = clock ? Number(clock[1]) * 60 + Number(clock[2]) : /^\d+(\.\d+)?$/.test(text) && parameter.unit !== "minute of the day" ? Number(text) : NaN;
  return number >= parameter.min && number <= parameter.max && (!parameter.whole || Number.isInteger(number)) ? number : undefined;
}

function parametersOf(of: RuleCode) {
  const shape = Object.entries(ruleCatalogue[of].parameters as Record<string, Parameter>).map(([name, parameter]) => {
    const field = z.unknown().transform((raw, context) => {
      const value = valueOf(parameter, raw);
      if (value !== undefined) return value as number | string[];
      context.addIssue({ code: "custom", message: boundsInWords(parameter) });
      return z.NEVER;
    });
    return [name, field] as const;
  });
  const values = z.object(Object.fromEntries(shape)).superRefine(({ from, until }, context) => {
    if (of === "quiet_hours" && from === until) context.addIssue({ code: "custom", path: ["until"], message: "Quiet hours have to end at another time than they begin." });
  });
  return z.preprocess((value) => value ?? {}, values);
}

const daysAsked = `Give a whole number from ${interimDayBounds.min} to ${interimDayBounds.max}.`;

/** A new version of a rule as its form has it: every parameter has its bounds, and an error stands beside its field. */
export const ruleDraftSchema = (of: RuleCode) =>
  z.object({
    platformKey,
    rule: z.literal(of, "There is no such rule."),
    /** The newest version when the form was made. */
    basedOn: z.coerce.number().int().min(1),
    mode: z.enum(ruleModes, { error: "Choose what the rule does." }),
    parameters: parametersOf(of),
    /** The platform's civil day that it begins with; none: at once. */
    effectiveOn: platformDay,
    /** The clause a person confirmed that the rule proposes measures for. */
    confirmedClause: z.preprocess(blankToUndefined, z.string().max(40).optional()),
    /** What it proposes: features to restrict, and for how many days; none: as long as the platform's terms say. */
    interimFeatures: z.preprocess(listed, z.array(z.string().min(1).max(60)).max(50)),
    interimDays: z.preprocess(blankToUndefined, z.coerce.number(daysAsked).int(daysAsked).min(interimDayBounds.min, daysAsked).max(interimDayBounds.max, daysAsked).optional()),
  });
export const setRuleSchema = (of: RuleCode) => ruleDraftSchema(of).extend({ reason: changeReason });
export type SetRuleInput = z.output<ReturnType<typeof setRuleSchema>>;

export const exemptAccountSchema = z.object({
  platformKey,
  rule: ruleCode,
  /** The platform's own id of the account. */
  account: cleanLine({ max: 120, required: "Say which account." }),
  /** The first and the last civil day it holds for; none: from now on, until somebody ends it. */
  startsOn: platformDay,
  lastDay: platformDay,
  reason: changeReason,
});
export type ExemptAccountInput = z.output<typeof exemptAccountSchema>;

export const endExemptionSchema = z.object({ platformKey, exemptionId: z.uuid("There is no such exemption."), reason: changeReason });
export type EndExemptionInput = z.output<typeof endExemptionSchema>;

const thresholdAsked = `Give a whole number from ${thresholdBounds.min} to ${thresholdBounds.max.toLocaleString("en-US")}.`;
const wholeText = z.string(thresholdAsked).trim().regex(/^\d{1,4}$/, thresholdAsked).transform(Number);

export const setThresholdSchema = z.object({
  platformKey,
  signalThreshold: wholeText.pipe(z.number().min(thresholdBounds.min, thresholdAsked).max(thresholdBounds.max, thresholdAsked)),
  /** The threshold when the form was made. */
  basedOn: z.coerce.number().int(),
  reason: changeReason,
});
export type SetThresholdInput = z.output<typeof setThresholdSchema>;
