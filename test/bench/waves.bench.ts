import type { Pool } from "pg";
import { poolOf } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { groupReports } from "~/modules/intake/group-reports.server";
import { commonText } from "~/modules/intake/message-shingles";
import { bandCount, signatureLength } from "~/modules/intake/min-hash";
import { aPlatform } from "../factories/platform";
import { onCluster } from "../support/cluster.setup";
import { seeded } from "../support/chance";
import { pairsRight, reportWaves, type WaveSample } from "../support/report-waves";
import { benchDatabase, type BenchDatabase } from "./enforcement/bench-gate";
import { report } from "./harness";
import type { Suite } from "./run";

interface Outcome {
  precision: number;
  recall: number;
  msEach: number;
}

const f1 = ({ precision, recall }: Outcome): number => (2 * precision * recall) / (precision + recall);

/** Ours, as the worker runs it: reports are stored, compared and marked. */
async function byMinHash({ deps }: BenchDatabase, samples: readonly WaveSample[]): Promise<Outcome> {
  const platformId = (await aPlatform(deps)).id;
  const start = deps.clock().toMillis();
  const rows = samples.map(({ text }, n) => ({ id: newId(), reference: newReference("R"), platformId, channel: "form" as const, description: "They sent me this.", messageText: text, contentHash: newId(), receivedAt: new Date(start + n) }));
  await deps.db.report.createMany({ data: rows });
  const startedAt = performance.now();
  await groupReports(deps);
  const msEach = (performance.now() - startedAt) / rows.length;
  const grouped = await deps.db.report.findMany({ where: { platformId }, select: { id: true, waveId: true } });
  const waveOf = new Map(grouped.map(({ id, waveId }) => [id, waveId]));
  return { ...pairsRight(samples, rows.map(({ id }) => waveOf.get(id) ?? null)), msEach };
}

/** The same text, compared with the first of each wave by the trigrams PostgreSQL keeps in an index, with no more around it than that. */
async function byTrigrams(pool: Pool, samples: readonly WaveSample[], threshold: number, beside: number): Promise<Outcome> {
  const client = await pool.connect();
  try {
    await client.query("CREATE TEMP TABLE leader (id serial PRIMARY KEY, body text NOT NULL, size int NOT NULL DEFAULT 1)");
    await client.query("INSERT INTO leader (body) SELECT string_agg(translate(md5(n::text || part), '0123456789', 'ghijklmnop'), '') FROM generate_series(1, $1::int) n, generate_series(1, 4) part GROUP BY n", [beside]);
    await client.query("CREATE INDEX ON leader USING gin (body gin_trgm_ops)");
    await client.query("ANALYZE leader");
    await client.query(`SET pg_trgm.similarity_threshold = ${threshold}`);
    const waves: (string | null)[] = [];
    const startedAt = performance.now();
    for (const { text } of samples) {
      const body = commonText(text);
      if (body.length < 14) {
        waves.push(null);
        continue;
      }
      await client.query("BEGIN");
      const { rows } = await client.query<{ id: number }>({ name: "nearest", text: "SELECT id FROM leader WHERE body % $1 ORDER BY similarity(body, $1) DESC LIMIT 1", values: [body] });
      const joined = rows[0] ?? (await client.query<{ id: number }>({ name: "begin", text: "INSERT INTO leader (body) VALUES ($1) RETURNING id", values: [body] })).rows[0]!;
      if (rows[0]) await client.query({ name: "grow", text: "UPDATE leader SET size = size + 1 WHERE id = $1", values: [joined.id] });
      await client.query("COMMIT");
      waves.push(String(joined.id));
    }
    return { ...pairsRight(samples, waves), msEach: (performance.now() - startedAt) / samples.length };
  } finally {
    await client.query("DROP TABLE IF EXISTS leader").catch(() => undefined);
    client.release();
  }
}

