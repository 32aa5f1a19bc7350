import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { queueNames } from "~/infra/outbox-topics";
import { openQueues, type Queues } from "~/infra/queue.server";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { seedReference } from "#prisma/seed/reference";
import { must } from "../factories/appealed";
import { anAccount } from "../factories/platform";
import { startApp, type TestApp } from "../support/app";
import { decisionForm, depsOf, openCases, send, signedIn, signIn, type Colleague, type CrowdCase } from "../support/crowd";
import { gateAndProjection } from "../support/gate-and-projection";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { startReceiver, type Receiver } from "../support/webhook-receiver";

const operator = { kind: "system", name: "test" } as const;
const soon = { timeout: 90_000, interval: 100 };
const each = 4;

/** Where work is under way, one of each kind, when the server goes: nothing of it may be lost or done twice. */
const underWay = (of: { report: string; endingId: string; changedId: string; toldId: string }): RoadblockPlace[] => [
  // Not of an interim measure, which this test itself starts meanwhile.
  { table: "statement_of_reasons", on: "INSERT", when: "NEW.decision_id IS NOT NULL" },
  { table: "report", on: "INSERT", when: `NEW.description = '${of.report}'` },
  { table: "action", on: "UPDATE", when: `NEW.state = 'expired' AND NEW.id = '${of.endingId}'` },
  { table: "webhook_delivery", on: "UPDATE", when: `NEW.state = 'delivered' AND NEW.lane = '${of.changedId}'` },
  { table: "notice", on: "UPDATE", when: `NEW.state = 'handed_over' AND NEW.account_id = '${of.toldId}'` },
];

let app: TestApp;
let deps: Deps;
let queues: Queues;
let receiver: Receiver;
let platformId: string;
let bearer: Record<string, string>;
let restricted: { id: string; externalId: string };
let unrestricted: { id: string; externalId: string };

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp({ DEMO: "0", TRUST_PROXY: "1", WEBHOOK_LOOPBACK: "1" }, { durable: true }), startReceiver()]);
  deps = await depsOf(app);
  queues = await openQueues(deps.config, deps.log);
  await seedReference(deps);
  ({ id: platformId } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } }));
  must(await createEndpoint(deps, operator, { platformKey: "customerflows", url: receiver.url, description: "test", events: [] }));
  const { key } = must(await createApiKey(deps, operator, { platformKey: "customerflows", name: "test", scopes: ["gate:read", "report:write"] }));
  bearer = { authorization: `Bearer ${key}` };
  restricted = await anAccount(deps, platformId);
  unrestricted = await anAccount(deps, platformId);
  await deny(restricted.id, "marketing_messages");
});
afterAll(async () => {
  await queues?.close();
  if (deps) await closeDeps(deps);
  await app?.stop();
  await receiver?.close();
});

const deny = (accountId: string, feature: string) =>
  deps.db.gateEntry.create({ data: { accountId, feature, verdict: "deny", reasonCode: "feature_restricted", updatedAt: deps.clock().toJSDate() } });

interface GateAnswer {
  status: number;
  denied: string[];
  confirmed: boolean;
}

async function askGate({ externalId }: { externalId: string }): Promise<GateAnswer> {
  const response = await fetch(`${app.url}/api/v1/platforms/customerflows/accounts/${externalId}/gate`, { headers: bearer });
  const body = (await response.json()) as { features?: { feature: string; allowed: boolean }[] };
  return { status: response.status, denied: (body.features ?? []).filter(({ allowed }) => !allowed).map(({ feature }) => feature), confirmed: response.headers.get("gate-confirmed") !== "no" };
}

/** Asks until it is accepted, each time under the same key, and keeps every answer. */
async function insist(answers: number[], ask: () => Promise<{ status: number; text: string } | null>): Promise<string> {
  for (;;) {
    const answer = await ask();
    answers.push(answer?.status ?? 0);
    if (answer && answer.status < 300) return answer.text;
    // 409: the first request with the key is still being worked on, or had been carried out when its answer was lost.
    expect([0, 409, 503], answer?.text).toContain(answer?.status ?? 0);
    await sleep(200);
  }
}

const report = (answers: number[], words: string) => {
  const [key, email] = [newId(), `${newId()}@mail.example`];
  return insist(answers, async () => {
    const response = await fetch(`${app.url}/api/v1/reports`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key, ...bearer },
      body: JSON.stringify({ platform: "customerflows", clause: "CF-AUP-4.1.b", description: words, email }),
    }).catch(() => null);
    return response && { status: response.status, text: await response.text() };
  });
};

