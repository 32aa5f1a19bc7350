import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import type { SigningKey } from "~/infra/signing-keys.server";
import { csvHeader, csvLinesOf, csvName, proofName, type ProofAccount, type ProofHead, type ProofRow, type ProofTail } from "./proof";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The file with the addresses, a line for each. */
export async function* csvChunks(accounts: AsyncIterable<ProofAccount>): AsyncGenerator<string> {
  yield csvHeader;
  for await (const account of accounts) yield csvLinesOf(account).join("");
}

/**
 * The signed proof, line by line: no more of it is in memory than one account. What is signed is the last but one line, which
 * carries the hash of everything before it, so whoever signs need not hold a million lines.
 *
 * @param accounts in the order of their ids
 */
export async function* proofChunks(head: ProofHead, accounts: AsyncIterable<ProofAccount>, key: SigningKey): AsyncGenerator<string> {
  const [lines, csv] = [createHash("sha256"), createHash("sha256").update(csvHeader)];
  const sum: Omit<ProofTail, "csv" | "sha256"> & { csvLines: number } = { accounts: 0, states: { waiting: 0, notified: 0, unreachable: 0, dropped: 0 }, joined: 0, open: 0, lastNotifiedAt: null, csvLines: 1 };
  const line = (value: object): string => {
    const text = `${JSON.stringify(value)}\n`;
    lines.update(text);
    return text;
  };
  yield line(head);
  for await (const { id, account, state, joined, notifiedAt, how, messageId, ...rest } of accounts) {
    const own = csvLinesOf({ id, account, state, joined, notifiedAt, how, messageId, ...rest });
    csv.update(own.join(""));
    sum.csvLines += own.length;
    sum.accounts += 1;
    sum.states[state] += 1;
    if (joined) sum.joined += 1;
    else if (state === "waiting" || state === "unreachable") sum.open += 1;
    else if (state === "notified" && notifiedAt && (sum.lastNotifiedAt === null || notifiedAt > sum.lastNotifiedAt)) sum.lastNotifiedAt = notifiedAt;
    yield line({ id, account, state, joined, notifiedAt, how, messageId, lines: own.length, sha256: sha256(own.join("")) } satisfies ProofRow);
  }
  const { csvLines, ...told } = sum;
  const tail = JSON.stringify({ ...told, csv: { lines: csvLines, sha256: csv.digest("hex") }, sha256: lines.digest("hex") } satisfies ProofTail);
  yield `${tail}\n`;
  yield `${JSON.stringify({ algorithm: "Ed25519", fingerprint: key.fingerprint, publicKey: key.publicKey, signature: key.sign(Buffer.from(tail)).toString("base64") })}\n`;
}

/** ZIP's first day: the file tells nothing but what it is about. */
const noDate = () => new Date(1980, 0, 1);

/**
 * Both files as one, made from one look at the database, so that they agree. The stream fails, and with it whoever reads it,
 * when a source fails; what was sent by then is no whole ZIP file.
 *
 * @param accounts reads them anew each time
 */
export function proofZip(head: ProofHead, accounts: () => AsyncIterable<ProofAccount>, key: SigningKey): Readable {
  const zip = new ZipFile();
  const stream = zip.outputStream as unknown as Readable;
  zip.on("error", (error: Error) => stream.destroy(error));
  const add = (name: string, chunks: () => AsyncIterable<string>): void =>
    void zip.addReadStreamLazy(name, { mtime: noDate(), forceDosTimestamp: true, compress: false, mode: 0o100644 }, (give) => {
      const source = Readable.from(inBlocks(chunks()), { objectMode: false });
      source.on("error", (error) => stream.destroy(error));
      stream.once("close", () => source.destroy());
      give(null, source);
    });
  add(csvName, () => csvChunks(accounts()));
  add(proofName, () => proofChunks(head, accounts(), key));
  zip.end();
  return stream;
}

const blockBytes = 64 * 1024;

/** Lines gathered to blocks: a chunk each would cost more than what is in it. */
export async function* inBlocks(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let block = "";
  for await (const chunk of chunks) {
    block += chunk;
    if (block.length < blockBytes) continue;
    yield block;
    block = "";
  }
  if (block !== "") yield block;
}
