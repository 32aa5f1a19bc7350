import { DateTime } from "luxon";

let made = 0;
/** Tells rows of one test file apart; unique per process, not across. */
export const nth = (): number => (made += 1);

/** When what factories make came to be, unless the test says otherwise. */
export const factoryNow = new Date("2026-11-20T21:00:00Z");
export const factoryClock = () => DateTime.fromJSDate(factoryNow, { zone: "utc" }) as DateTime<true>;
