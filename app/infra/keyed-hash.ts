/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) of short ASCII texts under one key, cut to 16 bytes, for streams in which every
 * event needs one: the key's two blocks are worked in once, and what is left are two rounds of the compression function
 * without a call into the crypto library, which costs several times as much. `keyed-hash.test.ts` holds it against
 * `node:crypto`.
 */
export interface KeyedHash {
  /** Writes 16 bytes at `at`. @returns false, and writes nothing, when the text is not short ASCII */
  write(text: string, into: Uint8Array, at: number): boolean;
}

/** What fits, with its padding, into the one block behind the key's. */
export const longestHashed = 55;

const roundConstants = new Int32Array(
  "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2"
    .split(" ")
    .map((word) => Number.parseInt(word, 16)),
);
const initial = new Int32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
const [blockBytes, cutBytes] = [64, 16];

const schedule = new Int32Array(64);

/** One block of SHA-256: `state` takes in the 64 bytes of `block`. */
function compress(state: Int32Array, block: Uint8Array): void {
  for (let i = 0, at = 0; i < 16; i++, at += 4) schedule[i] = (block[at]! << 24) | (block[at + 1]! << 16) | (block[at + 2]! << 8) | block[at + 3]!;
  for (let i = 16; i < 64; i++) {
    const [x, y] = [schedule[i - 15]!, schedule[i - 2]!];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    schedule[i] = (schedule[i - 16]! + s0 + schedule[i - 7]! + s1) | 0;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + roundConstants[i]! + schedule[i]!) | 0;
    const t2 = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] = (state[0]! + a) | 0; state[1] = (state[1]! + b) | 0; state[2] = (state[2]! + c) | 0; state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0; state[5] = (state[5]! + f) | 0; state[6] = (state[6]! + g) | 0; state[7] = (state[7]! + h) | 0;
}

function afterKey(key: Uint8Array, pad: number): Int32Array {
  const state = new Int32Array(initial);
  compress(state, Uint8Array.from({ length: blockBytes }, (_none, i) => (key[i] ?? 0) ^ pad));
  return state;
}

function put(state: Int32Array, words: number, into: Uint8Array, at: number): void {
  for (let i = 0; i < words; i++) {
    const word = state[i]!;
    into[at + i * 4] = word >>> 24;
    into[at + i * 4 + 1] = word >>> 16;
    into[at + i * 4 + 2] = word >>> 8;
    into[at + i * 4 + 3] = word;
  }
}

/** @param key of at most 64 bytes */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const [inner, outer] = [afterKey(key, 0x36), afterKey(key, 0x5c)];
  const state = new Int32Array(8);
  const block = new Uint8Array(blockBytes);
  const close = (length: number): void => {
    block[length] = 0x80;
    block.fill(0, length + 1);
    const bits = (blockBytes + length) * 8;
    block[62] = bits >>> 8;
    block[63] = bits;
  };
  return {
    write(text, into, at) {
      const { length } = text;
      if (length > longestHashed) return false;
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) return false;
        block[i] = code;
      }
      close(length);
      state.set(inner);
      compress(state, block);
      put(state, 8, block, 0);
      close(32);
      state.set(outer);
      compress(state, block);
      put(state, cutBytes / 4, into, at);
      return true;
    },
  };
}

/**
 * SHA-256 of 64 bytes, the prefix and zeros, and of the ASCII text behind them, cut to 16 bytes: for streams in which each text
 * is hashed beside the same few prefixes. The prefix is worked in once, and a text of up to {@link longestHashed} letters is one round.
 *
 * @param prefix of at most 64 bytes
 */
export function createPrefixedHash(prefix: Uint8Array): (text: string, into: Uint8Array, at: number) => void {
  const start = afterKey(prefix, 0);
  const state = new Int32Array(8);
  const block = new Uint8Array(blockBytes);
  return (text, into, at) => {
    const { length } = text;
    state.set(start);
    let filled = 0;
    for (let i = 0; i < length; i++) {
      block[filled++] = text.charCodeAt(i);
      if (filled < blockBytes) continue;
      compress(state, block);
      filled = 0;
    }
    block[filled++] = 0x80;
    if (filled > blockBytes - 8) {
      block.fill(0, filled);
      compress(state, block);
      filled = 0;
    }
    block.fill(0, filled);
    const bits = (blockBytes + length) * 8;
    block[60] = bits >>> 24;
    block[61] = bits >>> 16;
    block[62] = bits >>> 8;
    block[63] = bits;
    compress(state, block);
    put(state, cutBytes / 4, into, at);
  };
}
