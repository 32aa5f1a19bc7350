import { InvalidArgumentError, type Command } from "commander";
import { verifyChain, type ChainAnchor } from "~/modules/audit/verify-chain.server";
import { type Desk, exitCodes } from "../session";

export function auditCommands(program: Command, desk: Desk): void {
  const audit = program.command("audit").description("the append-only trail of everything that happened");
  audit
    .command("verify")
    .description("walk the whole chain and name every entry that was tampered with, removed or reordered")
    .option("--anchor <seq:hash>", "also prove that this link, whose hash was kept elsewhere (the worker logs one every hour), still stands", readAnchor)
    .action((options: { anchor?: ChainAnchor }, command: Command) => desk.answer(command, () => verify(desk, options.anchor)));
}

function readAnchor(text: string): ChainAnchor {
  const parts = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim());
  if (!parts) throw new InvalidArgumentError("Give it as the log has it: a number, a colon and 64 hexadecimal digits.");
  return { seq: Number(parts[1]), hash: parts[2]! };
}

async function verify(desk: Desk, anchor: ChainAnchor | undefined) {
  const report = await desk.withDeps((deps) => verifyChain(deps, anchor));
  const end = report.head ? `It ends at entry ${report.head.seq} with ${report.head.hash}.` : "It is empty.";
  return {
    data: report,
    text: report.ok
      ? `The audit chain is whole: ${report.checked} entries verified. ${end}`
      : [`The audit chain is broken: ${report.findings.length} findings in ${report.checked} entries.`, ...report.findings.map((finding) => `${finding.fault}: ${finding.explanation}`)].join("\n"),
    exitCode: report.ok ? exitCodes.done : exitCodes.failed,
  };
}
