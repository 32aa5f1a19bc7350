import { verifyPacket, type PacketReport } from "~/modules/referrals/verify-packet.server";
import { runAsProgram, signedBy, verifier } from "./verifier";

const closingWords = `
Exit codes: 0 the packet is whole and signed by the key you named; 1 it was changed, is signed by another key or is no
packet; 2 wrong usage, or the file cannot be opened; 3 it is whole, but you named no key: whoever changed a packet can
sign it anew with a key of their own, so compare the printed fingerprint with the published one (/packet-keys of the
console that made it). --unauthenticated says that you know: then a whole packet ends with 0.`;

/** Checks one packet. @returns the exit code */
export const verifyCommand = verifier<PacketReport>({
  name: "packet:verify",
  description: "Checks a packet for an agency: that it holds exactly the files of its manifest, and that the manifest is signed.",
  file: "the packet (.zip)",
  whole: "a packet that is whole",
  closingWords,
  verify: verifyPacket,
  told,
  faultCode: ({ ok }) => (ok ? null : 1),
  signerExpected: ({ signerExpected }) => signerExpected,
});

function told({ ok, findings, manifest, signer, signerExpected, checked }: PacketReport): string {
  if (!ok) return [`This packet is NOT as it was made: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}.`, ...findings.map(({ fault, explanation }) => `${fault}: ${explanation}`)].join("\n");
  return [
    `The packet is whole: ${checked} files of ${manifest?.referral} version ${manifest?.version}, approved at ${manifest?.approvedAt}.`,
    ...signedBy(signer, signerExpected),
  ].join("\n");
}

await runAsProgram(import.meta.filename === process.argv[1], verifyCommand);
