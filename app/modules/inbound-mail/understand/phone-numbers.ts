import { searchPhoneNumbersInText, type CountryCode } from "libphonenumber-js/max";

const most = { numbers: 20, chars: 20_000, line: 500 } as const;

/** The phone numbers of a text in E.164, once each, however they are written; those without a country code are read in `country`. */
export function phoneNumbersIn(text: string, country: CountryCode = "US"): string[] {
  const numbers = new Set<string>();
  for (const line of text.slice(0, most.chars).normalize("NFKC").split("\n")) {
    if (!hasDigits(line, 7)) continue;
    // 00 stands for the plus in most of the world.
    const written = line.slice(0, most.line).replace(/(?<![\p{Nd}+.-])00[ -]?(?=[1-9]\p{Nd})/gu, "+");
    for (const { number } of searchPhoneNumbersInText(written, country)) {
      numbers.add(number.number);
      if (numbers.size === most.numbers) return [...numbers];
    }
  }
  return [...numbers];
}

function hasDigits(line: string, wanted: number): boolean {
  const digit = /\p{Nd}/gu;
  let found = 0;
  while (found < wanted && digit.test(line)) found += 1;
  return found === wanted;
}
