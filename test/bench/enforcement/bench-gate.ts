import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadConfig } from "~/infra/config.server";
import { programFlags } from "~/infra/embedded/program-flags.mjs";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { applyMigrations } from "~/infra/migrations.server";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { aPlatform } from "../../factories/platform";
import { databaseUrl, onCluster } from "../../support/cluster.setup";
import { testEnvironment } from "../../support/database";

const root = resolve(import.meta.dirname, "../../..");
/** Of the program that does such work, and for a baseline those of what is compared with it, so that only what they do tells them apart. */
const flags = { web: programFlags(root, "web"), worker: programFlags(root, "worker") };
const flagsOf = (role: Role): string[] => (role === "tail" || role.startsWith("campaign") ? flags.worker : flags.web);

type Role = "gate" | "bare" | "echo" | "listener" | "tail" | "mail" | "bare-mail" | "campaign" | "campaign-victim" | "drain";

export interface BenchProcess {
  /** Where it listens; 0 where it does not. */
  port: number;
  /** Bytes that it occupies. */
  memory(): Promise<number>;
  /** SIGKILL: nothing of it runs any more when this resolves. */
  kill(): Promise<void>;
}

export interface BenchDatabase {
  url: string;
  environment: Record<string, string>;
  deps: Deps;
  /** Starts a process of `child.ts`. */
  start(role: Role, payload?: string): Promise<BenchProcess>;
  /** The same. @returns the port it listens on */
  spawn(role: Role, payload?: string): Promise<number>;
  close(): Promise<void>;
}

/** A migrated database of its own, and processes that work on it. */
export async function benchDatabase(clusterUrl: string, purpose: string): Promise<BenchDatabase> {
  const name = `bench_${purpose}_${randomUUID().replaceAll("-", "")}`;
  await onCluster(clusterUrl, `CREATE DATABASE ${name}`);
  const url = databaseUrl(clusterUrl, name);
  await applyMigrations(url);
  const environment = testEnvironment(url, join(tmpdir(), name));
  const deps = await buildDeps(loadConfig(environment), "bench");
  const children: ChildProcess[] = [];
  const start: BenchDatabase["start"] = (role, payload = "") =>
    new Promise((settle, fail) => {
      const execArgv = [...flagsOf(role), "--import", "tsx", ...(process.env.BENCH_PROFILE ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [])];
      const child = fork(join(import.meta.dirname, "child.ts"), [role, url, payload], { execArgv, env: { ...process.env, ...environment } });
      children.push(child);
      const memory = () => new Promise<number>((told) => void (child.once("message", ({ rss }: { rss: number }) => told(rss)), child.send("memory")));
      const kill = () => new Promise<void>((gone) => void (child.once("exit", () => gone()), child.kill("SIGKILL")));
      child.once("message", ({ port }: { port: number }) => settle({ port, memory, kill }));
      child.once("exit", () => fail(new Error(`the ${role} process ended`)));
    });
  return {
    url,
    environment,
    deps,
    start,
    spawn: (role, payload) => start(role, payload).then(({ port }) => port),
    close: async () => {
      for (const child of children.filter(({ connected }) => connected)) child.removeAllListeners("exit").disconnect();
      await closeDeps(deps);
      await onCluster(clusterUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

export interface GateCast {
  accountIds: string[];
  /** One request for each account's gate, with a key that may ask. */
  requests: string[];
}

/** A platform with accounts of which every tenth is restricted, and a key that may ask for them. */
export async function castForGate({ db, ...deps }: Deps, accounts: number): Promise<GateCast> {
  const platform = await aPlatform({ db, ...deps }, { key: "bench" });
  const now = deps.clock().toJSDate();
  const ids = Array.from({ length: accounts }, () => newId());
  await db.account.createMany({
    data: ids.map((id, n) => ({ id, platformId: platform.id, externalId: `acct-${n}`, businessName: `Business ${n}`, createdAt: now, updatedAt: now })),
  });
  await db.gateEntry.createMany({
    data: ids.filter((_id, n) => n % 10 === 9).map((accountId) => ({ accountId, feature: "messaging", verdict: "deny", reasonCode: "feature_restricted", updatedAt: now })),
  });
  const made = await createApiKey({ db, ...deps }, { kind: "system", name: "bench" }, { platformKey: "bench", name: "bench", scopes: ["gate:read"] });
  if (!made.ok) throw new Error(made.reason);
  const request = (n: number): string => `GET /api/v1/platforms/bench/accounts/acct-${n}/gate HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${made.key}\r\n\r\n`;
  return { accountIds: ids, requests: ids.map((_id, n) => request(n)) };
}
