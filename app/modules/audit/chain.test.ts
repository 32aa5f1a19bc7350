import { expect, test } from "vitest";
import { chainVerifier, genesisHash, linkHash, type ChainFinding, type ChainHead, type ChainRow } from "./chain";

const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

function chainOf(length: number): { rows: ChainRow[]; head: ChainHead } {
  const rows: ChainRow[] = [];
  let prev: Uint8Array = genesisHash;
  for (let n = 1; n <= length; n += 1) {
    const at = new Date(Date.UTC(2026, 10, 20, 12, n));
    const columns = { id: idOf(n), type: "case.claimed", actorKind: "staff", actorId: "ana", platformId: null, accountId: null, caseId: null };
    const body = JSON.stringify({ ...columns, at: at.toISOString(), facts: { n } });
    const hash = linkHash(prev, BigInt(n), columns.id, body);
    rows.push({ seq: BigInt(n), entryId: columns.id, prevHash: prev, hash, entry: { ...columns, at, body } });
    prev = hash;
  }
  return { rows, head: { seq: BigInt(length), hash: prev } };
}

function verify(rows: ChainRow[], head: ChainHead | null): Pick<ChainFinding, "fault" | "seq">[] {
  const verifier = chainVerifier();
  const findings = rows.flatMap((row) => verifier.next(row));
  return [...findings, ...verifier.end(head).findings].map(({ fault, seq }) => ({ fault, seq }));
}

type Chain = ReturnType<typeof chainOf>;

const relink = (row: ChainRow, prev: Uint8Array): ChainRow => ({ ...row, prevHash: prev, hash: linkHash(prev, row.seq, row.entryId, row.entry!.body) });

test.each<[string, (chain: Chain) => void, Pick<ChainFinding, "fault" | "seq">[]]>([
  ["an untouched chain is whole", () => {}, []],
  ["a changed body", ({ rows }) => (rows[2]!.entry!.body = rows[2]!.entry!.body.replace('"n":3', '"n":4')), [{ fault: "tampered", seq: 3n }]],
  ["a changed column", ({ rows }) => (rows[2]!.entry!.actorId = "bea"), [{ fault: "tampered", seq: 3n }]],
  ["a changed time", ({ rows }) => (rows[2]!.entry!.at = new Date(0)), [{ fault: "tampered", seq: 3n }]],
  ["a removed entry", ({ rows }) => (rows[2]!.entry = null), [{ fault: "removed", seq: 3n }]],
  ["a removed link", ({ rows }) => void rows.splice(2, 1), [{ fault: "removed", seq: 3n }]],
  ["a removed end", ({ rows }) => void rows.splice(4, 1), [{ fault: "removed", seq: 5n }]],
  ["two swapped entries", ({ rows }) => {
    [rows[1]!.entryId, rows[2]!.entryId] = [rows[2]!.entryId, rows[1]!.entryId];
    [rows[1]!.entry, rows[2]!.entry] = [rows[2]!.entry, rows[1]!.entry];
  }, [{ fault: "tampered", seq: 2n }, { fault: "tampered", seq: 3n }]],
  ["a rewritten entry with a matching hash", ({ rows }) => {
    rows[2]!.entry!.body = rows[2]!.entry!.body.replace('"n":3', '"n":4');
    rows[2] = relink(rows[2]!, rows[1]!.hash);
  }, [{ fault: "reordered", seq: 4n }]],
  ["a rewritten last entry with a matching hash", ({ rows }) => {
    rows[4]!.entry!.body = rows[4]!.entry!.body.replace('"n":5', '"n":6');
    rows[4] = relink(rows[4]!, rows[3]!.hash);
  }, [{ fault: "tampered", seq: 5n }]],
])("%s", (_what, harm, expected) => {
  const chain = chainOf(5);
  harm(chain);
  expect(verify(chain.rows, chain.head)).toEqual(expected);
});

test("an emptied chain is noticed by its head", () => {
  expect(verify([], chainOf(2).head)).toEqual([{ fault: "removed", seq: 1n }, { fault: "removed", seq: 2n }]);
  expect(verify([], null)).toEqual([{ fault: "removed", seq: null }]);
});
