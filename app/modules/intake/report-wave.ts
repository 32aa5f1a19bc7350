import { likeness } from "./min-hash";

/** A message this much alike that of a wave's first report belongs to it; measured by `npm run bench -- waves`. */
export const leastAlike = 0.6;

/** After so many days in which none came, the next one begins another wave. */
export const waveDays = 60;

export interface Joined<Wave> {
  wave: Wave;
  /** Of what both have, how much they have in common, in per cent. */
  likeness: number;
}

/** The wave whose first message is the most alike. With the first, not with any: else small steps would join what has nothing in common. */
export function nearestWave<Wave extends { id: string; signature: readonly number[] }>(signature: readonly number[], waves: readonly Wave[]): Joined<Wave> | null {
  const alike = waves.map((wave) => ({ wave, likeness: likeness(signature, wave.signature) })).filter((one) => one.likeness >= leastAlike);
  const [nearest] = alike.sort((a, b) => b.likeness - a.likeness || (a.wave.id < b.wave.id ? -1 : 1));
  return nearest ? { ...nearest, likeness: Math.round(nearest.likeness * 100) } : null;
}
