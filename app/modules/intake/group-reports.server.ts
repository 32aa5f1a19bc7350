import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { inBatches } from "~/infra/purge.server";
import { sweepDue } from "~/infra/sweep.server";
import { shinglesOf } from "./message-shingles";
import { bandsOf, signatureOf } from "./min-hash";
import { nearestWave } from "./report-wave";
import { beginWave, endWaves, growWave, reportsToGroup, saveGrouping, takeGroupingLane, wavesWithBands, type ReportToGroup } from "./report-wave.repo.server";

/**
 * Compares the messages of reports that came in with those of the running waves: each joins the one it is nearly the same as, or
 * begins its own. It says that reports are alike and joins none: accounts, cases and decisions are not touched. In the worker
 * and after the fact, so that no text a stranger makes up holds up or loses a report.
 *
 * @returns how many reports were compared
 */
export function groupReports(deps: Pick<Deps, "db" | "log" | "clock">, limit = 200): Promise<number> {
  const at = deps.clock().toJSDate();
  return sweepDue(deps, { name: "reports.group", limit }, async (tx, batch) => {
    if (!(await takeGroupingLane(tx))) return { seen: 0, done: 0 };
    const reports = await reportsToGroup(tx, batch);
    const last = reports.at(-1);
    if (last) batch.reached({ at: last.receivedAt, id: last.id });
    for (const report of reports) await saveGrouping(tx, report.id, await waveFor(tx, report), at);
    return { seen: reports.length, done: reports.length };
  });
}

async function waveFor(tx: Tx, report: ReportToGroup): Promise<{ waveId: string; likeness: number } | null> {
  const pieces = shinglesOf(report.message ?? "");
  if (pieces.size === 0) return null;
  const signature = signatureOf(pieces);
  const bands = bandsOf(signature, report.platformId);
  const joined = nearestWave(signature, await wavesWithBands(tx, report.platformId, bands, report.receivedAt));
  if (!joined) return { waveId: await beginWave(tx, report, signature, bands), likeness: 100 };
  await growWave(tx, joined.wave.id, report.receivedAt);
  return { waveId: joined.wave.id, likeness: joined.likeness };
}

/** Ends waves that nothing joined for long, so that what is looked through is what still goes on. */
export const endOldWaves = ({ db, clock }: Pick<Deps, "db" | "clock">): Promise<number> => {
  const at = clock().toJSDate();
  return inBatches((limit) => db.$transaction((tx) => endWaves(tx, at, limit)));
};
