/** Hundredths of a percent, as the share of a platform is stored: 500 is 5 %. */
export const shareBounds = { min: 100, max: 10_000 } as const;

/**
 * Whether the lot falls on a decision: the first 48 bits of its keyed digest, as a fraction of all there are, lie under the
 * share. The same decision always draws the same lot, and without the key nobody can tell beforehand which are drawn.
 *
 * @param digest hexadecimal, of at least twelve digits
 */
export function isDrawn(digest: string, shareBp: number): boolean {
  const lot = /^[0-9a-f]{12}/.exec(digest)?.[0];
  if (!lot) throw new RangeError("Not a digest");
  return Number.parseInt(lot, 16) / 2 ** 48 < shareBp / 10_000;
}

export const percentOf = (shareBp: number): number => shareBp / 100;
