import { z } from "zod";
import { cleanText } from "~/infra/text";

export const revealNoticeSchema = z.object({
  intent: z.literal("reveal"),
  noticeId: z.uuid(),
  reason: cleanText({ max: 2_000, min: 3, required: "Write why, in a sentence." }),
});

export const retryNoticeSchema = z.object({ intent: z.literal("retry"), noticeId: z.uuid() });

/** What the page of one notice can be asked to do. */
export const noticeFormSchema = z.discriminatedUnion("intent", [revealNoticeSchema, retryNoticeSchema]);