/** Waves of other messages, as many as so many reports that stand by themselves leave behind. Indexes are built afterwards, which is sooner done. */
async function fill({ url, deps }: BenchDatabase, count: number): Promise<void> {
  const { id } = await aPlatform(deps);
  await onCluster(url, "DROP INDEX IF EXISTS report_wave_band_wave_id_idx; ALTER TABLE report_wave_band DROP CONSTRAINT report_wave_band_pkey, DROP CONSTRAINT report_wave_band_wave_id_fkey");
  const step = 50_000;
  for (let from = 0; from < count; from += step) {
    await poolOf(deps.db).query(
      `WITH made AS (
         INSERT INTO report_wave (id, platform_id, signature, first_at, last_at)
         SELECT gen_random_uuid(), $1, array(SELECT (random() * 4e9 - 2e9)::int FROM generate_series(1, $3::int) WHERE n > 0), now(), now() FROM generate_series(1, $2::int) n RETURNING id)
       INSERT INTO report_wave_band (band, wave_id) SELECT (random() * 9e15)::bigint, id FROM made, generate_series(1, $4::int)`,
      [id, Math.min(step, count - from), signatureLength, bandCount],
    );
  }
  await onCluster(
    url,
    `ALTER TABLE report_wave_band ADD PRIMARY KEY (band, wave_id), ADD FOREIGN KEY (wave_id) REFERENCES report_wave (id) ON DELETE CASCADE ON UPDATE CASCADE;
     CREATE INDEX ON report_wave_band (wave_id); ANALYZE report_wave, report_wave_band`,
  );
}

/**
 * Which reports belong together, found by MinHash (the product's way) and by pg_trgm, on the same seeded copies of messages among others; and what
 * one report costs beside few and beside many waves.
 */
export const waves: Suite = async ({ clusterUrl, quick }) => {
  const size = quick ? { campaigns: 60, alone: 400 } : { campaigns: 120, alone: 1_000 };
  const [tuning, samples] = [reportWaves(seeded(1), size), reportWaves(seeded(2), size)];
  const bench = await benchDatabase(clusterUrl, "waves");
  const pool = poolOf(bench.deps.db);
  try {
    // pg_trgm is given the threshold that is best for it on other samples of the same kind.
    const tried: { threshold: number; score: number }[] = [];
    for (const threshold of quick ? [0.5, 0.6] : [0.5, 0.55, 0.6, 0.65]) tried.push({ threshold, score: f1(await byTrigrams(pool, tuning, threshold, 0)) });
    const best = tried.reduce((a, b) => (b.score > a.score ? b : a));
    await byMinHash(bench, tuning.slice(0, 300));
    await fill(bench, 10_000);
    const few = { minhash: await byMinHash(bench, samples), trigrams: await byTrigrams(pool, samples, best.threshold, 0) };
    const [many, manyTrigrams] = quick ? [40_000, 20_000] : [1_000_000, 100_000];
    const filledAt = performance.now();
    await fill(bench, many);
    console.log(`\nwaves: ${samples.length} reports, ${size.campaigns} campaigns; ${many} other waves filled in ${Math.round((performance.now() - filledAt) / 1_000)} s; pg_trgm's threshold ${best.threshold}`);
    const beside = { minhash: await byMinHash(bench, samples), trigrams: await byTrigrams(pool, samples, best.threshold, manyTrigrams) };
    return report("Reports of one wave: MinHash beside pg_trgm", [
      { what: "precision, MinHash", value: few.minhash.precision, atLeast: 0.95 },
      { what: "recall, MinHash", value: few.minhash.recall, atLeast: 0.95 },
      { what: "precision, pg_trgm", value: few.trigrams.precision },
      { what: "recall, pg_trgm", value: few.trigrams.recall },
      { what: "F1, MinHash ÷ pg_trgm", value: f1(few.minhash) / f1(few.trigrams) },
      { what: "ms a report, MinHash with all the product does beside 10,000", value: few.minhash.msEach },
      { what: "ms a report, pg_trgm alone", value: few.trigrams.msEach },
      { what: `ms a report, MinHash beside ${many} waves`, value: beside.minhash.msEach },
      { what: `ms a report, pg_trgm alone beside ${manyTrigrams}`, value: beside.trigrams.msEach },
      { what: "MinHash, many ÷ 10,000", value: beside.minhash.msEach / few.minhash.msEach, atMost: 1.5 },
      { what: "pg_trgm, many ÷ few", value: beside.trigrams.msEach / few.trigrams.msEach },
    ]);
  } finally {
    await bench.close();
  }
};
