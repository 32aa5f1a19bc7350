import { DateTime, IANAZone } from "luxon";

const quarterHour = 15 * 60_000;
const day = 24 * 3_600_000;

/** Quarters remembered for each zone, a power of two: five days and a bit, so late events find theirs too. */
const slots = 512;

/** More zones than there are names for: hostile spellings cannot fill the memory. */
const mostZones = 1024;

interface Remembered {
  zone: IANAZone;
  quarters: Int32Array;
  offsets: Float64Array;
}

const zones = new Map<string, Remembered>();

function remember(name: string): Remembered {
  if (zones.size >= mostZones) zones.clear();
  const entry = { zone: IANAZone.create(name), quarters: new Int32Array(slots).fill(-1), offsets: new Float64Array(slots) };
  zones.set(name, entry);
  return entry;
}

/**
 * How far local time in that zone is ahead of UTC at that instant, in milliseconds; NaN in a zone that does not exist.
 * Clocks are changed on quarter hours of UTC, so one look into the zone's table serves a quarter hour.
 */
export function zoneOffset(name: string, instant: number): number {
  const { zone, quarters, offsets } = zones.get(name) ?? remember(name);
  const quarter = Math.floor(instant / quarterHour);
  const slot = quarter & (slots - 1);
  if (quarters[slot] !== quarter) {
    quarters[slot] = quarter;
    offsets[slot] = zone.offset(quarter * quarterHour) * 60_000;
  }
  return offsets[slot]!;
}

/** Milliseconds since midnight as a clock on the wall shows them; NaN in a zone that does not exist. */
export function wallClock(name: string, instant: number): number {
  const local = instant + zoneOffset(name, instant);
  return local - Math.floor(local / day) * day;
}

/** The civil day in that zone, counted from 1970-01-01; NaN in a zone that does not exist. */
export function civilDayNumber(name: string, instant: number): number {
  return Math.floor((instant + zoneOffset(name, instant)) / day);
}

/** The first instant of a civil day in that zone, by the day's number from 1970-01-01. */
export const civilDayStart = (name: string, dayNumber: number): number => {
  const { year, month, day: date } = DateTime.fromMillis(dayNumber * day, { zone: "utc" });
  return DateTime.fromObject({ year, month, day: date }, { zone: name }).startOf("day").toMillis();
};
