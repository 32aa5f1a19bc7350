import { z } from "zod";

export const exportStatementsSchema = z.object({
  platformKey: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** Only these; left out: the oldest that are ready. */
  statementIds: z.array(z.uuid()).min(1).max(100).nullish(),
  idempotencyKey: z.string().min(8).max(100),
});
export type ExportStatementsInput = z.infer<typeof exportStatementsSchema>;
