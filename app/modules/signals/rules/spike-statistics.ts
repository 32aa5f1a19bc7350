/** Marketing delivered, and people who opted out. */
export interface Counts {
  delivered: number;
  optOuts: number;
}

/**
 * Lower end of the Wilson score interval of a share (Wilson 1927), `deviations` standard deviations wide to each side.
 * Unlike the plain share ± deviations it stays honest for the small shares opt-outs are. More opt-outs than deliveries
 * (some were delivered before the window) count as a share of one.
 */
export function wilsonLower({ delivered, optOuts }: Counts, deviations: number): number {
  const n = Math.max(delivered, optOuts);
  if (n === 0) return 0;
  const share = optOuts / n;
  const square = (deviations * deviations) / n;
  return Math.max(0, (share + square / 2 - deviations * Math.sqrt((share * (1 - share)) / n + square / (4 * n))) / (1 + square));
}

/** How many deliveries of a cohort the share a platform has set weighs, and how many of an account its cohort's. */
const weight = { usual: 5_000, cohort: 1_000 };

/** What share of opt-outs to expect of an account. */
export interface Expected {
  /** By its own last four weeks, drawn to its cohort's share the less it has sent: a small account is judged as its cohort. */
  own: number;
  /** By its cohort, drawn to the share the platform has set the less the cohort has sent. */
  cohort: number;
}

export function expectedShare(own: Counts, cohort: Counts, usualShare: number): Expected {
  const cohortShare = (cohort.optOuts + weight.usual * usualShare) / (cohort.delivered + weight.usual);
  return { own: (own.optOuts + weight.cohort * cohortShare) / (own.delivered + weight.cohort), cohort: cohortShare };
}

/** The share a burst has to exceed: so many times what the account is used to, and no less than its cohort has. */
export const burstShare = (expected: Expected, ratio: number): number => Math.max(ratio * expected.own, expected.cohort);

/**
 * The share from which on a slow rise is measured: the account's own, but not less than its cohort's and not more than
 * twice that. A history of many opt-outs excuses more of them only so far.
 */
export const driftShare = ({ own, cohort }: Expected): number => Math.min(Math.max(own, cohort), 2 * cohort);

/**
 * One step of Page's cumulative sum: log odds of the opt-outs being `ratio` times as frequent as `share` says, against
 * their being as frequent (Poisson), never below zero.
 */
export const driftStep = (sum: number, { delivered, optOuts }: Counts, share: number, ratio: number): number =>
  Math.max(0, sum + optOuts * Math.log(ratio) - delivered * share * (ratio - 1));
