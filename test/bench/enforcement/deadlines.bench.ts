import { Client } from "pg";
import { median, report, rounds } from "../harness";
import type { BenchContext, Suite } from "../run";
import { benchDatabase, type BenchDatabase } from "./bench-gate";
import { dueActions } from "./due-actions";
import { dueAppeals } from "./due-appeals";
import { showPlan, type DueRows } from "./due-rows";

const name = (size: number) => (size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1_000} k`);

type Fill = (bench: BenchDatabase, sql: Client, size: number, due: number) => Promise<DueRows>;

/** What is due worked through by a sweep, beside a bare loop that writes the same rows. */
async function measured({ clusterUrl, quick }: BenchContext, fill: Fill): Promise<boolean> {
  const [due, sizes] = quick ? [10_000, [11_000, 100_000]] : [100_000, [110_000, 1_000_000, 10_000_000]];
  const speeds: number[][] = [];
  let [all, byIndex] = [true, false];
  for (const size of sizes) {
    const bench = await benchDatabase(clusterUrl, "deadlines");
    const sql = new Client({ connectionString: bench.url });
    await sql.connect();
    try {
      process.stdout.write(`filling a database with ${name(size)} deadlines … `);
      const started = Date.now();
      const rows = await fill(bench, sql, size, due);
      console.log(`${Math.round((Date.now() - started) / 1000)} s`);
      const pairs: { ours: number; bare: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const taken = { ours: 0, bare: 0 };
        for (const one of round % 2 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
          await rows.again();
          const startedAt = performance.now();
          const done = await rows[one]();
          taken[one] = performance.now() - startedAt;
          if (done !== due) throw new Error(`${one} did ${done} of ${due}`);
        }
        pairs.push(taken);
      }
      speeds.push(pairs.map(({ ours }) => ours));
      if (size === sizes.at(-1)) {
        await rows.again();
        console.log(`\nHow the first of ${name(due)} are found among ${name(size)}`);
        byIndex = await showPlan(sql, rows);
      }
      all =
        report(`${name(due)} ${rows.what} among ${name(size)}`, [
          { what: "deadlines a second, ours ÷ a bare SKIP LOCKED loop", value: median(pairs.map(({ ours, bare }) => bare / ours)), atLeast: 0.8 },
          { what: "deadlines a second, ours", value: median(pairs.map(({ ours }) => (due * 1_000) / ours)) },
          { what: "deadlines a second, the bare loop", value: median(pairs.map(({ bare }) => (due * 1_000) / bare)) },
        ]) && all;
    } finally {
      await sql.end();
      await bench.close();
    }
  }
  const [smallest, largest] = [median(speeds[0]!), median(speeds.at(-1)!)];
  return (
    report(`${name(sizes.at(-1)!)} against ${name(sizes[0]!)}`, [
      { what: "time for the same number of due deadlines", value: largest / smallest, atMost: 1.1 },
      { what: "what is due is found by its partial index (1: yes)", value: Number(byIndex), atLeast: 1 },
    ]) && all
  );
}

/** Appeals whose time to be ruled on is over. */
export const appealDeadlines: Suite = (context) => measured(context, dueAppeals);

/** Measures whose time is over. */
export const actionDeadlines: Suite = (context) => measured(context, dueActions);
