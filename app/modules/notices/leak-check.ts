import { foldName, normaliseEmail } from "~/infra/normalise";
import { commonWords } from "./common-words";

/** What could identify a reporter: everything staff can see of the people who reported one account. */
export interface Confidential {
  names: readonly string[];
  emails: readonly string[];
  phones: readonly string[];
  /** References and ids of reports. */
  reportIds: readonly string[];
  /** What reporters wrote in their own words: descriptions and answers, not the messages they complain of. */
  reporterTexts: readonly string[];
}

/** What the account holder knows anyway, so that naming it gives nothing away. */
export interface Known {
  /** Their own names, addresses and numbers, and the platform's. */
  values: readonly string[];
  /** Their own messages and the wording of the policies. */
  texts: readonly string[];
}

export interface Leak {
  kind: "name" | "email" | "phone" | "report_id" | "quotation";
  /** The words in the checked text, so that whoever wrote it can see what to change. */
  found: string;
}

/** A run of this many words shared with a report is a quotation (DOMAIN, rule 8: longer than eight words). */
const quotationWords = 9;

/**
 * What in a text for an account holder could identify a reporter (DOMAIN, rule 8). Spelling, accents, width, spacing
 * and invisible characters do not hide a leak; a text with any is refused.
 */
export function findLeaks(text: string, secret: Confidential, known: Known = { values: [], texts: [] }): Leak[] {
  const seen = visible(text);
  const knownValues = new Set(known.values.map(foldName));
  const isKnown = (value: string) => knownValues.has(foldName(value));
  const spellings = addressSpellings(seen);
  const squeezed = lettersAndDigits(seen);
  const words = wordsOf(seen);
  const knownWords = new Set([...knownValues].flatMap((value) => value.split(" ")));
  return unique([
    ...distinct(secret.emails).filter((email) => !isKnown(email)).flatMap((email) => emailLeaks(spellings, email)),
    ...distinct(secret.phones).filter((phone) => !known.values.some((value) => sameNumber(value, phone))).flatMap((phone) => phoneLeaks(seen, phone)),
    ...distinct(secret.reportIds).flatMap((id) => idLeaks(seen, squeezed, id)),
    ...distinct(secret.names).filter((name) => !isKnown(name)).flatMap((name) => nameLeaks(words, name, knownWords)),
    ...quotations(seen, secret.reporterTexts, known.texts),
  ]);
}

/** Invisible characters (zero-width, soft hyphen, direction marks) could split a word without anyone seeing it. */
const visible = (text: string): string => text.normalize("NFKC").replace(/\p{Cf}+/gu, "").replace(/\s+/gu, " ");

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

const unique = (leaks: Leak[]): Leak[] => [...new Map(leaks.map((leak) => [`${leak.kind} ${leak.found}`, leak])).values()];

/** Mailboxes of a role say nothing about a person. */
const roleMailboxes = new Set(["info", "support", "contact", "abuse", "admin", "sales", "office", "hello", "mail", "help", "team", "service", "webmaster"]);

type AddressSpellings = { plain: string; spelledOut: string };

function addressSpellings(text: string): AddressSpellings {
  const plain = text.toLowerCase();
  const spelledOut = plain
    .replace(/\s*[([{]?\s*(?<![\p{L}\p{N}])(?:at|arroba)(?![\p{L}\p{N}])\s*[)\]}]?\s*/gu, "@")
    .replace(/\s*[([{]?\s*(?<![\p{L}\p{N}])(?:dot|punto)(?![\p{L}\p{N}])\s*[)\]}]?\s*/gu, ".");
  return { plain, spelledOut };
}

function emailLeaks({ plain, spelledOut }: AddressSpellings, email: string): Leak[] {
  const address = normaliseEmail(email);
  if (plain.includes(address) || spelledOut.includes(address)) return [{ kind: "email", found: address }];
  const mailbox = address.slice(0, address.lastIndexOf("@")).replace(/\+.*$/, "");
  const telling = mailbox.length >= 5 && !roleMailboxes.has(mailbox) && !commonWords.has(mailbox);
  return telling && standsAlone(plain, mailbox) ? [{ kind: "email", found: mailbox }] : [];
}

function standsAlone(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    const before = text.slice(0, at).at(-1) ?? " ";
    const after = text.slice(at + part.length).at(0) ?? " ";
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}

/** The last seven digits tell a number apart whether or not its country and area were written. */
const telling = 7;
const digitsOf = (value: string): string => value.normalize("NFKC").replace(/\D/g, "");

function sameNumber(a: string, b: string): boolean {
  const [one, other] = [digitsOf(a), digitsOf(b)];
  return one.length >= telling && other.length >= telling && one.slice(-10) === other.slice(-10);
}

function phoneLeaks(text: string, phone: string): Leak[] {
  const tail = digitsOf(phone).slice(-telling);
  if (tail.length < telling) return [];
  const written = text.match(/\+?\d(?:[\s().\-/\u00A0\u2010-\u2015]*\d){6,}/gu) ?? [];
  return written.filter((number) => digitsOf(number).includes(tail)).map((number) => ({ kind: "phone", found: number.trim() }));
}

const lettersAndDigits = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();

/** However many separators a reference is spelled with, its letters and digits tell. */
function idLeaks(text: string, squeezed: string, id: string): Leak[] {
  const bare = lettersAndDigits(id);
  if (bare.length < 6 || !squeezed.includes(bare)) return [];
  const spelled = new RegExp([...bare].join("[^\\p{L}\\p{N}]*"), "iu").exec(text);
  return [{ kind: "report_id", found: spelled?.[0] ?? id }];
}

/**
 * A name leaks whole, in whatever order and case; and by each telling part that is written like a name. A part in
 * lower case counts when it is long enough not to be a word by chance.
 */
function nameLeaks(words: readonly Word[], name: string, knownWords: ReadonlySet<string>): Leak[] {
  const parts = foldName(name).split(" ").filter(Boolean);
  const tellingParts = parts.filter((part) => part.length >= 3 && !commonWords.has(part) && !knownWords.has(part));
  const folded = ` ${words.map((word) => word.folded).join(" ")} `;
  if (tellingParts.length > 0 && [parts, [...parts].reverse()].some((order) => folded.includes(` ${order.join(" ")} `))) return [{ kind: "name", found: name.trim() }];
  return words
    .filter(({ folded: word, raw }) => tellingParts.includes(word) && (/^\p{Lu}/u.test(raw) || word.length >= 6))
    .map(({ raw }) => ({ kind: "name", found: raw }));
}

interface Word {
  raw: string;
  folded: string;
}

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(([raw]) => ({ raw, folded: foldName(raw) })).filter(({ folded }) => folded !== "");

function quotations(text: string, secrets: readonly string[], known: readonly string[]): Leak[] {
  const own = new Set(known.flatMap((each) => runs(visible(each)).map(({ key }) => key)));
  const secretRuns = new Set(secrets.flatMap((each) => runs(visible(each)).map(({ key }) => key)));
  const shared = runs(text).filter(({ key }) => secretRuns.has(key) && !own.has(key));
  return shared.filter(({ at }, index) => shared[index - 1]?.at !== at - 1).map(({ words }) => ({ kind: "quotation", found: words }));
}

function runs(text: string): { at: number; key: string; words: string }[] {
  const words = wordsOf(text);
  const count = Math.max(0, words.length - quotationWords + 1);
  return Array.from({ length: count }, (_none, at) => {
    const run = words.slice(at, at + quotationWords);
    return { at, key: run.map(({ folded }) => folded).join(" "), words: run.map(({ raw }) => raw).join(" ") };
  });
}
