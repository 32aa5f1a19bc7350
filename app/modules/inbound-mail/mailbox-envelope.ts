interface Field {
  name: string;
  value: string;
}

/** Written by the server that put the mail into the mailbox. */
const delivered = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];
const addressed = ["to", "cc"];
const mostAddresses = 20;

/** Whom a mail in a mailbox was sent to: as its server says, else as the mail says. Which of them are ours is for others to tell. */
export function sentTo(fields: readonly Field[]): string[] {
  const named = (names: readonly string[]) => fields.filter(({ name }) => names.includes(name)).flatMap(({ value }) => addressesIn(value));
  const byServer = named(delivered);
  return [...new Set([...byServer, ...named(addressed)])].slice(0, mostAddresses);
}

/** The envelope's sender as the topmost Return-Path has it; empty, as the null sender is, where there is none: nobody is answered then. */
export function returnPathOf(fields: readonly Field[]): string {
  const path = fields.find(({ name }) => name === "return-path")?.value ?? "";
  return addressesIn(path)[0] ?? "";
}

const addressesIn = (value: string): string[] => (value.slice(0, 4_000).match(/[^\s<>"(),:;@[\]\\]{1,64}@[A-Za-z0-9.-]{1,255}/g) ?? []).map((address) => address.toLowerCase());
