import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { listAppeals } from "~/modules/appeals/appeals.queries.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { dismissUnmatched, matchAppeal } from "~/modules/appeals/settle-unmatched.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { fileReceivedAppeal } from "~/modules/appeals/file-received.server";
import { submitAppealForm } from "~/modules/appeals/submit-appeal-form.server";
import { sweepAppealSla } from "~/modules/appeals/sweep-appeal-sla.server";
import { listUnmatched } from "~/modules/appeals/unmatched.queries.server";
import { appealReceived } from "../../jobs/processors/appeal-received.job";
import { decided, filed, must, openedNotices, type Decided } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { sentByForm } from "../factories/public-appeal";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let rita: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

const decide = () => decided(deps, ana, platformId);
const file = (on: Decided) => filed(deps, on);
const noticesOf = (where: object) => openedNotices(deps, where);

describe("the public form", () => {
  const send = (over: { email: string; actionText?: string; idempotencyKey?: string }) =>
    sentByForm(deps, { platformKey: "customerflows", actionText: "You suspended us", explanation: "We had consent for both messages.", idempotencyKey: randomUUID(), ...over });

  test("files against the one action it can mean, twice sent or not, and answers everybody alike", async () => {
    const decided = await decide();
    const idempotencyKey = randomUUID();
    const known = await send({ email: decided.found.ownerEmail.toUpperCase(), idempotencyKey });
    expect(await send({ email: decided.found.ownerEmail, idempotencyKey })).toEqual(known);
    expect(await send({ email: "stranger@nowhere.example" })).toEqual(known);
    const appeals = await deps.db.appeal.findMany({ where: { actionId: decided.actionId } });
    expect(appeals).toMatchObject([{ channel: "form", state: "filed" }]);
    expect(await noticesOf({ appealId: appeals[0]!.id })).toMatchObject([{ kind: "appeal_receipt", to: decided.found.ownerEmail }]);
  });

  test.each(["action", "decision"] as const)("the %s's reference picks one of several actions", async (named) => {
    const earlier = await decide();
    const later = await decided(deps, ana, platformId);
    const email = `both-${named}@roofing.example`;
    const accounts = [earlier.found.account.id, later.found.account.id];
    for (const accountId of accounts) await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId, kind: "email", value: email, createdAt: deps.clock().toJSDate() }));
    const action = await deps.db.action.findUniqueOrThrow({ where: { id: earlier.actionId }, include: { decision: true } });
    const reference = named === "action" ? action.reference : action.decision!.reference;
    must(await send({ email, actionText: `The measure, reference ${reference.toLowerCase()}` }));
    expect(await deps.db.appeal.count({ where: { actionId: earlier.actionId } })).toBe(1);
    expect(await deps.db.appeal.count({ where: { actionId: later.actionId } })).toBe(0);
  });

  test("of one form sent many times at once, one is taken, whether it fits an action or not", async () => {
    const decided = await decide();
    for (const email of [decided.found.ownerEmail, "many-times@nowhere.example"]) {
      const form = { email, idempotencyKey: randomUUID() };
      const before = [await deps.db.appeal.count(), await deps.db.unmatchedAppeal.count()] as const;
      const answers = await Promise.all(Array.from({ length: 4 }, () => send(form)));
      expect([...answers, await send(form)]).toEqual(Array.from({ length: 5 }, () => ({ ok: true })));
      const added = [(await deps.db.appeal.count()) - before[0], (await deps.db.unmatchedAppeal.count()) - before[1]];
      expect(added).toEqual(email === decided.found.ownerEmail ? [1, 1] : [0, 1]);
    }
    const changed = randomUUID();
    must(await send({ email: "somebody@changed-form.example", idempotencyKey: changed }));
    must(await send({ email: "somebody@changed-form.example", idempotencyKey: changed, actionText: "You restricted us" }));
    expect((await listUnmatched(deps)).filter(({ email }) => email.endsWith("@changed-form.example"))).toHaveLength(2);
  });

  test("a stranger who knows the address cannot use up the holder's appeal", async () => {
    const decided = await decide();
    must(await send({ email: decided.found.ownerEmail }));
    const { id: appealId } = await deps.db.appeal.findFirstOrThrow({ where: { actionId: decided.actionId } });
    must(await assignAppeal(deps, rita, { appealId }));
    const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
    must(await ruleOnAppeal(deps, rita, { appealId, version, ruling: "upheld", grounds: "What was sent to us does not change what we found." }));
    must(await send({ email: decided.found.ownerEmail, actionText: "You suspended us, again" }));
    expect(await deps.db.appeal.count({ where: { actionId: decided.actionId } })).toBe(1);
    const barsNow = async () => (await loadStanding(deps, decided.holder.accountId))!.actions[0]!.bars;
    expect(await barsNow()).toBeNull();
    const own = must(await file(decided));
    expect(await barsNow()).toBe("appeal_live");
    must(await assignAppeal(deps, rita, { appealId: own.appealId }));
    const { version: ownVersion } = await deps.db.appeal.findUniqueOrThrow({ where: { id: own.appealId } });
    must(await ruleOnAppeal(deps, rita, { appealId: own.appealId, version: ownVersion, ruling: "upheld", grounds: "The copies you sent do not cover these messages." }));
    expect(await file(decided)).toMatchObject({ reason: "already_ruled" });
  });

  test("the sender's own request does the same work whether there is an account, an action, or neither", async () => {
    const known = await decide();
    const form = (email: string) => submitAppealForm(deps, { platformKey: "customerflows", actionText: "You suspended us", explanation: "We had consent for both messages.", idempotencyKey: randomUUID(), email });
    const queries = async (email: string): Promise<number> => {
      const spy = vi.spyOn(pg.Client.prototype, "query");
      try {
        expect(await form(email)).toEqual({ ok: true });
        return spy.mock.calls.length;
      } finally {
        spy.mockRestore();
      }
    };
    const asked = await queries("nobody@work-count.example");
    expect(asked).toBeGreaterThan(3);
    expect(await queries(known.found.ownerEmail)).toBe(asked);
    expect(await deps.db.appeal.count({ where: { actionId: known.actionId } })).toBe(0);
    const locked = await deps.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM account WHERE id = ${known.holder.accountId}::uuid FOR UPDATE`;
      return form(known.found.ownerEmail);
    });
    expect(locked).toEqual({ ok: true });
  });

  test("is filed as of the form, once, however often and however late the worker comes to it; nobody is shown it meanwhile", async () => {
    const known = await decide();
    must(await submitAppealForm(deps, { platformKey: "customerflows", actionText: "You suspended us", explanation: "We had consent for both messages.", idempotencyKey: randomUUID(), email: known.found.ownerEmail }));
    const { id: unmatchedId, receivedAt } = await deps.db.unmatchedAppeal.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect((await listUnmatched(deps)).map(({ id }) => id)).not.toContain(unmatchedId);
    deps.clock.advance({ days: 1 });
    const came = await Promise.all([1, 2, 3].map(() => fileReceivedAppeal(deps, { unmatchedId })));
    expect(came.sort()).toEqual(["done_before", "done_before", "filed"]);
    const appeal = await deps.db.appeal.findFirstOrThrow({ where: { actionId: known.actionId } });
    expect(appeal).toMatchObject({ filedAt: receivedAt, channel: "form", confirmedAt: null });
    expect(await deps.db.unmatchedAppeal.findUniqueOrThrow({ where: { id: unmatchedId } })).toMatchObject({ appealId: appeal.id, settledById: null });
    expect(await listAppeals(deps, { view: "open", staffId: rita.id, after: null })).toMatchObject({ rows: expect.arrayContaining([expect.objectContaining({ reference: appeal.reference, unconfirmed: true })]) });
  });

  test("what the worker gave up a person is shown", async () => {
    must(await submitAppealForm(deps, { platformKey: "customerflows", actionText: "You suspended us", explanation: "We had consent for both messages.", idempotencyKey: randomUUID(), email: "nobody@given-up.example" }));
    const { id: unmatchedId } = await deps.db.unmatchedAppeal.findFirstOrThrow({ orderBy: { id: "desc" } });
    await appealReceived.giveUp({ unmatchedId }, deps as never);
    expect((await listUnmatched(deps)).map(({ id }) => id)).toContain(unmatchedId);
    expect(await appealReceived.process({ unmatchedId }, deps as never)).toEqual({ done: "done_before" });
    expect(await appealReceived.process({ unmatchedId: "x" }, deps as never)).toEqual({ dead: "the payload is not of the topic's form" });
  });

  test("a person matches what fits no single action; its clock has run since it came in", async () => {
    const decided = await decide();
    const email = "new-address@roofing.example";
    must(await send({ email }));
    const waiting = (await listUnmatched(deps)).find((row) => row.email.endsWith("@roofing.example"))!;
    expect(waiting.due).toEqual({ at: "2026-12-08T07:00:00.000Z", left: "10 business days" });
    deps.clock.advance({ days: 3 });
    const actionReference = (await deps.db.action.findUniqueOrThrow({ where: { id: decided.actionId } })).reference;
    expect(await matchAppeal(deps, ana, { unmatchedId: waiting.id, actionReference })).toMatchObject({ reason: "forbidden" });
    expect(await matchAppeal(deps, rita, { unmatchedId: waiting.id, actionReference: "A-NONE-NONE" })).toMatchObject({ reason: "not_found" });
    const { reference } = must(await matchAppeal(deps, rita, { unmatchedId: waiting.id, actionReference }));
    const appeal = await deps.db.appeal.findUniqueOrThrow({ where: { reference } });
    expect(appeal).toMatchObject({ filedAt: new Date("2026-11-20T21:00:00Z"), dueAt: new Date("2026-12-08T07:00:00Z") });
    expect((await noticesOf({ appealId: appeal.id })).map(({ to }) => to)).toEqual([decided.found.ownerEmail]);
    expect(await matchAppeal(deps, rita, { unmatchedId: waiting.id, actionReference })).toMatchObject({ reason: "appeal_over" });
  });

  test("what is no appeal is put aside with a reason", async () => {
    must(await send({ email: "spam@elsewhere.example", actionText: "buy now" }));
    const waiting = (await listUnmatched(deps)).find((row) => row.actionText === "buy now")!;
    expect(waiting.answerable).toBe(true);
    expect(must(await dismissUnmatched(deps, rita, { unmatchedId: waiting.id, reason: "It names no measure of ours." })).told).toBe(true);
    expect((await listUnmatched(deps)).map(({ id }) => id)).not.toContain(waiting.id);
    expect(await dismissUnmatched(deps, rita, { unmatchedId: waiting.id, reason: "It names no measure of ours." })).toMatchObject({ reason: "appeal_over" });
    const told = await noticesOf({ kind: "appeal_put_aside" });
    expect(told.map(({ to }) => to)).toEqual(["spam@elsewhere.example"]);
    for (const said of ["was not filed as one", "It names no measure of ours.", "What you can do", "/appeal"]) expect(told[0]!.text).toContain(said);
    expect(told[0]!.text).not.toContain("buy now");
  });
});

test("the clock warns, urges and marks the breach, each once, whoever runs it", async () => {
  await deps.db.appealStatement.deleteMany();
  await deps.db.appeal.deleteMany();
  const { appealId } = must(await file(await decide()));
  const marksAt = async (instant: string) => {
    deps.clock.set(instant);
    const set = (await Promise.all([sweepAppealSla(deps), sweepAppealSla(deps, 1)])).reduce((sum, one) => sum + one, 0);
    const { warnedAt, urgedAt, breachedAt } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
    return [set, Boolean(warnedAt), Boolean(urgedAt), Boolean(breachedAt)];
  };
  expect(await marksAt("2026-11-30T06:59:59Z")).toEqual([0, false, false, false]);
  expect(await marksAt("2026-11-30T07:00:00Z")).toEqual([1, true, false, false]);
  expect(await marksAt("2026-12-01T07:00:00Z")).toEqual([0, true, false, false]);
  expect(await marksAt("2026-12-03T07:00:00Z")).toEqual([1, true, true, false]);
  expect(await marksAt("2026-12-08T06:59:59Z")).toEqual([0, true, true, false]);
  expect(await marksAt("2026-12-08T07:00:00Z")).toEqual([1, true, true, true]);
  expect(await marksAt("2027-12-08T07:00:00Z")).toEqual([0, true, true, true]);
  const types = (await deps.db.auditEntry.findMany({ where: { body: { contains: appealId }, type: { startsWith: "appeal.sla" } }, orderBy: { id: "asc" } })).map(({ type }) => type);
  expect(types).toEqual(["appeal.sla_warned", "appeal.sla_urged", "appeal.sla_breached"]);
});

test("the list puts the overdue first and pages without gaps", async () => {
  await deps.db.appealStatement.deleteMany();
  await deps.db.appeal.deleteMany();
  const references: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    references.push(must(await file(await decide())).reference);
    deps.clock.advance({ days: 3 });
  }
  deps.clock.set("2026-12-09T00:00:00Z");
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page = await listAppeals(deps, { view: "open", staffId: rita.id, after, limit: 2 });
    pages.push(page.rows.map(({ reference }) => reference));
    if (pages.length === 1) expect(page.rows[0]).toMatchObject({ reference: references[0], clauses: ["CF-AUP-4.3.b"], actionKind: "suspension", due: { left: null } });
    after = page.next;
  } while (after);
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
  expect(pages.flat()).toEqual(references);
  expect((await listAppeals(deps, { view: "mine", staffId: rita.id, after: null })).rows).toEqual([]);
  expect((await listAppeals(deps, { view: "settled", staffId: rita.id, after: "nonsense" })).rows).toEqual([]);
});
