import fc from "fast-check";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { poolOf } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { setThreshold } from "~/modules/signals/set-threshold.server";
import type { EventTail } from "~/modules/signals/tail/event-tail.server";
import { completeProof } from "~/modules/signals/tail/complete-proof.server";
import { attachWaiting } from "~/modules/signals/tail/attach-waiting.server";
import { createAccount } from "../factories/account";
import { createCase } from "../factories/case";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aPlatformWithRules } from "../support/sending";
import { aTail, aTailAtRest } from "../support/tailing";
import { rawRequest, startWeb, type Web } from "../support/web";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let platformId: string;
let bearer: { authorization: string };
const tails: EventTail[] = [];

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId, bearer } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
});
afterEach(async () => {
  for (const tail of tails.splice(0)) await tail.leave();
});
afterAll(async () => {
  await web.close();
  await database.close();
});

/** Before now, in minutes; now is two in the afternoon in Denver. */
const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const good = { businessName: "Zenith", hasOptOutInstructions: true, consent: { method: "website_form", at: "2026-01-01T00:00:00Z" } };
let nextContact = 0;
const aContact = () => `+13075${String((nextContact += 1)).padStart(6, "0")}`;

async function post(events: object[]): Promise<void> {
  const { status, text } = await rawRequest(web.port, { method: "POST", path: "/api/v1/events", body: JSON.stringify(events), headers: { "content-type": "application/json", ...bearer } });
  expect({ status, rejected: (JSON.parse(text) as { rejected: unknown }).rejected }).toEqual({ status: 202, rejected: [] });
}

async function tailing(...options: Parameters<typeof aTail> extends [unknown, ...infer Rest] ? Rest : never) {
  const tail = await aTail(deps, ...options);
  tails.push(tail);
  return tail;
}

const signalsOf = (accountId: string) =>
  deps.db.signal.findMany({ where: { accountId }, orderBy: { dedupeKey: "asc" }, include: { clause: { select: { code: true } }, case: { select: { area: true, state: true, signalCount: true, reportCount: true } }, events: { orderBy: [{ occurredAt: "asc" }, { eventId: "asc" }] } } });
const auditOf = async (accountId: string) => (await deps.db.auditEntry.findMany({ where: { accountId, type: { startsWith: "signal." } }, orderBy: { id: "asc" } })).map(({ type }) => type);

test("what comes in at the door ends as a signal on a case, with its proof and its audit entry", async () => {
  const account = await createAccount(deps.db, { platformId });
  const sent = Array.from({ length: 12 }, (_, n) => anEvent(account.externalId, ago(60 - n), { ...good, contact: aContact(), consent: undefined, templateId: "promo" }));
  const tail = await tailing();
  await post(sent);
  await tail.settle();
  const [signal, ...others] = await signalsOf(account.id);
  expect(others).toEqual([]);
  expect(signal).toMatchObject({
    rule: "missing_consent",
    mode: "signal",
    clause: { code: "CF-AUP-4.1.b" },
    measures: { breaches: 12, contacts: 12, ambiguous: 0, marketing: 12 },
    eventIds: sent.map(({ id }) => id),
    case: { state: "open", signalCount: 1, reportCount: 0 },
    retractedAt: null,
  });
  expect(signal!.events.map(({ eventId }) => eventId)).toEqual(sent.map(({ id }) => id));
  expect(signal!.events[0]).toMatchObject({ type: "message.sent", category: "marketing", templateId: "promo", businessName: "Zenith", consentMethod: null, contact: expect.stringMatching(/^…[0-9a-f]{4}$/) });
  expect(await auditOf(account.id)).toEqual(["signal.recorded"]);
});

test("a single slip stands by itself until there is enough for a case", async () => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await tailing();
  const fine = Array.from({ length: 40 }, () => anEvent(account.externalId, ago(200), { ...good, contact: aContact() }));
  await post([...fine, anEvent(account.externalId, ago(100), { ...good, contact: aContact(), consent: undefined })]);
  await tail.settle();
  expect((await signalsOf(account.id)).map(({ rule, caseId }) => [rule, caseId])).toEqual([["missing_consent", null]]);
  await post(Array.from({ length: 40 }, () => anEvent(account.externalId, ago(90), { ...good, contact: aContact(), consent: undefined })));
  await tail.settle();
  const [signal] = await signalsOf(account.id);
  expect(signal).toMatchObject({ measures: { breaches: 41, marketing: 81 }, case: { signalCount: 1 } });
  expect(await auditOf(account.id)).toEqual(["signal.recorded", "signal.updated"]);
});

