import { z } from "zod";
import { caseTargetSchema, writtenReason } from "./case-target.schema";

export const reassignCaseSchema = caseTargetSchema.extend({
  /** Empty: back to the queue. */
  staffId: z.uuid().optional(),
  reason: writtenReason,
});
export type ReassignCaseInput = z.infer<typeof reassignCaseSchema>;
