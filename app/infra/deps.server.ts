import type { Clock } from "./clock";
import { openClock } from "./clock.server";
import type { Config } from "./config.server";
import { createFieldCrypto, type FieldCrypto } from "./crypto.server";
import { openDb, type Db } from "./db.server";
import { openRateLimits, type RateLimits } from "./http/rate-limit.server";
import { createLogger, type Logger } from "./log.server";
import { openPdfPages, type PdfPages } from "./pdf/pdf-pages.server";
import { overSpool } from "./spooled-files.server";
import { createLocalFileStore, type FileStore } from "./storage.server";
import { createClamd, type VirusScanner } from "./virus-scanner.server";

/** What every command, query and processor is given; there are no module-level singletons. */
export interface Deps {
  config: Config;
  db: Db;
  clock: Clock;
  log: Logger;
  crypto: FieldCrypto;
  storage: FileStore;
  limits: RateLimits;
  pdf: PdfPages;
  /** Null: none is configured. */
  scanner: VirusScanner | null;
}

const closers = new WeakMap<Deps, () => Promise<void>>();

/**
 * Opens what the process needs; close it with `closeDeps`. `name` tells the processes apart in the log. Unless a
 * clock is given, the process keeps real time or, where the configuration says so, follows the test clock.
 */
export async function buildDeps(config: Config, name: string, clock?: Clock): Promise<Deps> {
  const log = createLogger({ level: config.logLevel, name });
  const db = await openDb(config.databaseUrl, { poolSize: config.databasePool, log });
  const opened = clock ? { clock, close: async () => undefined } : await openClock(config, log);
  const crypto = createFieldCrypto({ ring: config.fieldKeys, lookupKey: config.lookupKey });
  const limits = openRateLimits({ db, redisUrl: config.redisUrl, crypto, log });
  const deps: Deps = {
    config,
    db,
    clock: opened.clock,
    log,
    crypto,
    storage: overSpool(db, config.fieldKeys, await openStorage(config)),
    limits,
    pdf: openPdfPages(),
    scanner: config.clamd && createClamd(config.clamd),
  };
  closers.set(deps, opened.close);
  return deps;
}

/** The client of object stores is loaded only where there is one. */
async function openStorage({ s3, storageDir, fieldKeys: ring }: Config): Promise<FileStore> {
  if (!s3) return createLocalFileStore({ folder: storageDir, ring });
  const { createObjectStore } = await import("./object-store.server");
  return createObjectStore({ settings: s3, ring });
}

export async function closeDeps(deps: Deps): Promise<void> {
  await closers.get(deps)?.();
  await deps.limits.close();
  await deps.storage.close();
  await deps.db.$disconnect();
}
