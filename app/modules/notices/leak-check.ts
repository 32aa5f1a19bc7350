import { commonWords } from "./common-words";
import { brokenWords, drawnWords, foldedWords, foldWord, readingOf, startsWithCapital, unhyphenated, wordsOf, type Place, type Reading, type Word } from "./leaks/reading";
import { addressPartPlaces, addressPlaces, drawnApart, numbersIn, phonePartPlaces, phonePlaces, referencePlaces, sameNumber, squeeze, withoutSpaces, type Squeezed } from "./leaks/secret-marks";

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

export const leakKinds = ["name", "email", "mailbox", "phone", "phone_part", "report_id", "quotation"] as const;
export type LeakKind = (typeof leakKinds)[number];

export interface Leak {
  kind: LeakKind;
  /** As it stands in the checked text, never as it stands in a report: whoever wrote the text learns no more than they wrote. */
  found: string;
  places: readonly Place[];
}

/**
 * What a person may declare to be no leak after all: words that mean something else in their place. An address, a number
 * or a reference of a report means nothing else, and has to go.
 */
export const isConfirmable = (kind: LeakKind): boolean => kind === "name" || kind === "quotation" || kind === "mailbox" || kind === "phone_part";

/** A run of this many words shared with a report is a quotation (DOMAIN, rule 8: longer than eight words). */
const quotationWords = 9;

/**
 * What in a text for an account holder could identify a reporter (DOMAIN, rule 8). Spelling, accents, width, spacing,
 * look-alike letters and invisible characters do not hide a leak; a text with any is refused.
 */
