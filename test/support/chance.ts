/** Chance that can be played again: numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const between = (random: () => number, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

export const oneOf = <Item>(random: () => number, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Around one, `sigma` wide on the scale of logarithms. */
export const lognormal = (random: () => number, sigma: number): number => Math.exp(sigma * normal(random));

/** How many of n come true, each with this chance: by the gaps between them, so that rare ones cost little. */
export function binomial(random: () => number, n: number, chance: number): number {
  if (chance <= 0) return 0;
  if (chance >= 1) return n;
  const scale = Math.log(1 - chance);
  let came = 0;
  for (let at = Math.floor(Math.log(1 - random()) / scale); at < n; at += 1 + Math.floor(Math.log(1 - random()) / scale)) came += 1;
  return came;
}
