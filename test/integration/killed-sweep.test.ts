import { DateTime } from "luxon";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { newId } from "~/infra/id";
import { openQueues, type Queues } from "~/infra/queue.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { decided, must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { gateAndProjection } from "../support/gate-and-projection";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { killVictims, startVictim } from "../support/victims";
import { startReceiver, type Receiver } from "../support/webhook-receiver";
import { startTestWorker, type TestWorker } from "../support/worker";

const soon = { timeout: 60_000, interval: 20 };
const each = 4;

type Sweep = "actions.expire" | "actions.begin";

/** Where a worker is stopped and killed while it sweeps; `of`: an action in the middle of what is due. */
const places: [Sweep, string, (of: string) => RoadblockPlace, { committed: boolean }?][] = [
  ["actions.expire", "half of the actions are ended", (of) => ({ table: "action", on: "UPDATE", when: `NEW.state = 'expired' AND NEW.id = '${of}'` })],
  ["actions.expire", "an action is ended, its audit entry is not written", (of) => ({ table: "audit_entry", on: "INSERT", when: `NEW.type = 'action.expired' AND NEW.body LIKE '%${of}%'` })],
  ["actions.expire", "it is on record, its account holder is not told", (of) => ({ table: "notice", on: "INSERT", when: `NEW.action_id = '${of}'` })],
  ["actions.expire", "everything is written, the commit stages what platforms are told", (of) => ({ table: "webhook_message", on: "INSERT", when: `NEW.subject_id = '${of}'` })],
  ["actions.expire", "all of it is done, the queue does not know", () => jobDone("actions.expire"), { committed: true }],
  ["actions.begin", "half of the actions have begun", (of) => ({ table: "action", on: "UPDATE", when: `NEW.begun_at IS NOT NULL AND NEW.id = '${of}'` })],
  ["actions.begin", "everything is written, the commit stages what platforms are told", (of) => ({ table: "webhook_message", on: "INSERT", when: `NEW.subject_id = '${of}'` })],
];
const jobDone = (name: Sweep): RoadblockPlace => ({ table: "bullmq.job", on: "UPDATE", when: `NEW.name = '${name}' AND NEW.state = 'completed'` });

describe("a worker killed with SIGKILL in the middle of a sweep", { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let receiver: Receiver;
  let past: TestDeps;
  let people: Awaited<ReturnType<typeof enforcers>>;
  let queues: Queues;
  let survivor: TestWorker | null = null;
  const env = () => ({ ...testEnvironment(database.url, "/nonexistent"), WEBHOOK_LOOPBACK: "1" });

  beforeAll(async () => {
    [database, receiver] = await Promise.all([testDatabase(), startReceiver()]);
    past = await database.deps(DateTime.utc().minus({ days: 8 }).toISO(), { WEBHOOK_LOOPBACK: "1" });
    queues = await openQueues(past.config, past.log);
    people = await enforcers(past);
    must(await createEndpoint(past, { kind: "system", name: "test" }, { platformKey: "customerflows", url: receiver.url, description: "test", events: [] }));
  });
  afterEach(async () => {
    killVictims();
    await survivor?.stop(2_000);
    survivor = null;
  });
  afterAll(async () => {
    await queues.close();
    await receiver.close();
    await database.close();
  });

  /** Suspensions whose week is over since yesterday, or that were to begin yesterday; each about an account of its own. */
  const due = async (sweep: Sweep): Promise<string[]> => {
    const { platformId, ana } = people;
    const made: string[] = [];
    for (let n = 0; n < each; n += 1) {
      if (sweep === "actions.expire") {
        made.push((await decided(past, ana, platformId)).actionId);
        continue;
      }
      const startsAt = DateTime.utc().minus({ days: 1 }).setZone("America/Denver").toFormat("yyyy-MM-dd'T'HH:mm");
      const violation = await aViolation(past, await anInvestigation(past, ana, { platformId }), { clause: "CF-AUP-4.3.b", startsAt });
      violation.findings[0]!.conductOn = past.clock().minus({ days: 2 }).toISODate();
      const { decisionId } = must(await decideCase(past, ana, violation));
      made.push((await past.db.action.findFirstOrThrow({ where: { decisionId } })).id);
    }
    return made.toSorted();
  };

  /** What is on record about each action: has it ended or begun, and how often was that written down, told, and passed on. */
  const onRecord = async (sweep: Sweep, ids: string[]) => {
    const actions = await past.db.action.findMany({ where: { id: { in: ids } }, orderBy: { id: "asc" } });
    return Promise.all(
      actions.map(async ({ id, accountId, state, begunAt }) => ({
        done: Number(sweep === "actions.expire" ? state === "expired" : begunAt !== null),
        audit: await past.db.auditEntry.count({ where: { type: sweep === "actions.expire" ? "action.expired" : "action.began", body: { contains: id } } }),
        notices: await past.db.notice.count({ where: { actionId: id } }),
        gateChanges: await past.db.gateChange.count({ where: { accountId } }),
        told: await past.db.webhookMessage.count({ where: { subjectId: id } }),
        gateTold: await past.db.webhookMessage.count({ where: { subjectId: accountId, type: "gate.changed" } }),
      })),
    );
  };

  /** Asks a worker for a sweep now, as its timer does. */
  const ask = async (sweep: Sweep): Promise<string> => {
    const jobId = `asked-${newId()}`;
    await queues.queue("timers").addBulk([{ name: sweep, data: {}, opts: { jobId, attempts: 1 } }]);
    return jobId;
  };
  const swept = async (sweep: Sweep) => {
    const jobId = await ask(sweep);
    await expect.poll(async () => ((await queues.queue("timers").getJob(jobId)) as { finishedOn?: number } | undefined)?.finishedOn ?? 0, soon).toBeGreaterThan(0);
  };

  test.each(places)("%s: %s", async (sweep, _what, where, { committed } = { committed: false }) => {
    const ids = await due(sweep);
    const before = await onRecord(sweep, ids);
    const tells = sweep === "actions.expire" ? 1 : 0;
    const after = before.map(({ notices, gateChanges, told, gateTold }) => ({ done: 1, audit: 1, notices: notices + tells, gateChanges: gateChanges + 1, told: told + 1, gateTold: gateTold + 1 }));
    expect(before.map(({ done, audit }) => [done, audit])).toEqual(ids.map(() => [0, 0]));

    const block = await roadblock(database.url, where(ids[each / 2]!));
    const victim = await startVictim(env(), "work");
    await victim.ready;
    await ask(sweep);
    await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
    if (committed) await expect.poll(() => onRecord(sweep, ids), soon).toEqual(after);
    await victim.kill();
    await block.clear();
    await block.lift();
    // Whatever was cut off: of each action there is all or nothing.
    for (const [n, one] of (await onRecord(sweep, ids)).entries()) expect([before[n], after[n]]).toContainEqual(one);

    survivor = await startTestWorker({ ...past, clock: systemClock }, "smtp://127.0.0.1:1", { tuning: { lockDuration: 1_000, stalledInterval: 500 } });
    // A sweep skips the accounts of another one that is still at it: the timer's own, and what is left of the dead.
    await expect.poll(async () => (await swept(sweep), onRecord(sweep, ids)), soon).toEqual(after);
    await swept(sweep);
    expect(await onRecord(sweep, ids)).toEqual(after);
    for (const { accountId } of await past.db.action.findMany({ where: { id: { in: ids } } })) {
      const { gate, projection } = await gateAndProjection({ ...past, clock: systemClock }, accountId);
      expect(gate).toEqual(projection);
    }
    expect((await verifyChain(past)).ok).toBe(true);
  });
});
