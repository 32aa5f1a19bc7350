import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { killedCampaign } from "../support/campaign-killed";
import { killedSender } from "../support/killed-sender";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { killVictims, startVictim } from "../support/victims";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
afterEach(killVictims);

test("senders that are killed in the middle of it notify every account, and repeat at most one message a connection, under its own Message-ID", async () => {
  const deps = { ...(await database.deps()), clock: systemClock };
  const environment = testEnvironment(database.url, deps.config.storageDir);
  const end = await killedCampaign(deps, { recipients: 800, kills: 3, patienceMs: 150_000, start: (smtpUrl) => startVictim({ ...environment, SMTP_URL: smtpUrl }, "send") });
  expect(end).toMatchObject({ kills: 3, notified: 800, reached: 800, strangers: 0 });
  expect(end.repeated).toBeLessThanOrEqual(3 * killedSender.connections);
}, 180_000);
