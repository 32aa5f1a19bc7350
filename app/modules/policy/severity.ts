/** How grave a breach of a clause is. The order is the meaning: each one is graver than those before it. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

/** Negative when `a` is the lesser. */
export const compareSeverity = (a: Severity, b: Severity): number => severities.indexOf(a) - severities.indexOf(b);

export const gravest = (all: readonly Severity[]): Severity | null =>
  all.reduce<Severity | null>((worst, one) => (worst === null || compareSeverity(one, worst) > 0 ? one : worst), null);
