import { Command, CommanderError } from "commander";
import { verifyPacket, type PacketReport } from "~/modules/referrals/verify-packet.server";
import { expectedKey, keyExplanation } from "./expected-key";

const closingWords = `
Exit codes: 0 the packet is whole and signed by the key you named; 1 it was changed, is signed by another key or is no
packet; 2 wrong usage, or the file cannot be opened; 3 it is whole, but you named no key: whoever changed a packet can
sign it anew with a key of their own, so compare the printed fingerprint with the published one (/packet-keys of the
console that made it). --unauthenticated says that you know: then a whole packet ends with 0.`;

interface Options {
  key?: string;
  unauthenticated?: boolean;
  json?: boolean;
}

/** Checks one packet on its own: no database, no settings. @returns the exit code */
export async function verifyCommand(args: readonly string[], out: (text: string) => void, err: (text: string) => void): Promise<number> {
  let code = 0;
  const program = new Command("npm run packet:verify --")
    .description("Checks a packet for an agency: that it holds exactly the files of its manifest, and that the manifest is signed.")
    .argument("<file>", "the packet (.zip)")
    .option("--key <fingerprint or PEM file>", "the key that has to have signed it")
    .option("--unauthenticated", "be content with a packet that is whole, whoever signed it")
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
        const report = await verifyPacket(file, expected);
        out(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${told(report)}\n`);
        code = !report.ok ? 1 : report.signerExpected || options.unauthenticated ? 0 : 3;
      } catch (error) {
        err(`${file} cannot be opened: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}.\n`);
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

function told({ ok, findings, manifest, signer, signerExpected, checked }: PacketReport): string {
  if (!ok) return [`This packet is NOT as it was made: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}.`, ...findings.map(({ fault, explanation }) => `${fault}: ${explanation}`)].join("\n");
  return [
    `The packet is whole: ${checked} files of ${manifest?.referral} version ${manifest?.version}, approved at ${manifest?.approvedAt}.`,
    ...(signerExpected
      ? [`Signed by the key you named (${signer}).`]
      : [`Who made it is NOT shown: you named no key. It carries the signature of`, `  ${signer}`, "Compare this fingerprint with the published one (/packet-keys), then check again with --key."]),
  ].join("\n");
}

if (import.meta.filename === process.argv[1]) {
  process.exitCode = await verifyCommand(process.argv.slice(2), (text) => process.stdout.write(text), (text) => process.stderr.write(text));
}
