import { DateTime, IANAZone } from "luxon";

/** A date on the wall, without a zone: `2026-11-20`. Ordered as text the way it is ordered in time. */
export type CivilDay = string;

/** Zones that were asked about and are some; asking builds a format each time. */
const knownZones = new Set<string>();

export function assertZone(zone: string): void {
  if (knownZones.has(zone)) return;
  if (!IANAZone.isValidZone(zone)) throw new RangeError(`Not an IANA time zone: ${zone}`);
  knownZones.add(zone);
}

export function civilDayOf(instant: DateTime, zone: string): CivilDay {
  const local = instant.setZone(zone);
  if (!local.isValid) throw new RangeError(`Not an instant in ${zone}: ${local.invalidExplanation ?? "invalid"}`);
  return local.toISODate();
}

export function addCivilDays(day: CivilDay, days: number): CivilDay {
  const moved = DateTime.fromISO(day, { zone: "utc" }).plus({ days });
  if (!moved.isValid) throw new RangeError(`Not a civil day: ${day}`);
  return moved.toISODate();
}

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: CivilDay): number => DateTime.fromISO(day, { zone: "utc" }).weekday;

const step = { minutes: 15 } as const;

/** Starts of days that were asked for, in milliseconds by zone and day: the same few days come again and again, and each takes many looks at the zone. */
const starts = new Map<string, number>();
const startsKept = 5_000;

/**
 * The first instant that bears this date in the zone, in UTC.
 *
 * Not always midnight: where the clock jumps over it (Beirut in spring) the day starts at 01:00, where the hour after it
 * comes twice (Havana in autumn) it starts at the first of the two, and a date a zone left out (Samoa, 30 Dec 2011)
 * starts where the next one does.
 */
export function startOfCivilDay(day: CivilDay, zone: string): DateTime<true> {
  const key = `${zone} ${day}`;
  const known = starts.get(key);
  if (known !== undefined) return DateTime.fromMillis(known, { zone: "utc" }) as DateTime<true>;
  const start = findStart(day, zone);
  if (starts.size >= startsKept) starts.clear();
  starts.set(key, start.toMillis());
  return start;
}

function findStart(day: CivilDay, zone: string): DateTime<true> {
  let first = DateTime.fromISO(day, { zone });
  if (!first.isValid) throw new RangeError(`Not a civil day in ${zone}: ${day}`);
  const date = first.toISODate();
  for (let earlier = first.minus(step); earlier.toISODate() === date; earlier = earlier.minus(step)) first = earlier;
  return first.toUTC();
}

/** The instant that ends a civil day, exclusively: the start of the following one. */
export const endOfCivilDay = (day: CivilDay, zone: string): DateTime<true> => startOfCivilDay(addCivilDays(day, 1), zone);
