/** Where an event stands in the order in which rules judge: by when it happened, at one instant by id. */
export interface Moment {
  at: number;
  id: string;
}

export const isBefore = (a: Moment, b: Moment): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);

/** How many of a list in that order come before the moment. Most moments come last, so that is tried first. */
export function placeOf(list: readonly Moment[], moment: Moment): number {
  let high = list.length;
  if (high === 0 || isBefore(list[high - 1]!, moment)) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(list[middle]!, moment)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of a list in that order happened before the instant. */
export const countBefore = (list: readonly Moment[], instant: number): number => placeOf(list, { at: instant, id: "" });
