import { DateTime } from "luxon";
import { outboxTopics } from "~/infra/outbox-topics";
import { startPause } from "~/modules/appeals/start-pause.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { handedOverNotice } from "~/modules/notices/notices.queries.server";
import { defineProcessor } from "../define-processor";

const worker = { kind: "system", name: "notice.handed_over" } as const;

/** Messages that tell an account holder of an action for the first time. */
const informing = ["statement_of_reasons", "interim_measure", "action_changed", "appeal_ruling"];

/** Opens the appeal windows of what a handed-over message told the account holder, or stops the clock of the appeal it asks about. */
export const noticeHandedOver = defineProcessor("notice.handed_over", outboxTopics["notice.handed_over"].payload, async ({ noticeId }, deps) => {
  const notice = await handedOverNotice(deps, noticeId);
  if (notice?.kind === "appeal_question") {
    const { paused } = await startPause(deps, worker, { noticeId, handedOverAt: DateTime.fromJSDate(notice.handedOverAt, { zone: "utc" }) as DateTime<true> });
    return { done: paused ? "the clock stands still" : "nothing follows" };
  }
  if (!notice || !informing.includes(notice.kind)) return { done: "nothing follows" };
  const { decisionId, actionId, handedOverAt } = notice;
  const { actions } = await recordInformed(deps, worker, { decisionId, actionId, informedAt: DateTime.fromJSDate(handedOverAt, { zone: "utc" }) });
  return { done: `${actions} actions informed` };
});
