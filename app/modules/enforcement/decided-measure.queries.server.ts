import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { severities } from "../policy/severity";
import { decidedInWords } from "./decided-measure";
import { chosenMeasure, featureNamesOf } from "./decision-plan";
import { ladderRungsSchema, rungNumbers } from "./ladder";
import { measureSchema } from "./measure";

const kept = z.object({
  platformId: z.string(),
  chosenRung: z.literal(rungNumbers),
  plan: z.object({ input: z.object({ days: z.number().nullish(), features: z.array(z.string()).default([]), lawEnforcementReferral: z.boolean().default(false) }) }),
  recommendation: z.object({ measure: measureSchema, severity: z.enum(severities), ladderVersion: z.number().int() }),
});

/**
 * What a decision decided and what the ladder had recommended, in words, read from what the decision froze: its choice,
 * and the version of the ladder it climbed. Null where nothing was found, or no choice was kept.
 */
export async function decidedMeasure(db: Tx, decision: unknown): Promise<string | null> {
  const parsed = kept.safeParse(decision);
  if (!parsed.success) return null;
  const { platformId, chosenRung, plan, recommendation } = parsed.data;
  const { severity, ladderVersion: version, measure: recommended } = recommendation;
  const row = await db.ladder.findFirst({ where: { platformId, severity, version } });
  if (!row) return null;
  const { days, features, lawEnforcementReferral } = plan.input;
  const measure = chosenMeasure(ladderRungsSchema.parse(row.rungs).rungs, chosenRung, { days: days ?? null, features });
  const terms = await platformTerms(db, platformId);
  return decidedInWords({ measure, recommended, lawEnforcementReferral }, featureNamesOf(terms));
}
