/** What of a file stands around its bytes in the ZIP. */
export interface Member {
  name: Buffer;
  /** Its header was written before its bytes had been read: checksum and sizes follow them. */
  streamed: boolean;
  crc32: number;
  size: number;
  offset: number;
}

const needs = 20;
const needsLarge = 45;
/** Written under Unix, by version 6.3 of the specification. */
const madeBy = 0x033f;
/** 1 January 1980, the first day a ZIP can name. */
const firstDay = 0x0021;
/** A plain file that its owner may write and everybody may read. */
const plainFile = 0o100644 * 0x10000;
const elsewhere = 0xffffffff;

const isLarge = ({ size, offset }: Pick<Member, "size" | "offset">): boolean => size >= elsewhere || offset >= elsewhere;
/** Names are UTF-8, and whether checksum and sizes follow the bytes. */
const flagsOf = ({ streamed }: Member): number => (streamed ? 0x0808 : 0x0800);

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/*
 * The bytes that our ZIP files have around what they hold (APPNOTE.TXT 4.3): plain files, none compressed, none dated. What is known
 * of a file leaves no choice in any of them, so a reader compares instead of looking for what could be hidden there: other names, comments, other sizes.
 */

/** Before a file's bytes (4.3.7). */
export const localHeader = (member: Member): Buffer => {
  const { name, streamed, crc32, size } = member;
  const known = streamed ? [u32(0), u32(0), u32(0)] : [u32(crc32), u32(size), u32(size)];
  return Buffer.concat([u32(0x04034b50), u16(needs), u16(flagsOf(member)), u16(0), u16(0), u16(firstDay), ...known, u16(name.length), u16(0), name]);
};

/** After a file's bytes (4.3.9). */
export const dataDescriptor = (member: Member): Buffer => {
  const { streamed, crc32, size } = member;
  if (!streamed) return Buffer.alloc(0);
  const sized = isLarge(member) ? u64 : u32;
  return Buffer.concat([u32(0x08074b50), u32(crc32), sized(size), sized(size)]);
};

/** Of a file in the directory (4.3.12), with sizes of more than four bytes behind its name (4.5.3). */
export const directoryRecord = (member: Member): Buffer => {
  const { name, crc32, size, offset } = member;
  const large = isLarge(member);
  const [shownSize, shownOffset] = large ? [elsewhere, elsewhere] : [size, offset];
  const more = large ? Buffer.concat([u16(1), u16(24), u64(size), u64(size), u64(offset)]) : Buffer.alloc(0);
  return Buffer.concat([
    u32(0x02014b50), u16(madeBy), u16(large ? needsLarge : needs), u16(flagsOf(member)), u16(0), u16(0), u16(firstDay), u32(crc32), u32(shownSize), u32(shownSize),
    u16(name.length), u16(more.length), u16(0), u16(0), u16(0), u32(plainFile), u32(shownOffset), name, more,
  ]);
};

/** After the directory (4.3.14 to 4.3.16): nothing comes behind it, not even a comment. */
export const directoryEnd = ({ count, size, offset }: { count: number; size: number; offset: number }): Buffer => {
  const large = isLarge({ size, offset });
  const end = Buffer.concat([u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(Math.min(size, elsewhere)), u32(Math.min(offset, elsewhere)), u16(0)]);
  if (!large) return end;
  const record = Buffer.concat([u32(0x06064b50), u64(44), u16(madeBy), u16(needsLarge), u32(0), u32(0), u64(count), u64(count), u64(size), u64(offset)]);
  return Buffer.concat([record, u32(0x07064b50), u32(0), u64(offset + size), u32(1), end]);
};
