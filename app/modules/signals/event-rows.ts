/**
 * Rows of `stream.message_event`, and what each is known again by, in PostgreSQL's binary form, which neither side has to write out as
 * text and read again. They are filled field by field without an object for each, as COPY reads them; the statement that
 * has to look at ids before it writes them is given the same as arrays.
 */

const oids = { bool: 16, int8: 20, int2: 21, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const;
/** `PGCOPY\n\377\r\n\0`, no flags, and nothing more in the header. */
const copyHeader = Buffer.from("5047434f50590aff0d0a000000000000000000", "hex");
/** Of an array: dimensions, whether there are NULLs, the elements' type, how many, and the first one's number. */
const arrayHeaderBytes = 20;
/** Between 1970 and 2000, where PostgreSQL counts from. */
const epochMs = 946_684_800_000;
const twoTo32 = 4_294_967_296;

/** Rows as COPY reads them: how many fields, then each field behind its length; -1 is the length of NULL. */
class Tuples {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  #at = copyHeader.copy(this.#bytes);

  constructor(private readonly fields: number) {}

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.byteLength);
  }

  /** Begins a row. Its fields follow in the order of the columns. */
  row(): void {
    this.#room(2);
    this.#view.setInt16(this.#at, this.fields);
    this.#at += 2;
  }

  none(): void {
    this.#room(4);
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  int(value: number): void {
    this.#room(8);
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, value);
    this.#at += 8;
  }

  flag(value: boolean | null | undefined): void {
    if (value === null || value === undefined) return this.none();
    this.#room(5);
    this.#view.setInt32(this.#at, 1);
    this.#bytes[this.#at + 4] = value ? 1 : 0;
    this.#at += 5;
  }

  small(value: number | null): void {
    if (value === null) return this.none();
    this.#room(6);
    this.#view.setInt32(this.#at, 2);
    this.#view.setInt16(this.#at + 4, value);
    this.#at += 6;
  }

  /** @param ms since 1970; @param micros beyond them */
  instant(ms: number | null, micros = 0): void {
    if (ms === null) return this.none();
    const value = (ms - epochMs) * 1_000 + micros;
    const high = Math.floor(value / twoTo32);
    this.#room(12);
    this.#view.setInt32(this.#at, 8);
    this.#view.setInt32(this.#at + 4, high);
    this.#view.setUint32(this.#at + 8, value - high * twoTo32);
    this.#at += 12;
  }

  /** Sixteen bytes that `write` puts where it is told. */
  uuid(write: (into: Buffer, at: number) => void): void {
    this.#room(20);
    this.#view.setInt32(this.#at, 16);
    write(this.#bytes, this.#at + 4);
    this.#at += 20;
  }

  bytes16(id: Uint8Array): void {
    this.#room(20);
    this.#view.setInt32(this.#at, 16);
    for (let i = 0; i < 16; i++) this.#bytes[this.#at + 4 + i] = id[i]!;
    this.#at += 20;
  }

  /** The first eight letters of an ASCII text as one number, in their order. */
  head(value: string): void {
    this.#room(12);
    this.#view.setInt32(this.#at, 8);
    for (let i = 0; i < 8; i++) this.#bytes[this.#at + 4 + i] = i < value.length ? value.charCodeAt(i) : 0;
    this.#at += 12;
  }

  text(value: string | null | undefined): void {
    if (value === null || value === undefined) return this.none();
    this.#room(4 + value.length * 3);
    const start = this.#at + 4;
    let end = start;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        end = start + this.#bytes.write(value, start, "utf8");
        break;
      }
      this.#bytes[end++] = code;
    }
    this.#view.setInt32(this.#at, end - start);
    this.#at = end;
  }

  /** All of it, valid until it is cleared. */
  close(): Buffer {
    this.#room(2);
    this.#view.setInt16(this.#at, -1);
    return this.#bytes.subarray(0, this.#at + 2);
  }

  /** The same as arrays, one a column. */
  arrays(types: readonly number[], count: number): Buffer[] {
    const columns = types.map(() => ({ starts: [] as number[], ends: [] as number[], bytes: 0 }));
    let at = copyHeader.length;
    for (let row = 0; row < count; row++) {
      at += 2;
      for (const column of columns) {
        column.starts.push(at);
        column.bytes -= at;
        at += 4 + Math.max(0, this.#view.getInt32(at));
        column.ends.push(at);
        column.bytes += at;
      }
    }
    return columns.map(({ starts, ends, bytes }, field) => {
      const array = Buffer.allocUnsafe(arrayHeaderBytes + bytes);
      for (const [place, value] of [1, 1, types[field]!, count, 1].entries()) array.writeInt32BE(value, place * 4);
      let to = arrayHeaderBytes;
      for (let row = 0; row < count; row++) for (let from = starts[row]!; from < ends[row]!; from++) array[to++] = this.#bytes[from]!;
      return array;
    });
  }

  /** What stands in these bytes behind the header. */
  body(): Buffer {
    return this.#bytes.subarray(copyHeader.length, this.#at);
  }

  clear(): void {
    this.#at = copyHeader.length;
  }
}

