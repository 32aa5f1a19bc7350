import { setTimeout as sleep } from "node:timers/promises";
import { DateTime, type Duration } from "luxon";
import { Client } from "pg";
import { systemClock, type Clock } from "./clock";
import type { Db } from "./db.server";
import type { Logger } from "./log.server";
import { refuse, type Result } from "./result";

const channel = "test_clock";
const reconnectAfterMs = 500;
const followWithinMs = 5_000;

export interface OpenClock {
  clock: Clock;
  close(): Promise<void>;
}

/** The clock of this process: the real one, unless the configuration asks for the test clock. */
export async function openClock(config: { testClock: boolean; production: boolean; databaseUrl: string }, log: Logger): Promise<OpenClock> {
  if (!config.testClock) return { clock: systemClock, close: async () => undefined };
  if (config.production) throw new Error("The test clock is refused in production.");
  return followTestClock(config.databaseUrl, log);
}

/**
 * A clock that stands ahead of the real one by the offset in the database, as every process does that uses it.
 * A trigger announces every change; after a lost connection the row is read again, so no change is missed for long.
 */
async function followTestClock(databaseUrl: string, log: Logger): Promise<OpenClock> {
  let offsetMs = 0;
  let closed = false;
  let listener: Client | null = null;

  const listen = async (): Promise<void> => {
    const client = new Client({ connectionString: databaseUrl, application_name: "trust-safety-console test clock", keepAlive: true });
    client.on("error", () => undefined);
    const follow = async (): Promise<void> => {
      offsetMs = Math.max(offsetMs, await readOffset(client));
    };
    // A read that fails here is made good by the one after reconnecting.
    client.on("notification", () => void follow().catch(() => undefined));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      await follow();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.once("end", () => void relisten());
    listener = client;
  };

  const relisten = async (): Promise<void> => {
    while (!closed) {
      await sleep(reconnectAfterMs, undefined, { ref: false });
      try {
        if (!closed) await listen();
        return;
      } catch (error) {
        log.warn({ err: error }, "the test clock cannot reach the database; trying again");
      }
    }
  };

  await listen();
  return {
    clock: () => DateTime.utc().plus({ milliseconds: offsetMs }),
    close: async () => {
      closed = true;
      await listener?.end();
    },
  };
}

export type ClockMove = { advance: Duration<true> } | { set: DateTime<true> };

/**
 * Moves the test clock forward and returns once this process follows. Backward is refused: what has happened
 * cannot become the future again.
 */
export async function moveTestClock(
  deps: { config: { testClock: boolean }; db: Db; clock: Clock },
  move: ClockMove,
): Promise<Result<{ now: DateTime<true> }, "test_clock_off" | "not_forward">> {
  if (!deps.config.testClock) return refuse("test_clock_off");
  const moved = await deps.db.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO test_clock (id, offset_millis) VALUES (1, 0) ON CONFLICT (id) DO NOTHING`;
    const [row] = await tx.$queryRaw<{ offset: bigint }[]>`SELECT offset_millis AS offset FROM test_clock WHERE id = 1 FOR UPDATE`;
    const current = Number(row?.offset ?? 0n);
    const wanted = "advance" in move ? current + move.advance.toMillis() : move.set.diffNow().toMillis();
    if (wanted <= current) return refuse("not_forward");
    await tx.$executeRaw`UPDATE test_clock SET offset_millis = ${Math.round(wanted)} WHERE id = 1`;
    return { ok: true as const, offsetMs: Math.round(wanted) };
  });
  if (!moved.ok) return moved;
  await until(() => deps.clock().toMillis() >= Date.now() + moved.offsetMs - 1, followWithinMs);
  return { ok: true, now: deps.clock() };
}

async function until(follows: () => boolean, withinMs: number): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!follows()) {
    if (Date.now() > giveUpAt) throw new Error("This process did not follow the test clock.");
    await sleep(5);
  }
}

async function readOffset(client: Client): Promise<number> {
  const read = await client.query<{ offset: string }>("SELECT offset_millis AS offset FROM test_clock WHERE id = 1");
  return Number(read.rows[0]?.offset ?? 0);
}
