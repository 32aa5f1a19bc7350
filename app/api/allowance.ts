export interface Allowance {
  /** Takes one. @returns 0, or the milliseconds until there is one again */
  take(key: string): number;
}

/** So many in each window of time, counted in this process; a count that costs next to nothing. */
export function createAllowance(points: number, windowMs: number): Allowance {
  let endsAt = 0;
  const taken = new Map<string, number>();
  return {
    take(key) {
      const now = performance.now();
      if (now >= endsAt) {
        taken.clear();
        endsAt = now + windowMs;
      }
      const count = (taken.get(key) ?? 0) + 1;
      taken.set(key, count);
      return count > points ? endsAt - now : 0;
    },
  };
}
