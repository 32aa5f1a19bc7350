import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "bullmq";
import { queueNames, type QueueName } from "~/infra/outbox-topics";
import type { Queues, WorkerTuning } from "~/infra/queue.server";
import { runProcessors, type JobDeps, type JobProcessor } from "./define-processor";
import { startEventTail, type TailPace } from "./event-tail";
import { keepFinished, type FinishedWork } from "./finished-work";
import { startRelay } from "./outbox-relay";
import { accountIdentified } from "./processors/account-identified.job";
import { signalMeasure } from "./processors/signal-measure.job";
import { appealReceived } from "./processors/appeal-received.job";
import { buildPacketJob } from "./processors/build-packet.job";
import { workOnBacktestJob } from "./processors/work-on-backtest.job";
import { workOnBulkAction } from "./processors/work-on-bulk.job";
import { mailPoll } from "./processors/mail-poll.job";
import { mailReceived } from "./processors/mail-received.job";
import { deliverWebhook } from "./processors/deliver-webhook.job";
import { listenToMailboxes } from "~/modules/inbound-mail/listen-to-mailboxes.server";
import { startCampaignSender, type SenderOptions } from "~/modules/notices/campaign/campaign-sender.server";
import { deliverNotice } from "./processors/deliver-notice.job";
import { noticeHandedOver } from "./processors/notice-handed-over.job";
import { watchQueue } from "./queue-watch";
import { scheduleProcessors, syncSchedules } from "./schedules";

const processors: Record<QueueName, readonly JobProcessor[]> = {
  notices: [deliverNotice, noticeHandedOver],
  webhooks: [deliverWebhook],
  signals: [accountIdentified, appealReceived, signalMeasure],
  timers: scheduleProcessors,
  packets: [buildPacketJob],
  bulk: [workOnBulkAction],
  backtests: [workOnBacktestJob],
  mail: [mailReceived, mailPoll],
};

const concurrency: Record<QueueName, number> = { notices: 10, webhooks: 20, signals: 2, timers: 3, packets: 1, bulk: 1, backtests: 1, mail: 4 };

export interface RunningWorker {
  /** Rejects when a worker ends although nobody stopped it: the process has to be started anew. */
  crashed: Promise<never>;
  /** Lets jobs under way finish, but no longer than the grace allows. @returns whether all of them finished */
  stop(graceMs: number): Promise<boolean>;
}

export interface WorkerOptions {
  tuning?: WorkerTuning;
  pollMs?: number;
  /** How often the queue is asked whether it still knows what it was given. */
  watchMs?: number;
  /** How message events are read and judged. */
  tail?: TailPace;
  /** How campaigns are sent. */
  sending?: Partial<SenderOptions>;
}

/** Starts the relay, the reader of message events, one worker for each queue and the schedules. Any number of these run side by side. */
export async function startWorker(deps: JobDeps, queues: Queues, { tuning, pollMs, watchMs, tail, sending }: WorkerOptions = {}): Promise<RunningWorker> {
  await syncSchedules(queues);
  const finished = keepFinished(deps);
  const workers = await Promise.all(queueNames.map((name) => {
    const events = { completed: (job: Job) => finished.note(job.id), failed: buryWith(processors[name], deps, finished), error: (error: Error) => deps.log.warn({ err: error, queue: name }, "the worker's connection failed") };
    return queues.worker(name, runProcessors(processors[name], deps), events, { concurrency: concurrency[name], ...tuning });
  }));
  const crashed = new Promise<never>((_resolve, reject) => {
    for (const worker of workers) worker.run().catch(reject);
  });
  crashed.catch((error: unknown) => deps.log.fatal({ err: error }, "a worker stopped by itself"));
  const relay = startRelay(deps, queues, pollMs === undefined ? {} : { pollMs });
  const watch = watchQueue(deps, queues, watchMs === undefined ? {} : { everyMs: watchMs });
  const events = startEventTail(deps, tail);
  const campaigns = startCampaignSender(deps, { smtpUrl: deps.config.smtpUrl, ...sending });
  const mailboxes = listenToMailboxes(deps);
  return {
    crashed,
    async stop(graceMs) {
      const drained = Promise.all([relay.stop(), watch.stop(), events.stop(), campaigns.stop(), mailboxes.stop(), ...workers.map((worker) => worker.pause())]);
      const inTime = await within(graceMs, drained);
      // A worker that was asked nicely first cannot be forced later: it is closed once, and how was decided above.
      await within(closingMs, Promise.all(workers.map((worker) => worker.close(!inTime))));
      await within(closingMs, finished.stop());
      return inTime;
    },
  };
}

/** A connection that is down could keep a worker from closing for ever. */
const closingMs = 2_000;

/** Whether the work was done in time; what it does afterwards is no longer waited for. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  try {
    return await Promise.race([work.then(() => true), sleep(ms, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

/** When a job has used up its tries, the row it was about is told so. */
const buryWith = (known: readonly JobProcessor[], deps: JobDeps, finished: FinishedWork) => (job: Job | undefined, error: Error) => {
  if (!job || !isDead(job, error)) return;
  deps.log.error({ job: job.id, topic: job.name }, "job given up");
  const processor = known.find(({ topic }) => topic === job.name);
  const buried = processor ? processor.giveUp(job.data, deps) : Promise.resolve();
  buried.then(() => finished.note(job.id)).catch((failure: unknown) => deps.log.error({ err: failure, job: job.id }, "a given-up job could not be marked"));
};

const isDead = (job: Job, error: Error): boolean => error.name === "UnrecoverableError" || job.attemptsMade >= (job.opts.attempts ?? 1);
