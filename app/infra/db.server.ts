import { PrismaPg } from "@prisma/adapter-pg";
import { Client, Pool } from "pg";
import { Prisma, PrismaClient } from "../../prisma/generated/client";
import type { Logger } from "./log.server";
import { preparedName, withDirectSql } from "./raw-sql.server";

export { Prisma };
export type Db = PrismaClient;
export type Tx = Prisma.TransactionClient;

/**
 * The role the product works as. It may not change or delete audit entries; migrations create it and run, as the
 * queue does, as the role of the connection string.
 */
const appRole = "console_app";

export interface DbOptions {
  poolSize?: number;
  log?: Logger;
  /** `login`: stay the role of the connection string, for maintenance. */
  role?: "app" | "login";
}

/** Connects to PostgreSQL as the product's own role where the database has it and the login may take it. */
export async function openDb(url: string, options: DbOptions = {}): Promise<Db> {
  const role = options.role !== "login" && (await mayTakeAppRole(url)) ? ` -c role=${appRole}` : "";
  const pool = new Pool({
    connectionString: url,
    max: options.poolSize ?? 10,
    application_name: "trust-safety-console",
    options: `-c timezone=UTC${role}`,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  // The adapter stops listening before the last connection has closed, and an error nobody hears ends the process.
  pool.on("error", (error) => options.log?.warn({ err: error }, "a pooled database connection was lost"));
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    statementNameGenerator: ({ sql }) => preparedName(sql) ?? "",
    onConnectionError: (error) => options.log?.warn({ err: error }, "a database connection failed"),
  });
  const db = new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 20_000 } });
  withDirectSql(db, adapter);
  (db as Pooled)[poolOfClient] = pool;
  return db;
}

/** It stands with the client, not with this module: the pages' bundle has a copy of the module, and is given a client that another opened. */
const poolOfClient = Symbol.for("console.db.pool");
type Pooled = Db & { [poolOfClient]?: Pool };

/** The driver's pool that a client works on: for one statement that is asked so often that the client would cost more. */
export function poolOf(db: Db): Pool {
  const pool = (db as Pooled)[poolOfClient];
  if (!pool) throw new Error("this client was not opened here");
  return pool;
}

async function mayTakeAppRole(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // What breaks also rejects what is waited for, and an error nobody hears ends the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(`SET ROLE ${appRole}`);
    return true;
  } catch (error) {
    if (isRoleRefused(error)) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/** 22023: there is no such role yet. 42501: the login was not granted it. */
const isRoleRefused = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "22023" || error.code === "42501");
