import type { Pool } from "pg";
import { copyIn } from "~/infra/copy-in.server";
import { eventColumns, keyColumns, type EventRows } from "./event-rows";
import type { Generations } from "./event-generation";

const names = eventColumns.map(([name]) => name);
const list = names.join(", ");
const arrays = eventColumns.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ");
const key = "head, hash";
const keyList = keyColumns.map(([name]) => name).join(", ");
const arraysOfKeys = (first: number): string => `$${first}::int8[], $${first + 1}::uuid[]`;
const [groundPlace, generationPlace, knownPlace] = [3, 4, 5].map((more) => `$${names.length + more}`);
const knownBefore = (from: string, generation: string): string => `(SELECT true FROM stream.event_key k WHERE k.generation = ${generation}::int AND k.head = ${from}.head AND k.hash = ${from}.hash LIMIT 1)`;

/** Evaluated once, in the statement's own picture of the database. */
const ground = `ground AS MATERIALIZED (SELECT gate_stands_at(${groundPlace}::bigint) AS stands)`;
const stands = "(SELECT stands FROM ground)";

const copyKeys = `COPY stream.event_key (${keyList}) FROM STDIN (FORMAT binary)`;
const copyEvents = `COPY stream.message_event (${list}) FROM STDIN (FORMAT binary)`;

/**
 * Writes a batch in which ids may be known or stand twice. Sorted, so that two of these wait for each other and never
 * both; an id counts as new when it is new in every generation that is written. Requests are told apart by their
 * instant of arrival.
 */
const insertUnknown = {
  name: "events: insert unknown",
  text: `WITH ${ground}, batch AS MATERIALIZED (
      SELECT DISTINCT ON (${key}) e.* FROM unnest(${arrays}, ${arraysOfKeys(names.length + 1)}) WITH ORDINALITY AS e(${list}, ${key}, n) WHERE ${stands} ORDER BY ${key}, e.n
    ), keys AS (
      INSERT INTO stream.event_key (generation, ${key})
      SELECT g, ${key} FROM batch b CROSS JOIN unnest(${generationPlace}::int[]) AS g
       WHERE ${knownBefore("b", knownPlace!)} IS NULL
       ORDER BY g, ${key}
      ON CONFLICT DO NOTHING RETURNING ${key}
    ), taken AS (
      INSERT INTO stream.message_event (${list})
      SELECT ${names.map((name) => `b.${name}`).join(", ")} FROM batch b
        JOIN (SELECT ${key} FROM keys GROUP BY ${key} HAVING count(*) = cardinality(${generationPlace}::int[])) AS fresh USING (${key})
      RETURNING received_at
    ) SELECT ground.stands, floor(extract(epoch FROM received_at) * 1000000)::text AS "receivedAt", count(received_at)::int AS count
        FROM ground LEFT JOIN taken ON true GROUP BY ground.stands, received_at`,
};

/** What `gate_must_stand_at` and `stream.must_be_unknown` say. */
const refusals: Readonly<Record<string, Exclude<Written, "written">>> = { TS001: "outdated", TS002: "known" };

/** `known`: an id stands already, from the generation before; `outdated`: the ground has changed. Nothing was written in both. */
export type Written = "written" | "known" | "outdated";

/**
 * Writes rows none of which is known, as nearly every batch is: copied, which costs the database much less than arrays, in one round trip.
 * @param ground the gate's number on which whoever sent them was let in, or null
 * @param known the generation before, where an id may stand already, or null
 * @throws a unique violation when one is known from this generation; then nothing was written
 */
export async function insertNewEvents(pool: Pool, rows: EventRows, ground: string | null, known: number | null): Promise<Written> {
  const statements = [copyKeys, copyEvents];
  if (known !== null) {
    const { heads, hashes } = rows.keyTexts();
    statements.unshift(`SELECT stream.must_be_unknown(${known}, '{${heads.join()}}', '{${hashes.join()}}')`);
  }
  if (ground !== null) statements.unshift(`SELECT gate_must_stand_at(${BigInt(ground)})`);
  try {
    await copyIn(pool, statements.join("; "), rows.copies());
    return "written";
  } catch (error) {
    const refused = refusals[String((error as { code?: unknown }).code)];
    if (refused) return refused;
    throw error;
  }
}

