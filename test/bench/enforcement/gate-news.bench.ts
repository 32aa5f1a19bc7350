import { Client } from "pg";
import { median, report, rounds } from "../harness";
import type { Suite } from "../run";
import { benchDatabase, castForGate } from "./bench-gate";
import { caller } from "./caller";

const webProcesses = 3;

const p99 = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
const isDenied = (text: string): boolean => text.includes('"allowed":false');

/**
 * From sending the commit of a denial until every web process answered a request with it, beside from sending the
 * commit of a row with a NOTIFY until as many bare listeners' answers were heard.
 */
export const gateNews: Suite = async ({ clusterUrl, quick }) => {
  const bench = await benchDatabase(clusterUrl, "news");
  const { accountIds, requests } = await castForGate(bench.deps, 1);
  const [writer, hearing] = [new Client({ connectionString: bench.url }), new Client({ connectionString: bench.url })];
  try {
    const askers = await Promise.all((await Promise.all(Array.from({ length: webProcesses }, () => bench.spawn("gate")))).map(caller));
    const askAll = (): Promise<string[]> => Promise.all(askers.map(({ ask }) => ask(requests[0]!)));
    await askAll();
    for (let listener = 0; listener < webProcesses; listener += 1) await bench.spawn("listener");
    await Promise.all([writer.connect(), hearing.connect()]);
    await hearing.query("LISTEN bench_answer");
    await hearing.query("CREATE TABLE bench_row (n bigint)");
    const deny = { name: "deny", text: "INSERT INTO gate_entry (account_id, feature, verdict, reason_code, updated_at) VALUES ($1, 'api', 'deny', 'bench', now())", values: [accountIds[0]] };
    const allow = { name: "allow", text: "DELETE FROM gate_entry WHERE account_id = $1", values: [accountIds[0]] };

    let [stale, asked] = [0, 0];
    const ours = async (): Promise<number> => {
      const startedAt = performance.now();
      await writer.query(deny);
      const answers = await askAll();
      const took = performance.now() - startedAt;
      // The first answer after the commit already has to be the denial, and so do those that follow.
      for (const text of [...answers, ...(await askAll()), ...(await askAll())]) stale += isDenied(text) ? 0 : 1;
      await writer.query(allow);
      return took;
    };
    const raw = async (): Promise<number> => {
      const number = String(asked++);
      const startedAt = performance.now();
      await new Promise<void>((settle, fail) => {
        let heard = 0;
        const hear = ({ payload }: { payload?: string }): void => {
          if (payload !== number || ++heard < webProcesses) return;
          hearing.off("notification", hear);
          settle();
        };
        hearing.on("notification", hear);
        writer.query({ name: "raw", text: "WITH row AS (INSERT INTO bench_row VALUES ($1) RETURNING n) SELECT pg_notify('bench_ask', n::text) FROM row", values: [number] }).catch(fail);
      });
      return performance.now() - startedAt;
    };

    const taken: { ours: number; raw: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const times = { ours: [] as number[], raw: [] as number[] };
      for (let turn = 0; turn < (quick ? 100 : 600); turn += 1) {
        if (turn % 2) times.raw.push(await raw());
        times.ours.push(await ours());
        if (turn % 2 === 0) times.raw.push(await raw());
      }
      if (round > 0) taken.push({ ours: p99(times.ours), raw: p99(times.raw) });
    }
    for (const { end } of askers) end();
    return report(`Commit → denied at every one of ${webProcesses} processes`, [
      { what: "p99 ours ÷ raw NOTIFY round trip", value: median(taken.map((round) => round.ours / round.raw)), atMost: 2 },
      { what: "p99 ours, ms", value: median(taken.map((round) => round.ours)) },
      { what: "p99 raw NOTIFY, ms", value: median(taken.map((round) => round.raw)) },
      { what: "allowed although the denial was committed before the question", value: stale, atMost: 0 },
    ]);
  } finally {
    await Promise.all([writer.end(), hearing.end()]);
    await bench.close();
  }
};
