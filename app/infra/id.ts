import { v7 } from "uuid";

/** A UUIDv7: unique, and sorted by the time of its making, so that new rows land at the end of an index. */
export const newId = (): string => v7();

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether PostgreSQL takes it for an id; what an address holds may be anything. */
export const isId = (text: string | undefined): text is string => text !== undefined && uuid.test(text);
