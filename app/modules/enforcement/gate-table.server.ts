import type { Deps } from "~/infra/deps.server";
import { keepListening, type ListeningConnection, type Statement } from "~/infra/listening-connection.server";
import { createGateMemory, type AccountGate, type AccountState, type GateDenial, type PreparedAnswer } from "./gate-memory";

/**
 * The gate in this process: answers from memory, and right from the instant a decision commits.
 *
 * That no notification came proves nothing: one can be under way while a request comes in. So a request is answered only
 * after a look that began after the request arrived: a round trip to the database that asks nothing, but brings every
 * notification of what was committed before (`heardAll`). When one came, the missing changes are read: they are numbered in
 * the order of their commits, without gaps (migration "telling_the_platform"). All requests that wait share one look, and
 * while it is under way those of the look before are answered: the bound on staleness is zero, and its price is one round
 * trip to the database in time, but next to none of its work.
 *
 * When the look fails – the connection is down, silent for 1.5 s, or the memory is still being loaded – `current`
 * answers false, and the caller asks the database itself; when that fails too, accounts known as restricted stay denied
 * and nobody else gets an answer (`answer-gate.server.ts`). After a reconnect the changes since the last number seen are
 * read; when some of them were purged, or the numbers went back, everything is loaded anew.
 */
export interface GateTable {
  /** Whether the memory holds everything that was committed before this call. */
  current(): Promise<boolean>;
  /**
   * The same without a promise, for what is asked thousands of times a second.
   * @param then throws nothing; is told the instant, in milliseconds, at which the memory was seen to be current, or null
   */
  whenCurrent(then: (asOf: number | null) => void): void;
  /**
   * The last change that memory has taken in, for whoever proves in the statement that writes that it still is the last (`gate_stands_at`),
   * and so needs no look; null while memory is known to lack something.
   */
  ground(): string | null;
  find(platformId: string, externalId: string): AccountGate | undefined;
  answer(account: AccountGate, now: number): PreparedAnswer;
  /** Keeps what the database said of an account nothing was known of. `asOf` is `seq()` from before it was asked. */
  remember(state: AccountState, asOf: bigint): AccountGate | null;
  /** The last change taken in. */
  seq(): bigint;
  /** Grows whenever API keys, features or platforms changed: what was remembered of them is void. */
  groundEpoch(): number;
  /** Waits for a change of this platform after `seq`. @returns false when the signal, or closing, ended the wait */
  changed(platformId: string, seq: bigint, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

interface ChangeRow {
  head: string;
  floor: string;
  seq: string | null;
  platformId: string | null;
  accountId: string | null;
  /** The account's own, while it exists. */
  accountPlatformId: string | null;
  externalId: string | null;
  denials: GateDenial[] | null;
}

const batch = 2_000;
/** A listener that went deaf without losing its connection is noticed by reading anyway. */
const readEveryMs = 1_000;

const denialsOf = `(SELECT json_agg(json_build_object('feature', g.feature, 'reasonCode', g.reason_code,
    'from', floor(extract(epoch FROM g.starts_at) * 1000)::bigint,
    'until', floor(extract(epoch FROM g.until) * 1000)::bigint, 'actionId', g.action_id))
   FROM gate_entry g WHERE g.account_id = a.id AND g.verdict = 'deny')`;

const readChanges: Statement = {
  name: "gate_changes",
  text: `SELECT h.seq AS head, h.floor, c.seq, c.platform_id AS "platformId", c.account_id AS "accountId",
                a.platform_id AS "accountPlatformId", a.external_id AS "externalId", ${denialsOf} AS denials
           FROM gate_head h LEFT JOIN gate_change c ON c.seq > $1 LEFT JOIN account a ON a.id = c.account_id
          WHERE h.id = 1 ORDER BY c.seq LIMIT ${batch}`,
};
const readHead: Statement = { name: "gate_head", text: "SELECT seq AS head FROM gate_head WHERE id = 1" };
const readFeatures: Statement = { name: "gate_features", text: `SELECT platform_id AS "platformId", code FROM feature ORDER BY platform_id, position, code` };
const readRestricted: Statement = {
  name: "gate_restricted",
  text: `SELECT a.id AS "accountId", a.platform_id AS "platformId", a.external_id AS "externalId", ${denialsOf} AS denials
           FROM account a
          WHERE a.id IN (SELECT DISTINCT account_id FROM gate_entry WHERE account_id > $1::uuid ORDER BY account_id LIMIT ${batch}) ORDER BY a.id`,
};

export function openGateTable(deps: Pick<Deps, "config" | "log" | "clock">): GateTable {
  const memory = createGateMemory();
  const latest = new Map<string, bigint>();
  const waiting = new Set<() => void>();
  let applied = -1n;
  let loaded = false;
  let epoch = 0;
  let closed = false;
  /** Who waits for the next look; one that is under way may have missed what was committed since it began. */
  let asking: ((asOf: number | null) => void)[] = [];
  let looking = false;
  /** There may be changes that no look has read: announced, or not heard of for whatever reason. */
  let unread = false;

  const loadFeatures = async (ask: ListeningConnection["ask"]): Promise<void> => memory.learnFeatures(await ask<{ platformId: string; code: string }>(readFeatures, []));

  const load = (): Promise<void> =>
    connection.readTogether(async (ask) => {
      const [row] = await ask<{ head: string }>(readHead, []);
      loaded = false;
      memory.clear();
      await loadFeatures(ask);
      for (let last = "00000000-0000-0000-0000-000000000000"; ; ) {
        const rows = await ask<{ accountId: string; platformId: string; externalId: string; denials: GateDenial[] | null }>(readRestricted, [last]);
        for (const account of rows) memory.learn({ ...account, denials: account.denials ?? [] });
        if (rows.length < batch) break;
        last = rows.at(-1)!.accountId;
      }
      applied = BigInt(row?.head ?? 0);
      epoch += 1;
      loaded = true;
    });

  const take = (row: ChangeRow & { seq: string; platformId: string }): void => {
    latest.set(row.platformId, BigInt(row.seq));
    if (row.accountId === null) return;
    if (row.externalId === null || row.accountPlatformId === null) memory.forget(row.accountId);
    else memory.learn({ accountId: row.accountId, platformId: row.accountPlatformId, externalId: row.externalId, denials: row.denials ?? [] });
  };

  /** Whatever was committed before it began is in memory after. */
  const catchUp = async (): Promise<void> => {
    if (!loaded) return load();
    if (!unread) await connection.heardAll();
    if (!unread) return;
    unread = false;
    for (;;) {
      const rows = await connection.ask<ChangeRow>(readChanges, [String(applied)]);
      const [{ head, floor }] = [rows[0] ?? { head: "-1", floor: "0" }];
      if (BigInt(floor) > applied || BigInt(head) < applied) return load();
      const changes = rows.filter((row): row is ChangeRow & { seq: string; platformId: string } => row.seq !== null);
      if (changes.length === 0) return;
      if (changes.some(({ accountId }) => accountId === null)) {
        epoch += 1;
        await loadFeatures(connection.ask);
      }
      for (const change of changes) take(change);
      applied = BigInt(changes.at(-1)!.seq);
      for (const wake of [...waiting]) wake();
      if (changes.length < batch) return;
    }
  };

  const showsCurrent = async (): Promise<boolean> => {
    if (closed || !connection.isOpen()) return false;
    try {
      await catchUp();
      return true;
    } catch (error) {
      if (!closed) deps.log.warn({ err: error }, "the gate table cannot show that it is current; the database is asked instead");
      return false;
    }
  };

  /** Begins when all requests that have arrived by now are read, so that one look serves them together. */
  const begin = (): void => {
    const served = asking;
    asking = [];
    void showsCurrent().then((current) => setImmediate(end, served, current));
  };

  /** The next look is under way before those that waited for this one are answered, so that neither waits for the other. */
  const end = (served: typeof asking, current: boolean): void => {
    const asOf = current ? deps.clock().toMillis() : null;
    looking = asking.length > 0;
    if (looking) begin();
    for (const then of served) then(asOf);
  };

  const whenCurrent: GateTable["whenCurrent"] = (then) => {
    asking.push(then);
    if (looking) return;
    looking = true;
    setImmediate(begin);
  };

  const current = (): Promise<boolean> => new Promise((settle) => whenCurrent((asOf) => settle(asOf !== null)));

  const read = (): void => {
    unread = true;
    void current();
  };

  const connection: ListeningConnection = keepListening({
    databaseUrl: deps.config.databaseUrl,
    applicationName: "trust-safety-console gate",
    channel: "gate_change",
    log: deps.log,
    onNotice: read,
    onOpen: read,
    onLost: () => undefined,
  });
  const regular = setInterval(read, readEveryMs).unref();

  return {
    current,
    whenCurrent,
    ground: () => (closed || unread || !loaded || !connection.isOpen() ? null : String(applied)),
    find: memory.find,
    answer: memory.answer,
    remember: (state, asOf) => (loaded && asOf === applied ? (memory.find(state.platformId, state.externalId) ?? memory.learn(state)) : null),
    seq: () => applied,
    groundEpoch: () => epoch,
    async changed(platformId, seq, signal) {
      while ((latest.get(platformId) ?? -1n) <= seq) {
        if (signal.aborted || closed) return false;
        await new Promise<void>((settle) => {
          const wake = (): void => {
            waiting.delete(wake);
            signal.removeEventListener("abort", wake);
            settle();
          };
          waiting.add(wake);
          signal.addEventListener("abort", wake, { once: true });
        });
      }
      return true;
    },
    async close() {
      closed = true;
      clearInterval(regular);
      for (const wake of [...waiting]) wake();
      await connection.close();
    },
  };
}
