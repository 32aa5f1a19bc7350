import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, Pool } from "pg";
import { copyIn } from "~/infra/copy-in.server";
import { isDatabaseAway } from "~/infra/database-away";
import { testDatabase, type TestDatabase } from "../support/database";

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = new Pool({ connectionString: database.url, max: 1 });
  pool.on("error", () => undefined);
  await pool.query("CREATE TABLE letters (letter text PRIMARY KEY); CREATE TABLE numbers (number int)");
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

const both = "COPY letters FROM STDIN; COPY numbers FROM STDIN";
const many = Array.from({ length: 200_000 }, (_none, n) => n);
const lines = (values: readonly unknown[]): Buffer => Buffer.from(values.map((value) => `${value}\n`).join(""));
const count = async (table: "letters" | "numbers") => Number((await pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).rows[0]!.count);

test("each COPY reads its own body, also when that has to be sent in many pieces", async () => {
  await copyIn(pool, `SELECT 1; ${both}`, [lines(["a", "b"]), lines(many)]);
  await copyIn(pool, both, [lines([]), lines([])]);
  expect([await count("letters"), await count("numbers")]).toEqual([2, many.length]);
});

test.each([
  ["before the first", `SELECT 1 / 0; ${both}`, [lines(["c"]), lines([1])], "22012"],
  ["in the first", both, [lines(["c", "a"]), lines(many)], "23505"],
  ["in the last", both, [lines(["c"]), lines(["none"])], "22P02"],
])("what fails %s leaves nothing behind, and the next is not confused by what was still sent", async (_when, text, bodies, code) => {
  const before = [await count("letters"), await count("numbers")];
  await expect(copyIn(pool, text, bodies)).rejects.toMatchObject({ code });
  for (const body of bodies) body.fill(0);
  expect([await count("letters"), await count("numbers")]).toEqual(before);
});

test("a connection that is lost on the way, or cannot be had, is an error and not a silence", async () => {
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  await owner.query("BEGIN; LOCK TABLE numbers");
  const copying = copyIn(pool, both, [lines(["d"]), lines(many)]).catch((error: unknown) => error);
  const waits = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'numbers'::regclass AND NOT granted";
  while ((await owner.query(waits)).rowCount === 0);
  expect(isDatabaseAway(await copying)).toBe(true);
  await owner.query("COMMIT");
  await owner.end();
  expect((await pool.query("SELECT FROM letters WHERE letter = 'd'")).rowCount).toBe(0);
  const nowhere = new Pool({ connectionString: "postgresql://postgres@127.0.0.1:1/none" });
  await expect(copyIn(nowhere, both, [lines([]), lines([])])).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await nowhere.end();
});
