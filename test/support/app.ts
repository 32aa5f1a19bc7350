import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { freePort } from "~/infra/embedded/ports.mjs";
import { startStack } from "~/infra/embedded/stack.mjs";
import { demoPassword, demoPeople } from "#prisma/demo-people.mjs";
import { copyFirstStart } from "./first-start";
import { openInbox, type Inbox } from "./inbox";

const root = resolve(import.meta.dirname, "../..");

export interface TestApp {
  /** The address of the console, without a trailing slash. */
  url: string;
  inbox: Inbox;
  databaseUrl: string;
  /** What web and worker were started with. */
  env: Record<string, string>;
  demo: { people: typeof demoPeople; password: string };
  /** The names of the processes of this app. */
  running(): string[];
  /** The running process; it is started again by itself when it is killed. */
  pidOf(service: "web" | "worker" | "mail" | "database"): number;
  /** Sets the clock of web and worker forward, e.g. `{ advance: "31d" }` or `{ set: "2026-12-24T12:00:00Z" }`. */
  moveClock(move: { advance: string } | { set: string }): Promise<void>;
  /** `npm run admin -- …` beside this app. @returns what it printed */
  admin(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * The product as `npm start` brings it up – own PostgreSQL, inbox, web and worker as processes – in a folder that is
 * thrown away, with the demo seed and the test clock.
 *
 * @param options.durable what was committed outlives the database's sudden end
 * @param options.mail takes mail too, as `npm start` does
 * @param options.anew nothing is there yet: a true first start, rather than one on a copy of what a first start leaves
 */
export async function startApp(env: Record<string, string> = {}, { durable = false, anew = false, mail = false } = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), "console-app-"));
  const settings: Record<string, string> = { NODE_ENV: "development", TEST_CLOCK: "1", DEMO: "1", ...env };
  if (!anew && !settings.DATABASE_URL) await copyFirstStart(inject("runFolder"), root, dataDir, settings);
  const [port, database, smtp, inbox] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const stack = await startStack({
    root,
    dataDir,
    env: settings,
    port,
    ports: { database, smtp, inbox, ...(mail ? { mail: await freePort() } : {}) },
    durable,
    onTrouble: (name, line) => process.stderr.write(`${name}: ${line}\n`),
    onDead: (name, reason) => process.stderr.write(`${name} keeps stopping: ${reason}\n`),
  });
  const { PUBLIC_URL = "", INBOX_URL = "", DATABASE_URL = "" } = stack.env;
  return {
    url: PUBLIC_URL,
    inbox: openInbox(INBOX_URL),
    databaseUrl: DATABASE_URL,
    env: stack.env,
    demo: { people: demoPeople, password: demoPassword },
    running: () => [...stack.services.keys()],
    pidOf: (service) => (service === "database" ? stack.databasePid() : stack.services.get(service)?.pid()) ?? 0,
    async moveClock(move) {
      const response = await fetch(`${PUBLIC_URL}/test/clock`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(move) });
      if (!response.ok) throw new Error(`the clock answered ${response.status}: ${await response.text()}`);
    },
    async admin(...args) {
      const tsx = [process.execPath, ["--import", "tsx", join(root, "app/admin/cli.ts"), ...args]] as const;
      const { stdout } = await promisify(execFile)(...tsx, { cwd: root, env: { ...process.env, ...stack.env }, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    },
    async stop() {
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
