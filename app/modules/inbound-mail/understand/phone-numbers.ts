import { searchPhoneNumbersInText, type CountryCode } from "libphonenumber-js/max";

const most = { numbers: 20, chars: 20_000, line: 500 } as const;

/** Signs that may belong to a number stand before its first digit, such as "+(", and an extension is announced in as few. */
const margin = 20;

/** The phone numbers of a text in E.164, once each, however they are written; those without a country code are read in `country`. */
export function phoneNumbersIn(text: string, country: CountryCode = "US"): string[] {
  const numbers = new Set<string>();
  for (const line of text.slice(0, most.chars).normalize("NFKC").split("\n")) {
    const read = aroundDigits(line.slice(0, most.line));
    if (read === null) continue;
    // 00 stands for the plus in most of the world.
    const written = read.replace(/(?<![\p{Nd}+.-])00[ -]?(?=[1-9]\p{Nd})/gu, "+");
    for (const { number } of searchPhoneNumbersInText(written, country)) {
      numbers.add(number.number);
      if (numbers.size === most.numbers) return [...numbers];
    }
  }
  return [...numbers];
}

/** What a line holds from shortly before its first digit to shortly after its last; null: too few digits for a number. The search for numbers is slow. */
function aroundDigits(line: string): string | null {
  const [first, last] = [line.search(/\p{Nd}/u), line.search(/\p{Nd}\P{Nd}*$/u)];
  const within = first < 0 ? "" : line.slice(Math.max(0, first - margin), last + margin);
  return (within.match(/\p{Nd}/gu)?.length ?? 0) < 7 ? null : within;
}
