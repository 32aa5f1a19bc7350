import { Command, CommanderError } from "commander";
import { expectedKey, keyExplanation } from "./expected-key";

interface Options {
  key?: string;
  unauthenticated?: boolean;
  json?: boolean;
}

interface Verifier<Report, More> {
  name: string;
  description: string;
  file: string;
  /** What a whole one is content with, "a packet that is whole". */
  whole: string;
  closingWords: string;
  more?: (program: Command) => Command;
  verify(file: string, expected: string | null, options: More): Promise<Report>;
  told(report: Report): string;
  /** The exit code of what was read; null: whole, and all that is asked is whose it is. */
  faultCode(report: Report): number | null;
  signerExpected(report: Report): boolean | null;
}

export type VerifyCommand = (args: readonly string[], out: (text: string) => void, err: (text: string) => void) => Promise<number>;

/**
 * A program that checks one signed file on its own: no database, no settings. It ends with 0 where the file is whole and its signer
 * the one named, 2 on wrong usage or a file that cannot be opened, and 3 where it is whole and no key was named.
 */
export function verifier<Report, More extends object = object>({ name, description, file: fileWords, whole, closingWords, more = (program) => program, verify, told, faultCode, signerExpected }: Verifier<Report, More>): VerifyCommand {
  return async (args, out, err) => {
    let code = 0;
    const program = more(new Command(`npm run ${name} --`).description(description).argument("<file>", fileWords))
      .option("--key <fingerprint or PEM file>", "the key that has to have signed it")
      .option("--unauthenticated", `be content with ${whole}, whoever signed it`)
      .option("--json", "answer with JSON on standard output")
      .configureOutput({ writeOut: out, writeErr: err })
      .exitOverride()
      .addHelpText("after", closingWords)
      .action(async (file: string, options: Options & More) => {
        code = 2;
        if (options.key !== undefined && options.unauthenticated) return err("--key and --unauthenticated contradict each other.\n");
        const expected = options.key === undefined ? null : await expectedKey(options.key);
        if (expected === undefined) return err(keyExplanation);
        try {
          const report = await verify(file, expected, options);
          out(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${told(report)}\n`);
          code = faultCode(report) ?? (signerExpected(report) || options.unauthenticated ? 0 : 3);
        } catch (error) {
          const { path, code: why } = error as NodeJS.ErrnoException;
          err(`${path ?? file} cannot be opened: ${why ?? "unknown error"}.\n`);
        }
      });
    try {
      await program.parseAsync(args, { from: "user" });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return error.exitCode === 0 ? 0 : 2;
    }
    return code;
  };
}

/** Whose the file is, in the last lines of what is told. */
export const signedBy = (signer: string | null, signerExpected: boolean | null): string[] =>
  signerExpected
    ? [`Signed by the key you named (${signer}).`]
    : ["Who made it is NOT shown: you named no key. It carries the signature of", `  ${signer}`, "Compare this fingerprint with the published one (/packet-keys), then check again with --key."];

/** Runs the program where it was started as one. */
export async function runAsProgram(isProgram: boolean, verify: VerifyCommand): Promise<void> {
  if (isProgram) process.exitCode = await verify(process.argv.slice(2), (text) => process.stdout.write(text), (text) => process.stderr.write(text));
}
