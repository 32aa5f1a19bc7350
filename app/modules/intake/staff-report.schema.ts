import { z } from "zod";
import { cleanText } from "~/infra/text";
import { dismissalReasons } from "./report";

const reportId = z.uuid();
const written = (required: string) => cleanText({ min: 5, max: 2_000, required });

export const askReporterSchema = z.object({
  reportId,
  question: written("Write what you need to know."),
  /** Version of the case the form was made from. */
  version: z.coerce.number().int().positive().optional(),
});
export type AskReporterInput = z.output<typeof askReporterSchema>;

export const dismissReportSchema = z.object({
  reportId,
  reason: z.enum(dismissalReasons, { error: "Choose why." }),
  note: written("Write for the file why no case is needed."),
});
export type DismissReportInput = z.output<typeof dismissReportSchema>;

export const assignReportSchema = z.object({
  reportId,
  accountId: z.uuid({ error: "Choose the account." }),
  clause: z.string({ error: "Choose what it is about." }).regex(/^[A-Z]{2,8}-[A-Z]{2,8}-[0-9a-z.]{1,12}$/, "Choose what it is about."),
});
export type AssignReportInput = z.output<typeof assignReportSchema>;

export const revealReporterSchema = z.object({ reportId, reason: written("Write why you need to know who it was.") });
export type RevealReporterInput = z.output<typeof revealReporterSchema>;
