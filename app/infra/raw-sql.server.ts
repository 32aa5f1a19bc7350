import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, type ColumnType, type SqlQuery, type SqlResultSet, type Transaction } from "@prisma/driver-adapter-utils";
import { Prisma, type PrismaClient } from "../../prisma/generated/client";
import { inTurn } from "./in-turn.server";

type Tx = Prisma.TransactionClient;

/**
 * SQL that a transaction writes out (`tx.$queryRaw`, `tx.$executeRaw`) goes straight to the driver: through the client it
 * takes three times the processor time, and PostgreSQL parses and plans it anew each time. It is the same transaction on the same
 * connection, with the client's types for rows and its errors, so nobody has to know.
 */
export function withDirectSql(db: PrismaClient, factory: PrismaPg): void {
  const begin = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await begin();
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolation) => noted(inTurn(await start(isolation)));
    return adapter;
  };
  const transaction = db.$transaction.bind(db) as (work: unknown, options?: unknown) => Promise<unknown>;
  db.$transaction = ((work: unknown, options?: unknown) => {
    if (typeof work !== "function") return transaction(work, options);
    const slot: Slot = { connection: null, over: false };
    return opening.run(slot, () => transaction((tx: Tx) => (work as (tx: Tx) => unknown)(direct(tx, slot)), options));
  }) as PrismaClient["$transaction"];
}

/** The driver's transaction beneath the client's. `over`: its end is on the way, and nothing can be sent in it any more. */
interface Slot {
  connection: Connection | null;
  over: boolean;
}

type Connection = Pick<Transaction, "queryRaw" | "executeRaw">;

const opening = new AsyncLocalStorage<Slot>();

/** The client ends a transaction with these words, also one that took too long; what comes later would stand outside of it. */
const ends = new Set(["COMMIT", "ROLLBACK"]);

/** Only the first transaction begun in a slot is its own: the client begins others by itself, for work beside it that takes several statements. */
function noted(transaction: Transaction): Transaction {
  const slot = opening.getStore();
  if (!slot || slot.connection) return transaction;
  const execute = transaction.executeRaw.bind(transaction);
  slot.connection = { queryRaw: transaction.queryRaw.bind(transaction), executeRaw: execute };
  transaction.executeRaw = (query) => {
    if (ends.has(query.sql)) slot.over = true;
    return execute(query);
  };
  return transaction;
}

function direct(tx: Tx, slot: Slot): Tx {
  const send = async <Answer>(how: (connection: Connection) => Promise<Answer>): Promise<Answer> => {
    if (!slot.connection || slot.over) throw new Prisma.PrismaClientKnownRequestError("The transaction is over.", { code: "P2028", clientVersion: Prisma.prismaVersion.client });
    try {
      return await how(slot.connection);
    } catch (error) {
      throw asOfTheClient(error);
    }
  };
  const $queryRaw = (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
    const statement = statementOf(query, values);
    return send(async (connection) => rowsOf(await connection.queryRaw(statement)));
  };
  const $executeRaw = (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
    const statement = statementOf(query, values);
    return send((connection) => connection.executeRaw(statement));
  };
  return new Proxy(tx, { get: (target, key) => (key === "$queryRaw" ? $queryRaw : key === "$executeRaw" ? $executeRaw : Reflect.get(target, key)) as unknown });
}

const texts = new WeakMap<TemplateStringsArray, string>();
/** Names of what is prepared, by text: as many as there are places in the code that write SQL out without parts of it given. */
const names = new Map<string, string>();
let generation = 0;

function statementOf(query: TemplateStringsArray | Prisma.Sql, values: unknown[]): SqlQuery {
  const whole = "raw" in query && !values.some((value) => value instanceof Prisma.Sql);
  const { text, values: args } = whole ? { text: textOf(query), values } : "raw" in query ? Prisma.sql(query, ...values) : query;
  return { sql: text, args, argTypes: args.map((arg) => ({ scalarType: "unknown", arity: Array.isArray(arg) ? "list" : "scalar" })) };
}

function textOf(strings: TemplateStringsArray): string {
  const before = texts.get(strings);
  if (before !== undefined) return before;
  const text = strings.reduce((so, next, index) => `${so}$${index}${next}`);
  texts.set(strings, text);
  names.set(text, createHash("sha256").update(text).digest("base64url"));
  return text;
}

/** Under which name a connection keeps a statement prepared; none for what is put together of parts. */
export function preparedName({ sql }: SqlQuery): string {
  const name = names.get(sql);
  return name === undefined ? "" : `${generation}.${name}`;
}

/** A column changed its type beneath a statement that was prepared: every connection prepares anew from then on. */
const staleStatement = "0A000";

type AdapterError = Error & { cause: { originalCode?: string; originalMessage?: string } };

const isOfAdapter = (error: unknown): error is AdapterError => error instanceof Error && error.name === "DriverAdapterError" && typeof error.cause === "object";

function asOfTheClient(error: unknown): unknown {
  if (!isOfAdapter(error)) return error;
  const { originalCode = "N/A", originalMessage = error.message } = error.cause;
  if (originalCode === staleStatement) generation += 1;
  return new Prisma.PrismaClientKnownRequestError(`Raw query failed. Code: \`${originalCode}\`. Message: \`${originalMessage}\``, {
    code: "P2010",
    meta: { driverAdapterError: error },
    clientVersion: Prisma.prismaVersion.client,
  });
}

type Decode = (value: never) => unknown;

const each = (decode: Decode): Decode => (values: never) => (values as (never | null)[]).map((value) => (value === null ? null : decode(value)));
const json: Decode = (value: string) => JSON.parse(value) as unknown;
const instant: Decode = (value: string) => new Date(value);
const timeOfDay: Decode = (value: string) => new Date(`1970-01-01T${value}Z`);
const large: Decode = (value: string) => BigInt(value);
const decimal: Decode = (value: string) => new Prisma.Decimal(value);
const bytes: Decode = (value: Uint8Array) => new Uint8Array(value);

/** What the client makes of the driver's values; what is not named here stays as it comes. */
const decoders: Partial<Record<ColumnType, Decode>> = {
  [ColumnTypeEnum.Json]: json,
  [ColumnTypeEnum.DateTime]: instant,
  [ColumnTypeEnum.Date]: instant,
  [ColumnTypeEnum.Time]: timeOfDay,
  [ColumnTypeEnum.Int64]: large,
  [ColumnTypeEnum.Numeric]: decimal,
  [ColumnTypeEnum.Bytes]: bytes,
  [ColumnTypeEnum.JsonArray]: each(json),
  [ColumnTypeEnum.DateTimeArray]: each(instant),
  [ColumnTypeEnum.DateArray]: each(instant),
  [ColumnTypeEnum.TimeArray]: each(timeOfDay),
  [ColumnTypeEnum.Int64Array]: each(large),
  [ColumnTypeEnum.NumericArray]: each(decimal),
  [ColumnTypeEnum.BytesArray]: each(bytes),
};

function rowsOf({ columnNames, columnTypes, rows }: SqlResultSet): Record<string, unknown>[] {
  return rows.map((row) => {
    const named: Record<string, unknown> = {};
    for (const [index, column] of columnNames.entries()) {
      const value = row[index];
      const decode = decoders[columnTypes[index]!];
      named[column] = decode && value !== null ? decode(value as never) : value;
    }
    return named;
  });
}
