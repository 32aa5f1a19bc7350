import { z } from "zod";
import { severities } from "../policy/severity";
import { caseStates } from "./case-state";

/** Whose cases: mine, those nobody holds now, or all. */
export const holders = ["mine", "unclaimed"] as const;

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) => z.enum(values).optional().catch(undefined);

/** How the queue is narrowed, as the address says it; what makes no sense there is left out. */
export const queueFilterSchema = z.object({
  /** Missing: everything that still has to be worked. */
  state: oneOf(caseStates),
  /** Key of a platform. */
  platform: z.string().regex(/^[a-z0-9_-]{1,60}$/).optional().catch(undefined),
  area: z.string().regex(/^[a-z_]{1,60}$/).optional().catch(undefined),
  severity: oneOf(severities),
  holder: oneOf(holders),
  escalated: z.literal("1").optional().catch(undefined),
  /** Cases whose decision has to be looked at again, in whatever state. */
  review: z.literal("1").optional().catch(undefined),
});
export type QueueFilter = z.infer<typeof queueFilterSchema>;

const cursorShape = /^(-?\d{1,10})\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** A place in the queue: the priority and id of the row it lies behind or before. */
export interface QueueCursor {
  priority: number;
  id: string;
}

export const cursorText = ({ priority, id }: QueueCursor): string => `${priority}.${id}`;

export function parseCursor(text: string | null): QueueCursor | null {
  const [, priority, id] = cursorShape.exec(text ?? "") ?? [];
  const score = Number(priority);
  return id && score >= -(2 ** 31) && score < 2 ** 31 ? { priority: score, id } : null;
}

export type QueuePlace = { direction: "after" | "before"; cursor: QueueCursor } | null;

export interface QueueAddress {
  filter: QueueFilter;
  place: QueuePlace;
}

/** Reads the queue's address. An area needs its platform: areas mean little across platforms. */
export function parseQueueAddress(params: URLSearchParams): QueueAddress {
  const filled = Object.fromEntries([...params].filter(([, value]) => value !== ""));
  const filter = queueFilterSchema.parse(filled);
  if (!filter.platform) delete filter.area;
  const after = parseCursor(params.get("after"));
  const before = parseCursor(params.get("before"));
  if (after) return { filter, place: { direction: "after", cursor: after } };
  return { filter, place: before ? { direction: "before", cursor: before } : null };
}

/** The filter as the search part of an address, its keys always in one order. */
export function filterQuery(filter: QueueFilter): string {
  const params = new URLSearchParams();
  for (const key of Object.keys(queueFilterSchema.shape) as (keyof QueueFilter)[]) {
    const value = filter[key];
    if (value) params.set(key, value);
  }
  return params.toString();
}

export const isNarrowed = (filter: QueueFilter): boolean => Object.values(filter).some(Boolean);

/** Views everybody has. */
export const builtInViews: readonly { name: string; filter: QueueFilter }[] = [
  { name: "To do", filter: {} },
  { name: "Mine", filter: { holder: "mine" } },
  { name: "Unclaimed", filter: { holder: "unclaimed" } },
  { name: "Escalated", filter: { escalated: "1" } },
  { name: "Waiting", filter: { state: "waiting_for_information" } },
  { name: "For review", filter: { review: "1" } },
  { name: "Decided", filter: { state: "decided" } },
];
