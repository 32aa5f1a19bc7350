import { categoryOfCode, consentOfCode, typeOfCode } from "../event-codes";
import type { MessageEvent } from "../message-event";

/**
 * Events as the store hands them to the rules: all of a batch as one value, each a record in PostgreSQL's binary form. As rows of text
 * each of their columns would be written out there and read in here: a quarter of what the worker spent on reading them.
 *
 * @param order what tells the order of `e`, the events
 */
export const packed = (order: string): string => `
  string_agg(record_send(ROW(e.platform_id, e.account_id, e.event_id, e.type, e.category, e.contact, e.occurred_at, e.zone_set, e.template_id, e.template_approved, e.business_name,
    e.opt_out_instructions, e.consent_method, e.consent_at, e.more_requested, e.key_id, e.ip_hash)), ''::bytea ORDER BY ${order})`;

export interface StoredEvent {
  platformId: string;
  event: MessageEvent;
}

/** Between 1970 and 2000, where PostgreSQL counts from. */
const epochMs = 946_684_800_000;
const twoTo32 = 4_294_967_296;
/** Beyond this high half, microseconds do not fit into a number: about the year 2285. */
const exactHigh = 0x1f_ffff;

/** Texts that come again and again, so that each is made and kept once. */
class Known {
  readonly #texts = new Map<string, string>();

  constructor(private readonly most: number) {}

  of(key: string, make: (key: string) => string): string {
    let text = this.#texts.get(key);
    if (text === undefined) {
      if (this.#texts.size >= this.most) this.#texts.clear();
      this.#texts.set(key, (text = make(key)));
    }
    return text;
  }
}

const uuidOf = (sixteen: string): string => Buffer.from(sixteen, "latin1").toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** Reads the fields of one record after the other, in their order. */
class Fields {
  #at = 0;
  readonly #view: DataView;

  constructor(
    private readonly bytes: Buffer,
    private readonly uuids: Known,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Goes to the next record. @returns whether there is one */
  next(): boolean {
    if (this.#at >= this.bytes.length) return false;
    this.#at += 4;
    return true;
  }

  /** Steps over a field's type and length. @returns the length, or -1 for NULL */
  #length(): number {
    const length = this.#view.getInt32(this.#at + 4);
    this.#at += 8;
    return length;
  }

  small(): number | null {
    if (this.#length() < 0) return null;
    this.#at += 2;
    return this.#view.getInt16(this.#at - 2);
  }

  flag(): boolean | null {
    if (this.#length() < 0) return null;
    this.#at += 1;
    return this.bytes[this.#at - 1] === 1;
  }

  /** Milliseconds since 1970. */
  instant(): number | null {
    if (this.#length() < 0) return null;
    this.#at += 8;
    const high = this.#view.getInt32(this.#at - 8);
    if (high > exactHigh || high < -exactHigh) return Number(this.#view.getBigInt64(this.#at - 8) / 1_000n) + epochMs;
    return Math.floor((high * twoTo32 + this.#view.getUint32(this.#at - 4)) / 1_000) + epochMs;
  }

  uuid(): string | null {
    if (this.#length() < 0) return null;
    this.#at += 16;
    return this.uuids.of(this.bytes.toString("latin1", this.#at - 16, this.#at), uuidOf);
  }

  text(): string | null {
    const length = this.#length();
    if (length < 0) return null;
    this.#at += length;
    return this.bytes.toString("utf8", this.#at - length, this.#at);
  }
}

const none: readonly string[] = [];
const mostUuids = 200_000;

export interface Unpacked {
  events: StoredEvent[];
  /** Numbers of sets of zones that were not given: the events that have them are not right yet. */
  unknownZones: Set<number>;
}

/** Reads what {@link packed} makes. One of these is kept, for the ids that come again. */
export function createUnpacker() {
  const uuids = new Known(mostUuids);
  return (bytes: Buffer, zoneSets: ReadonlyMap<number, readonly string[]>): Unpacked => {
    const unpacked: Unpacked = { events: [], unknownZones: new Set() };
    const zonesOf = (set: number | null): readonly string[] => {
      if (set === null) return none;
      const zones = zoneSets.get(set);
      if (!zones) unpacked.unknownZones.add(set);
      // Where there is no such set, judging the event fails, and so it is found whose events do.
      return zones!;
    };
    const fields = new Fields(bytes, uuids);
    while (fields.next()) {
      const platformId = fields.uuid()!;
      const accountId = fields.uuid()!;
      const id = fields.text()!;
      const type = typeOfCode.get(fields.small()!)!;
      const category = fields.small();
      const contact = fields.uuid();
      const occurredAt = fields.instant()!;
      const zones = zonesOf(fields.small());
      const templateId = fields.text();
      const templateApproved = fields.flag();
      const businessName = fields.text();
      const hasOptOutInstructions = fields.flag();
      const method = fields.small();
      const at = fields.instant();
      const moreRequested = fields.flag()!;
      const keyId = fields.text();
      const ipHash = fields.uuid();
      const event: MessageEvent = {
        id,
        type,
        accountId,
        contact,
        category: category === null ? null : categoryOfCode.get(category)!,
        occurredAt,
        zones,
        templateId,
        templateApproved,
        businessName,
        hasOptOutInstructions,
        consent: method === null ? null : { method: consentOfCode.get(method)!, at: at! },
        moreRequested,
        keyId,
        ipHash,
      };
      unpacked.events.push({ platformId, event });
    }
    return unpacked;
  };
}
