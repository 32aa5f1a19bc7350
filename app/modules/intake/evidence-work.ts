import type { DateTime } from "luxon";

/** What the worker does with a file after it came in: has it scanned, draws a PDF's pages, makes what people look at of a mail. */
export const evidenceWorks = ["scan", "draw", "render"] as const;
export type EvidenceWork = (typeof evidenceWorks)[number];

/** Minutes to the next try after each that failed: what is broken for a moment mends soon, and what is not costs little. */
const spacing = [1, 5, 30, 120, 720, 1_440] as const;

/** When a work that failed so many times is tried again; null: not before a person asks for it. */
export function nextTry(tries: number, failedAt: DateTime): DateTime | null {
  const minutes = spacing[tries - 1];
  return minutes === undefined ? null : failedAt.plus({ minutes });
}
