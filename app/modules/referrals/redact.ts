import { normaliseEmail } from "~/infra/normalise";
import { commonWords } from "../notices/common-words";
import { fold, foldText, type Folded } from "./fold";

/** What somebody is known by. */
export interface Identity {
  names: readonly string[];
  emails: readonly string[];
  phones: readonly string[];
  /** Ids by which systems know them. */
  ids: readonly string[];
}

export type PersonRole = "reporter" | "other_account" | "named_by_staff" | "address_or_number";

export interface KnownPerson extends Identity {
  role: PersonRole;
}

export interface PersonSeen {
  pseudonym: string;
  role: PersonRole;
  /** In how many places of the texts something of theirs was replaced. */
  places: number;
}

export interface Redactor {
  redact(text: string): string;
  /** Where a text names somebody: what {@link redact} would replace, for what is covered rather than rewritten. */
  find(text: string): { start: number; end: number }[];
  /** The pseudonym of the known person at this place of the list, for fields that name them. */
  pseudonymOf(index: number): string;
  /** Everybody who has a pseudonym so far, in the order of the letters. */
  people(): PersonSeen[];
}

interface Span {
  start: number;
  end: number;
  person: number;
}

/** Person A … Person Z, Person AA … */
export function pseudonym(index: number): string {
  let letters = "";
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return `Person ${letters}`;
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const digitsOf = (text: string): string => foldText(text).replace(/\D/g, "");

/** The last digits tell a number apart whether or not its country and area were written. */
const tailLength = 7;

const sameNumber = (a: string, b: string): boolean => a.length >= tailLength && b.length >= tailLength && a.slice(-10) === b.slice(-10);

/**
 * Replaces everybody but the subject by a pseudonym that stays the same in all texts (Person A …): those we know of by
 * name, address, number and id, however these are spelled, and any further mail address or telephone number by its
 * form. What the subject itself is known by stays.
 *
 * Numbers and addresses nobody knew get the next letters in the order of the texts, so the texts have to come in the
 * same order each time.
 */
export function makeRedactor(known: readonly KnownPerson[], subject: Identity): Redactor {
  const roles: PersonRole[] = known.map(({ role }) => role);
  const places: number[] = known.map(() => 0);
  const own = ownThings(subject);
  const finders = known.flatMap((person, index) => findersOf(person, own).map((find) => (text: Folded, source: string): Span[] => find(text, source).map((span) => ({ ...span, person: index }))));
  const strangers = new Map<string, number>();
  known.forEach((person, index) => {
    for (const email of person.emails) strangers.set(`email ${foldText(normaliseEmail(email))}`, index);
    for (const phone of person.phones) strangers.set(`phone ${digitsOf(phone).slice(-10)}`, index);
  });
  const stranger = (key: string): number => {
    const seen = strangers.get(key);
    if (seen !== undefined) return seen;
    const index = roles.push("address_or_number") - 1;
    places.push(0);
    strangers.set(key, index);
    return index;
  };

  const spansIn = (text: Folded, source: string): Span[] => {
    const kept = ownAddresses(text, own);
    const spans = finders.flatMap((find) => find(text, source)).filter((span) => !kept.some(({ start, end }) => start <= span.start && span.end <= end));
    const taken = (start: number, end: number) => spans.some((span) => span.start < end && start < span.end);
    for (const { start, end, found } of addressesIn(text)) {
      if (!own.emails.has(found)) spans.push({ start, end, person: taken(start, end) ? -1 : stranger(`email ${found}`) });
    }
    for (const { start, end, digits } of numbersIn(text)) {
      if (!own.phones.some((phone) => sameNumber(phone, digits)) && !kept.some((mine) => mine.start <= start && end <= mine.end)) {
        spans.push({ start, end, person: taken(start, end) ? -1 : stranger(`phone ${digits.slice(-10)}`) });
      }
    }
    return merged(spans);
  };

  return {
    redact(source) {
      const text = fold(source);
      return replaced(source, text, spansIn(text, source), places);
    },
    find(source) {
      const text = fold(source);
      return spansIn(text, source).map(({ start, end }) => ({ start: text.starts[start]!, end: text.ends[end - 1]! }));
    },
    pseudonymOf: pseudonym,
    people: () => roles.map((role, index) => ({ pseudonym: pseudonym(index), role, places: places[index] ?? 0 })),
  };
}

/** Overlapping finds are one: nothing between their ends stays. */
function merged(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (!last || span.start >= last.end) merged.push({ ...span });
    else {
      last.end = Math.max(last.end, span.end);
      if (last.person < 0) last.person = span.person;
    }
  }
  return merged;
}

