import { z } from "zod";

export const platformKey = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, "is not the key of a platform");

/** The platform's own id of an account, kept byte for byte; no control characters, for no database or log takes them. */
export const externalId = z
  .string()
  .min(1, "is empty")
  .max(200, "is longer than 200 characters")
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "holds characters that no id has");

export const platformPath = z.object({ key: platformKey });
export const accountPath = z.object({ key: platformKey, externalId });