async function decideOn(answers: number[], on: CrowdCase, { cookie }: Colleague): Promise<void> {
  const form = await decisionForm(deps, on, { grave: false, key: newId() });
  await insist(answers, () => send(app, `/cases/${on.reference}/decide`, form, { cookie }));
}

/** Interim measures whose time will be over as soon as the clock is moved on. */
async function endingSoon(cases: CrowdCase[], { actor }: Colleague): Promise<string[]> {
  const made: string[] = [];
  for (const { id: caseId } of cases) {
    must(await claimCase(deps, actor, { caseId }));
    made.push(must(await applyInterimMeasure(deps, actor, { caseId, version: undefined, kind: "suspension", features: [], days: 1, reason: "Complaints keep coming in while we look." })).actionId);
  }
  return made;
}

/** Who is told or mailed something right now holds a lease by the app's clock, which must not run out because that clock leaps. */
const atWork = async (): Promise<number> => {
  const ahead = { gt: deps.clock().toJSDate() };
  const counts = await Promise.all([
    deps.db.webhookDelivery.count({ where: { state: "pending", leasedUntil: ahead } }),
    deps.db.notice.count({ where: { state: "queued", leaseUntil: ahead } }),
  ]);
  return counts[0] + counts[1];
};

/** Everything has been told and mailed, but for what a roadblock keeps: whatever is done twice after this, the restart is to blame for. */
const allTold = async (kept?: { changedId: string; toldId: string }): Promise<void> => {
  const left = () => Promise.all([
    deps.db.outboxMessage.count({ where: { relayedAt: null } }),
    deps.db.webhookDelivery.count({ where: { state: "pending", ...(kept && { lane: { not: kept.changedId } }) } }),
    deps.db.notice.count({ where: { state: "queued", ...(kept && { OR: [{ accountId: null }, { accountId: { not: kept.toldId } }] }) } }),
  ]);
  await expect.poll(left, soon).toEqual([0, 0, 0]);
};

/** Every row's work is over. Pauses between tries are made short by moving the clock. */
async function allFinished(): Promise<void> {
  const left = async () => {
    if ((await atWork()) === 0) await app.moveClock({ advance: "70s" });
    await Promise.all(queueNames.filter((name) => name !== "timers").map((name) => queues.queue(name).promoteJobs()));
    return [
      await deps.db.outboxMessage.count({ where: { finishedAt: null } }),
      await deps.db.webhookDelivery.count({ where: { state: "pending" } }),
      await deps.db.notice.count({ where: { state: "queued" } }),
    ];
  };
  await expect.poll(left, { timeout: 120_000, interval: 500 }).toEqual([0, 0, 0]);
}

const sweepNow = () => queues.queue("timers").addBulk([{ name: "actions.expire", data: {}, opts: { attempts: 1 } }]);

