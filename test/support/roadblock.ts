import { Client } from "pg";

export interface RoadblockPlace {
  /** `bullmq.job`, `notice`, … */
  table: string;
  on: "INSERT" | "UPDATE";
  /** SQL over NEW: which rows stop. */
  when?: string;
}

export interface Roadblock {
  /** How many sessions stand before it. */
  waiting(): Promise<number>;
  /** Hangs up on the sessions that wait now: their clients, where they live, may come again. */
  hangUp(): Promise<void>;
  /** Ends the sessions that wait until nobody does: what a server does when it notices that their client is dead. */
  clear(): Promise<void>;
  /** Resolves when the server has gone, and everybody's wait with it; what is left is to be lifted when it is back. */
  goneWithTheServer(): Promise<void>;
  /** Takes it away; whoever waits goes on. */
  lift(): Promise<void>;
  /** For a test that ended half-way, or not: nobody waits there any more, so that the next one does not hang because of this one. */
  letGo(): Promise<void>;
}

const space = 0x5354_4f50;
let next = 1;

/**
 * Stops any process at one statement, without a word about it in the product: a trigger waits for an advisory lock
 * that the test holds. Only for a database that belongs to the test.
 */
export async function roadblock(databaseUrl: string, { table, on, when = "true" }: RoadblockPlace): Promise<Roadblock> {
  const key = next++;
  const name = `roadblock_${key}`;
  const holder = new Client({ connectionString: databaseUrl });
  let gone = false;
  const ended = new Promise<void>((settle) => holder.once("end", () => ((gone = true), settle())));
  holder.on("error", () => undefined);
  await holder.connect();
  await holder.query("SELECT pg_advisory_lock($1, $2)", [space, key]);
  await holder.query(`
    CREATE FUNCTION public.${name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(${space}, ${key}); RETURN NEW; END $$;
    CREATE TRIGGER ${name} BEFORE ${on} ON ${table} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION public.${name}();`);
  const waiters = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = $1 AND objid = $2";
  const waiting = async () => (await holder.query(waiters, [space, key])).rowCount ?? 0;
  const hangUp = async () => void (await holder.query(`SELECT pg_terminate_backend(pid) FROM (${waiters}) AS stopped`, [space, key]));
  return {
    waiting,
    hangUp,
    async clear() {
      // Who queued behind one that is gone comes to stand here next.
      while ((await waiting()) > 0) {
        await hangUp();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    goneWithTheServer: () => ended,
    async lift() {
      const client = gone ? new Client({ connectionString: databaseUrl }) : holder;
      if (gone) await client.connect();
      else await client.query("SELECT pg_advisory_unlock($1, $2)", [space, key]);
      await client.query(`DROP TRIGGER ${name} ON ${table}`);
      await client.end();
    },
    letGo: () => (gone ? Promise.resolve() : holder.end()),
  };
}