test("what comes late takes a signal back, also from its case", async () => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await tailing();
  const contacts = Array.from({ length: 30 }, aContact);
  await post(contacts.map((contact) => anEvent(account.externalId, ago(500), { ...good, type: "opt_out", category: undefined, contact })));
  await post(contacts.map((contact) => anEvent(account.externalId, ago(300), { ...good, contact })));
  await tail.settle();
  const before = await signalsOf(account.id);
  expect(before.map(({ rule, case: on }) => [rule, on?.signalCount])).toEqual([["after_opt_out", 1]]);
  await post(contacts.map((contact) => anEvent(account.externalId, ago(400), { type: "opt_in", category: undefined, contact })));
  await tail.settle();
  const [signal] = await signalsOf(account.id);
  expect(signal).toMatchObject({ id: before[0]!.id, retractedAt: new Date(now), case: { signalCount: 0, state: "open" } });
  expect(await auditOf(account.id)).toEqual(["signal.recorded", "signal.retracted"]);
  const story = await deps.db.caseEvent.findMany({ where: { caseId: signal!.caseId! }, orderBy: { id: "asc" }, select: { kind: true } });
  expect(story.map(({ kind }) => kind)).toEqual(["opened", "signal_attached", "signal_retracted"]);
});

test("a tail that takes over goes on from what was saved, and writes nothing twice", async () => {
  const account = await createAccount(deps.db, { platformId });
  const first = await tailing({ saveEveryMs: 0 });
  const contact = aContact();
  await post([anEvent(account.externalId, ago(500), { ...good, contact })]);
  await first.settle();
  for (let turn = 0; turn < 70; turn += 1) await first.turn();
  await first.leave();
  tails.splice(0);
  const second = await tailing();
  await post([anEvent(account.externalId, ago(300), { ...good, contact })]);
  await second.settle();
  const [signal] = await signalsOf(account.id);
  expect(signal).toMatchObject({ rule: "frequency", measures: { breaches: 1, marketing: 2 } });
  // Another that knows nothing of what was written since the last save comes to the same and leaves it as it is.
  const counts = async () => [await deps.db.signal.count(), await deps.db.auditEntry.count(), await deps.db.signalEvent.count()];
  await completeProof(deps);
  const stood = await counts();
  await poolOf(deps.db).query("UPDATE stream.tail_shard SET holder = NULL, place = '0', since = '-infinity'");
  await poolOf(deps.db).query("DELETE FROM stream.tail_clock");
  await poolOf(deps.db).query("DELETE FROM stream.account_memory");
  const third = await tailing();
  await third.settle();
  expect(await counts()).toEqual(stood);
});

/** As when the database goes away in the middle of it: the process believes one thing, and the table says another. */
describe("shards that a process holds and does not know of come back to it", () => {
  const leaseMs = 500;
  const without = async (table: string, work: () => Promise<unknown>) => {
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    try {
      await owner.query(`ALTER TABLE stream.${table} RENAME TO away`);
      await expect(work()).rejects.toThrow(table);
      await owner.query(`ALTER TABLE stream.away RENAME TO ${table}`);
    } finally {
      await owner.end();
    }
  };
  const judgedInTheEnd = (tail: Awaited<ReturnType<typeof tailing>>, account: { id: string }) =>
    vi.waitFor(
      async () => {
        await tail.renew();
        await tail.share();
        await tail.settle();
        expect((await signalsOf(account.id)).map(({ rule }) => rule)).toEqual(["missing_consent"]);
      },
      { timeout: 20_000, interval: 100 },
    );
  const aBreach = (account: { externalId: string }) => post([anEvent(account.externalId, ago(60), { ...good, contact: aContact(), consent: undefined })]);

  test("when they were taken and their memory could not be loaded", async () => {
    const account = await createAccount(deps.db, { platformId });
    await aBreach(account);
    const tail = aTailAtRest(deps, { leaseMs });
    tails.push(tail);
    await tail.renew();
    await without("finding_group", () => tail.share());
    await judgedInTheEnd(tail, account);
  });

  test("when what was found could not be written and they could not be given back", async () => {
    const account = await createAccount(deps.db, { platformId });
    const tail = await tailing({ leaseMs });
    await aBreach(account);
    await without("tail_shard", () => tail.settle());
    await judgedInTheEnd(tail, account);
  });
});

