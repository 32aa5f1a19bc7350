import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";

/**
 * One spelling per address, number and name, so that a keyed hash of it can be looked up again.
 * Nothing here validates: a value that makes no sense still gets a stable spelling of its own.
 */

/**
 * `Ana@EXAMPLE.com ` and `ana@example.com` are one mailbox; an international domain becomes its ASCII form.
 * The local part is lower-cased too: no mailbox provider in use tells `Ana@` from `ana@`.
 */
export function normaliseEmail(raw: string): string {
  const address = raw.normalize("NFC").trim().toLowerCase();
  const at = address.lastIndexOf("@");
  if (at < 1) return address;
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1))}`;
}

/** An international domain as DNS has it: `münchen.example` becomes `xn--mnchen-3ya.example`. */
export function asciiDomain(domain: string): string {
  if (!/^[^\s/?#@:\\]+$/u.test(domain)) return domain;
  try {
    return new URL(`http://${domain}`).hostname.replace(/\.$/, "");
  } catch {
    return domain;
  }
}

/** E.164 where the number is one (`+13075550142`), else its bare digits behind a mark that no E.164 number has. */
export function normalisePhone(raw: string, country: CountryCode = "US"): string {
  return toE164(raw, country) ?? `raw:${raw.normalize("NFKC").replace(/[^\d+]/g, "")}`;
}

/** The number in E.164, or null when it cannot be one. A number without `+` is read in `country`. */
export function toE164(raw: string, country: CountryCode = "US"): string | null {
  if (raw.length > 60) return null;
  const parsed = parsePhoneNumberFromString(raw.normalize("NFKC"), country);
  return parsed?.isPossible() ? parsed.number : null;
}

/** Folds case, accents, width, punctuation and spacing: `Peña & Søns, LLC` and `PENA SØNS LLC` differ only by what matters. */
export function foldName(raw: string): string {
  return raw
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
