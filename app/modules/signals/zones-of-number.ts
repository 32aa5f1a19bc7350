import { isGeographic } from "./geographic-number";
import { numberZones } from "./number-zones.data";

const zero = "0".charCodeAt(0);

/** A digit trie in one array: ten children a node, and beside it the zones a node answers. */
interface Trie {
  children: Uint16Array;
  /** Index into `sets` plus one; 0 where no prefix ends. */
  answer: Uint16Array;
  sets: readonly (readonly string[])[];
}

function build(rows: readonly string[]): Trie {
  const nodes: number[][] = [new Array<number>(10).fill(0)];
  const answer: number[] = [0];
  const sets = rows.map((row, index) => {
    const [zones, prefixes] = row.split("|") as [string, string];
    for (const prefix of prefixes.split(" ")) {
      let node = 0;
      for (const digit of prefix) {
        let next = nodes[node]![Number(digit)]!;
        if (next === 0) {
          next = nodes.push(new Array<number>(10).fill(0)) - 1;
          nodes[node]![Number(digit)] = next;
          answer.push(0);
        }
        node = next;
      }
      answer[node] = index + 1;
    }
    return Object.freeze(zones.split("&"));
  });
  return { children: Uint16Array.from(nodes.flat()), answer: Uint16Array.from(answer), sets };
}

const { children, answer, sets } = build(numberZones);

const none: readonly string[] = Object.freeze([]);

/** ITU-T E.164: a country code that does not begin with 0 and at most fifteen digits in all. */
const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * IANA zones a telephone number may lie in, as Google's libphonenumber tells them: a number that names a place by its
 * longest known prefix, any other – a mobile, a toll-free number – by its country. A country with several zones answers
 * them all: nobody knows in which of them the phone is. A number that is not E.164, or of no known country, has none.
 *
 * The answer is one array per set of zones, frozen and shared, so that sets can be compared and cached by identity.
 */
export function zonesOfNumber(number: string): readonly string[] {
  if (!e164.test(number)) return none;
  let node = 0;
  let country = 0;
  let callingCodeEnd = 0;
  let longest = 0;
  for (let at = 1; at < number.length; at += 1) {
    node = children[node * 10 + number.charCodeAt(at) - zero]!;
    if (node === 0) break;
    const found = answer[node]!;
    if (found === 0) continue;
    longest = found;
    if (country === 0) {
      country = found;
      callingCodeEnd = at + 1;
    }
  }
  if (country === 0) return none;
  if (longest === country) return sets[country - 1]!;
  return sets[(isGeographic(number.slice(1, callingCodeEnd), number.slice(callingCodeEnd)) ? longest : country) - 1]!;
}
