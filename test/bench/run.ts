import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { actionDeadlines, appealDeadlines } from "./enforcement/deadlines.bench";
import { decisions } from "./enforcement/decisions.bench";
import { gateNews } from "./enforcement/gate-news.bench";
import { gateOverHttp } from "./enforcement/gate-http.bench";
import { idleSweep } from "./enforcement/idle.bench";
import { jobWrapper } from "./enforcement/jobs.bench";
import { campaign, campaignKilled } from "./campaign.bench";
import { casePage } from "./case-page.bench";
import { flow } from "./signals/flow.bench";
import { ingest } from "./signals/ingest.bench";
import { killed } from "./signals/killed.bench";
import { mailDoor } from "./mail.bench";
import { mailReading } from "./mail-reading.bench";
import { queuePage } from "./queue-page.bench";
import { stored } from "./signals/stored.bench";
import { signalRules } from "./signals/rules.bench";
import { waves } from "./waves.bench";

/** What a suite is given: a PostgreSQL of its own, and the sizes asked for. */
export interface BenchContext {
  clusterUrl: string;
  /** Smaller sizes, to try the suite itself. */
  quick: boolean;
}

/** Answers whether every bound holds. */
export type Suite = (context: BenchContext) => Promise<boolean>;

/** A word before a slash runs everything that begins with it. */
const suites: Record<string, Suite> = {
  "enforcement/gate": gateOverHttp,
  "enforcement/news": gateNews,
  "enforcement/decisions": decisions,
  "enforcement/deadlines/appeals": appealDeadlines,
  "enforcement/deadlines/actions": actionDeadlines,
  "enforcement/idle": idleSweep,
  "enforcement/jobs": jobWrapper,
  "signals/ingest": ingest,
  "signals/flow": flow,
  "signals/killed": killed,
  "signals/stored": stored,
  campaign,
  "campaign/killed": campaignKilled,
  mail: mailDoor,
  "mail/reading": mailReading,
  waves,
  queue: queuePage,
  case: casePage,
  "signals/rules": signalRules,
};

const suitesOf = (word: string): string[] => Object.keys(suites).filter((name) => name === word || name.startsWith(`${word}/`));

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const quick = words.includes("--quick");
  const wanted = words.filter((word) => !word.startsWith("--"));
  const unknown = wanted.filter((word) => suitesOf(word).length === 0);
  if (unknown.length > 0) {
    console.error(`There is no suite "${unknown.join('", "')}"; there are: ${Object.keys(suites).join(", ")}.`);
    return 2;
  }
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}. Ratios are medians of interleaved rounds.`);
  const dir = await mkdtemp(join(tmpdir(), "console-bench-"));
  const cluster = await startPostgres({ dir, password: "bench", durable: false, maxConnections: 100 });
  try {
    let all = true;
    for (const name of wanted.length > 0 ? wanted.flatMap(suitesOf) : Object.keys(suites)) {
      all = (await suites[name]!({ clusterUrl: cluster.url("postgres"), quick })) && all;
    }
    console.log(all ? "\nEvery bound holds." : "\nA bound does not hold.");
    return all ? 0 : 1;
  } finally {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

process.exitCode = await main();
