import { resolve } from "node:path";
import { z } from "zod";
import { readEnvironment, readRunningEnvironment } from "./embedded/environment.mjs";
import { deriveKey, keyRingSchema, type KeyRing } from "./key-ring.server";
import { mailFault, mailSettingsOf, mailVariables, type MailSettings } from "./mail-settings";
import { parseClamdAddress, type ClamdAddress } from "./virus-scanner.server";
import { s3SettingsOf, storageFault, storageVariables, type S3Settings } from "./storage-settings";

const projectRoot = resolve(import.meta.dirname, "../..");

const makeKey = 'make one with "openssl rand -base64 32"';

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const flag = z
  .preprocess((value) => (value === undefined || value === "" ? "0" : value), z.enum(["0", "1", "false", "true"], "must be 1 or 0"))
  .transform((value) => value === "1" || value === "true");

const urlOf = (schemes: string[], what: string) =>
  z.string({ error: `is missing: ${what}` }).refine((value) => {
    return URL.canParse(value) && schemes.includes(new URL(value).protocol);
  }, `must be ${what}`);

const wholeNumber = (min: number, max: number) => z.coerce.number("must be a whole number").int("must be a whole number").min(min).max(max);

const environment = z.object({
  NODE_ENV: optional(z.enum(["development", "test", "production"])).default("development"),
  HOST: optional(z.string()).default("127.0.0.1"),
  PORT: optional(wholeNumber(0, 65_535)).default(3000),
  PUBLIC_URL: optional(urlOf(["http:", "https:"], "the http(s) address people reach the console at")),
  TRUST_PROXY: optional(wholeNumber(0, 10)).default(0),
  DATABASE_URL: urlOf(["postgres:", "postgresql:"], "the address of a PostgreSQL 15 or later database, postgresql://…"),
  DATABASE_POOL: optional(wholeNumber(1, 200)).default(10),
  REDIS_URL: optional(urlOf(["redis:", "rediss:"], "a Redis address, redis://…")),
  SMTP_URL: urlOf(["smtp:", "smtps:"], "the address of the outgoing mail server, smtp://…"),
  INBOX_URL: optional(urlOf(["http:", "https:"], "the http(s) address of the mail inbox used in demos")),
  FIELD_KEYS: z.string({ error: `is missing: give it as id:key, ${makeKey}` }).pipe(keyRingSchema),
  LOOKUP_KEY: z.string({ error: `is missing: ${makeKey}` }).min(32, `must have at least 32 characters: ${makeKey}`),
  SIGNING_KEYS: optional(z.string().pipe(keyRingSchema)),
  ...storageVariables,
  CLAMD: optional(z.string()).transform((text, context) => {
    const address = text === undefined ? null : parseClamdAddress(text);
    if (text !== undefined && !address) context.addIssue({ code: "custom", message: "is tcp://host:port or unix:/path of a clamd" });
    return address;
  }),
  ...mailVariables,
  WEBHOOK_LOOPBACK: flag,
  TEST_CLOCK: flag,
  DEMO: flag,
  LOG_LEVEL: optional(z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])).default("info"),
});

/**
 * Secrets printed in documentation or made by `npm start` on its own begin with this mark (a key: its id), so that
 * production can tell them from secrets somebody made for it.
 */
const isDemoSecret = (value: string | undefined): boolean =>
  (value ?? "").split(",").some((part) => part.trim().startsWith("demo"));

/** Everything the process is told from outside, parsed once. */
export interface Config {
  env: "development" | "test" | "production";
  production: boolean;
  host: string;
  port: number;
  /** Without a trailing slash; links in mails begin with it. */
  publicUrl: string;
  /** How many reverse proxies stand in front and may be believed about the client's address. */
  trustProxy: number;
  databaseUrl: string;
  databasePool: number;
  /** Null: the queue runs on PostgreSQL. */
  redisUrl: string | null;
  smtpUrl: string;
  /** Where a demo shows the mails it sent; null when mail really leaves. */
  inboxUrl: string | null;
  fieldKeys: KeyRing;
  lookupKey: Buffer;
  /** Seeds of the Ed25519 keys that sign packets, newest first; derived from the lookup key where none are given. */
  signingKeys: KeyRing;
  storageDir: string;
  /** Where files lie instead; null: in `storageDir`. */
  s3: S3Settings | null;
  /** The virus scanner; null: nothing is scanned. */
  clamd: ClamdAddress | null;
  /** How mail comes in; what leaves goes by `smtpUrl`. */
  mail: MailSettings;
  /** How many notices a mail domain gets in a second, campaigns apart, and for how many minutes of sending the rate grows to that. */
  noticePace: { perSecond: number; warmUpMinutes: number };
  /** Webhooks may go to receivers on this machine, for tests and demos. */
  webhookLoopback: boolean;
  testClock: boolean;
  /** Demo people may sign in and the demo seed may run. */
  demo: boolean;
  logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
}

