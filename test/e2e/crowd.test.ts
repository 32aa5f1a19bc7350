import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { seedReference } from "#prisma/seed/reference";
import { must } from "../factories/appealed";
import { startApp, type TestApp } from "../support/app";
import { decisionForm, depsOf, openCases, rulingForm, send, signedIn, type Colleague, type CrowdCase } from "../support/crowd";
import { gateAndProjection } from "../support/gate-and-projection";
import { startReceiver, type Receiver } from "../support/webhook-receiver";

const [peopleCount, casesCount, triesEach] = [50, 20, 3];
const soon = { timeout: 120_000, interval: 200 };

let app: TestApp;
let deps: Deps;
let receiver: Receiver;
let people: Colleague[];
let platformId: string;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp({ DEMO: "0", TRUST_PROXY: "1", WEBHOOK_LOOPBACK: "1" }, { durable: true }), startReceiver()]);
  deps = await depsOf(app);
  await seedReference(deps);
  ({ id: platformId } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } }));
  must(await createEndpoint(deps, { kind: "system", name: "test" }, { platformKey: "customerflows", url: receiver.url, description: "test", events: [] }));
  people = await Promise.all(Array.from({ length: peopleCount }, (_, n) => signedIn(deps, [n % 5 < 2 ? "analyst" : "lead", "appeals_reviewer"], `Colleague ${n + 1}`)));
});
afterAll(async () => {
  if (deps) await closeDeps(deps);
  await app?.stop();
  await receiver?.close();
});

const isGrave = ({ n }: CrowdCase) => n % 2 === 1;
const rulings = ["upheld", "overturned", "modified"] as const;
const rulingOn = ({ n }: CrowdCase) => rulings[n % rulings.length]!;
/** As many colleagues for each case, never the same set. */
const isMine = (nth: number, { n }: CrowdCase) => (nth * 7 + n * 3) % casesCount < triesEach;

type Did = "claim" | "decide" | "decide again" | "approve" | "approve own" | "appeal" | "appeal again" | "take appeal" | "rule";
interface Answer {
  did: Did;
  who: string;
  subject: string;
  status: number;
  text: string;
}

