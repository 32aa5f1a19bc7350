import pg from "pg";
import { Prisma } from "../../prisma/generated/client";

const { builtins: type } = pg.types;
const parserOf = pg.types.getTypeParser as (oid: number, format?: string) => (text: string) => unknown;

type Decode = (text: string) => unknown;

const json: Decode = (text) => JSON.parse(text) as unknown;
/** Connections are in UTC, and so are the instants that they write. */
const instant: Decode = (text) => new Date(text.replace(" ", "T").replace("+00", "Z"));
const wallTime: Decode = (text) => new Date(`${text.replace(" ", "T")}Z`);
const timeOfDay: Decode = (text) => new Date(`1970-01-01T${text}Z`);
const decimal: Decode = (text) => new Prisma.Decimal(text);
const bytes: Decode = (text) => new Uint8Array(parserOf(type.BYTEA)(text) as Buffer);

/** What Prisma's client makes of values, by the type of their column and that of a list of them; the driver reads the others just so. */
const kinds: readonly [one: number, list: number, Decode][] = [
  [type.INT8, 1016, BigInt],
  [type.OID, 1028, BigInt],
  [type.NUMERIC, 1231, decimal],
  [type.DATE, 1182, (text) => new Date(text)],
  [type.TIME, 1183, timeOfDay],
  [type.TIMESTAMP, 1115, wallTime],
  [type.TIMESTAMPTZ, 1185, instant],
  [type.JSON, 199, json],
  [type.JSONB, 3807, json],
  [type.BYTEA, 1001, bytes],
];

const textList = parserOf(1009) as (text: string) => (string | null)[];

const decoders = new Map<number, Decode>(
  kinds.flatMap(([one, list, decode]) => [
    [one, decode],
    [list, (text: string) => textList(text).map((value) => (value === null ? null : decode(value)))],
  ]),
);

/** Lists of texts that the driver leaves as they are written: ids. */
decoders.set(2951, textList);

/** How the driver reads the columns of SQL that is written out: as the client gives them. */
export const rawTypes = { getTypeParser: (oid: number, format?: "text" | "binary") => decoders.get(oid) ?? parserOf(oid, format) } as pg.CustomTypesConfig;

/** A value as the driver sends it; the driver by itself writes an instant in the zone of the machine. */
export function rawValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(rawValue) : value;
}
