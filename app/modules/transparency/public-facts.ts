import { findPhoneNumbersInText } from "libphonenumber-js";
import type { Leak } from "../notices/leak-check";

/** One piece of personal data in a text meant for the public. */
export interface PersonalData {
  /** Whose it is: the account holder's, a reporter's, or somebody's we do not know. */
  who: "holder" | "reporter" | "somebody";
  kind: Leak["kind"];
  found: string;
}

/**
 * Facts for the public, of what the account holder was told: where these call them by their name, it is left out. Whatever else
 * gives away who they are is for the check to find and for a person to rewrite.
 */
export function withoutName(facts: string, name: string): string {
  const words = name.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.join("") === "") return facts;
  // Most facts do not name anybody, and to put together an expression with classes of letters takes a hundred times as long as to see that.
  if (!new RegExp(words.join("\\s+"), "iu").test(facts)) return facts;
  return facts.replace(new RegExp(`(?<![\\p{L}\\p{N}])${words.join("\\s+")}(?![\\p{L}\\p{N}])`, "giu"), "[account holder]");
}

const address = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Nine digits or more as people write numbers, with or without marks between them; shorter ones are amounts and counts. */
const national = /(?<![\d.,])\(?\d{2,4}\)?(?:[\s.\-/]{0,2}\d{2,4}){2,4}(?![\d,])/g;

const isDate = (found: string): boolean => /^\d{4}-\d{2}-\d{2}/.test(found);

/** Mail addresses and phone numbers of anybody but the platform. */
export function contactDetailsIn(text: string, platformsOwn: readonly string[]): PersonalData[] {
  const plain = text.normalize("NFKC").replace(/\p{Cf}+/gu, "");
  const own = new Set(platformsOwn.map((value) => value.toLowerCase()));
  const mails = [...plain.matchAll(address)].map(([found]) => found).filter((found) => !own.has(found.toLowerCase()));
  const international = findPhoneNumbersInText(plain).map(({ startsAt, endsAt }) => plain.slice(startsAt, endsAt));
  const phones = [...international, ...[...plain.matchAll(national)].map(([found]) => found).filter((found) => found.replace(/\D/g, "").length >= 9 && !isDate(found) && !international.some((number) => number.includes(found.trim())))];
  return [
    ...[...new Set(mails)].map((found): PersonalData => ({ who: "somebody", kind: "email", found })),
    ...[...new Set(phones)].map((found): PersonalData => ({ who: "somebody", kind: "phone", found })),
  ];
}

/** What is kept about it: the kinds, not the data. */
export const blockersIn = (found: readonly PersonalData[]): string[] => [...new Set(found.map(({ who, kind }) => `${who}_${kind}`))].sort();

/** Stands among the blockers of a statement that the database would not take. */
export const rulesRefuse = "rules_refuse";

const kindNames: Record<PersonalData["kind"], string> = { name: "name", email: "mail address", mailbox: "mail address", phone: "phone number", phone_part: "part of a phone number", report_id: "reference or id", quotation: "own words" };
const whoNames: Record<PersonalData["who"], string> = { holder: "the account holder's", reporter: "a reporter's", somebody: "somebody's" };

/** "the account holder's name": why a statement is held back. */
export function blockerInWords(blocker: string): string {
  if (blocker === rulesRefuse) return "something the database's rules refuse";
  const [who = "", ...kind] = blocker.split("_");
  const name = kindNames[kind.join("_") as PersonalData["kind"]];
  const whose = whoNames[who as PersonalData["who"]];
  return name && whose ? `${whose} ${name}` : "personal data";
}
