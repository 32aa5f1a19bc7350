import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Logger } from "./log.server";
import { SyncQuery } from "./sync-query.server";

export interface Statement {
  /** Prepared once per connection under this name. */
  name: string;
  text: string;
}

/** A connection of one's own that listens to a channel; only while it is open can it be asked. */
export interface ListeningConnection {
  isOpen(): boolean;
  /** @throws when the connection is not open, is lost, or stays silent for too long: then another one is opened */
  ask<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /**
   * Resolves when `onNotice` was told of every transaction that announced something and whose commit was answered before the call. Throws as
   * `ask` does. PostgreSQL signals the listening sessions before it answers a commit, and a session that is idle sends what it was signalled
   * before it says that it is ready for the next query, which is what is waited for here ("Asynchronous Notification" in its protocol, and
   * `ProcessNotifyInterrupt` in its `postgres.c`).
   */
  heardAll(): Promise<void>;
  /** Several statements on one and the same picture of the database. */
  readTogether<Answer>(read: (ask: ListeningConnection["ask"]) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

export interface ListeningOptions {
  databaseUrl: string;
  applicationName: string;
  channel: string;
  log: Logger;
  /** A notification came. */
  onNotice(): void;
  /** The connection listens, for the first time or again; what was announced meanwhile has to be read. */
  onOpen(): void;
  onLost(): void;
  /** How long an answer may take before the connection counts as lost. */
  patienceMs?: number;
}

const [firstPauseMs, longestPauseMs] = [100, 5_000];

/** Opens the connection and opens another whenever it is lost, until it is closed. */
export function keepListening(options: ListeningOptions): ListeningConnection {
  const { log, patienceMs = 1_500 } = options;
  let client: Client | null = null;
  const closing = new AbortController();

  const lose = (lost: Client): void => {
    if (client !== lost) return;
    client = null;
    options.onLost();
    // A connection that stays silent would keep its own farewell waiting as well.
    (lost as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };

  const connect = async (): Promise<Client> => {
    const next = new Client({
      connectionString: options.databaseUrl,
      application_name: options.applicationName,
      // The same few statements for ever: planning them anew would cost more than running them.
      options: "-c timezone=UTC -c plan_cache_mode=force_generic_plan",
      keepAlive: true,
      connectionTimeoutMillis: patienceMs * 2,
      query_timeout: patienceMs,
    });
    next.on("error", () => lose(next));
    next.on("end", () => lose(next));
    next.on("notification", () => options.onNotice());
    try {
      await next.connect();
      await next.query(`LISTEN ${options.channel}`);
      return next;
    } catch (error) {
      next.end().catch(() => undefined);
      throw error;
    }
  };

  const keep = async (): Promise<void> => {
    let pause = firstPauseMs;
    while (!closing.signal.aborted) {
      try {
        const opened = await connect();
        if (closing.signal.aborted) return void (await opened.end());
        client = opened;
        pause = firstPauseMs;
        const ended = new Promise<void>((settle) => opened.once("end", () => settle()));
        options.onOpen();
        await ended;
      } catch (error) {
        log.warn({ err: error, channel: options.channel }, "a listening connection failed; trying again");
      }
      await sleep(pause, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      pause = Math.min(pause * 2, longestPauseMs);
    }
  };

  const onOpenClient = async <Answer>(ask: (asked: Client) => Promise<Answer>): Promise<Answer> => {
    const asked = client;
    if (!asked) throw new Error("the listening connection is not open");
    try {
      return await ask(asked);
    } catch (error) {
      lose(asked);
      throw error;
    }
  };

  const ask: ListeningConnection["ask"] = <Row>(statement: Statement, values: readonly unknown[]) =>
    onOpenClient(async (asked) => (await asked.query({ ...statement, values: [...values] })).rows as Row[]);

  const heardAll: ListeningConnection["heardAll"] = () => onOpenClient((asked) => new Promise((settle, fail) => asked.query(new SyncQuery(settle, fail))));

  const keeping = keep();
  return {
    isOpen: () => client !== null,
    ask,
    heardAll,
    async readTogether(read) {
      await ask({ name: "together", text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }, []);
      const answer = await read(ask);
      await ask({ name: "apart", text: "COMMIT" }, []);
      return answer;
    },
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
      await keeping;
    },
  };
}
