import { z } from "zod";
import { cleanLine } from "~/infra/text";

export const stopNoticeSchema = z.object({ noticeId: z.uuid(), reason: cleanLine({ max: 500, min: 5, required: "Say why, for the record.", tooLong: "Say it in 500 characters." }) });
export type StopNoticeInput = z.output<typeof stopNoticeSchema>;
