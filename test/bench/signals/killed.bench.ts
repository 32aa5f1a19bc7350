import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { poolOf } from "~/infra/db.server";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { aPlatformWithRules } from "../../support/sending";
import { benchDatabase, type BenchProcess } from "../enforcement/bench-gate";
import { caller, type Caller } from "../enforcement/caller";
import { report } from "../harness";
import type { Suite } from "../run";
import { castOf, eventsEach, loadOf } from "./traffic";

const senders = 8;
const mostBetweenKills = 6_000;
const patienceMs = 180_000;

/**
 * No comparison but a trial at full size: while a million events flow, the web process and one of two workers are killed with
 * SIGKILL at random, again and again, and whoever got no answer sends the same events once more. In the end every event has
 * to be stored once, and every breach among them to have one signal.
 */
export const killed: Suite = async ({ quick }) => {
  const requests = quick ? 1_000 : 10_000;
  const dir = await mkdtemp(join(tmpdir(), "console-bench-killed-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: true, maxConnections: 100 });
  const bench = await benchDatabase(cluster.url("postgres"), "killed");
  try {
    const { bearer } = await aPlatformWithRules(bench.deps);
    const { id: platformId } = await bench.deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
    const offenders = await castOf(bench, platformId, requests / 10);
    let web = await bench.start("gate");
    const workers: BenchProcess[] = [await bench.start("tail"), await bench.start("tail")];
    const kills = { web: 0, worker: 0 };
    let [answered, repeated, flowing] = [0, 0, true];

    const killing = (async () => {
      for (let n = 0; flowing; n += 1) {
        await sleep(500 + Math.random() * (mostBetweenKills - 500));
        if (!flowing) return;
        if (n % 2 === 0) {
          await web.kill();
          kills.web += 1;
          web = await bench.start("gate");
        } else {
          const [victim] = workers.splice(Math.floor(Math.random() * workers.length), 1);
          await victim!.kill();
          kills.worker += 1;
          workers.push(await bench.start("tail"));
        }
      }
    })();

    const breaches = new Map<string, string>();
    let next = 0;
    const sending = async (): Promise<void> => {
      let connection: Caller | null = null;
      for (let n = next++; n < requests; n = next++) {
        const load = loadOf(bearer.authorization, offenders, n % 10 === 0);
        if (load.offender && load.breachId) breaches.set(load.offender, load.breachId);
        for (let tries = 0; ; tries += 1) {
          try {
            connection ??= await caller(web.port);
            const answer = await connection.ask(load.text);
            if (!answer.startsWith("HTTP/1.1 202")) throw new Error(answer.slice(0, 200));
            answered += eventsEach;
            if (tries > 0) repeated += 1;
            break;
          } catch {
            connection?.end();
            connection = null;
            await sleep(100);
          }
        }
      }
      connection?.end();
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: senders }, sending));
    const seconds = (performance.now() - startedAt) / 1_000;
    flowing = false;
    await killing;

    const pool = poolOf(bench.deps.db);
    const signals = async () =>
      (await pool.query<{ externalId: string; eventIds: string[] }>(`SELECT a.external_id AS "externalId", s.event_ids AS "eventIds" FROM signal s JOIN account a ON a.id = s.account_id WHERE s.retracted_at IS NULL`)).rows;
    const givenUpAt = performance.now() + patienceMs;
    while ((await signals()).length < breaches.size && performance.now() < givenUpAt) await sleep(500);
    await sleep(2_000);
    const found = await signals();
    const right = found.filter(({ externalId, eventIds }) => eventIds.length === 1 && eventIds[0] === breaches.get(externalId));
    const { rows: [stored] } = await pool.query<{ rows: string; ids: string }>("SELECT count(*) AS rows, count(DISTINCT event_id) AS ids FROM stream.message_event");
    const chain = await verifyChain(bench.deps);
    return report("Web process and workers killed with SIGKILL while events flow", [
      { what: "events answered for", value: answered, atLeast: requests * eventsEach },
      { what: "events a second, kills and repeats included", value: answered / seconds },
      { what: "times the web process was killed", value: kills.web },
      { what: "times a worker was killed", value: kills.worker },
      { what: "requests that had to be sent again", value: repeated },
      { what: "rows in the store ÷ events sent", value: Number(stored!.rows) / answered, atLeast: 1, atMost: 1 },
      { what: "ids in the store ÷ events sent", value: Number(stored!.ids) / answered, atLeast: 1, atMost: 1 },
      { what: `signals ÷ ${breaches.size} breaches`, value: found.length / breaches.size, atLeast: 1, atMost: 1 },
      { what: "signals that name just their breach ÷ breaches", value: right.length / breaches.size, atLeast: 1, atMost: 1 },
      { what: "audit chain whole", value: Number(chain.ok), atLeast: 1 },
    ]);
  } finally {
    await bench.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
