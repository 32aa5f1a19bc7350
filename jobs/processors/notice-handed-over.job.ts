import { DateTime } from "luxon";
import { outboxTopics } from "~/infra/outbox-topics";
import { startPause } from "~/modules/appeals/start-pause.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { handedOverNotice } from "~/modules/notices/notices.queries.server";
import { recordReporterInformed } from "~/modules/reporters/record-reporter-informed.server";
import { defineProcessor, type JobDeps } from "../define-processor";

const worker = { kind: "system", name: "notice.handed_over" } as const;

type HandedOver = NonNullable<Awaited<ReturnType<typeof handedOverNotice>>> & { noticeId: string; at: DateTime<true> };
type FollowUp = (deps: JobDeps, notice: HandedOver) => Promise<string | null>;

/** The first message that reaches an account holder's mail server opens the appeal window of what it tells. */
const informHolder: FollowUp = async (deps, { decisionId, actionId, at }) => {
  const { actions } = await recordInformed(deps, worker, { decisionId, actionId, informedAt: at });
  return `${actions} actions informed`;
};

/** What follows, once, from a message of each kind having reached its recipient's mail server. */
const followUps: Partial<Record<HandedOver["kind"], FollowUp>> = {
  statement_of_reasons: informHolder,
  interim_measure: informHolder,
  action_changed: informHolder,
  appeal_ruling: informHolder,
  appeal_question: async (deps, { noticeId, at }) => ((await startPause(deps, worker, { noticeId, handedOverAt: at })).paused ? "the clock stands still" : null),
  reporting_measure: async (deps, { reporterMeasureId: measureId, at }) =>
    measureId && (await recordReporterInformed(deps, worker, { measureId, informedAt: at })) ? "reporter informed" : null,
};

export const noticeHandedOver = defineProcessor("notice.handed_over", outboxTopics["notice.handed_over"].payload, async ({ noticeId }, deps) => {
  const notice = await handedOverNotice(deps, noticeId);
  const followUp = notice && followUps[notice.kind];
  const at = notice && DateTime.fromJSDate(notice.handedOverAt, { zone: "utc" });
  const done = followUp && at?.isValid ? await followUp(deps, { ...notice, noticeId, at }) : null;
  return { done: done ?? "nothing follows" };
});
