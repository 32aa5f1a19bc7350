import { Readable } from "node:stream";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { signingKeysOf } from "~/infra/signing-keys.server";
import { may, type StaffActor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { openProof } from "./proof-rows.queries.server";
import { csvChunks, inBlocks, proofChunks, proofZip } from "./write-proof.server";

export const proofKinds = ["zip", "csv", "proof"] as const;
export type ProofKind = (typeof proofKinds)[number];

/** Each keeps one of the process's connections to itself for as long as it is read. */
const atOnce = 2;
let beingRead = 0;

export type ExportedProof = { stream: Readable; fileName: string; mediaType: string };

const files: Record<ProofKind, { suffix: string; mediaType: string }> = {
  zip: { suffix: "proof.zip", mediaType: "application/zip" },
  csv: { suffix: "notices.csv", mediaType: "text/csv; charset=utf-8" },
  proof: { suffix: "proof.jsonl", mediaType: "application/x-ndjson" },
};

/**
 * What shows, account by account, who was told of a version, as a file: the addresses with the mail servers' answers, the
 * signed proof, or both of one instant as a ZIP file. It streams, whatever its size. That somebody took addresses out is
 * on record before the first byte leaves.
 */
export async function exportProof(deps: Deps, actor: StaffActor, { campaignId, kind }: { campaignId: string; kind: ProofKind }): Promise<Result<ExportedProof, "forbidden" | "campaign_unknown" | "proofs_busy">> {
  if (!may(actor, "notice:export")) return refuse("forbidden");
  if (beingRead >= atOnce) return refuse("proofs_busy");
  beingRead += 1;
  const proof = await openProof(deps, campaignId).catch((error: unknown) => {
    beingRead -= 1;
    throw error;
  });
  if (!proof) {
    beingRead -= 1;
    return refuse("campaign_unknown");
  }
  const close = async (): Promise<void> => {
    beingRead -= 1;
    await proof.close();
  };
  try {
    const { head, policyCode, number, platformId, accounts } = proof;
    await deps.db.$transaction((tx) => recordAudit(tx, actor, { type: "campaign.proof_exported", at: deps.clock(), platformId, campaignId, file: kind, addresses: kind !== "proof" }));
    const [key] = signingKeysOf(deps.config.signingKeys);
    const stream = kind === "zip" ? proofZip(head, accounts, key) : Readable.from(inBlocks(kind === "csv" ? csvChunks(accounts()) : proofChunks(head, accounts(), key)), { objectMode: false });
    stream.once("close", () => void close());
    proof.whenLost((error) => stream.destroy(error));
    const { suffix, mediaType } = files[kind];
    return { ok: true, stream, mediaType, fileName: `${policyCode}-${number}-${suffix}`.replace(/[^A-Za-z0-9._-]/g, "_") };
  } catch (error) {
    await close();
    throw error;
  }
}