test.each([
  ["stopped (fast)", "SIGINT"],
  ["stopped (immediate)", "SIGQUIT"],
  ["killed", "SIGKILL"],
] as const)("PostgreSQL is %s while everything runs: what was answered stands once, what was not can be asked again, and all is well by itself", async (_how, signal) => {
  const colleague = await signedIn(deps, ["analyst"], `Ana ${signal}`);
  const [before, during, ending] = [await openCases(deps, platformId, each), await openCases(deps, platformId, each), await openCases(deps, platformId, each + 1)];
  const changing = await anAccount(deps, platformId);
  const [told, ...rest] = ending;
  const ends = await endingSoon(rest, colleague);
  for (const { id: caseId } of before) must(await claimCase(deps, colleague.actor, { caseId }));
  const processes = ["web", "worker"].map((name) => app.pidOf(name as "web" | "worker"));
  const answers = { reports: [] as number[], decisions: [] as number[] };
  const words = (n: number) => `${signal} ${n}: they wrote to me again after I had said STOP.`;

  for (const on of before) await decideOn(answers.decisions, on, colleague);
  for (const n of before.keys()) await report(answers.reports, words(n));
  expect([...answers.decisions, ...answers.reports].every((status) => status === 201 || status === 202)).toBe(true);

  await allTold();
  const places = underWay({ report: words(each), endingId: ends[0]!, changedId: changing.id, toldId: told!.accountId });
  const blocks = await Promise.all(places.map((place) => roadblock(app.databaseUrl, place)));
  onTestFinished(() => Promise.all(blocks.map((block) => block.letGo())).then(() => undefined));
  await app.moveClock({ advance: "2d" });
  const today: Colleague = { ...colleague, cookie: await signIn(deps, colleague.actor) };
  for (const { id: caseId } of during) must(await claimCase(deps, colleague.actor, { caseId }));
  const deciding = Promise.all(during.map((on) => decideOn(answers.decisions, on, today)));
  const reporting = Promise.all(during.map((_on, n) => report(answers.reports, words(each + n))));
  await endingSoon([told!], today);
  await deny(changing.id, "chatbot");
  await sweepNow();
  for (const block of blocks) await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
  await allTold({ changedId: changing.id, toldId: told!.accountId });

  const accounts = { restricted, changing, unrestricted };
  const denials: Record<string, string> = { restricted: "marketing_messages", changing: "chatbot" };
  const gate: { of: string; answer: GateAnswer }[] = [];
  expect((await askGate(restricted)).denied).toEqual([denials.restricted]);
  const database = app.pidOf("database");
  // From before the server goes until it is back: it may be away for less than a moment.
  const asking = (async () => {
    do {
      for (const [of, account] of Object.entries(accounts)) gate.push({ of, answer: await askGate(account) });
    } while (app.pidOf("database") === database || !gate.at(-1)!.answer.confirmed || gate.at(-1)!.answer.status !== 200);
  })();
  process.kill(database, signal);
  for (const block of blocks) await block.goneWithTheServer();
  await asking;
  // A report whose answer was lost is taken up again a minute after it was begun.
  await expect.poll(atWork, soon).toBe(0);
  await app.moveClock({ advance: "61s" });
  await Promise.all([deciding, reporting]);
  for (const block of blocks) await block.lift();

  // Whoever is restricted is never answered as allowed, and nothing is said of anybody else that cannot be shown. One question may wait until the server is back.
  const isSafe = ({ of, answer: { status, denied, confirmed } }: (typeof gate)[number]) => status === 503 || (status === 200 && (of in denials ? denied.includes(denials[of]!) : confirmed));
  expect(gate.filter((asked) => !isSafe(asked))).toEqual([]);
  expect(await askGate(changing)).toEqual({ status: 200, denied: ["chatbot"], confirmed: true });
  await deps.db.gateEntry.deleteMany({ where: { accountId: changing.id } });
  expect(await askGate(changing)).toEqual({ status: 200, denied: [], confirmed: true });

  // What was under way was cut off and said so.
  for (const of of Object.values(answers)) expect(of).toContain(503);
  await expect.poll(() => fetch(`${app.url}/readyz`).then(({ status }) => status), soon).toBe(200);
  await sweepNow();
  await expect.poll(() => deps.db.action.count({ where: { id: { in: ends }, state: "expired" } }), soon).toBe(each);
  await allFinished();
  expect(["web", "worker"].map((name) => app.pidOf(name as "web" | "worker"))).toEqual(processes);

  const reports = await deps.db.report.findMany({ where: { description: { startsWith: signal } } });
  expect(reports.map(({ description }) => description).toSorted()).toEqual([...before, ...during].map((_on, n) => words(n)).toSorted());
  for (const { id: caseId } of [...before, ...during]) {
    const decision = await deps.db.decision.findFirstOrThrow({ where: { caseId }, include: { actions: true, strikes: true, statements: true } });
    expect([await deps.db.decision.count({ where: { caseId } }), decision.actions.length, decision.strikes.length, decision.statements.length > 0]).toEqual([1, 1, 1, true]);
  }
  for (const id of ends) {
    expect(await deps.db.auditEntry.count({ where: { type: "action.expired", body: { contains: id } } })).toBe(1);
    expect(await deps.db.webhookMessage.count({ where: { subjectId: id, type: "action.ended" } })).toBe(1);
  }
  for (const { accountId } of [...before, ...during, ...ending]) {
    const { gate: said, projection } = await gateAndProjection(deps, accountId);
    expect(said).toEqual(projection);
  }
  const messages = await deps.db.webhookMessage.findMany({ select: { id: true } });
  expect(receiver.received.map(({ headers }) => String(headers["webhook-id"])).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  const notices = await deps.db.notice.findMany({ select: { messageId: true, state: true } });
  expect(notices.filter(({ state }) => state !== "handed_over")).toEqual([]);
  const mails = await app.inbox.mails();
  expect(mails.map(({ headers }) => String(headers["message-id"])).toSorted()).toEqual(notices.map(({ messageId }) => messageId).toSorted());
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
}, 240_000);
