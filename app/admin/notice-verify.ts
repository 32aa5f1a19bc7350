import { Command, CommanderError } from "commander";
import { verifyProof, type ProofReport } from "~/modules/policy/proof/verify-proof.server";
import { expectedKey, keyExplanation } from "./expected-key";

const closingWords = `
FILE is the ZIP file from the campaign's page, or the proof out of it (proof.jsonl), which carries no address.

Exit codes: 0 the proof is whole, signed by the key you named, and the version took effect lawfully or not yet; 1 it was
changed, is signed by another key or is no proof; 2 wrong usage, or a file cannot be opened; 3 it is whole, but you named
no key: whoever changed a proof can sign it anew with a key of their own, so compare the printed fingerprint with the
published one (/packet-keys of the console that made it); 4 it is whole, and shows that the version took effect too soon.
--unauthenticated says that you know: then 3 becomes 0.`;

interface Options {
  key?: string;
  csv?: string;
  unauthenticated?: boolean;
  json?: boolean;
}

/** Checks one proof on its own: no database, no settings. @returns the exit code */
export async function verifyCommand(args: readonly string[], out: (text: string) => void, err: (text: string) => void): Promise<number> {
  let code = 0;
  const program = new Command("npm run notice:verify --")
    .description("Checks the proof that every account holder was told of a new version of a policy, and that it took effect lawfully.")
    .argument("<file>", "the proof (.zip or .jsonl)")
    .option("--csv <file>", "the file with the addresses, where it lies beside the proof")
    .option("--key <fingerprint or PEM file>", "the key that has to have signed it")
    .option("--unauthenticated", "be content with a proof that is whole, whoever signed it")
    .option("--json", "answer with JSON on standard output")
    .configureOutput({ writeOut: out, writeErr: err })
    .exitOverride()
    .addHelpText("after", closingWords)
    .action(async (file: string, options: Options) => {
      if (options.key !== undefined && options.unauthenticated) {
        err("--key and --unauthenticated contradict each other.\n");
        code = 2;
        return;
      }
      const expected = options.key === undefined ? null : await expectedKey(options.key);
      if (expected === undefined) {
        err(keyExplanation);
        code = 2;
        return;
      }
      try {
        const report = await verifyProof(file, { expected, csvPath: options.csv ?? null });
        out(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${told(report)}\n`);
        code = !report.whole ? 1 : report.lawful === false ? 4 : report.signerExpected || options.unauthenticated ? 0 : 3;
      } catch (error) {
        err(`${file}${options.csv ? ` or ${options.csv}` : ""} cannot be opened: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}.\n`);
        code = 2;
      }
    });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}

const counted = (count: number, one: string, many: string): string => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

function told({ whole, lawful, findings, head, tail, earliestDay, changes, withAddresses, signer, signerExpected }: ProofReport): string {
  const faults = findings.map(({ fault, explanation }) => `${fault}: ${explanation}`);
  if (!whole || !head || !tail) return [`This proof is NOT as it was made: ${counted(findings.length, "finding", "findings")}.`, ...faults].join("\n");
  const { platform, policy, version, campaign, requiredByLaw } = head;
  const inForce = version.state === "in_force" || version.state === "superseded";
  return [
    `The proof is whole: ${policy.code} version ${version.number} of ${platform.name}, ${counted(changes, "clause", "clauses")} changed, effective ${campaign.effectiveDay} (${platform.zone}).`,
    `${counted(tail.accounts, "account", "accounts")}: ${tail.states.notified.toLocaleString("en-US")} told, ${tail.states.waiting.toLocaleString("en-US")} waiting, ${tail.states.unreachable.toLocaleString("en-US")} not reached, ${tail.states.dropped.toLocaleString("en-US")} closed before they were told; ${tail.joined.toLocaleString("en-US")} joined later.`,
    tail.lastNotifiedAt ? `The last one was told at ${tail.lastNotifiedAt}: with ${platform.leadDays} full days between, ${earliestDay} is the earliest lawful day.` : "Nobody had to be told.",
    ...(requiredByLaw ? [`Less time was given for a legal reason two people answer for: ${requiredByLaw.reason}`] : []),
    !inForce ? "The version has not taken effect." : lawful ? `It took effect lawfully at ${version.effectiveFrom}.` : `It took effect UNLAWFULLY at ${version.effectiveFrom}.`,
    ...faults,
    withAddresses ? "Every account counted as told by mail has its mail server's acceptance in notices.csv." : "The addresses were not looked at: name notices.csv with --csv, or give the ZIP file.",
    ...(signerExpected
      ? [`Signed by the key you named (${signer}).`]
      : ["Who made it is NOT shown: you named no key. It carries the signature of", `  ${signer}`, "Compare this fingerprint with the published one (/packet-keys), then check again with --key."]),
  ].join("\n");
}

if (import.meta.filename === process.argv[1]) {
  process.exitCode = await verifyCommand(process.argv.slice(2), (text) => process.stdout.write(text), (text) => process.stderr.write(text));
}
