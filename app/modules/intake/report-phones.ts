import { toE164 } from "~/infra/normalise";

export const mostPhones = 20;

/** The numbers in a text, one to a line or parted by commas: in E.164, once each, and what is none of them. */
export function readPhones(text: string): { phones: string[]; unreadable: string[] } {
  const given = text
    .split(/[\n,;]+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const read = given.map((raw) => ({ raw, phone: toE164(raw) }));
  return {
    phones: [...new Set(read.flatMap(({ phone }) => (phone ? [phone] : [])))],
    unreadable: read.filter(({ phone }) => phone === null).map(({ raw }) => raw),
  };
}
