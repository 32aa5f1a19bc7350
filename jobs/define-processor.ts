import { DelayedError, UnrecoverableError, type Job, type Processor as BullProcessor } from "bullmq";
import type { z } from "zod";
import { databaseAwayRetrySeconds, isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";
import type { Mailer } from "~/infra/mail.server";
import type { MailParser } from "~/modules/inbound-mail/bounded-parser.server";

/** What a processor is given: the dependencies every command takes, and what only background work may use. */
export interface JobDeps extends Deps {
  mailer: Mailer;
  /** Reads received mail in threads of its own. */
  parser: MailParser;
}

/** How a job ended: done (with a word for the log), to be run again later, or hopeless. */
export type Outcome = { done: string } | { again: string; inMs: number } | { dead: string };

export interface JobProcessor {
  topic: string;
  process(data: unknown, deps: JobDeps): Promise<Outcome>;
  /** Runs once when the queue gives the job up, so that the row it was about says so. */
  giveUp(data: unknown, deps: JobDeps): Promise<void>;
}

/** Pairs a topic with the work: the payload is parsed here, so that a processor never sees what it did not ask for. */
export function defineProcessor<Payload extends z.ZodType>(
  topic: string,
  payload: Payload,
  work: (input: z.infer<Payload>, deps: JobDeps) => Promise<Outcome>,
  onGivenUp: (input: z.infer<Payload>, deps: JobDeps) => Promise<void> = async () => undefined,
): JobProcessor {
  return {
    topic,
    process(data, deps) {
      const parsed = payload.safeParse(data);
      return parsed.success ? work(parsed.data, deps) : Promise.resolve({ dead: "the payload is not of the topic's form" });
    },
    async giveUp(data, deps) {
      const parsed = payload.safeParse(data);
      if (parsed.success) await onGivenUp(parsed.data, deps);
    },
  };
}

/**
 * BullMQ's side of the processors of one queue. An error reaches the queue by its name and code only: its message
 * may repeat personal data, and a failed job's reason is stored and listed.
 */
export function runProcessors(processors: readonly JobProcessor[], deps: JobDeps): BullProcessor {
  const byTopic = new Map(processors.map((processor) => [processor.topic, processor]));
  return async (job: Job, token?: string) => {
    const processor = byTopic.get(job.name);
    if (!processor) throw new UnrecoverableError("no processor for this topic in this release");
    let outcome: Outcome;
    try {
      outcome = await processor.process(job.data, deps);
    } catch (error) {
      if (mayWaitForDatabase(job, error)) {
        deps.log.warn({ ...line(job), err: error }, "the database is away; job put off");
        return putOff(job, databaseAwayRetrySeconds * 1_000, token);
      }
      deps.log.error({ ...line(job), err: error }, "job failed");
      throw new Error(nameOf(error));
    }
    if ("done" in outcome) {
      deps.log.info({ job: job.id, topic: job.name, attempt: job.attemptsMade + 1, result: outcome.done }, "job done");
      return outcome.done;
    }
    if ("again" in outcome) {
      deps.log.info({ ...line(job), reason: outcome.again, inMs: outcome.inMs }, "job put off");
      return putOff(job, outcome.inMs, token);
    }
    deps.log.error({ ...line(job), reason: outcome.dead }, "job is hopeless");
    throw new UnrecoverableError(outcome.dead);
  };
}

/** Puts a job off without using up one of its tries. */
async function putOff(job: Job, inMs: number, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now() + inMs, token);
  throw new DelayedError();
}

/** An outage longer than this is not told from a job that makes its own. */
const longestOutageMs = 86_400_000;

/**
 * An outage is no fault of the job and may outlast its five tries, so it uses none of them. Recurring jobs come again by themselves.
 */
const mayWaitForDatabase = (job: Job, error: unknown): boolean => isDatabaseAway(error) && job.repeatJobKey === undefined && Date.now() - job.timestamp < longestOutageMs;

const line = (job: Job) => ({ job: job.id, topic: job.name, attempt: job.attemptsMade + 1 });

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "not an error";
  const code = "code" in error && (typeof error.code === "string" || typeof error.code === "number") ? ` ${error.code}` : "";
  return `${error.name}${code}`;
}
