import type { Command } from "commander";
import type { Deps } from "~/infra/deps.server";
import { outboxTopics } from "~/infra/outbox-topics";
import { findFailedJob, listFailedJobs, openQueues, removeFailedJob, retryFailedJob, type Queues } from "~/infra/queue.server";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { retryNotice } from "~/modules/notices/retry-notice.server";
import { rowLimit } from "../options";
import { type Desk, operator, Refused, WrongUsage } from "../session";
import { table } from "../table";

interface Options {
  limit: number;
  all?: boolean;
}

const most = 1_000;

export function jobCommands(program: Command, desk: Desk): void {
  const jobs = program.command("job").description("background work");
  jobs
    .command("failed")
    .description("list the jobs whose tries are used up")
    .option("--limit <count>", "at most this many", rowLimit, 100)
    .action((options: Options, command: Command) => desk.answer(command, () => failed(desk, options)));
  jobs
    .command("retry")
    .description("put failed jobs back to work with all their tries")
    .argument("[id]", "the job's id, as the list shows it")
    .option("--all", "every failed job")
    .action((id: string | undefined, options: Options, command: Command) => desk.answer(command, () => retry(desk, id, options)));
}

const withQueues = <T>(desk: Desk, work: (deps: Deps, queues: Queues) => Promise<T>): Promise<T> =>
  desk.withDeps(async (deps) => {
    const queues = await openQueues(deps.config, deps.log);
    try {
      return await work(deps, queues);
    } finally {
      await queues.close();
    }
  });

async function failed(desk: Desk, { limit }: Options) {
  const jobs = await withQueues(desk, (_deps, queues) => listFailedJobs(queues, limit));
  const text = table(
    jobs,
    { ID: (job) => job.id, QUEUE: (job) => job.queue, TOPIC: (job) => job.topic, TRIES: (job) => job.attempts, FAILED: (job) => job.failedAt?.toISOString() ?? null, REASON: (job) => job.reason.slice(0, 100) },
    "No job has failed.",
  );
  return { data: { jobs }, text };
}

async function retry(desk: Desk, id: string | undefined, { all }: Options) {
  if ((id === undefined) === !all) throw new WrongUsage("Give the id of a job, or --all.");
  const retried = await withQueues(desk, async (deps, queues) => {
    const wanted = id === undefined ? (await listFailedJobs(queues, most)).map((job) => job.id) : [id];
    const done: string[] = [];
    for (const jobId of wanted) {
      if (!(await revive(deps, queues, jobId))) continue;
      await deps.db.$transaction((tx) => recordAudit(tx, operator, { type: "job.retried", at: deps.clock(), jobId }));
      done.push(jobId);
    }
    return done;
  });
  if (id !== undefined && retried.length === 0) throw new Refused("job_unknown");
  return { data: { retried }, text: retried.length === 0 ? "No job has failed." : `Back to work: ${retried.join(", ")}.` };
}

/**
 * Puts one job back to work. A notice that failed with its job goes back to `queued` and gets a new delivery, for its
 * row decides whether there is something to send; the old job is then done with.
 */
async function revive(deps: Deps, queues: Queues, jobId: string): Promise<boolean> {
  const job = await findFailedJob(queues, jobId);
  if (!job) return false;
  const payload = outboxTopics["notice.deliver"].payload.safeParse(job.payload);
  if (job.topic === "notice.deliver" && payload.success) {
    const retried = await retryNotice(deps, operator, payload.data);
    if (retried.ok) return removeFailedJob(queues, jobId);
  }
  return retryFailedJob(queues, jobId);
}
