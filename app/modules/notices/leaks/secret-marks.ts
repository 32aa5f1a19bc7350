import { normaliseEmail } from "~/infra/normalise";
import { commonWords } from "../common-words";
import { placeOf, readingOf, type Place, type Reading, type Word } from "./reading";

/** Mailboxes of a role say nothing about a person. */
const roleMailboxes = new Set(["info", "support", "contact", "abuse", "admin", "sales", "office", "hello", "mail", "help", "team", "service", "webmaster"]);

/** Where anybody can have a mailbox, so that the domain says nothing about a person. */
const publicDomains = new Set(
  "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com aol.com proton.me protonmail.com gmx.com gmx.net mail.com zoho.com yandex.com hotmail.es outlook.es yahoo.es".split(" "),
);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

function allPlaces(reading: Reading, pattern: RegExp): Place[] {
  return [...reading.seen.matchAll(pattern)].map(({ 0: found, index }) => placeOf(reading, index, index + found.length));
}

/** The whole address, as it is, drawn apart or over lines, or with its signs spelled out: `ana (at) mail dot example`. */
export function addressPlaces(reading: Reading, compact: Squeezed, email: string): Place[] {
  const address = readingOf(normaliseEmail(email)).seen;
  const at = address.lastIndexOf("@");
  if (at < 1) return [];
  return [...spelledPlaces(reading, address, at), ...drawnApart(reading, compact, address)];
}

function spelledPlaces(reading: Reading, address: string, at: number): Place[] {
  if (!reading.seen.includes(address.slice(0, at).split(".")[0]!)) return [];
  const spelled = (part: string) => part.split(".").map(escaped).join(" ?[([{]? ?(?:\\.|(?<![\\p{L}\\p{N}])(?:dot|punto)(?![\\p{L}\\p{N}])) ?[)\\]}]? ?");
  const sign = " ?[([{]? ?(?:@|(?<![\\p{L}\\p{N}])(?:at|arroba)(?![\\p{L}\\p{N}])) ?[)\\]}]? ?";
  return allPlaces(reading, new RegExp(`(?<![\\p{L}\\p{N}])${spelled(address.slice(0, at))}${sign}${spelled(address.slice(at + 1))}`, "gu"));
}

/** The same signs in a row, whatever blanks are between them; `within`: also behind another letter. */
export function drawnApart(reading: Reading, { text, from }: Squeezed, signs: string, within = false): Place[] {
  const places: Place[] = [];
  for (let at = text.indexOf(signs); at !== -1; at = text.indexOf(signs, at + 1)) {
    const goesOn = !within && at > 0 && from[at - 1] === from[at]! - 1 && /[\p{L}\p{N}._%+-]/u.test(text[at - 1]!);
    if (!goesOn) places.push(placeOf(reading, from[at]!, from[at + signs.length - 1]! + 1));
  }
  return places;
}

/** A telling part of an address: the mailbox, or a domain that is somebody's own. */
export function addressPartPlaces(reading: Reading, email: string, isKnownDomain: (domain: string) => boolean): Place[] {
  const address = readingOf(normaliseEmail(email)).seen;
  const at = address.lastIndexOf("@");
  if (at < 1) return [];
  const mailbox = address.slice(0, at).replace(/\+.*$/, "");
  const domain = address.slice(at + 1);
  const parts = [
    ...(mailbox.length >= 5 && !roleMailboxes.has(mailbox) && !commonWords.has(mailbox) ? [mailbox] : []),
    ...(domain.length >= 6 && domain.includes(".") && !publicDomains.has(domain) && !isKnownDomain(domain) ? [domain] : []),
  ];
  return parts.flatMap((part) => (reading.seen.includes(part) ? allPlaces(reading, new RegExp(`(?<![\\p{L}\\p{N}])${escaped(part)}(?![\\p{L}\\p{N}])`, "gu")) : []));
}

/** The last seven digits tell a number apart whether or not its country and area were written. */
const tellingDigits = 7;
export const digitsOf = (value: string): string => readingOf(value).seen.replace(/\D/g, "");

export function sameNumber(a: string, b: string): boolean {
  const [one, other] = [digitsOf(a), digitsOf(b)];
  return one.length >= tellingDigits && other.length >= tellingDigits && one.slice(-10) === other.slice(-10);
}

export interface WrittenNumber {
  digits: string;
  place: Place;
}

/** Digits with whatever signs between them, and digits that are said in words: `three oh seven, 555 …`. */
export const numbersIn = (reading: Reading, words: readonly Word[]): WrittenNumber[] => [
  ...[...reading.seen.matchAll(/\+?\d(?:[^\p{L}\p{N}]{0,5}\d){6,}/gu)].map(({ 0: found, index }) => ({
    digits: found.replace(/\D/g, ""),
    place: placeOf(reading, index, index + found.length),
  })),
  ...saidNumbers(words),
];

const saidDigits = new Map(
  "zero cero|one uno|two dos|three tres|four cuatro|five cinco|six seis|seven siete|eight ocho|nine nueve".split("|").flatMap((names, digit) => names.split(" ").map((name) => [name, String(digit)] as const)),
).set("oh", "0").set("o", "0");

function saidNumbers(words: readonly Word[]): WrittenNumber[] {
  const runs: { digits: string; place: Place }[] = [];
  let goesOn = false;
  for (const { folded, place } of words) {
    const digits = /^\d+$/.test(folded) ? folded : saidDigits.get(folded);
    const run = runs.at(-1);
    if (digits && run && goesOn) runs[runs.length - 1] = { digits: run.digits + digits, place: [run.place[0], place[1]] };
    else if (digits) runs.push({ digits, place });
    goesOn = digits !== undefined;
  }
  return runs.filter(({ digits }) => digits.length >= tellingDigits);
}

export function phonePlaces(numbers: readonly WrittenNumber[], phone: string): Place[] {
  const tail = digitsOf(phone).slice(-tellingDigits);
  return tail.length < tellingDigits ? [] : numbers.filter(({ digits }) => digits.includes(tail)).map(({ place }) => place);
}

/** Letters and digits alone, each with its place in the reading. */
export interface Squeezed {
  text: string;
  from: readonly number[];
}

export function squeeze({ seen }: Pick<Reading, "seen">): Squeezed {
  const from: number[] = [];
  let text = "";
  for (const { 0: sign, index } of seen.matchAll(/[\p{L}\p{N}]/gu)) {
    text += sign;
    for (let unit = 0; unit < sign.length; unit += 1) from.push(index + unit);
  }
  return { text, from };
}

/** Everything but the spaces, each with its place in the reading. */
export function withoutSpaces({ seen }: Pick<Reading, "seen">): Squeezed {
  const from = Array.from({ length: seen.length }, (_sign, index) => index).filter((index) => seen[index] !== " ");
  return { text: seen.replaceAll(" ", ""), from };
}

/** However many separators a reference is spelled with, its letters and digits tell; so does a reference without its first letter. */
export function referencePlaces(reading: Reading, squeezed: Squeezed, id: string): Place[] {
  const whole = squeeze(readingOf(id)).text;
  const bare = /^\p{L}-/u.test(id) && whole.length >= 9 ? whole.slice(1) : whole;
  if (bare.length < 6) return [];
  const places: Place[] = [];
  for (let at = squeezed.text.indexOf(bare); at !== -1; at = squeezed.text.indexOf(bare, at + bare.length)) {
    const start = bare !== whole && squeezed.text[at - 1] === whole[0] ? at - 1 : at;
    places.push(placeOf(reading, squeezed.from[start]!, squeezed.from[at + bare.length - 1]! + 1));
  }
  return places;
}
