import { createHash } from "node:crypto";
import pg from "pg";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import type { StaffActor } from "~/modules/access/actor";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { anInvestigation, aViolation, enforcers } from "../../factories/investigation";
import { median, report, rounds } from "../harness";
import type { Suite } from "../run";
import { rehearsed, type Statement } from "../statements";
import { benchDatabase } from "./bench-gate";

const atOnce = 4;

/** A row that is locked is not written. */
const writes = /^\s*(INSERT|UPDATE|DELETE|WITH[^]*\b(INSERT INTO|(?<!\bFOR (?:NO KEY )?)UPDATE|DELETE FROM)\b)/i;

/** Sends what a decision writes, and nothing it only reads, in one transaction. */
async function replay(client: pg.Client, written: readonly Statement[]): Promise<void> {
  await client.query("BEGIN");
  for (const { text, values } of written) await client.query({ name: createHash("md5").update(text).digest("hex"), text, values });
  await client.query("COMMIT");
}

/** Decisions a second through the command, beside the rows they write sent by the bare driver: as many at once. */
export const decisions: Suite = async ({ clusterUrl, quick }) => {
  const bench = await benchDatabase(clusterUrl, "decisions");
  const deps = await buildDeps(loadConfig({ ...bench.environment, DATABASE_POOL: String(atOnce) }), "bench");
  const clients = Array.from({ length: atOnce }, () => new pg.Client({ connectionString: bench.url, options: "-c role=console_app -c timezone=UTC" }));
  const owner = new pg.Client({ connectionString: bench.url });
  await Promise.all([owner, ...clients].map((client) => client.connect()));
  try {
    const { platformId, ana } = await enforcers(deps);
    const aDecision = async (): Promise<ViolationInput> => aViolation(deps, await anInvestigation(deps, ana, { platformId, reports: 2 }));
    const decide = (actor: StaffActor) => async (input: ViolationInput): Promise<void> => {
      const decided = await decideCase(deps, actor, input);
      if (!decided.ok) throw new Error(`${decided.reason} ${JSON.stringify(decided.detail)}`);
    };
    const turns = quick ? 6 : 40;
    const pairs: { ours: number; bare: number }[] = [];
    let [statements, written] = [0, 0];
    for (let round = 0; round <= rounds; round += 1) {
      const taken = { ours: 0, bare: 0 };
      // As autovacuum would; it is off here, and plans made for empty tables would be kept for full ones.
      await owner.query("ANALYZE");
      for (let turn = 0; turn < turns; turn += 1) {
        const inputs: ViolationInput[] = [];
        const rows: Statement[][] = [];
        for (let one = 0; one < atOnce; one += 1) {
          inputs.push(await aDecision());
          const other = await aDecision();
          const sent = await rehearsed(() => decide(ana)(other));
          rows.push(sent.filter(({ text }) => writes.test(text)));
          [statements, written] = [sent.length, rows.at(-1)!.length];
        }
        const run = {
          ours: () => Promise.all(inputs.map(decide(ana))),
          bare: () => Promise.all(rows.map((sent, index) => replay(clients[index]!, sent))),
        };
        for (const name of turn % 2 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
          const startedAt = performance.now();
          await run[name]();
          taken[name] += performance.now() - startedAt;
        }
      }
      if (round > 0) pairs.push(taken);
    }
    const perSecond = (ms: number): number => (turns * atOnce * 1_000) / ms;
    return report(`Decisions with two reporters to tell, ${atOnce} at once`, [
      { what: "decisions a second, ours ÷ the same rows by bare SQL", value: median(pairs.map((pair) => pair.bare / pair.ours)), atLeast: 0.35 },
      { what: "decisions a second, ours", value: median(pairs.map((pair) => perSecond(pair.ours))) },
      { what: "decisions a second, bare", value: median(pairs.map((pair) => perSecond(pair.bare))) },
      { what: "round trips of a decision", value: statements },
      { what: "of them writing", value: written },
    ]);
  } finally {
    await Promise.all([owner, ...clients].map((client) => client.end()));
    await closeDeps(deps);
    await bench.close();
  }
};
