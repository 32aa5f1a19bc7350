import type { Deps } from "~/infra/deps.server";
import { readChain, readHead, readUnchained } from "./audit.queries.server";
import { chainVerifier, type ChainFinding } from "./chain";

const batchSize = 2_000;

/** So that a chain that is broken everywhere still answers. */
const mostFindings = 1_000;

export interface ChainReport {
  ok: boolean;
  /** Links walked. */
  checked: number;
  /** Hash of the end of the chain: kept elsewhere, it proves later that nothing before it changed. */
  head: { seq: number; hash: string } | null;
  findings: (Omit<ChainFinding, "seq"> & { seq: number | null })[];
}

/**
 * Verifies the whole audit trail (DOMAIN, rule 9): finds every tampered, removed or reordered entry and names it.
 * The head is read first: entries appended during the walk are left to the next one.
 */
export async function verifyChain(deps: Pick<Deps, "db">): Promise<ChainReport> {
  const head = await readHead(deps.db);
  const verifier = chainVerifier();
  const findings: ChainFinding[] = [];
  for (let after = 0n; ; ) {
    const rows = await readChain(deps.db, { after, upTo: head?.seq ?? null, limit: batchSize });
    if (rows.length === 0) break;
    for (const row of rows) findings.push(...verifier.next(row));
    after = rows.at(-1)!.seq;
    if (findings.length > mostFindings) break;
  }
  const { checked, findings: atTheEnd } = verifier.end(head);
  if (findings.length <= mostFindings) findings.push(...atTheEnd);
  for (const entryId of await readUnchained(deps.db)) {
    findings.push({ fault: "unchained", seq: null, entryId, explanation: `entry ${entryId} stands outside the chain` });
  }
  return {
    ok: findings.length === 0,
    checked: Number(checked),
    head: head && { seq: Number(head.seq), hash: Buffer.from(head.hash).toString("hex") },
    findings: findings.slice(0, mostFindings).map((finding) => ({ ...finding, seq: finding.seq === null ? null : Number(finding.seq) })),
  };
}