function replaced(source: string, text: Folded, spans: readonly Span[], places: number[]): string {
  let out = "";
  let at = 0;
  for (const { start, end, person } of spans) {
    const from = text.starts[start]!;
    if (from < at) continue;
    out += `${source.slice(at, from)}[${person < 0 ? "Person" : pseudonym(person)}]`;
    at = text.ends[end - 1]!;
    if (person >= 0) places[person] = (places[person] ?? 0) + 1;
  }
  return out + source.slice(at);
}

interface Own {
  emails: ReadonlySet<string>;
  phones: readonly string[];
  values: ReadonlySet<string>;
  words: ReadonlySet<string>;
}

const wordsOf = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function ownThings(subject: Identity): Own {
  return {
    emails: new Set(subject.emails.map((email) => foldText(normaliseEmail(email)))),
    phones: subject.phones.map(digitsOf),
    values: new Set([...subject.names, ...subject.ids].map((value) => wordsOf(value).join(" "))),
    words: new Set(subject.names.flatMap(wordsOf)),
  };
}

type Find = (text: Folded, source: string) => { start: number; end: number }[];

const byPattern =
  (pattern: RegExp, accept: (source: string) => boolean = () => true): Find =>
  (text, source) =>
    [...text.text.matchAll(pattern)]
      .map((match) => ({ start: match.index, end: match.index + match[0].length }))
      .filter(({ start, end }) => accept(source.slice(text.starts[start]!, text.ends[end - 1])));

function findersOf(person: KnownPerson, own: Own): Find[] {
  const emails = person.emails.filter((email) => !own.emails.has(foldText(normaliseEmail(email))));
  const phones = person.phones.map(digitsOf).filter((digits) => digits.length >= tailLength && !own.phones.some((mine) => sameNumber(mine, digits)));
  const names = person.names.filter((name) => wordsOf(name).length > 0 && !own.values.has(wordsOf(name).join(" ")));
  const ids = person.ids.filter((id) => wordsOf(id).length > 0 && !own.values.has(wordsOf(id).join(" ")));
  return [...emails.flatMap(emailFinders), ...phones.map(phoneFinder), ...names.flatMap((name) => nameFinders(name, own)), ...ids.map(idFinder)];
}

const roleMailboxes = new Set(["info", "support", "contact", "abuse", "admin", "sales", "office", "hello", "mail", "help", "team", "service", "webmaster"]);

/** Also spelled out ("ana at mail dot example"), spaced, and by its mailbox alone where that tells. */
function emailFinders(email: string): Find[] {
  return [...new Set([foldText(email.trim()), foldText(normaliseEmail(email))])].flatMap((address) => {
    const cut = address.lastIndexOf("@");
    if (cut < 1) return [idFinder(email)];
    const mailbox = address.slice(0, cut);
    const domain = address.slice(cut + 1).split(".").map(escape);
    const sign = (plain: string, words: string) => `(?:\\s{0,3}${plain}\\s{0,3}|\\s{0,3}[([{<]?\\s{0,3}(?:${words})\\s{0,3}[)\\]}>]?\\s{0,3})`;
    const whole = byPattern(new RegExp(`${escape(mailbox)}${sign("@", "at|arroba")}${domain.join(sign("\\.", "dot|punto"))}`, "gu"));
    const bare = mailbox.replace(/\+.*$/, "");
    const tells = bare.length >= 5 && !roleMailboxes.has(bare) && !commonWords.has(bare);
    return tells ? [whole, byPattern(new RegExp(`(?<![\\p{L}\\p{N}])${escape(bare)}(?![\\p{L}\\p{N}])`, "gu"))] : [whole];
  });
}

const between = "[^\\p{L}\\p{N}]{0,4}";
const manyDigits = new RegExp(`\\d(?:${between}\\d){${tailLength - 1},}`, "gu");

