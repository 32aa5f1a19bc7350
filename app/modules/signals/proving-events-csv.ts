import { csvField } from "~/infra/csv";

/** One event that proves a signal; without its facts where only its id is left. */
export interface ProvingEventLine {
  eventId: string;
  occurredAt: Date | null;
  type: string | null;
  category: string | null;
  /** Masked. */
  contact: string | null;
  templateId: string | null;
}

const columns: readonly [string, (event: ProvingEventLine) => string | null][] = [
  ["event", ({ eventId }) => eventId],
  ["happened", ({ occurredAt }) => occurredAt?.toISOString() ?? null],
  ["what", ({ type }) => type],
  ["category", ({ category }) => category],
  ["contact", ({ contact }) => contact],
  ["template", ({ templateId }) => templateId],
];

/** The events that prove a signal, for a spreadsheet. */
export const provingEventsCsv = (events: readonly ProvingEventLine[]): string =>
  [columns.map(([name]) => csvField(name)), ...events.map((event) => columns.map(([, value]) => csvField(value(event))))].map((row) => `${row.join(",")}\r\n`).join("");
