import { z } from "zod";

export const releaseAccountSchema = z.object({ accountId: z.uuid("Choose an account from the list.") });
export type ReleaseAccountInput = z.output<typeof releaseAccountSchema>;
