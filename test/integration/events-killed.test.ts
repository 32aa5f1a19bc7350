import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { anEvent, aSender, storedEvents, type Sender } from "../support/sending";
import { killVictims, startVictim } from "../support/victims";

let database: TestDatabase;
let deps: Deps;
let env: Record<string, string>;
let sender: Sender;

beforeAll(async () => {
  database = await testDatabase();
  env = testEnvironment(database.url, "/nonexistent");
  deps = await buildDeps(loadConfig(env), "test");
  sender = await aSender(deps);
});
afterAll(async () => {
  killVictims();
  await closeDeps(deps);
  await database.close();
});

async function serve() {
  const victim = await startVictim(env, "serve");
  return { kill: victim.kill, port: Number(await victim.ready) };
}

type Outcome = "lost" | { accepted: number; duplicate: number };

async function post(port: number, events: object[]): Promise<Outcome> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/events`, { method: "POST", headers: { "content-type": "application/json", ...sender.bearer }, body: JSON.stringify(events) });
    return answer.status === 202 ? ((await answer.json()) as Outcome) : "lost";
  } catch {
    return "lost";
  }
}

test("killed at any moment, the web process has stored whatever it answered for, and what is sent again is there once", { timeout: 180_000 }, async () => {
  const nowIso = () => deps.clock().toISO()!;
  const answered: string[] = [];
  let unanswered: object[][] = [];
  let accepted = 0;
  for (let life = 0; life < 4; life += 1) {
    const { kill, port } = await serve();
    const had = answered.length;
    const again = unanswered;
    unanswered = [];
    let alive = true;
    const senders = Array.from({ length: 8 }, async () => {
      while (alive) {
        const events = again.shift() ?? Array.from({ length: 1 + Math.floor(Math.random() * 40) }, () => anEvent(sender.account, nowIso()));
        const outcome = await post(port, events);
        if (outcome === "lost") unanswered.push(events);
        else {
          answered.push(...events.map((event) => (event as { id: string }).id));
          accepted += outcome.accepted;
        }
      }
    });
    await expect.poll(() => answered.length - had, { timeout: 30_000, interval: 10 }).toBeGreaterThan(100);
    await sleep(Math.random() * 500);
    await kill();
    alive = false;
    await Promise.all(senders);
  }
  const before = new Set((await storedEvents(deps, sender.platformId)).map((row) => row.event_id));
  expect(answered.filter((id) => !before.has(id))).toEqual([]);

  const { kill, port } = await serve();
  for (const events of unanswered) expect(await post(port, events)).not.toBe("lost");
  await kill();
  const stored = (await storedEvents(deps, sender.platformId)).map((row) => row.event_id);
  const sent = new Set([...answered, ...unanswered.flat().map((event) => (event as { id: string }).id)]);
  expect(stored.length).toBe(sent.size);
  expect(new Set(stored)).toEqual(sent);
  expect(accepted).toBeLessThanOrEqual(stored.length);
});