/** The number wherever its last digits stand, with as much of its country and area as was written before them. */
function phoneFinder(digits: string): Find {
  return (text) =>
    [...text.text.matchAll(manyDigits)].flatMap((run) => {
      const at = [...run[0]].flatMap((sign, index) => (/\d/.test(sign) ? [run.index + index] : []));
      const written = at.map((index) => text.text[index]).join("");
      const spans = [];
      const tail = digits.slice(-tailLength);
      for (let place = written.indexOf(tail); place !== -1; place = written.indexOf(tail, place + 1)) {
        let first = place;
        for (let back = digits.length - tailLength - 1; back >= 0 && first > 0 && written[first - 1] === digits[back]; back -= 1) first -= 1;
        if (/^0{1,2}$/.test(written.slice(0, first))) first = 0;
        const lead = /(?:\+|\()[\s(+]*$/u.exec(text.text.slice(Math.max(0, at[first]! - 4), at[first]!))?.[0].length ?? 0;
        spans.push({ start: at[first]! - lead, end: at[place + tailLength - 1]! + 1 });
      }
      return spans;
    });
}

/** Scripts that put no space between words: a name there is found wherever its signs stand. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whole, in either order, written together or apart; and by each part that tells, where it is written like a name. */
function nameFinders(name: string, own: Own): Find[] {
  const parts = wordsOf(name);
  const edge = unspaced.test(name) ? ["", ""] : ["(?<![\\p{L}\\p{N}])", "(?![\\p{L}\\p{N}])"];
  const gap = parts.join("").length >= 8 ? "[^\\p{L}\\p{N}]{0,5}" : "[^\\p{L}\\p{N}]{1,5}";
  const orders = parts.length > 1 ? [parts, [...parts].reverse()] : [parts];
  const whole = orders.map((order) => byPattern(new RegExp(`${edge[0]}${order.map(escape).join(gap)}${edge[1]}`, "gu")));
  const telling = parts.length > 1 ? parts.filter((part) => part.length >= 3 && !commonWords.has(part) && !own.words.has(part)) : [];
  const byPart = telling.map((part) => byPattern(new RegExp(`(?<![\\p{L}\\p{N}])${escape(part)}(?![\\p{L}\\p{N}])`, "gu"), (seen) => part.length >= 6 || /^\p{Lu}/u.test(seen)));
  return [...whole, ...byPart];
}

/** However many separators it is spelled with, its letters and digits tell. */
function idFinder(id: string): Find {
  const bare = [...wordsOf(id).join("")];
  const gap = bare.length >= 6 ? "[^\\p{L}\\p{N}]{0,2}" : "";
  return byPattern(new RegExp(`(?<![\\p{L}\\p{N}])${bare.map(escape).join(gap)}(?![\\p{L}\\p{N}])`, "gu"));
}

const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
const address = new RegExp(String.raw`[\p{L}\p{N}.!#$%&'*+/=?^_\x60{|}~-]{1,64}@${label}(?:\.${label}){1,10}`, "gu");

const addressesIn = ({ text }: Folded): { start: number; end: number; found: string }[] =>
  [...text.matchAll(address)].map((match) => ({ start: match.index, end: match.index + match[0].length, found: foldText(normaliseEmail(match[0])) }));

const ownAddresses = (text: Folded, own: Own): { start: number; end: number }[] => addressesIn(text).filter(({ found }) => own.emails.has(found));

const international = /\+\s?\d(?:[\s().\-/]{0,3}\d){7,14}/gu;
const northAmerican = /(?<![\p{L}\p{N}])(?:1[\s.\-]{1,2})?\(?\d{3}\)?[\s.\-/]{0,2}\d{3}[\s.\-/]{0,2}\d{4}(?![\p{L}\p{N}])/gu;

/** Telephone numbers by their form: international, or North American in any of its spellings. */
function numbersIn({ text }: Folded): { start: number; end: number; digits: string }[] {
  return [international, northAmerican].flatMap((form) =>
    [...text.matchAll(form)].map((match) => ({ start: match.index, end: match.index + match[0].length, digits: match[0].replace(/\D/g, "") })),
  );
}
