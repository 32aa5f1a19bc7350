import type { z } from "zod";
import { caseTargetSchema, writtenReason } from "./case-target.schema";

export const closeCaseSchema = caseTargetSchema.extend({ reason: writtenReason });
export type CloseCaseInput = z.infer<typeof closeCaseSchema>;

export const reopenCaseSchema = closeCaseSchema;
export type ReopenCaseInput = CloseCaseInput;
