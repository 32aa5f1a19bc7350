import { z } from "zod";
import { caseId, writtenReason } from "./case-target.schema";

export const revealReporterSchema = z.object({ caseId, reportId: z.uuid(), reason: writtenReason });
export type RevealReporterInput = z.infer<typeof revealReporterSchema>;
