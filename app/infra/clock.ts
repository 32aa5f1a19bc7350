import { DateTime } from "luxon";

/** The current instant, in UTC. Rules never call it: they are given `now`. */
export type Clock = () => DateTime<true>;

let latest = DateTime.utc();

/** Whoever asks in the same millisecond is given the same instant, which is not made anew: some ask thousands of times a second. */
export const systemClock: Clock = () => {
  const now = Date.now();
  if (latest.toMillis() !== now) latest = DateTime.fromMillis(now, { zone: "utc" }) as DateTime<true>;
  return latest;
};

/** The instant in milliseconds, without making more of it where that can be had. */
export const millisOf = (clock: Clock): number => (clock === systemClock ? Date.now() : clock().toMillis());
