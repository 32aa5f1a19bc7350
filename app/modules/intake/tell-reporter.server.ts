import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import type { OtherContent } from "../notices/audience";
import { stageNotice } from "../notices/stage-notice.server";
import type { Report } from "./report.repo.server";

/**
 * Stages a mail to whoever sent a report, with the private link.
 *
 * @returns false when the reporter left no address: then only the private page tells
 */
export async function tellReporter(
  tx: Tx,
  deps: Deps,
  report: Report,
  message: { at: DateTime; occasion: string; content: (statusUrl: string) => OtherContent },
): Promise<boolean> {
  const sealed = report.reporter?.emailSealed;
  if (!sealed) return false;
  const statusUrl = await privateLink(tx, deps, { purpose: "report_status", reportId: report.id }, message.at);
  await stageNotice(tx, deps, {
    at: message.at,
    platformId: report.platformId,
    to: deps.crypto.open(sealed, "reporter.email"),
    language: report.language,
    about: { reportId: report.id, caseId: report.caseId },
    content: message.content(statusUrl),
    dedupeKey: `report:${report.id}:${message.occasion}`,
  });
  return true;
}
