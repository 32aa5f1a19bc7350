import { Command, CommanderError } from "commander";
import { apiKeyCommands } from "./commands/api-key";
import { auditCommands } from "./commands/audit";
import { caseCommands } from "./commands/case";
import { channelCommands } from "./commands/channel";
import { clockCommands } from "./commands/clock";
import { eventCommands } from "./commands/event";
import { holdCommands } from "./commands/hold";
import { jobCommands } from "./commands/job";
import { keysCommands } from "./commands/keys";
import { mailCommands } from "./commands/mail";
import { noticeCommands } from "./commands/notice";
import { statementCommands } from "./commands/statements";
import { staffCommands } from "./commands/staff";
import { vaultCommands } from "./commands/vault";
import { exitCodes, openDesk, type Terminal } from "./session";

const closingWords = `
It reads the same environment as the server; with no DATABASE_URL it works on the console that "npm start" runs in
this folder. Exit codes: 0 done, 1 failed (also: the audit chain is broken), 2 wrong usage or settings, 3 refused.`;

/** Carries out one command line; its outcome is in the terminal's exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<void> {
  const desk = openDesk(terminal);
  const program = new Command("npm run admin --")
    .description("Operates the trust-and-safety console: people, keys, cases, mail, notices, jobs, the audit chain and the clock.")
    .option("--json", "answer with JSON on standard output")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError("(add --help for what it takes)")
    .exitOverride()
    .addHelpText("after", closingWords);
  for (const register of [staffCommands, apiKeyCommands, caseCommands, mailCommands, noticeCommands, jobCommands, auditCommands, clockCommands, keysCommands, statementCommands, channelCommands, eventCommands, holdCommands, vaultCommands]) register(program, desk);

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    terminal.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}