/** The columns in the order in which a row is written, with their types. */
export const eventColumns = [
  ["occurred_at", "timestamptz"],
  ["received_at", "timestamptz"],
  ["consent_at", "timestamptz"],
  ["shard", "int2"],
  ["type", "int2"],
  ["category", "int2"],
  ["zone_set", "int2"],
  ["consent_method", "int2"],
  ["template_approved", "bool"],
  ["opt_out_instructions", "bool"],
  ["more_requested", "bool"],
  ["platform_id", "uuid"],
  ["account_id", "uuid"],
  ["contact", "uuid"],
  ["ip_hash", "uuid"],
  ["event_id", "text"],
  ["template_id", "text"],
  ["business_name", "text"],
  ["key_id", "text"],
] as const;

/**
 * What an event is known again by: its generation, its id's first letters, so that ids which grow stand side by side in the index,
 * and the hash of platform and id (`stream.event_hash`).
 */
export const keyColumns = [
  ["generation", "int4"],
  ["head", "int8"],
  ["hash", "uuid"],
] as const;

/** Where head and hash stand in the row of a key, each behind its length. */
const keyRow = { head: 14, hash: 26, bytes: 42 } as const;

const typesOf = (columns: readonly (readonly [name: string, type: keyof typeof oids])[]): number[] => columns.map(([, type]) => oids[type]);
const [eventTypes, keyTypes] = [typesOf(eventColumns), typesOf(keyColumns)];

/** Ids are visible ASCII. */
const beyondIds = "\x7f";

export class EventRows {
  readonly events = new Tuples(eventColumns.length);
  readonly keys = new Tuples(keyColumns.length);
  count = 0;
  /** The id that is the first in their order; none is, beyond every id. */
  firstId = beyondIds;

  /** What COPY reads into the keys and into the events, valid until the rows are cleared. */
  copies(): [keys: Buffer, events: Buffer] {
    return [this.keys.close(), this.events.close()];
  }

  /** The events' columns as arrays, without what they are known again by. */
  eventArrays(): Buffer[] {
    return this.events.arrays(eventTypes, this.count);
  }

  /** Head and hash as arrays. */
  keyArrays(): Buffer[] {
    return this.keys.arrays(keyTypes, this.count).slice(1);
  }

  /** The same in words. */
  keyTexts(): { heads: bigint[]; hashes: string[] } {
    const bytes = this.keys.body();
    const rows = Array.from({ length: this.count }, (_none, n) => n * keyRow.bytes);
    return { heads: rows.map((at) => bytes.readBigInt64BE(at + keyRow.head)), hashes: rows.map((at) => bytes.toString("hex", at + keyRow.hash, at + keyRow.hash + 16)) };
  }

  /** Whether all of their ids come after those that begin with this; nothing begins with no letter. */
  areBeyond(beginning: string): boolean {
    return this.firstId > (beginning && beginning + beyondIds);
  }

  clear(): void {
    this.events.clear();
    this.keys.clear();
    this.count = 0;
    this.firstId = beyondIds;
  }
}

/** The bytes of a UUID. */
export const uuidBytes = (id: string): Uint8Array => Uint8Array.from(Buffer.from(id.replaceAll("-", ""), "hex"));
