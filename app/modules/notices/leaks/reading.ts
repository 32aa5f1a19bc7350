import { foldName } from "~/infra/normalise";
import { decoded } from "./encoded";

/**
 * A text as a reader takes it in: lower case, one width, one kind of space, without what nobody can see, letters of
 * other scripts that look like Latin ones as those, encoded signs as what they stand for. Every sign keeps the place it was written at.
 */
export interface Reading {
  written: string;
  seen: string;
  /** For each sign of `seen`, where it starts in `written`; one more for the end. */
  at: readonly number[];
}

/** Where something stands in the written text; the end is exclusive. */
export type Place = readonly [start: number, end: number];

export interface Word {
  folded: string;
  place: Place;
}

/** Cyrillic, Greek and small capital letters that cannot be told from Latin ones in print (after Unicode Technical Standard 39). */
const lookAlikes = new Map(
  Object.entries({
    а: "a", в: "b", с: "c", ԁ: "d", е: "e", ё: "e", һ: "h", і: "i", ї: "i", ј: "j", к: "k", ӏ: "l", м: "m", н: "h", о: "o", р: "p", ԛ: "q", ѕ: "s", т: "t",
    у: "y", ѵ: "v", ԝ: "w", х: "x", α: "a", β: "b", ε: "e", η: "n", ι: "i", κ: "k", ν: "v", ο: "o", ρ: "p", τ: "t", υ: "u", χ: "x", ϲ: "c", ϳ: "j", ς: "σ", ɑ: "a", ɡ: "g", ı: "i", ᴏ: "o",
    ᴀ: "a", ʙ: "b", ᴄ: "c", ᴅ: "d", ᴇ: "e", ɢ: "g", ʜ: "h", ɪ: "i", ᴊ: "j", ᴋ: "k", ʟ: "l", ᴍ: "m", ɴ: "n", ᴘ: "p", ʀ: "r", ꜱ: "s", ᴛ: "t", ᴜ: "u", ᴠ: "v", ᴡ: "w", ʏ: "y", ᴢ: "z",
  }),
);

/** Greek capitals that look like a Latin letter which their small letters do not look like. */
const capitalLookAlikes = new Map(Object.entries({ Ζ: "Z", Η: "H", Μ: "M", Ν: "N", Υ: "Y" }));
const capitals = /[ΖΗΜΝΥ]/g;

/** In a word that has Latin letters they stand for Latin ones; in a Greek name they are what they are. As long as before. */
const withLatinCapitals = (text: string): string =>
  text.search(capitals) === -1 ? text : text.replace(/[\p{L}\p{M}\p{Cf}]+/gu, (word) => (/\p{Script=Latin}/u.test(word) ? word.replace(capitals, (sign) => capitalLookAlikes.get(sign)!) : word));

/** The zero of each script that has digits of its own and writes numbers with them. */
const zeros = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810];

const disguised = new RegExp(`[${[...lookAlikes.keys()].join("")}]|(?![0-9])\\p{Nd}`, "gu");

function plainly(sign: string): string {
  const code = sign.codePointAt(0)!;
  const zero = zeros.find((first) => code >= first && code < first + 10);
  return zero === undefined ? (lookAlikes.get(sign) ?? sign) : String(code - zero);
}

/** Takes up no room on the page: control signs, and letters and marks that are drawn as nothing. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** A pattern of Braille without dots, which is a blank. */
const blank = /\u2800/gu;

const asSeen = (text: string): string =>
  text.normalize("NFKD").replace(invisible, "").replace(blank, " ").replace(/\p{M}+/gu, "").normalize("NFC").toLowerCase().replace(disguised, plainly);

const marked = /\P{M}\p{M}*|\p{M}+/suy;

/** The sign that starts at `index`, with its accents. Plain letters are told without a regular expression: most are. */
function signAt(written: string, index: number): string {
  const next = written.charCodeAt(index + 1);
  if (written.charCodeAt(index) < 0x80 && (Number.isNaN(next) || next < 0x80)) return written[index]!;
  marked.lastIndex = index;
  return marked.exec(written)?.[0] ?? written[index]!;
}

