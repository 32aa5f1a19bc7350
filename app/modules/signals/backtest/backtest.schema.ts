import { z } from "zod";
import type { RuleCode } from "../rules/rule-catalogue";
import { platformKey, ruleDraftSchema } from "../rule-book.schema";
import { changes } from "./backtest-totals";

const day = (asked: string) => z.string(asked).regex(/^\d{4}-\d{2}-\d{2}$/, asked).pipe(z.iso.date("There is no such day."));
const span = { firstDay: day("Choose the first day."), lastDay: day("Choose the last day.") };

/** A draft as the rule's form has it, before anything is saved. */
export const tryDraftSchema = (of: RuleCode) => ruleDraftSchema(of).pick({ platformKey: true, rule: true, mode: true, parameters: true }).extend(span);

/** A version that was set, such as one that is still to begin. */
export const tryVersionSchema = (of: RuleCode) => z.object({ platformKey, rule: z.literal(of, "There is no such rule."), version: z.coerce.number("There is no such version.").int("There is no such version.").min(2, "There is no such version.").max(1_000_000, "There is no such version."), ...span });

export type StartBacktestInput = z.output<ReturnType<typeof tryDraftSchema>> | z.output<ReturnType<typeof tryVersionSchema>>;

/** Which accounts of a result are shown; an address that asks for nonsense asks for the beginning. */
export const accountFilterSchema = z.object({
  change: z.enum(changes).optional().catch(undefined),
  after: z
    .string()
    .regex(/^\d{1,9}\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    .optional()
    .catch(undefined),
});
export type AccountFilter = z.output<typeof accountFilterSchema>;
