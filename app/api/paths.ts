import { z } from "zod";
import { longestExternalId } from "~/modules/platforms/upsert-account.schema";

const platformKey = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "is not the key of a platform");

/** Looser than what may be registered: an id no account can have is simply unknown. No database takes control characters. */
export const externalId = z
  .string()
  .min(1, "is empty")
  .max(longestExternalId, `is longer than ${longestExternalId} characters`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "holds characters that no id has");

export const platformPath = z.object({ key: platformKey });
export const accountPath = z.object({ key: platformKey, externalId });
