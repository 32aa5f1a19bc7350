import { dsaStatementSchema, type DsaStatement } from "./dsa-statement.schema";

/** The most statements the transparency database takes at once. */
export const largestBatch = 100;

/** A statement with its fields in the order of the schema, whatever order they were stored in. */
export const inOrder = (payload: unknown): DsaStatement => dsaStatementSchema.parse(payload);

/** A batch to the letter: the body the database takes at its address for several statements. */
export const batchFile = (payloads: readonly unknown[]): string => `${JSON.stringify({ statements: payloads.map(inOrder) }, null, 2)}\n`;

export const singleFile = (payload: unknown): string => `${JSON.stringify(inOrder(payload), null, 2)}\n`;

export const batchFileName = (platformKey: string, number: number): string => `statements-${platformKey}-${String(number).padStart(6, "0")}.json`;
