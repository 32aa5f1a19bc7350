import { lateHours } from "./message-event";

/**
 * Which generations of `stream.event_key` an arrival has to do with. A generation is a week. An id is unique within its own
 * and, for as long as something that happened before may still arrive, not taken in the one before; so an event that is
 * repeated is known for at least three days, which is when it becomes too old to be taken at all.
 */
export interface Generations {
  /** Where ids are written. In the first minutes both, because another process may still be writing the older one. */
  write: readonly number[];
  /** Where an id may stand already, apart from these. */
  known: number | null;
}

const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;
/** Clocks that differ, and an insert that takes its time. */
const overlapMs = 10 * minuteMs;

export const generationOf = (nowMs: number): number => Math.floor(nowMs / weekMs);

export function generationsAt(nowMs: number): Generations {
  const current = generationOf(nowMs);
  const age = nowMs - current * weekMs;
  if (age < overlapMs) return { write: [current - 1, current], known: null };
  if (weekMs - age < overlapMs) return { write: [current, current + 1], known: null };
  return { write: [current], known: age < lateHours * 60 * minuteMs + overlapMs ? current - 1 : null };
}