test.each(["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])("a consent dated %s keeps no shard from being judged", async (consentAt) => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await tailing();
  await post([anEvent(account.externalId, ago(60), { ...good, contact: aContact(), hasOptOutInstructions: false, consent: { method: "website_form", at: consentAt } })]);
  await tail.settle();
  expect(await signalsOf(account.id)).toContainEqual(expect.objectContaining({ rule: "missing_opt_out_instructions", events: [expect.objectContaining({ consentMethod: "website_form" })] }));
  expect((await signalsOf(account.id)).flatMap(({ events }) => events).filter((event) => event.consentAt && isNaN(event.consentAt.getTime()))).toEqual([]);
});

test("what makes a message a breach is copied beside it, also when it came long before", async () => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await tailing();
  const contact = aContact();
  const [first, second, third] = [4000, 300, 100].map((minutes) => anEvent(account.externalId, ago(minutes), { ...good, contact, templateId: `t${minutes}` }));
  const stop = anEvent(account.externalId, ago(200), { ...good, type: "opt_out", category: undefined, contact });
  const copies = async () => Object.fromEntries((await signalsOf(account.id)).map(({ rule, events }) => [rule, events.map(({ eventId }) => eventId)]));
  await post([first!]);
  await tail.settle();
  await post([second!]);
  await tail.settle();
  expect(await copies()).toEqual({ frequency: [second!.id] });
  expect(await completeProof(deps)).toBe(1);
  expect(await copies()).toEqual({ frequency: [first!.id, second!.id] });
  const [signal] = await signalsOf(account.id);
  expect(signal!.events[0]).toMatchObject({ occurredAt: new Date(ago(4000)), templateId: "t4000", type: "message.sent", contact: signal!.events[1]!.contact });
  await post([stop]);
  await tail.settle();
  await post([third!]);
  await tail.settle();
  await Promise.all([completeProof(deps), completeProof(deps)]);
  const all = { frequency: [first!.id, second!.id, third!.id], after_opt_out: [stop.id, third!.id] };
  expect(await copies()).toEqual(all);
  expect(await completeProof(deps)).toBe(0);
  expect(await copies()).toEqual(all);
});

describe("what staff set about a rule holds from then on", () => {
  const unconsented = (account: { externalId: string }, minutes: number) => Array.from({ length: 20 }, () => anEvent(account.externalId, ago(minutes), { ...good, contact: aContact(), consent: undefined }));
  const setRule = async (version: number, mode: "off" | "shadow", effectiveMinutesAgo: number) => {
    const effectiveFrom = new Date(ago(effectiveMinutesAgo));
    await deps.db.signalRuleVersion.create({ data: { id: newId(), platformId, rule: "missing_consent", version, mode, parameters: {}, effectiveFrom, reason: "A trial run.", setById: newId(), createdAt: effectiveFrom } });
    await deps.db.platform.update({ where: { id: platformId }, data: { rulesRevision: { increment: 1 } } });
  };
  const gist = async (accountId: string) => (await signalsOf(accountId)).map(({ mode, ruleVersion, measures, caseId }) => [mode, ruleVersion, (measures as { breaches: number }).breaches, caseId !== null]);

  test("an exempt account is left alone, from when it is exempt", async () => {
    const [account, other] = [await createAccount(deps.db, { platformId }), await createAccount(deps.db, { platformId })];
    await deps.db.signalRuleExemption.create({ data: { id: newId(), platformId, accountId: account.id, rule: "missing_consent", startsAt: new Date(ago(60)), until: null, reason: "Consent is kept elsewhere.", setById: newId(), createdAt: new Date(ago(60)) } });
    const tail = await tailing();
    await post([...unconsented(account, 50), ...unconsented(other, 50)]);
    await tail.settle();
    expect([await gist(account.id), (await gist(other.id)).length]).toEqual([[], 1]);
  });

  test("a shadow is on record, and counts on no case; a rule that is off finds nothing; what happened before is judged as before", async () => {
    const account = await createAccount(deps.db, { platformId });
    const tail = await tailing();
    await post(unconsented(account, 45));
    await tail.settle();
    await setRule(2, "shadow", 40);
    await setRule(3, "off", 20);
    await tail.look();
    await post([...unconsented(account, 44), ...unconsented(account, 30), ...unconsented(account, 10)]);
    await tail.settle();
    expect(await gist(account.id)).toEqual([
      ["signal", 1, 40, true],
      ["shadow", 2, 20, false],
    ]);
  });
});

