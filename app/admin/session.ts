import { resolve } from "node:path";
import type { Command } from "commander";
import { readRunningEnvironment } from "~/infra/embedded/environment.mjs";
import { ConfigError, loadConfig, type Config } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { refusalText } from "~/infra/http/refusals";
import type { Actor } from "~/modules/access/actor";

/** Who every audit entry of the command line names. */
export const operator: Actor = { kind: "system", name: "admin-cli" };

export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

/** What a command has to say: `data` with `--json`, else `text`. */
export interface Report {
  data: object;
  text: string;
  exitCode?: number;
}

/** A command was understood and may not or cannot be carried out; the sentence says why. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly reason: string,
    sentence: string = refusalText(reason).sentence,
  ) {
    super(sentence);
  }
}

/** The arguments themselves are wrong. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}

const root = resolve(import.meta.dirname, "../..");

/**
 * The settings of the environment, or those of the `npm start` that runs in this folder. What the processes log
 * would mix with the answer, so the command line logs nothing.
 */
export function operatorConfig(env: Record<string, string | undefined>): Config {
  const settings = readRunningEnvironment(root, env);
  if (!settings.DATABASE_URL) {
    throw new ConfigError('There is nothing to work on: start the console here with "npm start", or set DATABASE_URL and the keys it runs with.');
  }
  return { ...loadConfig(settings), logLevel: "silent" };
}

/** Where a command runs: its settings, and where it says what came of it. */
export interface Terminal {
  env: Record<string, string | undefined>;
  out(text: string): void;
  err(text: string): void;
  exitCode: number;
}

export interface Desk {
  /** Runs a command's work with its dependencies, and closes them whatever happens. */
  withDeps<T>(work: (deps: Deps) => Promise<T>): Promise<T>;
  /** Says the outcome, as JSON where it was asked for, and sets the exit code. */
  answer(command: Command, work: () => Promise<Report>): Promise<void>;
}

export const openDesk = (terminal: Terminal): Desk => ({
  async withDeps(work) {
    const deps = await buildDeps(operatorConfig(terminal.env), "admin");
    try {
      return await work(deps);
    } finally {
      await closeDeps(deps);
    }
  },
  async answer(command, work) {
    const { json } = command.optsWithGlobals<{ json?: boolean }>();
    try {
      const report = await work();
      terminal.out(json ? `${JSON.stringify(report.data, null, 2)}\n` : `${report.text}\n`);
      terminal.exitCode = report.exitCode ?? exitCodes.done;
    } catch (error) {
      const { code, reason, sentence } = explain(error);
      if (json) terminal.out(`${JSON.stringify({ error: reason, message: sentence }, null, 2)}\n`);
      else terminal.err(`${sentence}\n`);
      terminal.exitCode = code;
    }
  },
});

function explain(error: unknown): { code: number; reason: string; sentence: string } {
  if (error instanceof Refused) return { code: exitCodes.refused, reason: error.reason, sentence: error.message };
  if (error instanceof WrongUsage) return { code: exitCodes.usage, reason: "wrong_usage", sentence: error.message };
  if (error instanceof ConfigError) return { code: exitCodes.usage, reason: "settings", sentence: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "P1001") return { code: exitCodes.failed, reason: "unreachable", sentence: "The database cannot be reached: is the console running?" };
  return { code: exitCodes.failed, reason: "failed", sentence: error instanceof Error ? (error.stack ?? message) : String(error) };
}
