import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { PrismaPg } from "@prisma/adapter-pg";
import type { SqlQuery, Transaction } from "@prisma/driver-adapter-utils";
import type { PoolClient, QueryResult } from "pg";
import { Prisma, type PrismaClient } from "../../prisma/generated/client";
import { inTurn } from "./in-turn.server";
import { rawTypes, rawValue } from "./raw-types.server";

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
    adapter.startTransaction = async (isolation) => noted((await start(isolation)) as DriverTransaction);
    return adapter;
  };
  const transaction = db.$transaction.bind(db) as (work: unknown, options?: unknown) => Promise<unknown>;
  db.$transaction = ((work: unknown, options?: unknown) => {
    if (typeof work !== "function") return transaction(work, options);
    const slot: Slot = { send: null, over: false };
    return opening.run(slot, () => transaction((tx: Tx) => (work as (tx: Tx) => unknown)(direct(tx, slot)), options));
  }) as PrismaClient["$transaction"];
}

/** The adapter's transaction, with what its types do not name: the driver's connection, and the error that the client knows. */
type DriverTransaction = Transaction & { client: PoolClient; onError(error: unknown): never };

/** `send`: to the connection beneath the client's transaction. `over`: its end is on the way, and nothing can be sent in it any more. */
interface Slot {
  send: ((statement: Statement) => Promise<QueryResult<Record<string, unknown>>>) | null;
  over: boolean;
}

interface Statement {
  text: string;
  values: unknown[];
  name?: string;
}

const opening = new AsyncLocalStorage<Slot>();

/** The client ends a transaction with these words, also one that took too long; what comes later would stand outside of it. */
const ends = new Set(["COMMIT", "ROLLBACK"]);

/** Only the first transaction begun in a slot is its own: the client begins others by itself, for work beside it that takes several statements. */
function noted(transaction: DriverTransaction): Transaction {
  const [turn, slot] = [inTurn(), opening.getStore()];
  const [query, execute] = [transaction.queryRaw.bind(transaction), transaction.executeRaw.bind(transaction)];
  const own = slot && !slot.send ? slot : null;
  if (own) own.send = (statement) => turn(() => transaction.client.query({ ...statement, types: rawTypes })).catch((error: unknown) => transaction.onError(error));
  return Object.assign(transaction, {
    queryRaw: (asked: SqlQuery) => turn(() => query(asked)),
    executeRaw: (asked: SqlQuery) => {
      if (own && ends.has(asked.sql)) own.over = true;
      return turn(() => execute(asked));
    },
  });
}

function direct(tx: Tx, slot: Slot): Tx {
  const send = async (query: TemplateStringsArray | Prisma.Sql, values: unknown[]) => {
    if (!slot.send || slot.over) throw new Prisma.PrismaClientKnownRequestError("The transaction is over.", { code: "P2028", clientVersion: Prisma.prismaVersion.client });
    try {
      return await slot.send(statementOf(query, values));
    } catch (error) {
      throw asOfTheClient(error);
    }
  };
  const $queryRaw = async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => (await send(query, values)).rows;
  const $executeRaw = async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => (await send(query, values)).rowCount ?? 0;
  return new Proxy(tx, { get: (target, key) => (key === "$queryRaw" ? $queryRaw : key === "$executeRaw" ? $executeRaw : Reflect.get(target, key)) as unknown });
}

const texts = new WeakMap<TemplateStringsArray, string>();
/** Names of what is prepared, by text: as many as there are places in the code that write SQL out, and few texts for each. */
const names = new Map<string, string>();
let generation = 0;

/** It stands with the part, not with this module, of which the pages' bundle has a copy. */
const ofFewTexts = Symbol.for("console.sql.few");

/** Marks a part of statements whose text is one of a few: what it is part of is prepared like what is written out whole. */
export const preparable = (part: Prisma.Sql): Prisma.Sql => Object.assign(part, { [ofFewTexts]: true });

/** That an id is one of these: a plan that is kept for one id is kept, one for a list is made anew for each. */
export const idIn = (ids: readonly string[]): Prisma.Sql => preparable(ids.length === 1 ? Prisma.sql`= ${ids[0]}::uuid` : Prisma.sql`= ANY(${[...new Set(ids)]}::uuid[])`);

function statementOf(query: TemplateStringsArray | Prisma.Sql, given: unknown[]): Statement {
  const parts = given.filter((value) => value instanceof Prisma.Sql);
  const { text, values } = !("raw" in query) ? query : parts.length > 0 ? Prisma.sql(query, ...given) : { text: textOf(query), values: given };
  if ("raw" in query && parts.every((part) => ofFewTexts in part)) nameFor(text);
  return { text, values: values.map(rawValue), name: preparedName(text) };
}

function textOf(strings: TemplateStringsArray): string {
  const before = texts.get(strings);
  if (before !== undefined) return before;
  const text = strings.reduce((so, next, index) => `${so}$${index}${next}`);
  texts.set(strings, text);
  return text;
}

function nameFor(text: string): void {
  if (!names.has(text)) names.set(text, createHash("sha256").update(text).digest("base64url"));
}

/** Under which name a connection keeps a statement prepared; none for what is put together of any parts. */
export function preparedName(text: string): string | undefined {
  const name = names.get(text);
  return name === undefined ? undefined : `${generation}.${name}`;
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
