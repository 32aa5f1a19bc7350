import { verifyProof, type ProofReport } from "~/modules/policy/proof/verify-proof.server";
import { runAsProgram, signedBy, verifier } from "./verifier";

const closingWords = `
FILE is the ZIP file from the campaign's page, or the proof out of it (proof.jsonl), which carries no address.

Exit codes: 0 the proof is whole, signed by the key you named, and the version took effect lawfully or not yet; 1 it was
changed, is signed by another key or is no proof; 2 wrong usage, or a file cannot be opened; 3 it is whole, but you named
no key: whoever changed a proof can sign it anew with a key of their own, so compare the printed fingerprint with the
published one (/packet-keys of the console that made it); 4 it is whole, and shows that the version took effect too soon.
--unauthenticated says that you know: then 3 becomes 0.`;

/** Checks the proof of one campaign. @returns the exit code */
export const verifyCommand = verifier<ProofReport, { csv?: string }>({
  name: "notice:verify",
  description: "Checks the proof that every account holder was told of a new version of a policy, and that it took effect lawfully.",
  file: "the proof (.zip or .jsonl)",
  whole: "a proof that is whole",
  closingWords,
  more: (program) => program.option("--csv <file>", "the file with the addresses, where it lies beside the proof"),
  verify: (file, expected, { csv }) => verifyProof(file, { expected, csvPath: csv ?? null }),
  told,
  faultCode: ({ whole, lawful }) => (!whole ? 1 : lawful === false ? 4 : null),
  signerExpected: ({ signerExpected }) => signerExpected,
});

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
    ...signedBy(signer, signerExpected),
  ].join("\n");
}

await runAsProgram(import.meta.filename === process.argv[1], verifyCommand);
