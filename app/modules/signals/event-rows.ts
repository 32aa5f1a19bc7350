/**
 * Rows of `stream.message_event` as the driver sends them fastest: one array a column, in PostgreSQL's binary form, which
 * neither side has to write out as text and read again. It is filled event by event without an object for each.
 */

const oids = { bool: 16, int8: 20, int2: 21, text: 25, timestamptz: 1184, uuid: 2950 } as const;
const headerBytes = 20;
/** Between 1970 and 2000, where PostgreSQL counts from. */
const epochMs = 946_684_800_000;
const twoTo32 = 4_294_967_296;

/** One column: `ndim, flags, oid, count, lower bound`, then each value behind its length; -1 is the length of NULL. */
class Column {
  #bytes = Buffer.allocUnsafe(16 * 1024);
  #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  #at = headerBytes;
  #nulls = 0;

  constructor(private readonly oid: number) {}

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.byteLength);
  }

  none(): void {
    this.#room(4);
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
    this.#nulls = 1;
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

  close(count: number): Buffer {
    this.#view.setInt32(0, 1);
    this.#view.setInt32(4, this.#nulls);
    this.#view.setInt32(8, this.oid);
    this.#view.setInt32(12, count);
    this.#view.setInt32(16, 1);
    return this.#bytes.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = headerBytes;
    this.#nulls = 0;
  }
}

/** The columns in the order of the statement's parameters, with their types there. */
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
 * What an event is known again by, in parameters behind those: its id's first letters, so that ids which grow stand side by side
 * in the index, and the hash of platform and id (`stream.event_hash`).
 */
export const keyColumns = [
  ["head", "int8"],
  ["hash", "uuid"],
] as const;

const allColumns = [...eventColumns, ...keyColumns] as const;

type ColumnName = (typeof allColumns)[number][0];

export class EventRows {
  readonly columns = Object.fromEntries(allColumns.map(([name, type]) => [name, new Column(oids[type])])) as Record<ColumnName, Column>;
  count = 0;

  /** The parameters, valid until the rows are cleared. */
  values(): Buffer[] {
    return allColumns.map(([name]) => this.columns[name].close(this.count));
  }

  clear(): void {
    for (const [name] of allColumns) this.columns[name].clear();
    this.count = 0;
  }
}

/** The bytes of a UUID. */
export const uuidBytes = (id: string): Uint8Array => Uint8Array.from(Buffer.from(id.replaceAll("-", ""), "hex"));
