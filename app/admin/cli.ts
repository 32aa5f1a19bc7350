import { runCommandLine } from "./program";
import type { Terminal } from "./session";

const terminal: Terminal = {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exitCode: 0,
};
await runCommandLine(process.argv.slice(2), terminal);
process.exitCode = terminal.exitCode;
