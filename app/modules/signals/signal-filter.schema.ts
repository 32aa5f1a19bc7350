import { z } from "zod";
import { ruleModes } from "./rules/rule-catalogue";

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional());

export const signalStates = ["standing", "taken_back"] as const;

/** What the list of signals is asked for by its address. A wrong part is dropped: an old link still opens the page. */
export const signalFilterSchema = z.object({
  platform: optional(z.string().regex(/^[a-z][a-z0-9-]{1,40}$/)).catch(undefined),
  rule: optional(z.string().regex(/^[a-z_]{3,40}$/)).catch(undefined),
  mode: optional(z.enum(ruleModes)).catch(undefined),
  state: optional(z.enum(signalStates)).catch(undefined),
  case: optional(z.enum(["with", "without"])).catch(undefined),
  /** The platform's own id of the account. */
  account: optional(z.string().trim().max(120).regex(/^\P{Cc}*$/u)).catch(undefined),
  after: optional(z.string().max(60)).catch(undefined),
});
export type SignalFilter = z.output<typeof signalFilterSchema>;
