import { getCountries, getCountryCallingCode, Metadata, type CountryCode } from "libphonenumber-js/max";

/** What the numbering plans of libphonenumber-js hold beyond their declared type. */
interface Plan {
  nationalNumberPattern(): string;
  leadingDigits(): string | 0 | undefined;
  type(name: string): { pattern(): string } | undefined;
}

/** "elsewhere" is a number that is in use but names no place, "unused" one the plan of the country does not have. */
type Kind = "place" | "elsewhere" | "unused";

interface Region {
  /** The leading digits that tell the country from the others with its calling code, where it has such. */
  leading: RegExp | null;
  kind(nationalNumber: string): Kind;
}

/** Kinds that tell nothing about a place; libphonenumber looks for them before it looks for a fixed line. */
const placeless = ["PREMIUM_RATE", "TOLL_FREE", "SHARED_COST", "VOIP", "PERSONAL_NUMBER", "PAGER", "UAN", "VOICEMAIL"];

/** Calling codes whose mobile numbers name a place too: Mexico, Argentina, Brazil, Indonesia, China. */
const placedMobiles = new Set(["52", "54", "55", "62", "86"]);

/** Never matches, as a kind of number that a country does not have. */
const nothing = "[]";

const entirely = (...patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join("|")})$`);

function regionOf(country: CountryCode): Region {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  const plan = metadata.numberingPlan as unknown as Plan;
  const pattern = (name: string) => plan.type(name)?.pattern() || nothing;
  const possible = entirely(plan.nationalNumberPattern());
  const elsewhere = entirely(...placeless.map(pattern));
  const fixed = entirely(pattern("FIXED_LINE"));
  const mobile = entirely(pattern("MOBILE"));
  const mobileKind: Kind = placedMobiles.has(getCountryCallingCode(country)) ? "place" : "elsewhere";
  const leading = plan.leadingDigits();
  return {
    leading: leading ? new RegExp(`^(?:${leading})`) : null,
    kind(number) {
      if (!possible.test(number)) return "unused";
      if (elsewhere.test(number)) return "elsewhere";
      if (fixed.test(number)) return "place";
      return mobile.test(number) ? mobileKind : "unused";
    },
  };
}

/** Countries that share a calling code, the one libphonenumber asks first in front. */
const countriesOf = new Map<string, CountryCode[]>();
for (const country of getCountries()) {
  const code = getCountryCallingCode(country);
  countriesOf.set(code, [...(countriesOf.get(code) ?? []), country]);
}

const main: Record<string, CountryCode> = { 1: "US", 7: "RU", 39: "IT", 44: "GB", 47: "NO", 61: "AU", 64: "NZ", 212: "MA", 262: "RE", 358: "FI", 590: "GP", 599: "CW" };

const compiled = new Map<string, readonly Region[]>();

function regionsOf(callingCode: string): readonly Region[] {
  let regions = compiled.get(callingCode);
  if (!regions) {
    const countries = countriesOf.get(callingCode) ?? [];
    const first = main[callingCode];
    regions = (first ? [first, ...countries.filter((country) => country !== first)] : countries).map(regionOf);
    compiled.set(callingCode, regions);
  }
  return regions;
}

/**
 * Whether a number names a place: a fixed line, a number that may be either (North America), or a mobile of the few
 * countries whose mobiles carry an area code. The rule of libphonenumber's `isNumberGeographical`.
 */
export function isGeographic(callingCode: string, nationalNumber: string): boolean {
  for (const { leading, kind } of regionsOf(callingCode)) {
    if (leading && !leading.test(nationalNumber)) continue;
    const found = kind(nationalNumber);
    if (leading || found !== "unused") return found === "place";
  }
  return false;
}