/** The environment is wrong; the message is one sentence per variable, for the person who set it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * @param env by default the environment, and what `.env` adds to it
 * @throws ConfigError naming every variable that is missing, malformed or not allowed in production
 */
export function loadConfig(env: Record<string, string | undefined> = readEnvironment(projectRoot)): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}.`).join("\n"));
  const given = parsed.data;
  if (Boolean(given.MAIL_TLS_CERT) !== Boolean(given.MAIL_TLS_KEY)) throw new ConfigError("MAIL_TLS_CERT and MAIL_TLS_KEY go together: set both, or neither.");
  const fault = storageFault(given) ?? mailFault(given);
  if (fault) throw new ConfigError(fault);
  const production = given.NODE_ENV === "production";
  if (production) refuseDemoSettings(given, env);
  const publicUrl = (given.PUBLIC_URL ?? `http://localhost:${given.PORT}`).replace(/\/+$/, "");
  return {
    env: given.NODE_ENV,
    production,
    host: given.HOST,
    port: given.PORT,
    publicUrl,
    trustProxy: given.TRUST_PROXY,
    databaseUrl: given.DATABASE_URL,
    databasePool: given.DATABASE_POOL,
    redisUrl: given.REDIS_URL ?? null,
    smtpUrl: given.SMTP_URL,
    inboxUrl: given.INBOX_URL ?? null,
    fieldKeys: given.FIELD_KEYS,
    lookupKey: Buffer.from(given.LOOKUP_KEY),
    signingKeys: given.SIGNING_KEYS ?? { keys: [{ id: "derived", secret: deriveKey(Buffer.from(given.LOOKUP_KEY), "packet-signing") }] },
    storageDir: resolve(given.STORAGE_DIR),
    s3: s3SettingsOf(given),
    clamd: given.CLAMD,
    mail: mailSettingsOf(given),
    noticePace: { perSecond: given.NOTICES_PER_DOMAIN, warmUpMinutes: given.NOTICES_WARM_UP },
    webhookLoopback: given.WEBHOOK_LOOPBACK,
    testClock: given.TEST_CLOCK,
    demo: given.DEMO,
    logLevel: given.LOG_LEVEL,
  };
}

/**
 * For commands that people run beside the product (`npm run admin`): without a DATABASE_URL of their own they work on
 * what a running `npm start` brought up.
 */
export const loadRunningConfig = (): Config => loadConfig(readRunningEnvironment(projectRoot));

function refuseDemoSettings(given: z.infer<typeof environment>, env: Record<string, string | undefined>): void {
  const refusals: string[] = [];
  if (given.TEST_CLOCK) refusals.push("TEST_CLOCK must not be set when NODE_ENV is production: deadlines follow the real clock there.");
  if (given.DEMO) refusals.push("DEMO must not be set when NODE_ENV is production: the demo seed and its people exist only outside production.");
  if (given.WEBHOOK_LOOPBACK) refusals.push("WEBHOOK_LOOPBACK must not be set when NODE_ENV is production: webhooks go to public addresses only.");
  if (!env.PUBLIC_URL) refusals.push("PUBLIC_URL must be set when NODE_ENV is production: mails carry links to it.");
  for (const name of ["FIELD_KEYS", "LOOKUP_KEY", "SIGNING_KEYS"] as const) {
    if (isDemoSecret(env[name])) refusals.push(`${name} holds a demo secret, which is refused when NODE_ENV is production: ${makeKey}.`);
  }
  if (refusals.length > 0) throw new ConfigError(refusals.join("\n"));
}
