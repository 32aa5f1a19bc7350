const crashes = { allowed: 5, withinMs: 60_000, longestPauseMs: 10_000 };

/**
 * How often something that crashes is started again: soon at first, then with longer pauses, and not for ever.
 *
 * @returns {() => number | null} to be asked at each crash: milliseconds to wait, or null to give up
 */
export function restartPauses() {
  /** @type {number[]} */
  let crashedAt = [];
  return () => {
    const now = Date.now();
    crashedAt = [...crashedAt.filter((at) => now - at < crashes.withinMs), now];
    return crashedAt.length > crashes.allowed ? null : Math.min(2 ** (crashedAt.length - 1) * 250, crashes.longestPauseMs);
  };
}