test("50 people decide, approve, appeal and rule on the same 20 cases at once: each answer says what became of it", async () => {
  const cases = await openCases(deps, platformId, casesCount);
  const caseIds = { in: cases.map(({ id }) => id) };
  const answers: Answer[] = [];
  const ask = async (did: Did, who: string, subject: string, ...request: [string, Record<string, string>, { cookie?: string; network?: string }]) => {
    for (;;) {
      const answer = await send(app, ...request);
      expect(answer).not.toBeNull();
      answers.push({ did, who, subject, ...answer! });
      // A database that is too busy says so, and that nothing was stored: a person tries again.
      if (answer!.status !== 503) return answer!.status;
      await sleep(500);
    }
  };
  const decide = async ({ actor, cookie }: Colleague, on: CrowdCase) => {
    const path = `/cases/${on.reference}`;
    const claimed = await ask("claim", actor.id, on.id, path, { intent: "claim", caseId: on.id }, { cookie });
    const first = await decisionForm(deps, on, { grave: isGrave(on), key: newId() });
    // Whoever holds the case presses twice, and has it open in a second tab; whoever does not tries all the same.
    const forms = claimed === 200 ? [first, first, { ...first, idempotencyKey: newId() }] : [first];
    await Promise.all(forms.map((form, tab) => ask(tab === 1 ? "decide again" : "decide", actor.id, on.id, `${path}/decide`, form, { cookie })));
  };
  const approve = async (did: "approve" | "approve own", { actor, cookie }: Colleague, decisionId: string) =>
    ask(did, actor.id, decisionId, `/approvals/${decisionId}`, { intent: "approve" }, { cookie });

  // One lead tries to be their own second person while nobody else is there to be quicker.
  const [grave] = cases.filter(isGrave);
  const lead = people.find(({ actor }) => may(actor, "decision:approve"))!;
  await decide(lead, grave!);
  const own = await deps.db.decision.findFirstOrThrow({ where: { caseId: grave!.id } });
  expect(own).toMatchObject({ state: "awaiting_approval", deciderId: lead.actor.id });
  expect(await approve("approve own", lead, own.id)).toBe(403);

  // Everybody looks at the same lists, fetched once: fifty who ask for them ten times a second would only measure that.
  const lists = { proposals: [] as { id: string; caseId: string; deciderId: string | null }[], appeals: [] as { id: string; reference: string; accountId: string }[] };
  const accountIds = { in: cases.map(({ accountId }) => accountId) };
  let over = false;
  const watch = async () => {
    const giveUpAt = Date.now() + 150_000;
    while (!over && Date.now() < giveUpAt) {
      await sleep(150);
      lists.proposals = await deps.db.decision.findMany({ where: { state: "awaiting_approval", caseId: caseIds }, select: { id: true, caseId: true, deciderId: true } });
      lists.appeals = await deps.db.appeal.findMany({ where: { accountId: accountIds, ruledById: null }, select: { id: true, reference: true, accountId: true } });
      over = (await deps.db.appeal.count({ where: { accountId: accountIds, ruledById: { not: null } } })) === cases.length;
    }
    const stuck = over ? [] : await deps.db.case.findMany({ where: { id: caseIds }, select: { reference: true, state: true } });
    over = true;
    expect(stuck).toEqual([]);
  };
  const work = async (colleague: Colleague, nth: number) => {
    const mine = cases.filter((one) => isMine(nth, one));
    const near = new Set(cases.filter((one) => isMine(nth + 1, one) || isMine(nth, one)).map(({ id }) => id));
    for (const on of mine) await decide(colleague, on);
    const [answered, ruled] = [new Set<string>(), new Set<string>()];
    while (!over) {
      for (const { id, deciderId } of lists.proposals.filter(({ id, caseId }) => !answered.has(id) && near.has(caseId))) {
        answered.add(id);
        await approve(deciderId === colleague.actor.id ? "approve own" : "approve", colleague, id);
      }
      for (const { id, reference, accountId } of lists.appeals.filter(({ id, accountId }) => !ruled.has(id) && mine.some((one) => one.accountId === accountId))) {
        ruled.add(id);
        const page = `/appeals/${reference}`;
        await ask("take appeal", colleague.actor.id, id, page, { intent: "claim", appealId: id }, colleague);
        const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id } });
        const form = rulingForm({ id, version }, rulingOn(cases.find((one) => one.accountId === accountId)!), `What we hold on file was looked at again by colleague ${nth + 1}.`);
        await ask("rule", colleague.actor.id, id, page, form, colleague);
      }
      await sleep(100);
    }
  };
  const appeal = async (on: CrowdCase) => {
    const network = `198.51.100.${on.n + 1}`;
    while (!over) {
      const action = await deps.db.action.findFirst({ where: { caseId: on.id, state: "active" } });
      if (action) {
        const form = () => ({ intent: "file", actionId: action.id, explanation: "Every contact had signed our form in the shop.", idempotencyKey: randomUUID() });
        const pressedTwice = form();
        const tabs = [pressedTwice, pressedTwice, form(), form()];
        await Promise.all(tabs.map((tab, nth) => ask(nth < 2 ? "appeal again" : "appeal", on.accountId, action.id, on.standing, tab, { network })));
        return;
      }
      await sleep(100);
    }
  };
  await Promise.all([watch(), ...people.map(work), ...cases.map(appeal)]);

  const accepted = (...dids: Did[]) => answers.filter(({ did, status }) => dids.includes(did) && status === 202);
  const refusedWith = (...dids: Did[]) => [...new Set(answers.filter(({ did, status }) => dids.includes(did) && status !== 202 && status !== 503).map(({ status }) => status))].toSorted();
  const pairs = (rows: { who: string | null; subject: string }[]) => [...new Set(rows.map(({ who, subject }) => `${who} ${subject}`))].toSorted();

  const decisions = await deps.db.decision.findMany({ where: { caseId: caseIds }, include: { strikes: true, statements: true, actions: { orderBy: { createdAt: "asc" } } } });
  expect(decisions.map(({ caseId }) => caseId).toSorted()).toEqual(cases.map(({ id }) => id).toSorted());
  expect(pairs(accepted("decide", "decide again"))).toEqual(pairs(decisions.map(({ deciderId, caseId }) => ({ who: deciderId, subject: caseId }))));
  expect(refusedWith("decide", "decide again").filter((status) => status !== 409 && status !== 423)).toEqual([]);
  const firstActions = decisions.map(({ actions }) => actions.filter(({ state }) => state !== "superseded" || actions.length > 1));
  expect(firstActions.map((actions) => actions.length)).toEqual(decisions.map(({ caseId }) => (rulingOn(cases.find(({ id }) => id === caseId)!) === "modified" ? 2 : 1)));
  expect(decisions.map(({ strikes, statements, actions }) => [strikes.length, statements.length === actions.length])).toEqual(decisions.map(() => [1, true]));

  const approved = decisions.filter(({ caseId }) => isGrave(cases.find(({ id }) => id === caseId)!));
  expect(pairs(accepted("approve"))).toEqual(pairs(approved.map(({ approverId, id }) => ({ who: approverId, subject: id }))));
  expect(accepted("approve")).toHaveLength(approved.length);
  expect(accepted("approve own")).toEqual([]);
  expect(decisions.filter(({ approverId, deciderId }) => approverId === deciderId)).toEqual([]);
  expect(refusedWith("approve", "approve own").filter((status) => status !== 409 && status !== 403)).toEqual([]);

  const appeals = await deps.db.appeal.findMany({ where: { accountId: accountIds } });
  expect(appeals.map(({ accountId }) => accountId).toSorted()).toEqual(cases.map(({ accountId }) => accountId).toSorted());
  expect(pairs(accepted("appeal", "appeal again"))).toEqual(pairs(appeals.map(({ accountId, actionId }) => ({ who: accountId, subject: actionId }))));
  for (const { accountId, reference } of appeals) {
    const filed = accepted("appeal", "appeal again").filter(({ who }) => who === accountId);
    expect(filed.map(({ text }) => text.includes(reference))).toEqual(filed.map(() => true));
    expect(filed.filter(({ text }) => text.includes("done=filed"))).toHaveLength(1);
  }
  expect(refusedWith("appeal", "appeal again").filter((status) => status !== 409)).toEqual([]);
  expect(pairs(accepted("rule"))).toEqual(pairs(appeals.map(({ ruledById, id }) => ({ who: ruledById, subject: id }))));
  expect(refusedWith("rule").filter((status) => ![403, 409, 423].includes(status))).toEqual([]);
  for (const { ruledById, reviewerId, accountId, grounds } of appeals) {
    const { deciderId, approverId } = decisions.find((decision) => decision.accountId === accountId)!;
    expect([deciderId, approverId]).not.toContain(ruledById);
    expect(ruledById).toBe(reviewerId);
    expect(grounds).toContain(`colleague ${people.findIndex(({ actor }) => actor.id === ruledById) + 1}.`);
  }

  await agreesEverywhere(cases);
  const told = await deps.db.notice.groupBy({ by: ["kind", "addressHash", "decisionId", "appealId", "caseId"], where: { caseId: caseIds }, _count: true });
  const ofKind = (kind: string) => told.filter((group) => group.kind === kind).map(({ _count }) => _count);
  for (const kind of ["statement_of_reasons", "appeal_ruling"]) expect([kind, ofKind(kind)]).toEqual([kind, cases.map(() => 1)]);
}, 300_000);

