import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sweepAppealSla } from "~/modules/appeals/sweep-appeal-sla.server";
import { auditBody } from "~/modules/audit/audit-event";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { beginActions } from "~/modules/enforcement/begin-actions.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { decided, filed, must } from "../factories/appealed";
import { dueActions, dueActionId } from "../factories/due-actions";
import { enforcers } from "../factories/investigation";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { sweepDue } from "~/infra/sweep.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { withPoison } from "../support/poison";

let database: TestDatabase;
let deps: TestDeps;
const open: TestDatabase[] = [];
const system = { kind: "system", name: "test" } as const;

async function fresh(): Promise<{ database: TestDatabase; deps: TestDeps }> {
  const made = await testDatabase();
  open.push(made);
  return { database: made, deps: await made.deps() };
}

/** A database of its own with the cast of {@link dueActions}, whose platforms are told of everything. */
async function cast(count: number, given: { begun: boolean }) {
  const made = await fresh();
  const ids = await dueActions(made.deps, count, given);
  for (const n of [0, 1, 2]) must(await createEndpoint(made.deps, system, { platformKey: `due-${n}`, url: "https://platform.example/hooks", description: "All of it", events: [] }));
  return { ...made, ids };
}

afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
});

/** Everything a sweep can have changed, but for what differs from one run to the next: ids it gave and links it made. */
async function left({ db, crypto }: TestDeps) {
  const withoutIds = (body: string) => JSON.stringify({ ...(JSON.parse(body) as object), id: null, timestamp: null });
  const entries = await db.auditEntry.findMany({ where: { actorId: { in: ["expire-actions", "begin-actions", "notices"] } } });
  const events = await db.caseEvent.findMany({ select: { caseId: true, at: true, kind: true, actorKind: true, actorName: true, data: true } });
  const notices = await db.notice.findMany({ orderBy: { dedupeKey: "asc" } });
  const messages = await db.webhookMessage.findMany({ orderBy: { seq: "asc" } });
  return {
    actions: await db.action.findMany({ orderBy: { id: "asc" } }),
    extensions: await db.interimExtension.findMany({ orderBy: { id: "asc" } }),
    gate: await db.gateEntry.findMany({ orderBy: [{ accountId: "asc" }, { feature: "asc" }, { startsAt: "asc" }] }),
    accounts: await db.account.findMany({ orderBy: { id: "asc" } }),
    cases: await db.case.findMany({ orderBy: { id: "asc" } }),
    events: events.map((event) => JSON.stringify(event)).sort(),
    entries: entries.map(({ body }) => withoutIds(body)).sort(),
    notices: notices.map(({ id, messageId: _messageId, addressSealed, textSealed, htmlSealed: _html, ...notice }) => ({
      ...notice,
      id: typeof id,
      to: crypto.open(addressSealed, "notice.address"),
      text: crypto.open(textSealed, "notice.text").replaceAll(/\/standing\/\S+/g, "/standing/…"),
    })),
    links: (await db.accessLink.findMany()).map(({ accountId }) => accountId).sort(),
    outbox: (await db.outboxMessage.findMany({ where: { topic: "notice.deliver" } })).length,
    told: messages.filter(({ type }) => type !== "gate.changed").map(({ payload }) => withoutIds(payload)).sort(),
    // A transaction tells of an account's gate once, however many of its actions it ended: what was said last counts.
    gateTold: [...new Map(messages.filter(({ type }) => type === "gate.changed").map(({ accountId, payload }) => [accountId!, (JSON.parse(payload) as { data: { denied: unknown } }).data.denied]))].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

describe.each([
  ["ending", { begun: true }, expireActions, "expired"],
  ["beginning", { begun: false }, beginActions, "active"],
] as const)("%s actions that are due", (_what, given, sweep, state) => {
  test("hundreds in a batch leave what one at a time leaves", { timeout: 300_000 }, async () => {
    const [together, apart] = [await cast(240, given), await cast(240, given)];
    expect(await sweep(together.deps)).toBe(240);
    expect(await sweep(apart.deps, 1)).toBe(240);
    const result = await left(together.deps);
    expect(result).toEqual(await left(apart.deps));
    expect(result.actions.filter(({ id, begunAt, state: now }) => together.ids.includes(id) && now === state && begunAt !== null)).toHaveLength(240);
    expect(result.entries.filter((entry) => !entry.includes("notice."))).toHaveLength(240);
    expect(result.events).toHaveLength(240);
    expect(result.extensions.filter(({ state: answered }) => answered === "awaiting_approval")).toEqual([]);
    if (given.begun) expect(result.extensions).toHaveLength(20);
    expect(await verifyChain(together.deps)).toMatchObject({ ok: true });
    expect(await sweep(together.deps)).toBe(0);
  });

  test("sweeps at once do each action once", async () => {
    const { deps: on, database: of, ids } = await cast(120, given);
    const second = await of.deps();
    const counts = await Promise.all([sweep(on, 25), sweep(second, 25), sweep(on, 7)]);
    // An account that another sweep held is passed over and comes with the next one.
    counts.push(await sweep(on));
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(ids.length);
    const result = await left(on);
    expect(result.entries).toHaveLength(ids.length);
    expect(new Set(result.entries)).toHaveLength(ids.length);
    expect(result.events).toHaveLength(ids.length);
    expect(new Set(result.notices.map(({ dedupeKey }) => dedupeKey))).toHaveLength(result.notices.length);
  });

  test("one that cannot be done stays as it is and keeps no other from it", async () => {
    const { deps: on, database: of, ids } = await cast(60, given);
    const poisoned = dueActionId(31);
    await withPoison(of.url, "action", `NEW.id = '${poisoned}'`, async () => {
      const before = await left(on);
      expect(await sweep(on)).toBe(ids.length - 1);
      const after = await left(on);
      expect(after.actions.find(({ id }) => id === poisoned)).toEqual(before.actions.find(({ id }) => id === poisoned));
      expect(after.entries.filter((entry) => entry.includes(poisoned))).toEqual([]);
      expect(await sweep(on)).toBe(0);
    });
    expect(await sweep(on)).toBe(1);
    expect((await left(on)).entries).toHaveLength(ids.length);
  });
});

test("a sweep in two lanes begins a batch when the one before has its rows, and does alone in the end what they held from each other", async () => {
  const { deps: on } = await fresh();
  const rows = Array.from({ length: 7 }, (_, n) => ({ at: new Date(n), id: `row-${n}` }));
  const done = new Set<string>();
  let beside: () => void = () => undefined;
  const both = new Promise<void>((settle) => (beside = settle));
  let underWay = 0;
  const total = await sweepDue(on, { name: "test", limit: 2, lanes: 2 }, async (_tx, { after, limit, reached }) => {
    const found = rows.filter(({ at, id }) => !done.has(id) && (!after || at > after.at)).slice(0, limit);
    const last = found.at(-1);
    if (!last) return { seen: 0, done: 0 };
    underWay += 1;
    if (underWay === 2) beside();
    reached(last);
    await both;
    // Of a pair only one can be had while the other batch is under way.
    const free = underWay === 2 ? found.slice(1) : found;
    for (const { id } of free) done.add(id);
    underWay -= 1;
    return { seen: found.length, done: free.length };
  });
  expect(total).toBe(rows.length);
  expect(done.size).toBe(rows.length);
});

test("an account whose addresses cannot be read keeps no other measure from ending", async () => {
  const { deps: on, ids } = await cast(60, { begun: true });
  const { accountId } = await on.db.action.findUniqueOrThrow({ where: { id: dueActionId(2) } });
  const sealed = await on.db.accountContact.findFirstOrThrow({ where: { accountId } });
  await on.db.accountContact.update({ where: { id: sealed.id }, data: { sealed: "unreadable" } });
  expect(await expireActions(on)).toBe(ids.length - 1);
  await on.db.accountContact.update({ where: { id: sealed.id }, data: { sealed: sealed.sealed } });
  expect(await expireActions(on)).toBe(1);
  expect(await on.db.notice.count({ where: { actionId: dueActionId(2), kind: "action_ended" } })).toBe(1);
});

test("a case somebody is busy with is not waited for", async () => {
  const { deps: on, database: of, ids } = await cast(20, { begun: true });
  const { caseId } = await on.db.action.findUniqueOrThrow({ where: { id: dueActionId(4) } });
  const busy = new Client({ connectionString: of.url });
  await busy.connect();
  try {
    await busy.query("BEGIN");
    await busy.query(`SELECT FROM "case" WHERE id = $1 FOR UPDATE`, [caseId]);
    expect(await expireActions(on)).toBe(ids.length - 1);
    await busy.query("ROLLBACK");
  } finally {
    await busy.end();
  }
  expect(await expireActions(on)).toBe(1);
});

describe("the clock of appeals", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    ({ database, deps } = await fresh());
  });
  beforeEach(() => {
    deps.clock.set("2026-11-20T21:00:00Z");
  });

  test("entries made in the database are those a command makes", async () => {
    const { platformId, ana } = await enforcers(deps);
    const made = await decided(deps, ana, platformId);
    const { appealId } = must(await filed(deps, made));
    deps.clock.set("2026-12-08T07:00:00Z");
    await sweepAppealSla(deps);
    const appeal = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId }, include: { action: true } });
    const { id, ...entry } = await deps.db.auditEntry.findFirstOrThrow({ where: { type: "appeal.sla_breached", body: { contains: appealId } } });
    const event = { type: "appeal.sla_breached", at: deps.clock(), platformId, accountId: appeal.accountId, caseId: appeal.action.caseId, appealId, reviewerId: null, dueAt: appeal.dueAt.toISOString() } as const;
    expect(JSON.parse(entry.body)).toEqual(JSON.parse(auditBody(id, { kind: "system", name: "appeals.sla" }, event)));
    expect(entry).toMatchObject({ at: deps.clock().toJSDate(), actorKind: "system", actorId: "appeals.sla", platformId, accountId: appeal.accountId, caseId: appeal.action.caseId });
    expect(await verifyChain(deps)).toMatchObject({ ok: true });
  });

  test("an appeal whose colleagues cannot be told stays unmarked and keeps no other from it", async () => {
    const { platformId, ana } = await enforcers(deps);
    const appealIds: string[] = [];
    for (let n = 0; n < 3; n += 1) appealIds.push(must(await filed(deps, await decided(deps, ana, platformId))).appealId);
    deps.clock.set("2026-12-09T18:00:00Z");
    await withPoison(database.url, "notice", `NEW.appeal_id = '${appealIds[1]}'`, async () => {
      // Nobody reviews these: only the breach is told, to the leads. The two earlier marks of that appeal are set in silence.
      expect(await sweepAppealSla(deps)).toBe(2 + 3 + 3);
    });
    expect(await deps.db.appeal.count({ where: { id: { in: appealIds }, breachedAt: { not: null } } })).toBe(2);
    expect(await sweepAppealSla(deps)).toBe(1);
    expect(await deps.db.notice.groupBy({ by: ["appealId"], where: { kind: "appeal_deadline", appealId: { in: appealIds } }, _count: true })).toHaveLength(3);
  });
});
