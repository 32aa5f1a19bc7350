import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepListening, type ListeningConnection } from "~/infra/listening-connection.server";
import { testDatabase, type TestDatabase } from "../support/database";

let database: TestDatabase;
let listening: ListeningConnection;
let heard = 0;

beforeAll(async () => {
  database = await testDatabase();
  const { log } = await database.deps();
  await new Promise<void>((open) => {
    listening = keepListening({ databaseUrl: database.url, applicationName: "test", channel: "news", log, onNotice: () => (heard += 1), onOpen: open, onLost: () => undefined });
  });
});
afterAll(async () => {
  await listening.close();
  await database.close();
});

test("what was announced by a commit that was answered is told before a round trip that began afterwards ends", async () => {
  const [writers, commits] = [4, 150];
  let committed = 0;
  const write = async (_: unknown, writer: number): Promise<void> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    for (let commit = 0; commit < commits; commit += 1) {
      await client.query(`BEGIN; SELECT pg_notify('news', '${writer}-${commit}'); COMMIT`);
      committed += 1;
    }
    await client.end();
  };
  const late: string[] = [];
  const writing = Promise.all(Array.from({ length: writers }, write));
  while (committed < writers * commits) {
    const answered = committed;
    await listening.heardAll();
    if (heard < answered) late.push(`${heard} of ${answered}`);
  }
  await writing;
  await listening.heardAll();
  expect([late, heard]).toEqual([[], writers * commits]);
});
