import { createHash } from "node:crypto";

/** One link of the chain with the entry it names; `entry` is null when the entry is gone. */
export interface ChainRow {
  seq: bigint;
  entryId: string;
  prevHash: Uint8Array;
  hash: Uint8Array;
  entry: {
    id: string;
    at: Date;
    type: string;
    actorKind: string;
    actorId: string | null;
    platformId: string | null;
    accountId: string | null;
    caseId: string | null;
    body: string;
  } | null;
}

export interface ChainHead {
  seq: bigint;
  hash: Uint8Array;
}

export type ChainFault = "tampered" | "removed" | "reordered" | "unchained";

export interface ChainFinding {
  fault: ChainFault;
  /** Place in the chain; null for an entry that stands outside it. */
  seq: bigint | null;
  entryId: string | null;
  explanation: string;
}

/** What the first link links to (the seed row of `audit_head`). */
export const genesisHash: Uint8Array = createHash("sha256").update("trust-safety-console audit chain").digest();

/** sha256(previous hash || seq as 8 bytes, big-endian || entry id || ":" || body), as `audit_chain()` computes it. */
export function linkHash(prevHash: Uint8Array, seq: bigint, entryId: string, body: string): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigInt64BE(seq);
  return createHash("sha256").update(prevHash).update(place).update(`${entryId}:${body}`, "utf8").digest();
}

const columnsOfBody = ["id", "type", "actorKind", "actorId", "platformId", "accountId", "caseId"] as const;

/** The column that no longer says what the hashed body says, if any. */
function contradictedColumn(entry: NonNullable<ChainRow["entry"]>): string | null {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(entry.body) as Record<string, unknown>;
  } catch {
    return "body";
  }
  if (typeof body.at !== "string" || Date.parse(body.at) !== entry.at.getTime()) return "at";
  return columnsOfBody.find((column) => (body[column] ?? null) !== entry[column]) ?? null;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * Walks the chain in order and names every entry that was changed, removed or moved (DOMAIN, rule 9). It needs the
 * rows alone, so that an exported chain can be verified with no database.
 *
 * After a fault the walk goes on from the link as it stands, so that one bad entry is not reported as all that follow.
 */
export function chainVerifier() {
  let expectedSeq = 1n;
  let expectedPrev: Uint8Array = genesisHash;
  let checked = 0n;

  return {
    next(row: ChainRow): ChainFinding[] {
      const findings: ChainFinding[] = [];
      const found = (fault: ChainFault, explanation: string, seq: bigint | null = row.seq, entryId: string | null = row.entryId) =>
        findings.push({ fault, seq, entryId, explanation });
      for (; expectedSeq < row.seq; expectedSeq += 1n) {
        found("removed", `link ${expectedSeq} is missing`, expectedSeq, null);
      }
      const follows = same(row.prevHash, expectedPrev);
      if (!row.entry) {
        found("removed", `entry ${row.entryId} at ${row.seq} is missing`);
      } else if (!same(row.hash, linkHash(row.prevHash, row.seq, row.entryId, row.entry.body))) {
        found("tampered", `entry ${row.entryId} at ${row.seq} is not what was recorded`);
      } else {
        const column = contradictedColumn(row.entry);
        if (column) found("tampered", `column ${column} of entry ${row.entryId} at ${row.seq} contradicts what was recorded`);
      }
      if (!follows && findings.length === 0) {
        found("reordered", `entry ${row.entryId} at ${row.seq} does not follow the entry before it`);
      }
      expectedSeq = row.seq + 1n;
      expectedPrev = row.hash;
      checked += 1n;
      return findings;
    },

    /** Call after the last row: the head knows of entries removed from the end. */
    end(head: ChainHead | null): { checked: bigint; findings: ChainFinding[] } {
      const findings: ChainFinding[] = [];
      if (!head) findings.push({ fault: "removed", seq: null, entryId: null, explanation: "the head of the chain is missing" });
      else {
        for (let seq = expectedSeq; seq <= head.seq; seq += 1n) {
          findings.push({ fault: "removed", seq, entryId: null, explanation: `link ${seq} at the end of the chain is missing` });
        }
        if (head.seq === expectedSeq - 1n && !same(head.hash, expectedPrev)) {
          findings.push({ fault: "tampered", seq: head.seq, entryId: null, explanation: `the head of the chain contradicts link ${head.seq}` });
        }
        if (head.seq < expectedSeq - 1n) {
          findings.push({ fault: "tampered", seq: head.seq, entryId: null, explanation: `the chain goes on past its head at ${head.seq}` });
        }
      }
      return { checked, findings };
    },
  };
}