export function findLeaks(text: string, secret: Confidential, known: Known = { values: [], texts: [] }): Leak[] {
  const reading = readingOf(text);
  const words = wordsOf(reading);
  const squeezed = squeeze(reading);
  const compact = withoutSpaces(reading);
  const numbers = numbersIn(reading, words);
  const knownValues = new Set(known.values.map(foldWord));
  const knownWords = new Set([...knownValues].flatMap((value) => value.split(" ")));
  const isKnown = (value: string) => knownValues.has(foldWord(value));
  const isKnownDomain = (domain: string) => known.values.some((value) => value.toLowerCase().endsWith(`@${domain}`));
  const emails = distinct(secret.emails).filter((email) => !isKnown(email));
  const phones = distinct(secret.phones).filter((phone) => !known.values.some((value) => sameNumber(value, phone)));
  const spoken: Spoken = { reading, compact, words, broken: brokenWords(reading), drawn: drawnWords(reading), pairs: pairsOf(words), joined: ` ${words.map((word) => word.folded).join(" ")} `, knownWords };
  const places: readonly (readonly [LeakKind, readonly Place[]])[] = [
    ["email", emails.flatMap((email) => addressPlaces(reading, compact, email))],
    ["mailbox", emails.flatMap((email) => addressPartPlaces(reading, email, isKnownDomain))],
    ["phone", phones.flatMap((phone) => phonePlaces(numbers, phone))],
    ["phone_part", phones.flatMap((phone) => phonePartPlaces(reading, numbers, phone, known.values))],
    ["report_id", distinct(secret.reportIds).flatMap((id) => referencePlaces(reading, squeezed, id))],
    ["name", distinct(secret.names).filter((name) => !isKnown(name)).flatMap((name) => namePlaces(spoken, name))],
    ["quotation", [words, unhyphenated(reading, words) ?? []].flatMap((list) => quotationPlaces(list, secret.reporterTexts, known.texts))],
  ];
  const certain = places.flatMap(([kind, all]) => (isConfirmable(kind) ? [] : all));
  return places.flatMap(([kind, all]) => grouped(text, kind, isConfirmable(kind) ? all.filter((part) => !certain.some((one) => covers(one, part))) : all));
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
const covers = ([start, end]: Place, [from, to]: Place): boolean => start <= from && to <= end;

/** The same words found twice are one leak in two places; what lies within a longer find is part of it. */
function grouped(text: string, kind: LeakKind, all: readonly Place[]): Leak[] {
  const sorted = [...new Map(all.map((place) => [place.join(), place])).values()].toSorted(([a, aEnd], [b, bEnd]) => a - b || bEnd - aEnd);
  const outer: Place[] = [];
  for (const place of sorted) if (!outer.length || !covers(outer.at(-1)!, place)) outer.push(place);
  const byWords = new Map<string, Place[]>();
  for (const place of outer) {
    const found = text.slice(...place).trim();
    byWords.set(found, [...(byWords.get(found) ?? []), place]);
  }
  return [...byWords].map(([found, places]) => ({ kind, found, places }));
}

interface Spoken {
  reading: Reading;
  compact: Squeezed;
  words: readonly Word[];
  broken: readonly Word[];
  drawn: readonly Word[];
  pairs: ReadonlyMap<string, readonly Place[]>;
  joined: string;
  knownWords: ReadonlySet<string>;
}

/** Scripts that write no spaces between words: a name of theirs stands within a run of letters. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * A name leaks whole, in whatever order, case and spacing; and by each telling part that is written like a name. A part
 * in lower case counts when it is long enough not to be a word by chance, or stands beside another one.
 */
function namePlaces({ reading, compact, words, broken, drawn, pairs, joined, knownWords }: Spoken, name: string): Place[] {
  const parts = foldWord(name).split(" ").filter(Boolean);
  if (unspaced.test(name)) return parts.join("").length < 2 ? [] : drawnApart(reading, compact, parts.join(""), true);
  const telling = new Set([...parts, ...name.split(/\s+/).map((chunk) => foldWord(chunk).replaceAll(" ", ""))].filter((part) => part.length >= 3 && !commonWords.has(part) && !knownWords.has(part)));
  if (telling.size === 0) return [];
  const orders = [parts, parts.toReversed()];
  const runTogether = new Set(orders.flatMap(joinedRuns).filter((one) => one.length >= 6));
  const twoOfMany = parts.length < 3 ? [] : orders.flatMap((order) => order.slice(1).map((part, at) => [order[at]!, part])).filter((two) => two.every((part) => telling.has(part)));
  const places: Place[] = [...orders, ...twoOfMany, ...withInitials(parts, telling)].flatMap((order) => wholeNamePlaces(words, joined, order));
  for (const { folded, place } of [...words, ...broken]) {
    const singular = folded.length >= 7 && folded.endsWith("s") ? folded.slice(0, -1) : folded;
    const isPart = telling.has(folded) || telling.has(singular);
    if (runTogether.has(folded) || (isPart && (folded.length >= 6 || startsWithCapital(reading, place)))) places.push(place);
  }
  for (const { folded, place } of drawn) if (telling.has(folded) || runTogether.has(folded)) places.push(place);
  return [...places, ...[...telling].flatMap((part) => pairs.get(part) ?? [])];
}

/** `R. Marin`, `Marin, R.`, in lower case too; a letter that is a word of its own is no initial. */
const withInitials = (parts: readonly string[], telling: ReadonlySet<string>): string[][] =>
  parts
    .filter((part) => telling.has(part))
    .flatMap((part) => parts.filter((other) => other !== part && !/^[aeiouy]/.test(other)).flatMap((other) => [[other[0]!, part], [part, other[0]!]]));

/** Two to four parts that follow each other, or all of them, written as one word. */
const joinedRuns = (parts: readonly string[]): string[] =>
  parts.length < 2 ? [] : [parts.join(""), ...[2, 3, 4].flatMap((count) => parts.slice(count - 1).map((_last, from) => parts.slice(from, from + count).join("")))];

/** Words that follow each other as the one they would be together: `Whit lock`. */
function pairsOf(words: readonly Word[]): Map<string, Place[]> {
  const pairs = new Map<string, Place[]>();
  words.slice(1).forEach(({ folded, place: [, end] }, at) => {
    const before = words[at]!;
    const together = before.folded + folded;
    if (together.length >= 6) pairs.set(together, [...(pairs.get(together) ?? []), [before.place[0], end]]);
  });
  return pairs;
}

function wholeNamePlaces(words: readonly Word[], joined: string, order: readonly string[]): Place[] {
  if (order.length === 0 || !joined.includes(` ${order.join(" ")} `)) return [];
  return words.flatMap((word, at): Place[] =>
    order.every((part, offset) => words[at + offset]?.folded === part) ? [[word.place[0], words[at + order.length - 1]!.place[1]]] : [],
  );
}

/** Everything quoted, from the first shared word to the last, however the sentence was broken into lines. */
function quotationPlaces(words: readonly Word[], secrets: readonly string[], known: readonly string[]): Place[] {
  const folded = words.map((word) => word.folded);
  const vocabulary = new Set(folded);
  const keys = new Set(folded.slice(quotationWords - 1).flatMap((_last, at) => runsAt(folded, at)));
  const shared = new Set(secrets.flatMap((text) => runsWithin(keys, vocabulary, foldedWords(text))));
  if (shared.size === 0) return [];
  const own = new Set(known.flatMap((text) => runsWithin(keys, vocabulary, foldedWords(text))));
  const isQuoted = (key: string): boolean => shared.has(key) && !own.has(key);
  const places: [number, number][] = [];
  let last = -2;
  for (let at = 0; at + quotationWords <= words.length; at += 1) {
    if (!runsAt(folded, at).some(isQuoted)) continue;
    const end = words[at + quotationWords - 1]!.place[1];
    if (last === at - 1) places.at(-1)![1] = end;
    else places.push([words[at]!.place[0], end]);
    last = at;
  }
  return places;
}

const changeable = Array.from({ length: quotationWords - 2 }, (_word, index) => index + 1);

/** The words from there on as a quotation has them, and as one does that changed a single word within. */
function runsAt(words: readonly string[], at: number): string[] {
  const run = words.slice(at, at + quotationWords);
  return [run.join(" "), ...changeable.map((changed) => run.with(changed, "…").join(" "))];
}

/** Which of these runs another text has. Only where all but one of its words in a row occur at all is a run looked up: reports are many and long. */
function runsWithin(keys: ReadonlySet<string>, vocabulary: ReadonlySet<string>, words: readonly string[]): string[] {
  const found: string[] = [];
  let strange = 0;
  words.forEach((word, index) => {
    if (!vocabulary.has(word)) strange += 1;
    const left = words[index - quotationWords];
    if (left !== undefined && !vocabulary.has(left)) strange -= 1;
    if (index < quotationWords - 1 || strange > 1) return;
    for (const key of runsAt(words, index - quotationWords + 1)) if (keys.has(key)) found.push(key);
  });
  return found;
}
