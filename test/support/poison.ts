import { Client } from "pg";

/** Makes the database refuse a change, as a defect or a broken row would. */
export async function withPoison(url: string, table: string, which: string, run: () => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ${which} THEN RAISE 'poisoned'; END IF; RETURN NEW; END $$`);
    await client.query(`CREATE TRIGGER poison BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION poison()`);
    await run();
    await client.query(`DROP FUNCTION poison CASCADE`);
  } finally {
    await client.end();
  }
}
