import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { runCommandLine } from "~/admin/program";

export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
  json(): Record<string, unknown>;
}

const outcome = (code: number | null, stdout: string, stderr: string): CliRun => ({ code, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> });

/** Runs the operator's command line with only these settings, in this process. */
export async function runCli(settings: Record<string, string>, ...args: string[]): Promise<CliRun> {
  let [stdout, stderr] = ["", ""];
  const terminal = { env: settings, out: (text: string) => void (stdout += text), err: (text: string) => void (stderr += text), exitCode: 0 };
  await runCommandLine(args, terminal);
  return outcome(terminal.exitCode, stdout, stderr);
}

/** The same as a person would, in a process of its own: slower by the start of Node. */
export function spawnCli(settings: Record<string, string>, ...args: string[]): Promise<CliRun> {
  return new Promise((settle, fail) => {
    const env = { NODE_ENV: "test" as const, PATH: process.env.PATH, ...settings };
    const child = spawn(process.execPath, ["--import", "tsx", "app/admin/cli.ts", ...args], { cwd: resolve(import.meta.dirname, "../.."), env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", fail);
    child.on("close", (code) => settle(outcome(code, stdout, stderr)));
  });
}
