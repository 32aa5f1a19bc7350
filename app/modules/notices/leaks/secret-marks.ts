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
/** So many in a row of somebody's number are part of it, hardly by chance. */
const likelyDigits = 6;
/** So few tell something only where they are said to be its end. */
const fewestDigits = 4;
export const digitsOf = (value: string): string => readingOf(value).seen.replace(/\D/g, "");

export function sameNumber(a: string, b: string): boolean {
  const [one, other] = [digitsOf(a), digitsOf(b)];
  return one.length >= tellingDigits && other.length >= tellingDigits && one.slice(-10) === other.slice(-10);
}

export interface WrittenNumber {
  digits: string;
  place: Place;
}

/** Digits with whatever signs between them, and digits that are said in words: `three oh seven, 555 …`. Four at least. */
export const numbersIn = (reading: Reading, words: readonly Word[]): WrittenNumber[] => [
  ...[...reading.seen.matchAll(/\+?\d(?:[^\p{L}\p{N}]{0,5}\d){3,}/gu)].map(({ 0: found, index }) => ({
    digits: found.replace(/\D/g, ""),
    place: placeOf(reading, index, index + found.length),
  })),
  ...saidNumbers(words).filter(({ digits }) => digits.length >= fewestDigits),
];

const numberWords = (names: string, digits: (at: number) => string) => names.split("|").flatMap((alike, at) => alike.split(" ").map((name) => [name, digits(at)] as const));
const saidUnits = new Map([...numberWords("zero cero|one uno un|two dos|three tres|four cuatro|five cinco|six seis|seven siete|eight ocho|nine nueve", String), ["oh", "0"], ["o", "0"]]);
const saidTeens = new Map(numberWords("ten diez|eleven once|twelve doce|thirteen trece|fourteen catorce|fifteen quince|sixteen dieciseis|seventeen diecisiete|eighteen dieciocho|nineteen diecinueve", (at) => String(10 + at)));
const saidTens = new Map(numberWords("twenty veinte|thirty treinta|forty cuarenta|fifty cincuenta|sixty sesenta|seventy setenta|eighty ochenta|ninety noventa", (at) => String(2 + at)));
const repeats = new Map([["double", 2], ["doble", 2], ["triple", 3]]);

/** The digits that a word says, with those that belong to it: `42`, `forty two`, `cuarenta y dos`, `double five`. */
function saidAt(words: readonly Word[], at: number): { digits: string; used: number } | null {
  const word = words[at]!.folded;
  const unitAt = (place: number) => saidUnits.get(words[place]?.folded ?? "");
  const times = repeats.get(word);
  if (times) {
    const unit = unitAt(at + 1);
    return unit ? { digits: unit.repeat(times), used: 2 } : null;
  }
  const tens = saidTens.get(word);
  if (tens) {
    const skipped = words[at + 1]?.folded === "y" ? 2 : 1;
    const unit = unitAt(at + skipped);
    return unit && unit !== "0" ? { digits: `${tens}${unit}`, used: skipped + 1 } : { digits: `${tens}0`, used: 1 };
  }
  const twenty = word.startsWith("veinti") ? saidUnits.get(word.slice("veinti".length)) : undefined;
  const digits = /^\d+$/.test(word) ? word : (saidUnits.get(word) ?? saidTeens.get(word) ?? (twenty && `2${twenty}`));
  return digits ? { digits, used: 1 } : null;
}

function saidNumbers(words: readonly Word[]): WrittenNumber[] {
  const runs: { digits: string; place: Place; next: number }[] = [];
  for (let at = 0; at < words.length; ) {
    const said = saidAt(words, at);
    if (!said) {
      at += 1;
      continue;
    }
    const [start, end] = [words[at]!.place[0], words[at + said.used - 1]!.place[1]];
    const run = runs.at(-1);
    const next = at + said.used;
    if (run?.next === at) runs[runs.length - 1] = { digits: run.digits + said.digits, place: [run.place[0], end], next };
    else runs.push({ digits: said.digits, place: [start, end], next });
    at = next;
  }
  return runs;
}

export function phonePlaces(numbers: readonly WrittenNumber[], phone: string): Place[] {
  const tail = digitsOf(phone).slice(-tellingDigits);
  return tail.length < tellingDigits ? [] : numbers.filter(({ digits }) => digits.includes(tail)).map(({ place }) => place);
}

const joining = "in|with|on|at|by|is|are|was|were|the|of|digits|numbers|four|five|six|en|con|por|de|son|es|fueron|cifras|digitos|dígitos|numeros|números|cuatro|cinco|seis|[4-6]";
/** "ending in", "whose last four digits are", "terminado en", and signs in the place of the digits before. */
const saidToBeTheEnd = new RegExp(`(?:(?<!\\p{L})(?:end(?:s|ed|ing)?|last|final|terminad[oa]|terminan?|acabad[oa]|acaban?|[uú]ltim[oa]s)(?:[\\s:,“"'(]+(?:${joining})(?!\\p{L}))*|[x*•#]{2,}|…|\\.{3})[\\s:,“"'()-]*$`, "iu");

/** The same said after them: "are its last digits", "son sus últimas cifras", "at the end". */
const saidToHaveBeenTheEnd = /^[\s”»"'’),:]*(?:(?:are|is|were|was|being|as|at|in|son|eran|fueron|como|al|en)\s+)?(?:(?:its|the|his|her|their|your|a|sus?|l[oa]s|el)\s+)*(?:last|final(?:es)?|end|ending|[uú]ltim[oa]s)(?!\p{L})/iu;

/** Part of a number: many of its digits in a row, or its last ones where the text says that they are. `own`: the holder's numbers. */
export function phonePartPlaces({ written }: Reading, numbers: readonly WrittenNumber[], phone: string, own: readonly string[]): Place[] {
  const whole = digitsOf(phone);
  if (whole.length < tellingDigits) return [];
  return numbers.flatMap(({ digits, place }) => {
    if (digits.length > whole.length || own.some((one) => digitsOf(one).includes(digits))) return [];
    const isPart = digits.length >= likelyDigits && whole.includes(digits);
    const isEnd = whole.endsWith(digits) && (saidToBeTheEnd.test(written.slice(Math.max(0, place[0] - 60), place[0])) || saidToHaveBeenTheEnd.test(written.slice(place[1], place[1] + 60)));
    return isPart || isEnd ? [place] : [];
  });
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
