import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import type { Deciding } from "./deciding";
import { victimProgram } from "./victim-program";

export interface Victim {
  /** Resolves when it works, or has decided, with what it said: the port it serves. */
  ready: Promise<string>;
  /** SIGKILL: nothing of it runs any more when this resolves. */
  kill(): Promise<void>;
}

const started: ChildProcess[] = [];

/** A process of its own that works like the worker or serves or decides like the web process, and that a test may kill. */
export async function startVictim(env: Record<string, string>, ...what: ["work"] | ["judge"] | ["send"] | ["serve"] | ["decide", Deciding]): Promise<Victim> {
  const [role, input] = what;
  const child = spawn(process.execPath, ["--enable-source-maps", await victimProgram(), role, JSON.stringify(input ?? null)], {
    env: { ...env, PATH: process.env.PATH, NODE_ENV: "test" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  return {
    ready: once(child.stdout, "data").then(([said]) => String(said).trim()),
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      expect(await gone).toEqual([null, "SIGKILL"]);
    },
  };
}

/** For `afterEach`: a test that failed half-way leaves no process behind. */
export function killVictims(): void {
  for (const child of started.splice(0)) child.kill("SIGKILL");
}
