import { v7 } from "uuid";

/** A UUIDv7: unique, and sorted by the time of its making, so that new rows land at the end of an index. */
export const newId = (): string => v7();
