import { interleave, median, ratio, report, rounds, typical } from "../harness";
import type { Suite } from "../run";
import { benchDatabase, castForGate } from "./bench-gate";
import { bodyOf, caller, throughput } from "./caller";

const connections = 64;

/** The gate over HTTP beside a bare node:http server that answers a body of the same size to the same requests. */
export const gateOverHttp: Suite = async ({ clusterUrl, quick }) => {
  const bench = await benchDatabase(clusterUrl, "gate");
  try {
    const { requests } = await castForGate(bench.deps, 1_000);
    const gate = await bench.spawn("gate");
    const ours = await caller(gate);
    for (const request of requests) await ours.ask(request);
    const bare = await bench.spawn("bare", bodyOf(await ours.ask(requests[0]!)));

    const load = { connections, count: quick ? 10_000 : 60_000 };
    const pairs: { ours: number; bare: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const taken = { ours: 0, bare: 0 };
      for (const name of round % 2 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) taken[name] = await throughput(name === "ours" ? gate : bare, requests, load);
      if (round > 0) pairs.push(taken);
    }
    const bareCaller = await caller(bare);
    const single = await interleave({ ours: () => ours.ask(requests[0]!), bare: () => bareCaller.ask(requests[0]!) }, quick ? 200 : 2_000);
    ours.end();
    bareCaller.end();

    return report(`Gate over HTTP, ${requests.length} accounts, ${connections} connections`, [
      { what: "requests a second, ours ÷ bare node:http", value: median(pairs.map(({ ours: one, bare: base }) => one / base)), atLeast: 0.85 },
      { what: "requests a second, ours", value: median(pairs.map((pair) => pair.ours)) },
      { what: "one caller in sequence, p50 ours ÷ bare (holds one round trip to the database)", value: ratio(single.ours, single.bare, "p50") },
      { what: "one caller in sequence, p50 ms", value: typical(single.ours, "p50") },
    ]);
  } finally {
    await bench.close();
  }
};
