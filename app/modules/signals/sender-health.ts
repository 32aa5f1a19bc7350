/** What an account sent in some time, each count with what it is a part of. */
export interface Totals {
  sent: number;
  marketing: number;
  automated: number;
  templates: number;
  delivered: number;
  /** Of the delivered: marketing, which opt-outs are measured by. */
  marketingDelivered: number;
  failed: number;
  optOuts: number;
  /** Marketing in quiet hours by the clock of the recipient, in every zone they may be in. */
  quiet: number;
}

/** One civil day of the platform. */
export interface HealthDay extends Totals {
  day: string;
}

/** One hour of the platform's clock. Where clocks are set back, two have the same slot. */
export interface HealthHour extends Totals {
  /** `2026-11-20T14` */
  slot: string;
}

export const noTotals: Totals = { sent: 0, marketing: 0, automated: 0, templates: 0, delivered: 0, marketingDelivered: 0, failed: 0, optOuts: 0, quiet: 0 };
const names = Object.keys(noTotals) as (keyof Totals)[];

export function totalsOf(parts: readonly Totals[]): Totals {
  const sum = { ...noTotals };
  for (const part of parts) for (const name of names) sum[name] += part[name];
  return sum;
}

export const comparedDays = 7;
/** A range of so many days is shown by the hour. */
export const hourlyDays = 3;

const dayMs = 86_400_000;
const plusDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Every civil day from one to another, both included, summed up from its hours: days without events are zeros, not gaps. */
export function byDay(hours: readonly HealthHour[], from: string, to: string): HealthDay[] {
  const ofDay = new Map<string, HealthHour[]>();
  for (const hour of hours) {
    const day = hour.slot.slice(0, 10);
    const those = ofDay.get(day);
    if (those) those.push(hour);
    else ofDay.set(day, [hour]);
  }
  const days: HealthDay[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) days.push({ day, ...totalsOf(ofDay.get(day) ?? []) });
  return days;
}

/** Every hour of the clock in a range. One that begins twice is one; one that clocks leave out has nothing in it. */
export function byHour(hours: readonly HealthHour[], { from, to, fromHour, toHour }: HealthRange): HealthHour[] {
  const ofSlot = new Map<string, HealthHour[]>();
  for (const hour of hours) ofSlot.set(hour.slot, [...(ofSlot.get(hour.slot) ?? []), hour]);
  const all: HealthHour[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) {
    for (let hour = day === from ? fromHour : 0; hour <= (day === to ? toHour : 23); hour++) {
      const slot = `${day}T${String(hour).padStart(2, "0")}`;
      all.push({ slot, ...totalsOf(ofSlot.get(slot) ?? []) });
    }
  }
  return all;
}

/** The seven days before the day a measure began, and the seven from it on: what it changed. */
export function aroundDay(days: readonly HealthDay[], began: string): { before: Totals; after: Totals } {
  const [first, end] = [plusDays(began, -comparedDays), plusDays(began, comparedDays)];
  return { before: totalsOf(days.filter(({ day }) => day >= first && day < began)), after: totalsOf(days.filter(({ day }) => day >= began && day < end)) };
}

/** Days and hours of the platform's clock, both ends included, oldest first. */
export interface HealthRange {
  from: string;
  to: string;
  fromHour: number;
  toHour: number;
}

export type AskedRange = Partial<Record<keyof HealthRange, string | null>>;

export const isHourly = ({ from, to }: Pick<HealthRange, "from" | "to">): boolean => plusDays(from, hourlyDays) > to;

const hourOf = (text: string | null | undefined): number | null => (text != null && /^(?:[01]?\d|2[0-3])$/.test(text) ? Number(text) : null);

/** The range that an address asks for, kept within what there is. Hours count in a range that is shown by them. */
export function rangeOf(asked: AskedRange, oldest: string, today: string): HealthRange {
  const known = (day: string | null | undefined): string | null => (day && /^\d{4}-\d{2}-\d{2}$/.test(day) && plusDays(day, 0) === day ? (day < oldest ? oldest : day > today ? today : day) : null);
  const [first, last] = [known(asked.from) ?? oldest, known(asked.to) ?? today];
  const days = first <= last ? { from: first, to: last } : { from: last, to: first };
  const hours = isHourly(days) ? { fromHour: hourOf(asked.fromHour) ?? 0, toHour: hourOf(asked.toHour) ?? 23 } : { fromHour: 0, toHour: 23 };
  return days.from === days.to && hours.fromHour > hours.toHour ? { ...days, fromHour: hours.toHour, toHour: hours.fromHour } : { ...days, ...hours };
}

/** The range of an address, without what goes without saying. */
export function rangeQuery({ from, to, fromHour, toHour }: HealthRange): string {
  const query = new URLSearchParams({ from, to });
  if (fromHour > 0) query.set("fromHour", String(fromHour));
  if (toHour < 23) query.set("toHour", String(toHour));
  return query.toString();
}

/** The range between two bars of a chart, in whichever order; each is named by its day or its hour. */
export function brushed(one: string, other: string): HealthRange {
  const [first, last] = one <= other ? [one, other] : [other, one];
  const hour = (key: string, otherwise: number) => (key.length > 10 ? Number(key.slice(11, 13)) : otherwise);
  return { from: first.slice(0, 10), to: last.slice(0, 10), fromHour: hour(first, 0), toHour: hour(last, 23) };
}