test("a signal that stood by itself joins a case that a person opens", async () => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await tailing();
  await post([...Array.from({ length: 30 }, () => anEvent(account.externalId, ago(5), { ...good, contact: aContact() })), anEvent(account.externalId, ago(5), { ...good, contact: aContact(), templateApproved: false, templateId: "t" })]);
  await tail.settle();
  const [alone] = await signalsOf(account.id);
  expect(alone).toMatchObject({ rule: "unapproved_template", caseId: null });
  expect(await attachWaiting(deps)).toBe(0);
  const area = (await deps.db.clause.findUniqueOrThrow({ where: { id: alone!.clauseId } })).area;
  const opened = await createCase(deps.db, { accountId: account.id, platformId, area });
  expect(await attachWaiting(deps)).toBe(1);
  expect((await signalsOf(account.id))[0]!.caseId).toBe(opened.id);
  expect(await attachWaiting(deps)).toBe(0);
});

test("signals that waited for the threshold open a case when it is lowered to what they have", async () => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await tailing();
  await post([...Array.from({ length: 30 }, () => anEvent(account.externalId, ago(5), { ...good, contact: aContact() })), anEvent(account.externalId, ago(5), { ...good, contact: aContact(), templateApproved: false, templateId: "t" })]);
  await tail.settle();
  const [alone] = await signalsOf(account.id);
  expect(alone).toMatchObject({ caseId: null });
  const { signalThreshold: basedOn, key } = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
  const pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  const lowered = Math.floor(Number(alone!.points));
  const change = { platformKey: key, reason: "Fewer points are to open a case." };
  expect(await setThreshold(deps, pia, { ...change, basedOn, signalThreshold: lowered + 1 })).toEqual({ ok: true });
  await attachWaiting(deps);
  expect((await signalsOf(account.id))[0]!.caseId).toBeNull();
  expect(await setThreshold(deps, pia, { ...change, basedOn: lowered + 1, signalThreshold: lowered })).toEqual({ ok: true });
  await attachWaiting(deps);
  expect((await signalsOf(account.id))[0]).toMatchObject({ case: { state: "open", signalCount: 1 } });
  expect(await attachWaiting(deps)).toBe(0);
  expect(await setThreshold(deps, pia, { ...change, basedOn: lowered, signalThreshold: basedOn })).toEqual({ ok: true });
});

test("an account whose signals cannot be attached keeps no other waiting", async () => {
  const tail = await tailing();
  const accounts = (await Promise.all([0, 1].map(() => createAccount(deps.db, { platformId })))).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { externalId } of accounts) await post([...Array.from({ length: 30 }, () => anEvent(externalId, ago(5), { ...good, contact: aContact() })), anEvent(externalId, ago(5), { ...good, contact: aContact(), templateApproved: false, templateId: "t" })]);
  await tail.settle();
  const [bad, fine] = [accounts[0]!, accounts[1]!];
  const { clauseId } = (await signalsOf(bad.id))[0]!;
  const { area } = await deps.db.clause.findUniqueOrThrow({ where: { id: clauseId } });
  for (const { id } of accounts) await createCase(deps.db, { accountId: id, platformId, area });
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  try {
    await owner.query(`CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$;
      CREATE TRIGGER refuse_one BEFORE UPDATE ON "case" FOR EACH ROW WHEN (NEW.account_id = '${bad.id}') EXECUTE FUNCTION refuse_one()`);
    expect(await attachWaiting(deps)).toBe(1);
    await owner.query("DROP FUNCTION refuse_one CASCADE");
  } finally {
    await owner.end();
  }
  expect((await signalsOf(fine.id)).map(({ caseId }) => caseId !== null)).toEqual([true]);
  expect(await attachWaiting(deps)).toBe(1);
  expect((await signalsOf(bad.id)).map(({ caseId }) => caseId !== null)).toEqual([true]);
});

