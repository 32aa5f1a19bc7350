/** Share with the interval it lies in at 95 %, or null where there is nothing to divide by. */
export type Rate = { count: number; of: number; share: number | null; low: number | null; high: number | null };

const z = 1.959963984540054;

/** Wilson's score interval: it stays within 0 and 1 and says something at 0 of n, too. */
export function rate(count: number, of: number): Rate {
  if (!Number.isInteger(count) || !Number.isInteger(of) || count < 0 || count > of) throw new RangeError(`Not a share: ${count} of ${of}`);
  if (of === 0) return { count, of, share: null, low: null, high: null };
  const share = count / of;
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { count, of, share, low: count === 0 ? 0 : centre - half, high: count === of ? 1 : centre + half };
}

/**
 * Cohen's kappa. `undefined`: nothing was compared, or chance alone would always agree (both used one and the same
 * category throughout), so that there is nothing to measure. The interval needs at least two comparisons.
 */
export type Kappa = { n: number; observed: number; expected: number; kappa: number; low: number | null; high: number | null } | { n: number; kappa: null; why: "none" | "one_category" };

/**
 * Agreement of two people beyond chance over a square table of counts (row: the first, column: the second). Interval at 95 %
 * from the large-sample standard error of Fleiss, Cohen and Everitt (1969), cut at -1 and 1.
 */
export function cohensKappa(table: readonly (readonly number[])[]): Kappa {
  const size = table.length;
  if (table.some((row) => row.length !== size || row.some((count) => !Number.isInteger(count) || count < 0))) throw new RangeError("Not a square table of counts");
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  if (n === 0) return { n, kappa: null, why: "none" };
  const p = (row: number, column: number) => table[row]![column]! / n;
  const each = Array.from({ length: size }, (_, index) => index);
  const rows = each.map((row) => each.reduce((sum, column) => sum + p(row, column), 0));
  const columns = each.map((column) => each.reduce((sum, row) => sum + p(row, column), 0));
  const observed = each.reduce((sum, index) => sum + p(index, index), 0);
  const expected = each.reduce((sum, index) => sum + rows[index]! * columns[index]!, 0);
  if (1 - expected < 1e-12) return { n, kappa: null, why: "one_category" };
  const kappa = (observed - expected) / (1 - expected);
  if (n < 2) return { n, observed, expected, kappa, low: null, high: null };
  const agreed = each.reduce((sum, i) => sum + p(i, i) * (1 - (rows[i]! + columns[i]!) * (1 - kappa)) ** 2, 0);
  const parted = each.reduce((sum, i) => sum + each.reduce((inner, j) => inner + (i === j ? 0 : p(i, j) * (columns[i]! + rows[j]!) ** 2), 0), 0);
  const variance = (agreed + (1 - kappa) ** 2 * parted - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2);
  const half = z * Math.sqrt(Math.max(0, variance));
  return { n, observed, expected, kappa, low: Math.max(-1, kappa - half), high: Math.min(1, kappa + half) };
}

/** How a case first came to us; `staff`: nobody reported it and no rule found it, somebody here opened it. */
export const caseChannels = ["form", "email", "api", "signal", "staff"] as const;
export type CaseChannel = (typeof caseChannels)[number];

/** One sampled decision with both looks at it. */
export interface ReviewedSample {
  channel: CaseChannel;
  original: Look;
  second: Look;
}
export interface Look {
  outcome: "violation" | "no_violation";
  clauses: readonly string[];
  rung: number | null;
}

const tableOf = (pairs: readonly (readonly [boolean, boolean])[]): [[number, number], [number, number]] => {
  const count = (first: boolean, second: boolean) => pairs.filter(([a, b]) => a === first && b === second).length;
  return [[count(true, true), count(true, false)], [count(false, true), count(false, false)]];
};

export interface Agreement {
  outcome: Rate;
  kappa: Kappa;
  /** Of those both found in breach: the very same clauses, and the same rung. */
  clauses: Rate;
  rung: Rate;
}

const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one) => b.includes(one));

export function agreementOf(samples: readonly ReviewedSample[]): Agreement {
  const breach = samples.map(({ original, second }) => [original.outcome === "violation", second.outcome === "violation"] as const);
  const both = samples.filter(({ original, second }) => original.outcome === "violation" && second.outcome === "violation");
  return {
    outcome: rate(breach.filter(([a, b]) => a === b).length, samples.length),
    kappa: cohensKappa(tableOf(breach)),
    clauses: rate(both.filter(({ original, second }) => sameSet(original.clauses, second.clauses)).length, both.length),
    rung: rate(both.filter(({ original, second }) => original.rung === second.rung).length, both.length),
  };
}

export const agreementByChannel = (samples: readonly ReviewedSample[]): { channel: CaseChannel; agreement: Agreement }[] =>
  caseChannels.map((channel) => ({ channel, agreement: agreementOf(samples.filter((sample) => sample.channel === channel)) }));

/** For each clause that either look named, over all samples: did both name it, or both not? */
export function agreementByClause(samples: readonly ReviewedSample[]): { clause: string; named: number; agreed: Rate; kappa: Kappa }[] {
  const clauses = [...new Set(samples.flatMap(({ original, second }) => [...original.clauses, ...second.clauses]))].sort();
  return clauses.map((clause) => {
    const pairs = samples.map(({ original, second }) => [original.clauses.includes(clause), second.clauses.includes(clause)] as const);
    const table = tableOf(pairs);
    return { clause, named: pairs.filter(([a, b]) => a || b).length, agreed: rate(table[0][0], table[0][0] + table[0][1] + table[1][0]), kappa: cohensKappa(table) };
  });
}

/** A group of decisions of violation and what became of the appeals against them. */
export interface AppealedGroup {
  key: string;
  decisions: number;
  appealed: number;
  /** Decisions with a ruling on the merits. */
  ruled: number;
  overturned: number;
  modified: number;
}

export const overturnRates = (groups: readonly AppealedGroup[]) =>
  groups.map(({ key, decisions, appealed, ruled, overturned, modified }) => ({
    key,
    appealed: rate(appealed, decisions),
    overturned: rate(overturned, ruled),
    changed: rate(overturned + modified, ruled),
  }));
