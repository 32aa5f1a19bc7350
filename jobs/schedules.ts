import { z } from "zod";
import { systemClock } from "~/infra/clock";
import { purgeApiRequests, purgeGateChanges, purgeIdempotencyKeys, purgeOutbox, purgeRetiredSecrets, purgeWebhookMessages } from "~/infra/purge.server";
import type { Queues } from "~/infra/queue.server";
import { purgeSessions } from "~/modules/access/purge-sessions.server";
import { runAppealClock } from "~/modules/appeals/run-appeal-clock.server";
import { keepAnchor } from "~/modules/audit/keep-anchor.server";
import { beginActions } from "~/modules/enforcement/begin-actions.server";
import { sampleDecisions } from "~/modules/calibration/sample-decisions.server";
import { requeueLostBulk } from "~/modules/bulk/requeue-lost-bulk.server";
import { closeDecidedCases } from "~/modules/enforcement/close-decided-cases.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { settleRuleMeasures } from "~/modules/enforcement/settle-rule-measure.server";
import { drawWaitingPages } from "~/modules/intake/draw-pages.server";
import { endOldWaves, groupReports } from "~/modules/intake/group-reports.server";
import { scanWaitingEvidence } from "~/modules/intake/scan-evidence.server";
import { sweepUnclaimedFiles } from "~/modules/intake/sweep-unclaimed-files.server";
import { eraseAddresses } from "~/modules/notices/campaign/erase-addresses.server";
import { requeueLostNotices } from "~/modules/notices/requeue-lost-notices.server";
import { forgetTurns } from "~/modules/notices/sending/forget-turns.server";
import { requeueLostBacktests } from "~/modules/signals/backtest/requeue-lost-backtests.server";
import { attachWaiting } from "~/modules/signals/tail/attach-waiting.server";
import { completeProof } from "~/modules/signals/tail/complete-proof.server";
import { forgetFindings } from "~/modules/signals/tail/forget-findings.server";
import { purgeChannelNotices } from "~/modules/signals/purge-channel-notices.server";
import { countSending, forgetSending } from "~/modules/signals/count-sending.server";
import { countCohortDays } from "~/modules/signals/count-cohort-days.server";
import { keepEventPartitions } from "~/modules/signals/keep-event-partitions.server";
import { bringIntoForce } from "~/modules/policy/bring-into-force.server";
import { sweepPreservation } from "~/modules/referrals/preservation.server";
import { requeueLostPackets } from "~/modules/referrals/requeue-packets.server";
import { forgetReleasedContacts } from "~/modules/referrals/forget-released.server";
import { sweepRetention } from "~/modules/referrals/sweep-retention.server";
import { expireMutes } from "~/modules/reporters/expire-mutes.server";
import { sweepObjections } from "~/modules/reporters/sweep-objections.server";
import { keepWaitingMailRenditions } from "~/modules/inbound-mail/keep-mail-renditions.server";
import { pollMailboxes } from "~/modules/inbound-mail/poll-mailboxes.server";
import { requeueLostMail } from "~/modules/inbound-mail/requeue-lost-mail.server";
import { requeueLostDeliveries } from "~/modules/webhooks/requeue-lost-deliveries.server";
import { defineProcessor, type JobDeps, type JobProcessor } from "./define-processor";