/** Gate and actions agree, all that was staged is done, every message went to each person once, and the trail holds. */
async function agreesEverywhere(cases: CrowdCase[]): Promise<void> {
  for (const { accountId } of cases) {
    const { gate, projection } = await gateAndProjection(deps, accountId);
    expect(gate).toEqual(projection);
  }
  // A delivery that waited its turn may have been made by another job; its own job notices later.
  const left = async () => [
    await deps.db.outboxMessage.count({ where: { finishedAt: null, topic: { not: "webhook.deliver" } } }),
    await deps.db.webhookDelivery.count({ where: { state: "pending" } }),
  ];
  await expect.poll(left, soon).toEqual([0, 0]);
  const notices = await deps.db.notice.findMany();
  expect(notices.filter(({ state }) => state !== "handed_over").map(({ kind, state, lastError }) => ({ kind, state, lastError }))).toEqual([]);
  const staged = await deps.db.outboxMessage.findMany({ where: { topic: "notice.deliver" } });
  expect(staged.map(({ payload }) => (payload as { noticeId: string }).noticeId).toSorted()).toEqual(notices.map(({ id }) => id).toSorted());
  const messages = await deps.db.webhookMessage.findMany({ select: { id: true } });
  expect([...new Set(receiver.received.map(({ headers }) => String(headers["webhook-id"])))].toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
}
