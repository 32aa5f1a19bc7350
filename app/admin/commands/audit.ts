import type { Command } from "commander";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { type Desk, exitCodes } from "../session";

export function auditCommands(program: Command, desk: Desk): void {
  const audit = program.command("audit").description("the append-only trail of everything that happened");
  audit
    .command("verify")
    .description("walk the whole chain and name every entry that was tampered with, removed or reordered")
    .action((_options: unknown, command: Command) => desk.answer(command, () => verify(desk)));
}

async function verify(desk: Desk) {
  const report = await desk.withDeps((deps) => verifyChain(deps));
  const end = report.head ? `It ends at entry ${report.head.seq} with ${report.head.hash}.` : "It is empty.";
  return {
    data: report,
    text: report.ok
      ? `The audit chain is whole: ${report.checked} entries verified. ${end}`
      : [`The audit chain is broken: ${report.findings.length} findings in ${report.checked} entries.`, ...report.findings.map((finding) => `${finding.fault}: ${finding.explanation}`)].join("\n"),
    exitCode: report.ok ? exitCodes.done : exitCodes.failed,
  };
}