/** Not whether they have a case: one that was opened on what was known then is for a person to close. */
describe("every order of arrival gives the same signals", () => {
  const of = (account: { externalId: string }, contacts: string[]): object[] => [
    ...contacts.flatMap((contact, n) => [
      anEvent(account.externalId, ago(2000 + n), { ...good, contact }),
      anEvent(account.externalId, ago(1000 + n), { ...good, contact }),
      anEvent(account.externalId, ago(900 + n), { type: "opt_out", category: undefined, contact }),
      anEvent(account.externalId, ago(700 + n), { ...good, contact, hasOptOutInstructions: n > 2 }),
      anEvent(account.externalId, ago(800 + n), { type: n % 2 ? "opt_in" : "inbound", category: undefined, contact }),
      anEvent(account.externalId, ago(650 + n), { ...good, contact, category: "automated" }),
    ]),
  ];
  const gist = async (accountId: string) =>
    (await signalsOf(accountId)).map(({ rule, ruleVersion, windowStart, windowEnd, observed, measures, score, eventIds, events, retractedAt }) => ({ rule, ruleVersion, windowStart, windowEnd, observed: observed.toNumber(), measures, score, events: eventIds.map((id) => id.slice(-3)), copies: events.map(({ eventId }) => eventId.slice(-3)), retracted: retractedAt !== null }));

  test("over the door, in any batches", { timeout: 120_000 }, async () => {
    const tail = await tailing();
    const contacts = Array.from({ length: 5 }, aContact);
    const numbered = (events: object[]) => events.map((event, n) => ({ ...event, id: `${newId()}-${String(n).padStart(3, "0")}` }));
    const expected = await createAccount(deps.db, { platformId });
    await post(numbered(of(expected, contacts)));
    await tail.settle();
    await completeProof(deps);
    const wanted = (await gist(expected.id)).filter(({ retracted }) => !retracted);
    expect(wanted.length).toBeGreaterThan(3);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...Array(30).keys()], { minLength: 30 }), fc.integer({ min: 1, max: 12 }), async (order, size) => {
        const account = await createAccount(deps.db, { platformId });
        const events = numbered(of(account, contacts));
        for (let from = 0; from < order.length; from += size) {
          await post(order.slice(from, from + size).map((n) => events[n]!));
          await tail.settle();
        }
        await completeProof(deps);
        expect((await gist(account.id)).filter(({ retracted }) => !retracted)).toEqual(wanted);
      }),
      { numRuns: 8 },
    );
  });
});

test("in a database restored from a dump, reading goes on once its owner has said so, and misses nothing", async () => {
  const account = await createAccount(deps.db, { platformId });
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  try {
    const contact = aContact();
    const first = await tailing({ saveEveryMs: 0 });
    await post([anEvent(account.externalId, ago(240), { ...good, contact })]);
    await first.settle();
    for (let turn = 0; turn < 70; turn += 1) await first.turn();
    await first.leave();
    await post([anEvent(account.externalId, ago(200), { ...good, contact })]);
    const far = "(xid::text::numeric + 1000000000000)::text::xid8";
    await owner.query(`UPDATE stream.message_event SET xid = ${far}`);
    await owner.query(`UPDATE stream.tail_shard SET place = ${far.replace("xid", "place")}, judged = ${far.replace("xid", "judged")}`);
    deps.clock.advance({ minutes: 1 });
    await post([anEvent(account.externalId, ago(100), { ...good, contact })]);

    const error = vi.fn();
    const second = await aTail({ ...deps, log: Object.assign(Object.create(deps.log) as typeof deps.log, { error }) });
    tails.push(second);
    await second.settle();
    expect(await signalsOf(account.id)).toEqual([]);
    expect(error.mock.calls).toEqual([[{ shards: 64 }, expect.stringContaining("stream.after_restore()")]]);

    await expect(poolOf(deps.db).query("SELECT stream.after_restore()")).rejects.toThrow(/permission denied/);
    await owner.query("SELECT stream.after_restore()");
    await second.renew();
    await second.share();
    await second.settle();
    expect((await signalsOf(account.id)).map(({ rule, measures }) => [rule, measures])).toEqual([["frequency", expect.objectContaining({ breaches: 2, marketing: 3 })]]);
    await expect(owner.query("SELECT stream.after_restore()")).rejects.toThrow(/not restored/);
  } finally {
    await owner.end();
  }
});
