import type { FieldCrypto } from "./crypto.server";

/**
 * Mail addresses that only this installation can make: `case+<reference>.<signature>@domain` to answer in a matter, and
 * `bounce+<notice>.<signature>@domain` as the sender a bounce goes back to. The signature binds purpose, name and domain,
 * so that knowing a reference is not enough to write into a matter or to claim that a mail came back.
 *
 * All is in the signs of base32 and read without regard to case, for servers on the way may change it.
 */
export type AddressPurpose = "case" | "bounce";

export interface SignedAddress {
  purpose: AddressPurpose;
  /** A public reference ("R-7F3K-92QD"), or the id of a notice. */
  names: string;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const reference = /^[A-Z]{1,3}-[2-9A-Z]{4}-[2-9A-Z]{4}$/;
const form = /^(case|bounce)\+([a-z0-9-]{1,40})\.([a-z2-7]{26})@([a-z0-9.-]{1,255})$/;

/** Its local part has at most 60 signs; RFC 5321 allows 64. */
export function signAddress(crypto: FieldCrypto, { purpose, names }: SignedAddress, domain: string): string {
  if (!(purpose === "case" ? reference : uuid).test(names)) throw new Error("an address is signed for a reference or the id of a notice");
  const word = purpose === "case" ? names.toLowerCase() : base32(Buffer.from(names.replaceAll("-", ""), "hex"));
  const host = domain.toLowerCase();
  return `${purpose}+${word}.${base32(crypto.signature(messageOf(word, host), `address:${purpose}`))}@${host}`;
}

/** What an address names that this installation signed, else null. */
export function verifyAddress(crypto: FieldCrypto, address: string): SignedAddress | null {
  const [, purpose, word, given, host] = form.exec(address.toLowerCase()) ?? [];
  if (!purpose || !word || !given || !host || !isPurpose(purpose)) return null;
  const signature = fromBase32(given);
  if (base32(signature) !== given || !crypto.verifySignature(messageOf(word, host), `address:${purpose}`, signature)) return null;
  return { purpose, names: purpose === "case" ? word.toUpperCase() : uuidOf(fromBase32(word)) };
}

const isPurpose = (word: string): word is AddressPurpose => word === "case" || word === "bounce";

const messageOf = (word: string, host: string): Buffer => Buffer.from(`${word}@${host}`, "utf8");

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** RFC 4648, without padding. */
function base32(bytes: Uint8Array): string {
  let [text, bits, value] = ["", 0, 0];
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
