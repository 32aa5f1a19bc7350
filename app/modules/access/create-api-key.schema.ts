import { z } from "zod";
import { cleanLine } from "~/infra/text";
import { apiScopes } from "./api-key";

const days = "Give a whole number of days, from 1 to 3650.";

export const createApiKeySchema = z.object({
  platformKey: z.string({ error: "Choose a platform." }).regex(/^[a-z][a-z0-9-]{1,40}$/, "Choose a platform."),
  name: cleanLine({ max: 80 }),
  scopes: z
    .array(z.enum(apiScopes, { error: `A scope is one of ${apiScopes.join(", ")}.` }))
    .min(1, "Choose at least one scope.")
    .transform((scopes) => [...new Set(scopes)]),
  /** Days from now; none: the key has no end. */
  expiresInDays: z.coerce.number({ error: days }).int(days).min(1, days).max(3650, days).optional(),
});
export type CreateApiKeyInput = z.output<typeof createApiKeySchema>;

export const revokeApiKeySchema = z.object({ apiKeyId: z.uuid("That key does not exist.") });
export type RevokeApiKeyInput = z.output<typeof revokeApiKeySchema>;

export const rotateApiKeySchema = z.object({
  apiKeyId: z.uuid("That key does not exist."),
  /** Hours for which the old key still works beside the new one. */
  overlapHours: z.coerce.number().int().min(0).max(720).default(24),
});
export type RotateApiKeyInput = z.output<typeof rotateApiKeySchema>;
