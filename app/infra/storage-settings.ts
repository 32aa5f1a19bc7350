import { z } from "zod";

/** An object store that speaks S3, from the environment. */
export interface S3Settings {
  bucket: string;
  /** Null: Amazon's, of the region. */
  endpoint: string | null;
  region: string;
  /** The bucket in the path and not in the host's name, as most stores outside Amazon want it. */
  pathStyle: boolean;
  /** What names of objects begin with. */
  prefix: string;
  /** Null: what Amazon's chain finds (environment, shared files, the machine's or container's role). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
}

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

/** The variables, and what becomes of them; `config.server.ts` parses them with all others. */
export const storageVariables = {
  STORAGE_DIR: optional(z.string()).default(".data/files"),
  S3_BUCKET: optional(z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket")),
  S3_ENDPOINT: optional(z.string().refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), "must be the http(s) address of an object store")),
  S3_REGION: optional(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "must be the name of a region")).default("us-east-1"),
  S3_PATH_STYLE: z.preprocess((value) => (value === undefined || value === "" ? "0" : value), z.enum(["0", "1", "false", "true"], "must be 1 or 0")).transform((value) => value === "1" || value === "true"),
  S3_PREFIX: optional(z.string().regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*\/?$/, "must be a path such as console/evidence")),
  S3_ACCESS_KEY_ID: optional(z.string()),
  S3_SECRET_ACCESS_KEY: optional(z.string()),
};

type Given = z.output<z.ZodObject<typeof storageVariables>>;

/** Null: files lie in `STORAGE_DIR`. */
export function s3SettingsOf(given: Given): S3Settings | null {
  if (!given.S3_BUCKET) return null;
  return {
    bucket: given.S3_BUCKET,
    endpoint: given.S3_ENDPOINT ?? null,
    region: given.S3_REGION,
    pathStyle: given.S3_PATH_STYLE,
    prefix: given.S3_PREFIX ? `${given.S3_PREFIX.replace(/\/$/, "")}/` : "",
    credentials: given.S3_ACCESS_KEY_ID && given.S3_SECRET_ACCESS_KEY ? { accessKeyId: given.S3_ACCESS_KEY_ID, secretAccessKey: given.S3_SECRET_ACCESS_KEY } : null,
  };
}

/** What is wrong with the variables taken together; null: nothing. */
export function storageFault(given: Given): string | null {
  if (Boolean(given.S3_ACCESS_KEY_ID) !== Boolean(given.S3_SECRET_ACCESS_KEY)) return "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together: set both, or neither.";
  const others = (["S3_ENDPOINT", "S3_PREFIX", "S3_ACCESS_KEY_ID"] as const).filter((name) => given[name]);
  return !given.S3_BUCKET && others.length > 0 ? `${others.join(", ")} without S3_BUCKET: files would lie in STORAGE_DIR and nobody would notice.` : null;
}
