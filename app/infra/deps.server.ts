import { systemClock, type Clock } from "./clock";
import type { Config } from "./config.server";
import { createFieldCrypto, type FieldCrypto } from "./crypto.server";
import { openDb, type Db } from "./db.server";
import { createLogger, type Logger } from "./log.server";
import { createFileStore, type FileStore } from "./storage.server";

/** What every command, query and processor is given; there are no module-level singletons. */
export interface Deps {
  config: Config;
  db: Db;
  clock: Clock;
  log: Logger;
  crypto: FieldCrypto;
  storage: FileStore;
}

/** Opens what the process needs; close it with `closeDeps`. `name` tells the processes apart in the log. */
export async function buildDeps(config: Config, name: string, clock: Clock = systemClock): Promise<Deps> {
  const log = createLogger({ level: config.logLevel, name });
  return {
    config,
    db: await openDb(config.databaseUrl, { poolSize: config.databasePool, log }),
    clock,
    log,
    crypto: createFieldCrypto({ ring: config.fieldKeys, lookupKey: config.lookupKey }),
    storage: createFileStore({ folder: config.storageDir, ring: config.fieldKeys }),
  };
}

export async function closeDeps(deps: Deps): Promise<void> {
  await deps.db.$disconnect();
}
