import { settledAfter } from "./engine";
import type { Cohorts } from "./opt-out-spike";

const dayMs = 86_400_000;

/** What the accounts of one platform counted in one UTC day, which is numbered since 1970. */
export interface CohortDay {
  day: number;
  delivered: number;
  optOuts: number;
}

/**
 * The last UTC day of which nothing can come any more: what happened in it is refused at the door, and what was let in at
 * the last moment has been written. The opt-out spike of a message asks for days that ended 119¾ hours before it or
 * earlier, so nearly two days remain to count one, for clocks that differ and for work that was behind.
 */
export const closedDay = (nowMs: number): number => Math.floor((nowMs - settledAfter) / dayMs) - 1;

/**
 * The cohort of a platform's accounts: all of them, the one that is judged included, for a day is one row however many
 * there are. Days that were never counted had nothing.
 */
export class CohortDays implements Cohorts {
  private first = 0;
  /** Sums of all days before `first + index`. */
  private delivered = [0];
  private optOuts = [0];

  /** Takes note of all the days there are, anew. They are sorted and none is there twice. */
  learn(days: readonly CohortDay[]): void {
    this.first = days[0]?.day ?? 0;
    this.delivered = [0];
    this.optOuts = [0];
    for (const { day, delivered, optOuts } of days) {
      while (this.delivered.length <= day - this.first) this.add(0, 0);
      this.add(delivered, optOuts);
    }
  }

  private add(delivered: number, optOuts: number): void {
    this.delivered.push(this.delivered.at(-1)! + delivered);
    this.optOuts.push(this.optOuts.at(-1)! + optOuts);
  }

  counts(_accountId: string, from: number, to: number): { delivered: number; optOuts: number } {
    const index = (day: number): number => Math.min(Math.max(day - this.first, 0), this.delivered.length - 1);
    const [start, end] = [index(from), index(to)];
    return { delivered: this.delivered[end]! - this.delivered[start]!, optOuts: this.optOuts[end]! - this.optOuts[start]! };
  }
}
