/** Ten one-time codes for the day the phone is lost. 50 bits each; stored only as keyed hashes. */
export const recoveryCodeCount = 10;

/** No 0/O, 1/I/L, U: a code is read from paper. 32 symbols would hold 5 bits; 30 hold 4.9. */
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

/** @param random `recoveryCodeCount` × 10 or more random bytes; bytes that would bias the choice are skipped */
export function recoveryCodesFrom(random: Iterable<number>): string[] {
  const usable = 256 - (256 % alphabet.length);
  const symbols: string[] = [];
  for (const byte of random) if (byte < usable) symbols.push(alphabet[byte % alphabet.length]!);
  return Array.from({ length: recoveryCodeCount }, (_, i) => {
    const code = symbols.slice(i * 10, i * 10 + 10).join("");
    if (code.length < 10) throw new Error("recoveryCodesFrom was given too little randomness");
    return `${code.slice(0, 5)}-${code.slice(5)}`;
  });
}

/** What is hashed: how a person typed it does not matter. Null when it cannot be one of ours. */
export function normaliseRecoveryCode(typed: string): string | null {
  const code = typed.toUpperCase().replace(/[\s-]/g, "");
  return code.length === 10 && [...code].every((symbol) => alphabet.includes(symbol)) ? code : null;
}
