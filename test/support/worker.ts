import type { Deps } from "~/infra/deps.server";
import { createMailer } from "~/infra/mail.server";
import { openQueues, type Queues, type WorkerTuning } from "~/infra/queue.server";
import { openMailParser } from "~/modules/inbound-mail/bounded-parser.server";
import type { SenderOptions } from "~/modules/notices/campaign/campaign-sender.server";
import type { TailPace } from "../../jobs/event-tail";
import { startWorker } from "../../jobs/start-worker";

export interface TestWorker {
  queues: Queues;
  /** @returns whether every job under way finished within the grace */
  stop(graceMs?: number): Promise<boolean>;
}

/** The real relay, workers and schedules in this process, sending to `smtpUrl`. */
export async function startTestWorker(deps: Deps, smtpUrl: string, options: { sendTimeoutMs?: number; tuning?: WorkerTuning; watchMs?: number; tail?: TailPace; sending?: Partial<SenderOptions> } = {}): Promise<TestWorker> {
  const mailer = createMailer(smtpUrl, { sendTimeoutMs: options.sendTimeoutMs ?? 5_000 });
  const parser = openMailParser();
  const queues = await openQueues(deps.config, deps.log);
  const worker = await startWorker({ ...deps, mailer, parser }, queues, { pollMs: 200, sending: { smtpUrl, ...options.sending }, ...(options.tuning && { tuning: options.tuning }), ...(options.watchMs && { watchMs: options.watchMs }), ...(options.tail && { tail: options.tail }) });
  return {
    queues,
    async stop(graceMs = 10_000) {
      const drained = await worker.stop(graceMs);
      mailer.close();
      await parser.close();
      await queues.close();
      return drained;
    },
  };
}
