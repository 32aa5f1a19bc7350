import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "~/infra/id";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { poolOf } from "~/infra/db.server";
import { median, report, rounds } from "../harness";
import type { Suite } from "../run";
import { aPlatformWithRules } from "../../support/sending";
import { benchDatabase, type BenchDatabase } from "../enforcement/bench-gate";
import { crowd } from "../enforcement/caller";
import { bareRows, bareStore, type BareStore } from "./bare-store";
import { castFor } from "./door";
import { castOf, eventsEach, loadOf } from "./traffic";

/** What the baseline writes in one statement; what the door makes of it is its own affair. */
const bareBatch = 1_000;

interface Pair {
  ours: number;
  bare: number;
}

/** Ours and the baseline in turns; the first round is warmth. */
async function inTurns(turns: number, turn: { ours(): Promise<number>; bare(): Promise<number> }): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const taken = { ours: 0, bare: 0 };
    for (let n = 0; n < turns; n += 1) {
      if (n % 2) taken.bare += await turn.bare();
      taken.ours += await turn.ours();
      if (n % 2 === 0) taken.bare += await turn.bare();
    }
    if (round > 0) pairs.push(taken);
  }
  return pairs;
}

/** The last requests of a turn each hold a breach: when their signals stand, what came before them is judged. */
const lastOnes = 64;

async function seen({ deps }: BenchDatabase, externalIds: readonly string[]): Promise<void> {
  const missing = async () => {
    const { rows } = await poolOf(deps.db).query<{ there: number }>({
      name: "bench: seen",
      text: "SELECT count(DISTINCT a.id)::int AS there FROM account a JOIN signal s ON s.account_id = a.id WHERE a.external_id = ANY ($1::text[]) AND s.rule = 'unapproved_template'",
      values: [externalIds],
    });
    return externalIds.length - rows[0]!.there;
  };
  while ((await missing()) > 0) await sleep(5);
}

/**
 * The door for events, on a database that syncs to disk, beside what it could be at best: for a hundred events a request, with a
 * worker that judges them by every rule, a loop that only inserts; for one event a request a server that only reads and answers.
 */
export const ingest: Suite = async ({ quick }) => {
  const dir = await mkdtemp(join(tmpdir(), "console-bench-durable-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: true, maxConnections: 50 });
  const bench = await benchDatabase(cluster.url("postgres"), "ingest");
  let bare: BareStore | null = null;
  try {
    bare = await bareStore(bench.url);
    const store = bare;
    const [ours, echo] = [await bench.spawn("gate"), await bench.spawn("echo")];
    const turns = quick ? 1 : 4;

    // First, while there is no vacuum after millions of rows to share the processor with.
    const cast = await castFor(bench);
    const single = { requests: [] as string[], count: 4_000 };
    const [oneCrowd, echoCrowd] = [await crowd(ours, single.requests, 128), await crowd(echo, single.requests, 128)];
    const renew = () => void single.requests.splice(0, single.requests.length, ...Array.from({ length: single.count }, () => cast.request(1)));
    const singlePairs = await inTurns(turns, {
      ours: () => (renew(), oneCrowd.send(single.count)),
      bare: () => (renew(), echoCrowd.send(single.count)),
    });
    oneCrowd.end();
    echoCrowd.end();

    const { platformId, bearer } = await aPlatformWithRules(bench.deps);
    const bulk = { requests: [] as string[], count: 800 };
    const offenders = await castOf(bench, platformId, (rounds + 1) * turns * lastOnes);
    const accountIds = (await bench.deps.db.account.findMany({ where: { platformId }, select: { id: true } })).map(({ id }) => id);
    const worker = await bench.start("tail");
    const answeredMs: number[] = [];
    const bulkCrowd = await crowd(ours, bulk.requests, 32);
    const rows = eventsEach * bulk.count;
    const bulkPairs = await inTurns(turns, {
      ours: async () => {
        const loads = Array.from({ length: bulk.count }, (_none, n) => loadOf(bearer.authorization, offenders, n >= bulk.count - lastOnes));
        bulk.requests.splice(0, bulk.requests.length, ...loads.map(({ text }) => text));
        const startedAt = performance.now();
        answeredMs.push(await bulkCrowd.send(bulk.count));
        await seen(bench, loads.flatMap(({ offender }) => offender ?? []));
        return performance.now() - startedAt;
      },
      bare: () => store.write(Array.from({ length: rows / bareBatch }, () => bareRows(bareBatch, platformId, accountIds, Array.from({ length: bareBatch }, () => newId())))),
    });
    bulkCrowd.end();
    await worker.kill();

    const { rows: stored } = await poolOf(bench.deps.db).query<{ count: number }>("SELECT count(*)::int AS count FROM stream.message_event");
    const sent = (rounds + 1) * turns * (rows + single.count);
    const each = (pairs: Pair[]) => median(pairs.map((pair) => pair.bare / pair.ours));
    return report("Events in, durable and idempotent", [
      { what: `${eventsEach} events a request, stored and judged by all rules, rate ours ÷ bare unnest … ON CONFLICT`, value: each(bulkPairs), atLeast: 0.65 },
      { what: "the same until all are answered, events a second", value: (rows * 1_000) / median(answeredMs) },
      { what: "events a second, ours", value: median(bulkPairs.map((pair) => (turns * rows * 1_000) / pair.ours)) },
      { what: "rows a second, bare", value: median(bulkPairs.map((pair) => (turns * rows * 1_000) / pair.bare)) },
      { what: "one event a request, rate ours ÷ bare node:http POST echo", value: each(singlePairs), atLeast: 0.6 },
      { what: "requests a second, ours", value: median(singlePairs.map((pair) => (turns * single.count * 1_000) / pair.ours)) },
      { what: "stored ÷ sent", value: stored[0]!.count / sent, atLeast: 1, atMost: 1 },
    ]);
  } finally {
    await bare?.close();
    await bench.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
