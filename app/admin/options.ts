import { InvalidArgumentError } from "commander";
import { DateTime } from "luxon";

/** How many rows a list shows. */
export function rowLimit(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 1_000) throw new InvalidArgumentError("Give a whole number from 1 to 1000.");
  return count;
}

export function uuid(text: string): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new InvalidArgumentError("Give an id as a list shows it.");
  return text.toLowerCase();
}

export function civilDay(text: string): DateTime {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? DateTime.fromISO(text, { zone: "utc" }) : null;
  if (!day?.isValid) throw new InvalidArgumentError("Give a day like 2026-11-20.");
  return day;
}
