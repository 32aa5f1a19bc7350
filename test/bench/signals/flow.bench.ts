import { setTimeout as sleep } from "node:timers/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poolOf } from "~/infra/db.server";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { aPlatformWithRules } from "../../support/sending";
import { benchDatabase, type BenchDatabase, type BenchProcess } from "../enforcement/bench-gate";
import { caller } from "../enforcement/caller";
import { report } from "../harness";
import type { Suite } from "../run";
import { castOf, eventsEach, loadOf, type Offenders } from "./traffic";

const senders = 8;
const megabyte = 1024 * 1024;

interface Scene {
  bearer: string;
  port: number;
  offenders: Offenders;
  /** When what an offender did was accepted, by their ids on the platform; milliseconds of this process. */
  accepted: Map<string, number>;
}

/** Sends so many requests, at most so many a second. @returns the seconds it took */
async function send(scene: Scene, count: number, { perSecond, breaks }: { perSecond: number; breaks: (n: number) => boolean }): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const one = async (): Promise<void> => {
    const { ask, end } = await caller(scene.port);
    for (let n = next++; n < count; n = next++) {
      const early = startedAt + (n * 1_000) / perSecond - performance.now();
      if (early > 0) await sleep(early);
      const { text, offender } = loadOf(scene.bearer, scene.offenders, breaks(n));
      const answer = await ask(text);
      if (!answer.includes(`"accepted":${eventsEach},`)) throw new Error(`the events were not accepted: ${answer}`);
      if (offender !== null) scene.accepted.set(offender, performance.now());
    }
    end();
  };
  await Promise.all(Array.from({ length: senders }, one));
  return (performance.now() - startedAt) / 1_000;
}

/** Looks for the signals of those who wait for one until nobody does. @returns milliseconds from being accepted to being seen */
function watch(bench: BenchDatabase, scene: Scene): { seen: number[]; settled(): Promise<void> } {
  const pool = poolOf(bench.deps.db);
  const seen: number[] = [];
  const look = async (): Promise<void> => {
    const waiting = [...scene.accepted.keys()];
    if (waiting.length === 0) return;
    const { rows } = await pool.query<{ externalId: string }>({
      name: "bench: signals",
      text: `SELECT DISTINCT a.external_id AS "externalId" FROM account a JOIN signal s ON s.account_id = a.id WHERE a.external_id = ANY ($1::text[]) AND s.rule = 'unapproved_template'`,
      values: [waiting],
    });
    const now = performance.now();
    for (const { externalId } of rows) {
      seen.push(now - scene.accepted.get(externalId)!);
      scene.accepted.delete(externalId);
    }
  };
  let sending = true;
  const watching = (async () => {
    while (sending || scene.accepted.size > 0) {
      await look();
      await sleep(20);
    }
  })();
  // What ended it is told to who waits for it; when the sending failed nobody does.
  watching.catch(() => undefined);
  return { seen, settled: () => ((sending = false), watching) };
}

const quantile = (values: number[], q: number): number => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))]!;

/**
 * The whole way of an event, from the door to a signal that staff see, on a database that syncs: first as fast as everything
 * behind the door keeps up, then at half that rate, where what counts is how long an account that does wrong goes unseen.
 */
export const flow: Suite = async ({ quick }) => {
  const dir = await mkdtemp(join(tmpdir(), "console-bench-flow-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: true, maxConnections: 60 });
  const bench = await benchDatabase(cluster.url("postgres"), "flow");
  try {
    const [full, half] = quick ? [1_000, 20] : [5_000, 120];
    const { platformId, bearer } = await aPlatformWithRules(bench.deps);
    const offenders = await castOf(bench, platformId, 20_000);
    const [web, worker]: BenchProcess[] = [await bench.start("gate"), await bench.start("tail")];
    const scene: Scene = { bearer: bearer.authorization, port: web!.port, offenders, accepted: new Map() };

    const keepUp = async (requests: number): Promise<number> => {
      const startedAt = performance.now();
      const watched = watch(bench, scene);
      await send(scene, requests, { perSecond: Number.POSITIVE_INFINITY, breaks: (n) => n % 100 === 99 || n > requests - 100 });
      await watched.settled();
      return (requests * eventsEach * 1_000) / (performance.now() - startedAt);
    };
    await keepUp(full / 2);
    const most = await keepUp(full);

    const perSecond = most / 2 / eventsEach;
    const watched = watch(bench, scene);
    const memory = async () => [await web!.memory(), await worker!.memory()] as const;
    const part = Math.ceil((perSecond * half) / 3);
    const oftenEnough = Math.max(1, Math.round(perSecond / 20));
    const parts: { webBytes: number; workerBytes: number; kept: number }[] = [];
    for (let n = 0; n < 3; n += 1) {
      const seconds = await send(scene, part, { perSecond, breaks: (request) => request % oftenEnough === 0 });
      const [webBytes, workerBytes] = await memory();
      parts.push({ webBytes, workerBytes, kept: part / seconds / perSecond });
    }
    await watched.settled();
    const [first, last] = [parts[0]!, parts.at(-1)!];
    return report("From an event to its signal", [
      { what: "events a second that the whole way keeps up with", value: most },
      { what: "rate sent in the second part ÷ half of that", value: Math.min(...parts.map(({ kept }) => kept)), atLeast: 0.95 },
      { what: `event → signal, p50 of ${watched.seen.length}, milliseconds`, value: quantile(watched.seen, 0.5) },
      { what: "event → signal, p99, milliseconds", value: quantile(watched.seen, 0.99), atMost: 2_000 },
      { what: "memory of the worker, end ÷ a third of the way", value: last.workerBytes / first.workerBytes, atMost: 1.15 },
      { what: "memory of the worker at the end, MB", value: last.workerBytes / megabyte },
      { what: "memory of the web process, end ÷ a third of the way", value: last.webBytes / first.webBytes, atMost: 1.15 },
    ]);
  } finally {
    await bench.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
