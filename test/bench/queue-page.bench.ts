import { loader } from "~/routes/_console.queue";
import { loader as shell } from "~/routes/_console";
import { cursorText } from "~/modules/cases/queue-filter";
import { databaseWithCases } from "./case-dataset";
import { openConsole, type Console } from "./console";
import { interleave, ratio, report, typical } from "./harness";
import type { Suite } from "./run";
import { repeatBare, statementsOf } from "./statements";

const calls = 200;

const name = (size: number) => (size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1_000} k`);

/**
 * The queue page's loaders (shell and list) beside the same statements sent by the bare driver, at each size; the
 * smallest beside the largest; and the first page beside the last.
 */
export const queuePage: Suite = async ({ clusterUrl, quick }) => {
  const sizes = quick ? [10_000, 100_000] : [10_000, 1_000_000, 10_000_000];
  const opened: { size: number; url: string; console: Console }[] = [];
  for (const size of sizes) {
    process.stdout.write(`filling a database with ${name(size)} cases … `);
    const started = Date.now();
    const url = await databaseWithCases(clusterUrl, size);
    opened.push({ size, url, console: await openConsole(url) });
    console.log(`${Math.round((Date.now() - started) / 1000)} s`);
  }
  try {
    let all = true;
    for (const { size, url, console: at } of opened) all = (await againstBareSql(size, url, at)) && all;
    const [smallest, largest] = [opened[0]!, opened.at(-1)!];
    all = (await acrossSizes(smallest, largest)) && all;
    return (await acrossPages(largest.size, largest.console)) && all;
  } finally {
    for (const { console: at } of opened) await at.close();
  }
};

const queue = (at: Console, search = "") => () => Promise.all([at.load(shell, "/queue"), at.load(loader, `/queue${search}`)]);

async function againstBareSql(size: number, url: string, at: Console): Promise<boolean> {
  const page = queue(at);
  await page();
  const statements = await statementsOf(page);
  const bare = await repeatBare(url, statements);
  const taken = await interleave({ loader: page, bare: bare.run }, calls);
  await bare.close();
  return report(`Queue page at ${name(size)} cases: loaders against the bare SQL (${statements.length} statements)`, [
    { what: "p99 loader ÷ bare", value: ratio(taken.loader, taken.bare, "p99"), atMost: 2 },
    { what: "p50 loader ÷ bare", value: ratio(taken.loader, taken.bare, "p50") },
    { what: "p50 loader, ms", value: typical(taken.loader, "p50") },
    { what: "p99 loader, ms", value: typical(taken.loader, "p99") },
  ]);
}

async function acrossSizes(smallest: { size: number; console: Console }, largest: { size: number; console: Console }): Promise<boolean> {
  const taken = await interleave({ small: queue(smallest.console), large: queue(largest.console) }, calls);
  return report(`Queue page at ${name(largest.size)} against ${name(smallest.size)} cases`, [
    { what: "p50 large ÷ small", value: ratio(taken.large, taken.small, "p50"), atMost: 1.3 },
    { what: "p99 large ÷ small", value: ratio(taken.large, taken.small, "p99") },
  ]);
}

async function acrossPages(size: number, at: Console): Promise<boolean> {
  const [edge] = await at.deps.db.$queryRaw<{ priority: number; id: string }[]>`
    SELECT priority, id FROM "case" WHERE state IN ('open', 'investigating', 'waiting_for_information')
     ORDER BY priority, id DESC OFFSET 50 LIMIT 1`;
  const taken = await interleave({ first: queue(at), last: queue(at, `?after=${encodeURIComponent(cursorText(edge!))}`) }, calls);
  return report(`Queue page at ${name(size)} cases: last page against first`, [
    { what: "p50 last ÷ first", value: ratio(taken.last, taken.first, "p50"), atMost: 1.5 },
    { what: "p99 last ÷ first", value: ratio(taken.last, taken.first, "p99") },
  ]);
}
