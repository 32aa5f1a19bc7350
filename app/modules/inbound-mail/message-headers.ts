import { parseLimits, type HeaderLine, type Mailbox } from "./parsed-message";

/** Header lines as they came, unfolded (RFC 5322 2.2.3); bytes beyond ASCII are UTF-8 (RFC 6532). */
export const headerLinesOf = (lines: readonly { key: string; line: string }[]): HeaderLine[] =>
  lines.slice(0, parseLimits.headerLines).map(({ key, line }) => {
    const value = line.slice(line.indexOf(":") + 1, line.indexOf(":") + 1 + parseLimits.headerChars);
    const read = /[^\0-\x7f]/.test(value) ? Buffer.from(value, "binary").toString("utf8") : value;
    return { name: key.slice(0, 100), value: (read.includes("\n") ? read.replace(/\r?\n[ \t]*/g, " ") : read).trim() };
  });

export interface GivenMailbox {
  name?: string;
  address?: string;
  group?: GivenMailbox[];
}

/** The mailboxes of an address header, those of a group too. */
export function mailboxesOf(given: readonly GivenMailbox[]): Mailbox[] {
  const flat = given.slice(0, parseLimits.mailboxes).flatMap((one): GivenMailbox[] => one.group?.slice(0, parseLimits.mailboxes) ?? [one]);
  return flat.slice(0, parseLimits.mailboxes).map(({ name, address }) => ({ name: (name ?? "").slice(0, 300), address: (address ?? "").slice(0, 320) }));
}

/** Message ids of a header with their angle brackets; a bare word is one as well, as many programs write it. */
export function messageIdsOf(lines: readonly HeaderLine[], name: string): string[] {
  const value = lines.find((line) => line.name === name)?.value ?? "";
  const bracketed = value.match(/<[^<>\s]{1,500}>/g);
  const bare = value.split(/\s+/).filter((word) => word !== "");
  return (bracketed ?? (bare.length === 1 && bare[0]!.length <= 500 ? [`<${bare[0]!.replace(/[<>]/g, "")}>`] : [])).slice(0, parseLimits.references);
}

export const parametersOf = (given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).slice(0, 20).map(([name, value]) => [name.toLowerCase(), String(value).slice(0, 500)]));

/** When the sender's clock says it was sent. */
export function sentAt(lines: readonly HeaderLine[]): string | null {
  const value = lines.find(({ name }) => name === "date")?.value.slice(0, 100);
  const at = value ? Date.parse(value.replace(/\([^)]{0,40}\)/g, " ")) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