interface Schedule {
  everyMs: number;
  /** Does what is due and says how much that was. Two workers may run it at once: rows are taken with SKIP LOCKED. */
  run(deps: JobDeps): Promise<number>;
}

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Every recurring job there is. Deadlines are columns; these sweeps act on the ones that have passed. */
export const schedules: Record<string, Schedule> = {
  "actions.begin": { everyMs: 15 * seconds, run: (deps) => beginActions(deps) },
  "actions.expire": { everyMs: 30 * seconds, run: (deps) => expireActions(deps) },
  "cases.close": { everyMs: 1 * minutes, run: (deps) => closeDecidedCases(deps) },
  "proposals.expire": { everyMs: 1 * minutes, run: (deps) => expireProposals(deps) },
  "appeals.sla": { everyMs: 1 * minutes, run: (deps) => runAppealClock(deps) },
  "reports.group": { everyMs: 10 * seconds, run: (deps) => groupReports(deps) },
  "report-waves.end": { everyMs: 1 * hours, run: (deps) => endOldWaves(deps) },
  "mutes.expire": { everyMs: 5 * minutes, run: (deps) => expireMutes(deps) },
  "objections.sla": { everyMs: 1 * minutes, run: (deps) => sweepObjections(deps) },
  "calibration.sample": { everyMs: 1 * minutes, run: (deps) => sampleDecisions(deps) },
  "notices.requeue-lost": { everyMs: 5 * minutes, run: (deps) => requeueLostNotices(deps) },
  "notices.forget-turns": { everyMs: 6 * hours, run: (deps) => forgetTurns(deps) },
  "webhooks.requeue-lost": { everyMs: 5 * minutes, run: (deps) => requeueLostDeliveries(deps) },
  "mail.poll-due": { everyMs: 1 * minutes, run: (deps) => pollMailboxes(deps) },
  "mail.requeue-lost": { everyMs: 5 * minutes, run: (deps) => requeueLostMail(deps) },
  "packets.requeue-lost": { everyMs: 5 * minutes, run: (deps) => requeueLostPackets(deps) },
  "preservation.sweep": { everyMs: 5 * minutes, run: (deps) => sweepPreservation(deps) },
  "mail.keep-renditions": { everyMs: 1 * minutes, run: (deps) => keepWaitingMailRenditions(deps) },
  "evidence.draw-pages": { everyMs: 15 * seconds, run: (deps) => drawWaitingPages(deps) },
  "evidence.scan": { everyMs: 15 * seconds, run: (deps) => scanWaitingEvidence(deps) },
  "evidence.retention": { everyMs: 1 * hours, run: async (deps) => (await sweepRetention(deps)) + (await forgetReleasedContacts(deps)) },
  "bulk.requeue-lost": { everyMs: 1 * minutes, run: (deps) => requeueLostBulk(deps) },
  "backtests.requeue-lost": { everyMs: 1 * minutes, run: (deps) => requeueLostBacktests(deps) },
  "campaigns.erase-addresses": { everyMs: 6 * hours, run: (deps) => eraseAddresses(deps) },
  "policies.bring-into-force": { everyMs: 15 * seconds, run: (deps) => bringIntoForce(deps) },
  "audit.anchor": { everyMs: 1 * hours, run: (deps) => keepAnchor(deps) },
  "sessions.purge": { everyMs: 1 * hours, run: (deps) => purgeSessions(deps, deps.clock()) },
  "outbox.purge": { everyMs: 1 * hours, run: (deps) => purgeOutbox(deps, deps.clock()) },
  "idempotency-keys.purge": { everyMs: 1 * hours, run: (deps) => purgeIdempotencyKeys(deps, deps.clock()) },
  "files.sweep-unclaimed": { everyMs: 6 * hours, run: (deps) => sweepUnclaimedFiles(deps, systemClock()) },
  "api-requests.purge": { everyMs: 1 * hours, run: (deps) => purgeApiRequests(deps, deps.clock()) },
  "webhook-messages.purge": { everyMs: 1 * hours, run: (deps) => purgeWebhookMessages(deps, deps.clock()) },
  "webhook-secrets.purge": { everyMs: 1 * hours, run: (deps) => purgeRetiredSecrets(deps, deps.clock()) },
  "events.partitions": { everyMs: 1 * hours, run: (deps) => keepEventPartitions(deps) },
  "cohorts.count": { everyMs: 15 * minutes, run: (deps) => countCohortDays(deps) },
  "sending.count": { everyMs: 30 * seconds, run: (deps) => countSending(deps) },
  "sending.forget": { everyMs: 1 * hours, run: (deps) => forgetSending(deps) },
  "signals.attach": { everyMs: 1 * minutes, run: (deps) => attachWaiting(deps) },
  "measures.settle": { everyMs: 1 * minutes, run: (deps) => settleRuleMeasures(deps) },
  "proof.complete": { everyMs: 1 * minutes, run: (deps) => completeProof(deps) },
  "findings.forget": { everyMs: 1 * hours, run: (deps) => forgetFindings(deps) },
  "channel-notices.purge": { everyMs: 1 * hours, run: (deps) => purgeChannelNotices(deps, deps.clock()) },
  "gate-changes.purge": { everyMs: 1 * hours, run: (deps) => purgeGateChanges(deps) },
};

export const scheduleProcessors: JobProcessor[] = Object.entries(schedules).map(([id, schedule]) =>
  defineProcessor(id, z.unknown(), async (_nothing, deps) => ({ done: `${await schedule.run(deps)} due` })),
);

/** Makes the queue's schedulers the ones of the table: new ones added, changed ones moved, gone ones removed. */
export async function syncSchedules(queues: Queues, table: Record<string, Schedule> = schedules): Promise<void> {
  const timers = queues.queue("timers");
  for (const { key } of await timers.getJobSchedulers()) {
    if (!Object.hasOwn(table, key)) await timers.removeJobScheduler(key);
  }
  for (const [id, { everyMs }] of Object.entries(table)) {
    // A sweep that failed comes again by itself; kept failures would only hide those that need a person.
    await timers.upsertJobScheduler(id, { every: everyMs }, { name: id, data: {}, opts: { attempts: 1, removeOnComplete: { count: 50 }, removeOnFail: { count: 50 } } });
  }
}
