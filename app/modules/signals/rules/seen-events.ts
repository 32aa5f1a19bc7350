/**
 * Which events were seen, by a 64-bit hash of their ids, a table for each day they happened on: for those who cannot be
 * sure that each event comes to them once. Two ids of one day share a hash once in 10¹⁹ pairs. Sixteen bytes an event.
 */
export class SeenEvents {
  private readonly days = new Map<number, DayTable>();

  /** Notes the event, and answers whether it is new. */
  note(id: string, at: number): boolean {
    const day = Math.floor(at / 86_400_000);
    let table = this.days.get(day);
    if (!table) this.days.set(day, (table = new DayTable()));
    return table.note(id);
  }

  /** Forgets days that ended before the frontier. */
  forget(frontier: number): void {
    for (const day of this.days.keys()) if ((day + 1) * 86_400_000 <= frontier) this.days.delete(day);
  }

  /** One string a day, to be kept with a checkpoint. */
  save(): Record<string, string> {
    return Object.fromEntries([...this.days].map(([day, table]) => [day, table.save()]));
  }

  static restore(saved: Readonly<Record<string, string>>): SeenEvents {
    const seen = new SeenEvents();
    for (const [day, table] of Object.entries(saved)) seen.days.set(Number(day), DayTable.restore(table));
    return seen;
  }
}

/** Open addressing over pairs of 32-bit words; a pair of zeros is an empty place. */
class DayTable {
  private words = new Uint32Array(2 * 1024);
  private size = 0;

  note(id: string): boolean {
    let low = 0x811c9dc5;
    let high = 0x9e3779b9;
    for (let index = 0; index < id.length; index += 1) {
      const unit = id.charCodeAt(index);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit, 0x85ebca6b);
      high ^= high >>> 13;
    }
    return this.add(mix(low ^ id.length), mix(high ^ low) || 1);
  }

  private add(low: number, high: number): boolean {
    if (this.size * 4 >= this.words.length) this.grow();
    const { words } = this;
    const mask = words.length / 2 - 1;
    let place = low & mask;
    while (words[2 * place + 1] !== 0) {
      if (words[2 * place] === low && words[2 * place + 1] === high) return false;
      place = (place + 1) & mask;
    }
    words[2 * place] = low;
    words[2 * place + 1] = high;
    this.size += 1;
    return true;
  }

  private grow(): void {
    const old = this.words;
    this.words = new Uint32Array(old.length * 2);
    this.size = 0;
    for (let index = 0; index < old.length; index += 2) if (old[index + 1] !== 0) this.add(old[index]!, old[index + 1]!);
  }

  save(): string {
    return Buffer.from(this.words.buffer).toString("base64");
  }

  static restore(saved: string): DayTable {
    const table = new DayTable();
    const bytes = Buffer.from(saved, "base64");
    for (let offset = 0; offset + 8 <= bytes.length; offset += 8) if (bytes.readUInt32LE(offset + 4) !== 0) table.add(bytes.readUInt32LE(offset), bytes.readUInt32LE(offset + 4));
    return table;
  }
}

function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
