import { readFile } from "node:fs/promises";
import { fingerprintOf, readPublicKey } from "~/infra/signing-keys.server";

export const keyExplanation = "--key is neither a fingerprint of 64 hexadecimal digits nor a PEM file with an Ed25519 public key.\n";

/** The fingerprint of the key somebody names to a verifier, by itself or by a file that holds it; undefined when it is neither. */
export async function expectedKey(given: string): Promise<string | undefined> {
  const bare = given.replace(/^sha256:/i, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(bare)) return bare;
  const pem = await readFile(given, "utf8").catch(() => "");
  const key = readPublicKey(pem);
  return key ? fingerprintOf(key) : undefined;
}
