import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { readChain, readHead, readUnchained } from "./audit.queries.server";
import { chainVerifier, type ChainFinding } from "./chain";

const batchSize = 2_000;
const longestWalkMs = 3_600_000;

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

/** A place in the chain whose hash somebody kept elsewhere. */
export interface ChainAnchor {
  seq: number;
  hash: string;
}

/**
 * Verifies the whole audit trail (DOMAIN, rule 9): finds every tampered, removed or reordered entry and names it.
 *
 * It walks one snapshot, in which the head is the end: what stands past it is a fault and not an entry that came
 * meanwhile. Whoever owns the database can cut the end off and turn the head back; only an anchor kept elsewhere (the worker
 * logs one every hour) contradicts that.
 */
export async function verifyChain(deps: Pick<Deps, "db">, anchor?: ChainAnchor): Promise<ChainReport> {
  return deps.db.$transaction((tx) => walk(tx, anchor), { isolationLevel: "RepeatableRead", timeout: longestWalkMs, maxWait: 30_000 });
}

async function walk(tx: Tx, anchor: ChainAnchor | undefined): Promise<ChainReport> {
  const head = await readHead(tx);
  const verifier = chainVerifier();
  const findings: ChainFinding[] = [];
  let anchored = anchor === undefined;
  for (let after = 0n; ; ) {
    const rows = await readChain(tx, { after, limit: batchSize });
    if (rows.length === 0) break;
    for (const row of rows) {
      findings.push(...verifier.next(row));
      anchored ||= Number(row.seq) === anchor?.seq && Buffer.from(row.hash).toString("hex") === anchor.hash.toLowerCase();
    }
    after = rows.at(-1)!.seq;
    if (findings.length > mostFindings) break;
  }
  if (!anchored) {
    findings.push({ fault: "removed", seq: BigInt(anchor!.seq), entryId: null, explanation: `the chain no longer holds link ${anchor!.seq} as it was when its hash was kept` });
  }
  const { checked, findings: atTheEnd } = verifier.end(head);
  if (findings.length <= mostFindings) findings.push(...atTheEnd);
  for (const entryId of await readUnchained(tx)) {
    findings.push({ fault: "unchained", seq: null, entryId, explanation: `entry ${entryId} stands outside the chain` });
  }
  return {
    ok: findings.length === 0,
    checked: Number(checked),
    head: head && { seq: Number(head.seq), hash: Buffer.from(head.hash).toString("hex") },
    findings: findings.slice(0, mostFindings).map((finding) => ({ ...finding, seq: finding.seq === null ? null : Number(finding.seq) })),
  };
}
