/** What an account sent on one civil day of its platform, each count with what it is a part of. */
export interface HealthDay {
  day: string;
  sent: number;
  marketing: number;
  delivered: number;
  failed: number;
  optOuts: number;
  /** Marketing in quiet hours by the clock of the recipient, in every zone they may be in. */
  quiet: number;
}

export type Totals = Omit<HealthDay, "day">;

export const totalsOf = (days: readonly HealthDay[]): Totals =>
  days.reduce<Totals>(
    (sum, { sent, marketing, delivered, failed, optOuts, quiet }) => ({
      sent: sum.sent + sent,
      marketing: sum.marketing + marketing,
      delivered: sum.delivered + delivered,
      failed: sum.failed + failed,
      optOuts: sum.optOuts + optOuts,
      quiet: sum.quiet + quiet,
    }),
    { sent: 0, marketing: 0, delivered: 0, failed: 0, optOuts: 0, quiet: 0 },
  );

export const comparedDays = 7;

const plusDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Every civil day from one to another, both included: days without events are zeros, not gaps. */
export function withEmptyDays(days: readonly HealthDay[], from: string, to: string): HealthDay[] {
  const known = new Map(days.map((one) => [one.day, one]));
  const all: HealthDay[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) all.push(known.get(day) ?? { day, ...totalsOf([]) });
  return all;
}

/** The seven days before the day a measure began, and the seven from it on: what it changed. */
export function aroundDay(days: readonly HealthDay[], began: string): { before: Totals; after: Totals } {
  const [first, end] = [plusDays(began, -comparedDays), plusDays(began, comparedDays)];
  return { before: totalsOf(days.filter(({ day }) => day >= first && day < began)), after: totalsOf(days.filter(({ day }) => day >= began && day < end)) };
}

/** The range of days that an address asks for, kept within what there is: both included, oldest first. */
export function rangeOf(asked: { from: string | null; to: string | null }, oldest: string, today: string): { from: string; to: string } {
  const known = (day: string | null): string | null => (day && /^\d{4}-\d{2}-\d{2}$/.test(day) && plusDays(day, 0) === day ? (day < oldest ? oldest : day > today ? today : day) : null);
  const [from, to] = [known(asked.from) ?? oldest, known(asked.to) ?? today];
  return from <= to ? { from, to } : { from: to, to: from };
}
