import { faultOfEvent } from "./event-input";
import type { EventInput } from "./event-input.schema";
import { aheadMinutes, lateHours } from "./message-event";

export const rejectionReasons = ["invalid", "malformed_json", "account_unknown", "too_old", "in_future"] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

export interface Rejection {
  /** Its place among the events that were sent, from 0. */
  index: number;
  reason: RejectionReason;
  /** Names the field and what is wrong; never a value. */
  detail: string;
}

/** Stands for a line that is no JSON. */
export const malformed = Symbol("malformed");

export interface ReadEvents {
  events: EventInput[];
  /** When each of them happened, milliseconds since 1970. */
  instants: number[];
  /** Where each of them stood. */
  indexes: number[];
  rejected: Rejection[];
}

const minuteMs = 60_000;
const details = {
  malformed_json: "is not JSON",
  account_unknown: "account is not an id of an account on this platform: register it first",
  too_old: `occurredAt is more than ${lateHours} hours ago`,
  in_future: `occurredAt is more than ${aheadMinutes} minutes ahead`,
} as const;

export const rejection = (index: number, reason: keyof typeof details): Rejection => ({ index, reason, detail: details[reason] });

/** Parts the events that are in order from those that are not: one bad event never costs the good ones beside it. */
export function readEvents(raws: readonly unknown[], nowMs: number): ReadEvents {
  const read: ReadEvents = { events: [], instants: [], indexes: [], rejected: [] };
  const [earliest, latest] = [nowMs - lateHours * 60 * minuteMs, nowMs + aheadMinutes * minuteMs];
  for (let index = 0; index < raws.length; index++) {
    const raw = raws[index];
    const fault = raw === malformed ? null : faultOfEvent(raw);
    if (raw === malformed) read.rejected.push(rejection(index, "malformed_json"));
    else if (fault !== null) read.rejected.push({ index, reason: "invalid", detail: fault });
    else {
      const event = raw as EventInput;
      const at = Date.parse(event.occurredAt);
      if (at < earliest) read.rejected.push(rejection(index, "too_old"));
      else if (at > latest) read.rejected.push(rejection(index, "in_future"));
      else {
        read.events.push(event);
        read.instants.push(at);
        read.indexes.push(index);
      }
    }
  }
  return read;
}
