import { DateTime } from "luxon";

/** The current instant, in UTC. Rules never call it: they are given `now`. */
export type Clock = () => DateTime<true>;

export const systemClock: Clock = () => DateTime.utc();
