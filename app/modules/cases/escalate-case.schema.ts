import { z } from "zod";
import { caseTargetSchema, writtenReason } from "./case-target.schema";

export const escalateCaseSchema = caseTargetSchema.extend({
  /** Empty: to whichever lead looks first. */
  staffId: z.uuid().optional(),
  reason: writtenReason,
});
export type EscalateCaseInput = z.infer<typeof escalateCaseSchema>;

export const deescalateCaseSchema = caseTargetSchema.extend({ reason: writtenReason });
export type DeescalateCaseInput = z.infer<typeof deescalateCaseSchema>;
