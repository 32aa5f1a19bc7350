import { InvalidArgumentError } from "commander";

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
