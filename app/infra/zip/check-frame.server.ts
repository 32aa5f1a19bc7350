import type { FileHandle } from "node:fs/promises";
import type { Entry } from "yauzl";
import { dataDescriptor, directoryEnd, directoryRecord, localHeader, type Member } from "./plain-frame";

export type FrameFault = "hidden_data" | "names_differ" | "described_otherwise" | "cut_short";

export interface FrameFinding {
  fault: FrameFault;
  path: string | null;
  explanation: string;
}

/** As it can be printed anywhere: a name may be made to move a terminal's cursor. */
export const shownName = (name: string): string => JSON.stringify(name).replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * What stands around the files of a ZIP file that we did not write there; null: nothing. One file begins where the one before it ends,
 * the directory comes after them and the end after it, and no byte of it is another than one of `plain-frame.ts`. So nothing is hidden
 * between, and no other program reads other names, sizes or files. The checksums are taken from the directory: whoever reads the files compares them.
 *
 * @param size of the whole file, in bytes
 * @param entries as yauzl reads them with `decodeStrings: false`
 */
export async function frameFaultOf(file: FileHandle, size: number, entries: readonly Entry[]): Promise<FrameFinding | null> {
  const members: Member[] = entries
    .toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
    .map((entry) => ({ name: entry.fileName as unknown as Buffer, streamed: (entry.generalPurposeBitFlag & 8) !== 0, crc32: entry.crc32, size: entry.uncompressedSize, offset: entry.relativeOffsetOfLocalHeader }));
  let at = 0;
  const stands = async (expected: Buffer): Promise<Buffer | null> => {
    const bytes = Buffer.alloc(expected.length);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
    at += expected.length;
    return bytesRead === bytes.length && bytes.equals(expected) ? null : bytes;
  };
  for (const member of members) {
    const path = member.name.toString("utf8");
    const name = shownName(path);
    if (member.offset !== at) return { fault: "hidden_data", path, explanation: `There are bytes before ${name} that belong to no file, or to two.` };
    const header = await stands(localHeader(member));
    if (header && !header.subarray(-member.name.length).equals(member.name)) return { fault: "names_differ", path, explanation: `${name} is called something else where its bytes stand.` };
    if (header) return { fault: "described_otherwise", path, explanation: `What is said of ${name} where its bytes stand is not what was written there.` };
    at += member.size;
    if (at > size) return { fault: "cut_short", path, explanation: `${name} goes on past the end of the file.` };
    if (await stands(dataDescriptor(member))) return { fault: "described_otherwise", path, explanation: `What is said of ${name} behind its bytes is not what its directory says.` };
  }
  const directory = { offset: at, count: members.length };
  for (const member of members) {
    const path = member.name.toString("utf8");
    const record = await stands(directoryRecord(member));
    if (record && member === members[0] && record.readUInt32LE(0) !== 0x02014b50) return { fault: "hidden_data", path: null, explanation: "There are bytes after the last file that belong to no file." };
    if (record) return { fault: "described_otherwise", path, explanation: `What the directory says of ${shownName(path)} is not what was written there: it could have another name, or a comment.` };
  }
  if ((await stands(directoryEnd({ ...directory, size: at - directory.offset }))) || at !== size) return { fault: "hidden_data", path: null, explanation: "There are bytes after its directory that belong to no file, or a comment." };
  return null;
}