export function readingOf(written: string): Reading {
  const plain = decoded(written);
  const shown = withLatinCapitals(plain?.text ?? written);
  const parts: string[] = [];
  const at: number[] = [];
  let last = " ";
  for (let index = 0, sign = ""; index < shown.length; index += sign.length) {
    sign = signAt(shown, index);
    const seen = sign.length === 1 && sign > " " && sign < "\x7f" ? sign.toLowerCase() : asSeen(sign);
    const kept = seen.trim() === "" ? (seen === "" || last === " " ? "" : " ") : seen;
    if (kept === "") continue;
    parts.push(kept);
    for (let unit = 0; unit < kept.length; unit += 1) at.push(index);
    last = kept;
  }
  at.push(shown.length);
  return { written, seen: parts.join(""), at: plain ? at.map((place) => plain.at[place]!) : at };
}

const unlikeAscii = /[^\x00-\x7f]/;

/** The words of a text whose places do not matter, folded as {@link wordsOf} folds them. */
export const foldedWords = (written: string): string[] => foldedPlain(decoded(written)?.text ?? written);

const foldedPlain = (text: string): string[] =>
  unlikeAscii.test(text) ? foldName(asSeen(withLatinCapitals(text))).split(" ").filter(Boolean) : (text.toLowerCase().match(/[a-z0-9]+/g) ?? []);

export const placeOf = ({ at }: Reading, start: number, end: number): Place => [at[start]!, endOf(at, end)];

/** The sign that ends a match may stand for several, such as a letter and its accents: all of them belong to it. */
function endOf(at: readonly number[], end: number): number {
  const last = at[end - 1]!;
  for (let next = end; next < at.length; next += 1) if (at[next]! > last) return at[next]!;
  return at[at.length - 1]!;
}

export const foldWord = (raw: string): string => foldedWords(raw).join(" ");

export function wordsOf(reading: Reading): Word[] {
  return [...reading.seen.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].flatMap(({ 0: raw, index }) => {
    const folded = foldName(raw);
    return folded === "" ? [] : [{ folded, place: placeOf(reading, index, index + raw.length) }];
  });
}

export const startsWithCapital = ({ written }: Reading, place: Place): boolean => {
  const word = written.slice(...place);
  return /^[\p{Cf}\s]*\p{Lu}/u.test((decoded(word)?.text ?? word).normalize("NFKC"));
};

/** The same words with those put together again that a hyphen at a line's end has taken apart; null: there are none. */
export function unhyphenated({ written }: Reading, words: readonly Word[]): Word[] | null {
  const whole: Word[] = [];
  for (const word of words) {
    const before = whole.at(-1);
    const broken = before && /^\p{Cf}*[-\u00AD\u2010]\p{Cf}*[^\S\n\r]*[\n\r]\s*$/u.test(written.slice(before.place[1], word.place[0]));
    if (broken) whole[whole.length - 1] = { folded: before.folded + word.folded, place: [before.place[0], word.place[1]] };
    else whole.push(word);
  }
  return whole.length === words.length ? null : whole;
}

/** Words that a line break or spacing out has taken apart: `Whit- lock`, `W h i t l o c k`. */
export function brokenWords(reading: Reading): Word[] {
  const broken = [...reading.seen.matchAll(/[\p{L}\p{M}]+[-\u2010] [\p{L}\p{M}]+/gu), ...reading.seen.matchAll(/(?<![\p{L}\p{N}])\p{L}(?:[ .*_-]{1,2}\p{L}){3,}(?![\p{L}\p{N}])/gu)];
  return broken.map(({ 0: raw, index }) => ({ folded: foldName(raw).replaceAll(" ", ""), place: placeOf(reading, index, index + raw.length) }));
}

/** Digits and signs that stand for a letter they look like. */
const drawnLetters: Readonly<Record<string, string>> = { "0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", $: "s", "€": "e" };
const lettersInStead = /[034578@$€]/g;
/** These stand for an i or an l. */
const strokes = /[1!|]/g;

/** Words in which digits or signs stand for letters: `Wh1tl0ck`, `M@rin`. */
export function drawnWords(reading: Reading): Word[] {
  return [...reading.seen.matchAll(/[\p{L}\p{N}@$€!|]{4,}/gu)].flatMap(({ 0: signs, index }) => {
    const raw = signs.replace(/!+$/, "");
    if (!/\p{L}/u.test(raw) || /^[\p{L}]*$/u.test(raw)) return [];
    const letters = raw.replace(lettersInStead, (sign) => drawnLetters[sign]!);
    const place = placeOf(reading, index, index + raw.length);
    return [...new Set(["i", "l"].map((letter) => foldName(letters.replace(strokes, letter))))].filter((folded) => /^\p{L}{4,}$/u.test(folded)).map((folded) => ({ folded, place }));
  });
}
