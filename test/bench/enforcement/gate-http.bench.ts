import { interleave, median, ratio, report, rounds, typical } from "../harness";
import type { Suite } from "../run";
import { benchDatabase, castForGate } from "./bench-gate";
import { bodyOf, caller, crowd } from "./caller";

const connections = 128;

/** The gate over HTTP beside a bare node:http server that answers a body of the same size to the same requests. */
export const gateOverHttp: Suite = async ({ clusterUrl, quick }) => {
  const bench = await benchDatabase(clusterUrl, "gate");
  try {
    const { requests } = await castForGate(bench.deps, 1_000);
    const gate = await bench.spawn("gate");
    const ours = await caller(gate);
    for (const request of requests) await ours.ask(request);
    const bare = await bench.spawn("bare", bodyOf(await ours.ask(requests[0]!)));

    // Turns of some dozens of milliseconds, so that what else the machine does falls on both alike.
    const [turns, burst] = [quick ? 10 : 40, 2_000];
    const [oursCrowd, bareCrowd] = [await crowd(gate, requests, connections), await crowd(bare, requests, connections)];
    const pairs: { ours: number; bare: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const taken = { ours: 0, bare: 0 };
      for (let turn = 0; turn < turns; turn += 1) {
        if (turn % 2) taken.bare += await bareCrowd.send(burst);
        taken.ours += await oursCrowd.send(burst);
        if (turn % 2 === 0) taken.bare += await bareCrowd.send(burst);
      }
      if (round > 0) pairs.push(taken);
    }
    oursCrowd.end();
    bareCrowd.end();
    const bareCaller = await caller(bare);
    const single = await interleave({ ours: () => ours.ask(requests[0]!), bare: () => bareCaller.ask(requests[0]!) }, quick ? 200 : 2_000);
    ours.end();
    bareCaller.end();

    return report(`Gate over HTTP, ${requests.length} accounts, ${connections} connections`, [
      { what: "requests a second, ours ÷ bare node:http", value: median(pairs.map((pair) => pair.bare / pair.ours)), atLeast: 0.85 },
      { what: "requests a second, ours", value: median(pairs.map((pair) => (turns * burst * 1_000) / pair.ours)) },
      { what: "one caller in sequence, p50 ours ÷ bare (holds one round trip to the database)", value: ratio(single.ours, single.bare, "p50") },
      { what: "one caller in sequence, p50 ms", value: typical(single.ours, "p50") },
    ]);
  } finally {
    await bench.close();
  }
};
