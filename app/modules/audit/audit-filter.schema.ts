import { z } from "zod";

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional());

/** What the audit page is asked for by its address. A wrong part is dropped: an old link still opens the page. */
export const auditFilterSchema = z.object({
  type: optional(z.string().regex(/^[a-z_.-]{1,60}$/)).catch(undefined),
  actorId: optional(z.string().max(60)).catch(undefined),
  caseId: optional(z.uuid()).catch(undefined),
  accountId: optional(z.uuid()).catch(undefined),
  before: optional(z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)).catch(undefined),
});
