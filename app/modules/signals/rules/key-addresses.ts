import { isBefore, type Moment } from "./event-order";

/** Addresses kept apart for one key in one hour; of more than these, the count says "at least". */
export const mostAddresses = 256;

/**
 * From which addresses a key was used in one hour, each with its first use. Of too many the smallest are kept: which
 * those are does not depend on the order in which events arrive, since the smallest of all were among the smallest of any part.
 */
export class KeyAddresses {
  private largest: string | null = null;

  constructor(readonly first: Map<string, Moment> = new Map()) {
    if (first.size >= mostAddresses) this.largest = this.findLargest();
  }

  /** Answers whether anything changed. */
  note(address: string, moment: Moment): boolean {
    const known = this.first.get(address);
    if (known) {
      if (!isBefore(moment, known)) return false;
      this.first.set(address, moment);
      return true;
    }
    if (this.largest !== null) {
      if (address > this.largest) return false;
      this.first.delete(this.largest);
    }
    this.first.set(address, moment);
    if (this.first.size >= mostAddresses) this.largest = this.findLargest();
    return true;
  }

  private findLargest(): string {
    let largest = "";
    for (const address of this.first.keys()) if (address > largest) largest = address;
    return largest;
  }

  /** Ids of the first use from each of the earliest `most` addresses. */
  proof(most: number): string[] {
    return [...this.first.values()]
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
      .slice(0, most)
      .map(({ id }) => id);
  }
}
