import { Client } from "pg";
import { median, report, rounds } from "../harness";
import type { BenchContext, Suite } from "../run";
import { benchDatabase, type BenchDatabase } from "./bench-gate";
import { dueActions } from "./due-actions";
import { dueAppeals } from "./due-appeals";
import { showPlan, type DueRows } from "./due-rows";

const name = (size: number) => (size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1_000} k`);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

type Fill = (bench: BenchDatabase, sql: Client, size: number, due: number) => Promise<DueRows>;

interface Filled {
  size: number;
  rows: DueRows;
  sql: Client;
  pairs: { ours: number; bare: number }[];
  close(): Promise<void>;
}

async function filled(clusterUrl: string, fill: Fill, size: number, due: number): Promise<Filled> {
  const bench = await benchDatabase(clusterUrl, "deadlines");
  const sql = new Client({ connectionString: bench.url });
  const close = async (): Promise<void> => {
    await sql.end();
    await bench.close();
  };
  try {
    await sql.connect();
    const started = Date.now();
    const rows = await fill(bench, sql, size, due);
    console.log(`filled a database with ${name(size)} deadlines in ${Math.round((Date.now() - started) / 1000)} s`);
    return { size, rows, sql, pairs: [], close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One round of both, which of them comes first changing from round to round. */
async function round({ rows, pairs }: Filled, due: number): Promise<void> {
  const taken = { ours: 0, bare: 0 };
  for (const one of pairs.length % 2 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
    await rows.again();
    const startedAt = performance.now();
    const done = await rows[one]();
    taken[one] = performance.now() - startedAt;
    if (done !== due) throw new Error(`${one} did ${done} of ${due}`);
  }
  pairs.push(taken);
}

/**
 * What is due worked through by a sweep, beside a bare loop that writes the same rows. The sizes take turns round by round,
 * so that what else the machine does in these many minutes falls on all of them alike.
 */
async function measured({ clusterUrl, quick }: BenchContext, fill: Fill): Promise<boolean> {
  const [due, sizes] = quick ? [10_000, [11_000, 100_000]] : [100_000, [110_000, 1_000_000, 10_000_000]];
  const all: Filled[] = [];
  try {
    for (const size of sizes) all.push(await filled(clusterUrl, fill, size, due));
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const one of turn % 2 ? [...all].reverse() : all) await round(one, due);
      console.log(`round ${turn + 1}: ${all.map(({ size, pairs }) => `${name(size)} ${seconds(pairs.at(-1)!.ours)} (bare ${seconds(pairs.at(-1)!.bare)})`).join(", ")}`);
    }
    const held = all.map(({ size, rows, pairs }) =>
      report(`${name(due)} ${rows.what} among ${name(size)}`, [
        { what: "deadlines a second, ours ÷ a bare SKIP LOCKED loop", value: median(pairs.map(({ ours, bare }) => bare / ours)), atLeast: 0.8 },
        { what: "deadlines a second, ours", value: median(pairs.map(({ ours }) => (due * 1_000) / ours)) },
        { what: "deadlines a second, the bare loop", value: median(pairs.map(({ bare }) => (due * 1_000) / bare)) },
      ]),
    );
    const [smallest, largest] = [all[0]!, all.at(-1)!];
    await largest.rows.again();
    console.log(`\nHow the first of ${name(due)} are found among ${name(largest.size)}`);
    const byIndex = await showPlan(largest.sql, largest.rows);
    const against = (one: "ours" | "bare"): number => median(largest.pairs.map((pair, turn) => pair[one] / smallest.pairs[turn]![one]));
    held.push(
      report(`${name(largest.size)} against ${name(smallest.size)}`, [
        { what: "time for the same number of due deadlines", value: against("ours"), atMost: 1.1 },
        { what: "the same by the bare loop", value: against("bare") },
        { what: "what is due is found by its partial index (1: yes)", value: Number(byIndex), atLeast: 1 },
      ]),
    );
    return held.every(Boolean);
  } finally {
    for (const { close } of all) await close();
  }
}

/** Appeals whose time to be ruled on is over. */
export const appealDeadlines: Suite = (context) => measured(context, dueAppeals);

/** Measures whose time is over. */
export const actionDeadlines: Suite = (context) => measured(context, dueActions);
