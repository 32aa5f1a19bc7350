import { z } from "zod";
import { cleanText } from "~/infra/text";

/** The version of the case a form was made from; a form without one does not depend on what it showed. */
const version = z.coerce.number().int().positive().optional();

export const caseId = z.uuid();
export const caseTargetSchema = z.object({ caseId, version });

export const writtenReason = cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." });
