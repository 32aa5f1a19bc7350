/**
 * Broder's MinHash: of a set, the smallest hash under each of many hash functions. The share of equal ones is, near enough,
 * the share of what two sets have in common (Jaccard); sets that share enough have all of some band in common, which an index finds.
 */
const rowsInBand = 3;
export const bandCount = 16;
/** More than the bands hold: what an index finds is then compared by all of them. */
export const signatureLength = 96;

const mixed = (word: number): number => {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
}

const seeds = Array.from({ length: signatureLength }, (_, n) => mixed(n + 1));

/** Signed 32-bit numbers, as PostgreSQL's `integer` holds them. */
export function signatureOf(pieces: Iterable<string>): number[] {
  const smallest = new Uint32Array(signatureLength).fill(0xffffffff);
  for (const piece of pieces) {
    const hash = hashOf(piece);
    for (let n = 0; n < signatureLength; n += 1) {
      const one = mixed(hash ^ seeds[n]!);
      if (one < smallest[n]!) smallest[n] = one;
    }
  }
  return [...new Int32Array(smallest.buffer)];
}

/** How much two sets have in common, by their signatures: 0 to 1. */
export const likeness = (a: readonly number[], b: readonly number[]): number => a.reduce((equal, hash, n) => equal + (hash === b[n] ? 1 : 0), 0) / signatureLength;

/**
 * Names of a signature's bands, each of 53 bits so that it is a number everywhere.
 *
 * @param within what the sets have to have in common besides, such as their platform
 */
export function bandsOf(signature: readonly number[], within: string): number[] {
  const place = hashOf(within);
  return Array.from({ length: bandCount }, (_, band) => {
    let [low, high] = [mixed(place ^ (band + 1)), mixed(place + 0x9e3779b9 + band)];
    for (const hash of signature.slice(band * rowsInBand, (band + 1) * rowsInBand)) [low, high] = [mixed(low ^ hash), mixed(Math.imul(high, 31) + hash)];
    return (high >>> 11) * 2 ** 32 + low;
  });
}
