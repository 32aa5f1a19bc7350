import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Socket } from "node:net";
import { Client } from "pg";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { applyMigrations } from "~/infra/migrations.server";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { aPlatform, anAccount } from "../factories/platform";
import { databaseUrl, onCluster } from "../support/cluster.setup";
import { testEnvironment } from "../support/database";
import { interleave, median, ratio, report, rounds, typical } from "./harness";
import type { BenchContext } from "./run";

const webProcesses = 3;
const connections = 64;

/** A keep-alive connection that writes a prepared request and waits for the whole answer, at next to no cost of its own. */
function caller(port: number, request: string): Promise<{ ask(): Promise<string>; end(): void }> {
  return new Promise((settle, fail) => {
    let got = "";
    let done: ((answer: string) => void) | null = null;
    const socket: Socket = connect(port, "127.0.0.1", () => settle({ ask: () => new Promise((answer) => ((done = answer), socket.write(request))), end: () => socket.destroy() }));
    socket.setNoDelay(true).setEncoding("latin1").on("error", fail);
    socket.on("data", (text: string) => {
      got += text;
      const head = got.indexOf("\r\n\r\n");
      const length = head < 0 ? null : /content-length: (\d+)/i.exec(got);
      if (!length || got.length < head + 4 + Number(length[1])) return;
      const answer = got;
      got = "";
      done?.(answer);
    });
  });
}

/** Requests a second over all connections. */
async function throughput(port: number, request: string, count: number): Promise<number> {
  const callers = await Promise.all(Array.from({ length: connections }, () => caller(port, request)));
  let left = count;
  const startedAt = performance.now();
  await Promise.all(callers.map(async ({ ask }) => {
    while (left-- > 0) await ask();
  }));
  const perSecond = (count * 1_000) / (performance.now() - startedAt);
  for (const { end } of callers) end();
  return perSecond;
}

/** The gate over HTTP beside a bare server, and how soon a commit is a denial at every process. */
export async function gate({ clusterUrl, quick }: BenchContext): Promise<boolean> {
  const name = `bench_gate_${randomUUID().replaceAll("-", "")}`;
  await onCluster(clusterUrl, `CREATE DATABASE ${name}`);
  const url = databaseUrl(clusterUrl, name);
  await applyMigrations(url);
  const environment = testEnvironment(url, join(tmpdir(), name));
  const deps = await buildDeps(loadConfig(environment), "bench");
  const children: ChildProcess[] = [];
  const spawn = (...args: string[]): Promise<number> =>
    new Promise((settle, fail) => {
      const child = fork(join(import.meta.dirname, "gate-process.ts"), args, { execArgv: ["--import", "tsx"], env: { ...process.env, ...environment } });
      children.push(child);
      child.once("message", ({ port }: { port: number }) => settle(port));
      child.once("exit", () => fail(new Error(`the ${args[0]} process ended`)));
    });
  try {
    return await measure(deps, url, spawn, quick);
  } finally {
    for (const child of children) child.removeAllListeners("exit").kill();
    await closeDeps(deps);
  }
}

async function measure(deps: Deps, url: string, spawn: (...args: string[]) => Promise<number>, quick: boolean): Promise<boolean> {
  const platform = await aPlatform(deps, { key: "bench" });
  const account = await anAccount(deps, platform.id, { externalId: "acct-1" });
  const made = await createApiKey(deps, { kind: "system", name: "bench" }, { platformKey: "bench", name: "bench", scopes: ["gate:read"] });
  if (!made.ok) throw new Error(made.reason);
  const request = `GET /api/v1/platforms/bench/accounts/acct-1/gate HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${made.key}\r\n\r\n`;

  const gates = await Promise.all(Array.from({ length: webProcesses }, () => spawn("gate")));
  const askers = await Promise.all(gates.map((port) => caller(port, request)));
  for (const { ask } of askers) await ask();
  const answer = await askers[0]!.ask();
  const bare = await spawn("bare", "", answer.slice(answer.indexOf("\r\n\r\n") + 4));

  const count = quick ? 4_000 : 40_000;
  const pairs: { ours: number; bare: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = round % 2 ? { ours: await throughput(gates[0]!, request, count), bare: await throughput(bare, request, count) } : null;
    const other = pair ?? { bare: await throughput(bare, request, count), ours: await throughput(gates[0]!, request, count) };
    if (round > 0) pairs.push(other);
  }
  const bareCaller = await caller(bare, request);
  const single = await interleave({ ours: () => askers[0]!.ask(), bare: () => bareCaller.ask() }, quick ? 200 : 2_000);

  let stale = 0;
  const isDenied = (text: string): boolean => text.includes('"allowed":false');
  const writer = new Client({ connectionString: url });
  await writer.connect();
  const deny = { name: "deny", text: "INSERT INTO gate_entry (account_id, feature, verdict, reason_code, updated_at) VALUES ($1, 'api', 'deny', 'bench', now())", values: [account.id] };
  const allow = { name: "allow", text: "DELETE FROM gate_entry WHERE account_id = $1", values: [account.id] };
  for (let listener = 0; listener < webProcesses; listener += 1) await spawn("listener", url);
  const hearing = new Client({ connectionString: url });
  await hearing.connect();
  await hearing.query("LISTEN bench_answer");
  await hearing.query("CREATE TABLE bench_row (n bigint)");
  let asked = 0;

  const takenOurs: number[][] = [];
  const takenBare: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [ours, raw]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < (quick ? 30 : 200); turn += 1) {
      let startedAt = performance.now();
      await writer.query(deny);
      const answers = await Promise.all(askers.map(({ ask }) => ask()));
      ours.push(performance.now() - startedAt);
      // The first answer after the commit already has to be the denial, and so do all that follow.
      stale += answers.filter((text) => !isDenied(text)).length;
      for (const text of await Promise.all(askers.map(({ ask }) => ask()))) stale += isDenied(text) ? 0 : 1;
      await writer.query(allow);

      const number = String(asked++);
      startedAt = performance.now();
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
      raw.push(performance.now() - startedAt);
    }
    takenOurs.push(ours.sort((a, b) => a - b));
    takenBare.push(raw.sort((a, b) => a - b));
  }
  const p99 = (times: number[]): number => times[Math.floor(times.length * 0.99)]!;
  await Promise.all([writer.end(), hearing.end()]);
  for (const { end } of [...askers, bareCaller]) end();

  return report(`Gate: ${connections} connections, ${webProcesses} processes`, [
    { what: "requests a second, ours ÷ bare node:http", value: median(pairs.map(({ ours, bare: base }) => ours / base)), atLeast: 0.85 },
    { what: "requests a second, ours", value: median(pairs.map(({ ours }) => ours)) },
    { what: "one caller in sequence, p50 ours ÷ bare (holds one round trip to the database)", value: ratio(single.ours, single.bare, "p50") },
    { what: "one caller in sequence, p50 ms", value: typical(single.ours, "p50") },
    { what: "commit → denied at every process ÷ raw NOTIFY round trip, p99", value: median(takenOurs.map((times, round) => p99(times) / p99(takenBare[round]!))), atMost: 2 },
    { what: "commit → denied at every process, p99 ms", value: median(takenOurs.map(p99)) },
    { what: "allowed although the denial was committed before the question", value: stale, atMost: 0 },
  ]);
}
