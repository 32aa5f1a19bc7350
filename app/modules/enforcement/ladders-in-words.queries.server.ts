import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Severity } from "../policy/severity";
import { laddersAt } from "./decision.repo.server";
import { measureInWords } from "./measure";

/** The ladder of each severity as a platform applied it at an instant, rung by rung in words. */
export async function laddersInWordsAt(tx: Tx, platformId: string, at: DateTime, featureNames: Readonly<Record<string, string>>): Promise<{ severity: Severity; rungs: string[] }[]> {
  return [...(await laddersAt(tx, platformId, at))].map(([severity, { rungs }]) => ({ severity, rungs: rungs.map((measure) => measureInWords(measure, featureNames)) }));
}
