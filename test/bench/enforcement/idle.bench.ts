import { Client } from "pg";
import { seedReference } from "#prisma/seed/reference";
import { createMailer } from "~/infra/mail.server";
import { openMailParser } from "~/modules/inbound-mail/bounded-parser.server";
import { schedules } from "../../../jobs/schedules";
import { interleave, ratio, report, typical } from "../harness";
import type { Suite } from "../run";
import { benchDatabase } from "./bench-gate";

/** Those that look for deadlines; the others clean up once an hour. */
const deadlines = ["actions.begin", "actions.expire", "proposals.expire", "appeals.sla"];

/** What a sweep costs that finds nothing due, beside `SELECT 1` by the bare driver. */
export const idleSweep: Suite = async ({ clusterUrl, quick }) => {
  const bench = await benchDatabase(clusterUrl, "idle");
  const bare = new Client({ connectionString: bench.url });
  await bare.connect();
  const mailer = createMailer("smtp://127.0.0.1:1");
  try {
    await seedReference(bench.deps);
    const deps = { ...bench.deps, mailer, parser: openMailParser() };
    const sweeps = Object.fromEntries(deadlines.map((name) => [name, () => schedules[name]!.run(deps)]));
    const taken = await interleave<string>({ ...sweeps, one: () => bare.query("SELECT 1"), prisma: () => bench.deps.db.$queryRaw`SELECT 1` }, quick ? 100 : 1_000);
    return report("A sweep with nothing due beside SELECT 1 by the bare driver", [
      ...deadlines.map((name) => ({ what: `${name}, p50`, value: ratio(taken[name]!, taken.one!, "p50"), atMost: 2 })),
      { what: "SELECT 1 by Prisma, p50", value: ratio(taken.prisma!, taken.one!, "p50") },
      { what: "SELECT 1 by the bare driver, p50 ms", value: typical(taken.one!, "p50") },
    ]);
  } finally {
    mailer.close();
    await bare.end();
    await bench.close();
  }
};
