import { z } from "zod";

export const senderHealthLinkSchema = z.object({ accountId: z.uuid(), intent: z.enum(["share", "revoke"]) });
export type SenderHealthLinkInput = z.output<typeof senderHealthLinkSchema>;
