import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import type { ContentOf } from "../notices/audience";
import { stageNotice } from "../notices/stage-notice.server";
import { addressOf, type Reporter } from "./reporter-measure.repo.server";

/** Stages one mail about a measure to the reporter it concerns, with the link to their page. */
export async function tellReporterOfMeasure(
  tx: Tx,
  deps: Deps,
  reporter: Reporter,
  message: { measureId: string; at: DateTime; occasion: string; content: (standingUrl: string) => ContentOf<"reporting_measure" | "reporting_ruling"> },
): Promise<void> {
  const to = addressOf(reporter, deps.crypto);
  if (!to) return;
  const standingUrl = await privateLink(tx, deps, { purpose: "reporter_standing", reporterId: reporter.id }, message.at);
  await stageNotice(tx, deps, {
    at: message.at,
    platformId: reporter.platformId,
    to,
    language: reporter.language,
    about: { reporterMeasureId: message.measureId },
    content: message.content(standingUrl),
    dedupeKey: `reporter_measure:${message.measureId}:${message.occasion}`,
  });
}
