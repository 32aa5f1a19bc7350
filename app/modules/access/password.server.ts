import { hash, parseOptions, verify } from "@node-rs/argon2";

/**
 * Argon2id, 19 MiB, two passes, one lane: OWASP's recommended set for interactive sign-in. Costs about 30 ms here;
 * libuv's thread pool bounds how many run at once, so a burst of sign-ins waits instead of exhausting memory.
 * Argon2id is the library's default algorithm (its enum is not usable under `isolatedModules`).
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFKC"), cost);

/**
 * Always does the work of one verification, also when nobody (or nobody with a password) was found: the time an
 * answer takes must not tell which addresses belong to staff.
 */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  const matches = await verify(stored ?? (await nobody()), password.normalize("NFKC"));
  return stored !== null && matches;
}

/** True when the cost above was raised since this hash was made; the next sign-in writes a new one. */
export function needsRehash(stored: string): boolean {
  const was = parseOptions(stored);
  return was.memoryCost !== cost.memoryCost || was.timeCost !== cost.timeCost || was.parallelism !== cost.parallelism;
}

let nobodyHash: Promise<string> | undefined;
/** A hash of the same cost that no password is known for. */
const nobody = () => (nobodyHash ??= hash(crypto.getRandomValues(new Uint8Array(32)), cost));