/** What the last ids of a generation begin with, in their order; empty, when it has none. */
export async function lastIdsBegin(pool: Pool, generation: number): Promise<string> {
  const { rows } = await pool.query<{ head: string | null }>({ name: "events: last ids", text: "SELECT max(head)::text AS head FROM stream.event_key WHERE generation = $1", values: [generation] });
  const head = Buffer.alloc(8);
  head.writeBigInt64BE(BigInt(rows[0]!.head ?? 0));
  return head.toString("latin1").replace(/\0+$/, "");
}

/** Writes those rows that are new. @returns how many, by their instant of arrival in microseconds since 1970, or null when the ground has changed */
export async function insertUnknownEvents(pool: Pool, rows: EventRows, ground: string | null, { write, known }: Generations): Promise<Map<number, number> | null> {
  const { rows: taken } = await pool.query<{ stands: boolean; receivedAt: string | null; count: number }>({ ...insertUnknown, values: [...rows.eventArrays(), ...rows.keyArrays(), ground, write, known] });
  if (!taken[0]!.stands) return null;
  return new Map(taken.filter(({ count }) => count > 0).map(({ receivedAt, count }) => [Number(receivedAt), count]));
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Makes the partitions of these UTC days and generations, where they are missing. @returns how many it made */
export async function preparePartitions(pool: Pool, days: { first: Date; last: Date }, generations: { first: number; last: number }): Promise<number> {
  const { rows } = await pool.query<{ made: number }>("SELECT stream.prepare_days($1::date, $2::date) + stream.prepare_generations($3, $4) AS made", [dayOf(days.first), dayOf(days.last), generations.first, generations.last]);
  return rows[0]!.made;
}

/** Drops the days, and the generations, before these. @returns how many */
export async function dropEventPartitions(pool: Pool, before: Date, generation: number): Promise<number> {
  const { rows } = await pool.query<{ dropped: number }>("SELECT stream.drop_days($1::date) + stream.drop_generations($2) AS dropped", [dayOf(before), generation]);
  return rows[0]!.dropped;
}

/** @returns how many events of this platform went */
export async function forgetEvents(pool: Pool, platformId: string, before: Date): Promise<number> {
  const { rows } = await pool.query<{ gone: string }>("SELECT stream.forget($1::uuid, $2::date) AS gone", [platformId, dayOf(before)]);
  return Number(rows[0]!.gone);
}

/** Events that were set aside for a hold and that nothing holds any more. @returns how many went */
export async function forgetReleasedEvents(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ gone: string }>("SELECT stream.forget_released() AS gone");
  return Number(rows[0]!.gone);
}

export interface AccountRow {
  id: string;
  externalId: string;
}

export async function accountsByExternalId(pool: Pool, platformId: string, externalIds: readonly string[]): Promise<AccountRow[]> {
  const { rows } = await pool.query<AccountRow>({
    name: "events: accounts",
    text: `SELECT id, external_id AS "externalId" FROM account WHERE platform_id = $1::uuid AND external_id = ANY ($2::text[])`,
    values: [platformId, externalIds],
  });
  return rows;
}

/** The number of each set of zones, given in the first use of it. */
export async function zoneSetIds(pool: Pool, zones: readonly string[]): Promise<Map<string, number>> {
  const ask = async () => (await pool.query<{ id: number; zones: string }>("SELECT id, zones FROM stream.zone_set WHERE zones = ANY ($1::text[])", [zones])).rows;
  let rows = await ask();
  if (rows.length < zones.length) {
    const known = new Set(rows.map((row) => row.zones));
    await pool.query("INSERT INTO stream.zone_set (zones) SELECT unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING", [zones.filter((set) => !known.has(set))]);
    rows = await ask();
  }
  return new Map(rows.map((row) => [row.zones, row.id]));
}
