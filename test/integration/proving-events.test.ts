import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { provingEvents } from "~/modules/signals/proving-events.queries.server";
import { provingEventsCsv } from "~/modules/signals/proving-events-csv";
import type { EventTail } from "~/modules/signals/tail/event-tail.server";
import { createAccount } from "../factories/account";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { messageEvent } from "../support/message-events";
import { aPlatformWithRules } from "../support/sending";
import { storeEvents } from "../support/stored-events";
import { aTail } from "../support/tailing";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let tail: EventTail & { settle(): Promise<void> };

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId } = await aPlatformWithRules(deps));
  tail = await aTail(deps);
});
afterAll(async () => {
  await tail.leave();
  await database.close();
});

const ago = (minutes: number) => Date.parse(now) - minutes * 60_000;
const onlySignal = (accountId: string, rule: string) => deps.db.signal.findFirstOrThrow({ where: { accountId, rule, retractedAt: null }, include: { events: true } });

test("of more breaches than lie beside a signal each is listed, with its time and its masked contact", async () => {
  const { id: accountId } = await createAccount(deps.db, { platformId });
  const sent = Array.from({ length: 120 }, (_none, n) => messageEvent({ id: `listed-${n}`, accountId, contact: `listed-${n}`, category: "marketing", businessName: "Zenith", hasOptOutInstructions: true, consent: null, occurredAt: ago(200 - n) }));
  await storeEvents(deps, platformId, sent, now);
  await tail.settle();
  const signal = await onlySignal(accountId, "missing_consent");
  expect(signal.events).toHaveLength(50);
  const events = (await provingEvents(deps, signal.id))!;
  expect(events.map(({ eventId, occurredAt }) => [eventId, occurredAt!.getTime()])).toEqual(sent.map(({ id, occurredAt }) => [id, occurredAt]));
  for (const { contact, type } of events) expect([type, contact]).toEqual(["message.sent", expect.stringMatching(/^…[0-9a-f]{4}$/)]);
  expect(provingEventsCsv(events).split("\r\n")).toHaveLength(122);
});

test("of opt-outs that are counted and not listed each is in the file too", async () => {
  const { id: accountId } = await createAccount(deps.db, { platformId });
  const optOuts = Array.from({ length: 70 }, (_none, n) => messageEvent({ id: `out-${n}`, type: "opt_out", accountId, contact: `spike-${n}`, category: null, occurredAt: ago(160 - n) }));
  const delivered = Array.from({ length: 700 }, (_none, n) => messageEvent({ id: `in-${n}`, type: "message.delivered", accountId, contact: `spike-${n}`, category: "marketing", occurredAt: ago(900 - n) }));
  await storeEvents(deps, platformId, [...delivered, ...optOuts], now);
  await tail.settle();
  const signal = await onlySignal(accountId, "opt_out_spike");
  expect([signal.eventIds, signal.events.length]).toEqual([[], 50]);
  expect((await provingEvents(deps, signal.id))!.map(({ eventId }) => eventId)).toEqual(optOuts.map(({ id }) => id));
});

test("an event that is stored no more is left with its id, and what rests on no event has no file", async () => {
  const { id: accountId } = await createAccount(deps.db, { platformId });
  const { id: clauseId } = await deps.db.clause.findUniqueOrThrow({ where: { code: "CF-AUP-4.3.b" } });
  const aSignal = async (rule: string) => {
    const id = newId();
    await deps.db.signal.create({ data: { id, platformId, accountId, clauseId, rule, ruleVersion: 1, windowStart: new Date(ago(60)), windowEnd: new Date(ago(0)), observed: 1, threshold: 0, measures: {}, eventIds: ["gone"], dedupeKey: id, createdAt: new Date(now) } });
    return id;
  };
  expect(await provingEvents(deps, await aSignal("after_opt_out"))).toEqual([{ eventId: "gone", occurredAt: null, type: null, category: null, contact: null, templateId: null }]);
  expect(await provingEvents(deps, await aSignal("duplicate_account"))).toBeNull();
  expect(await provingEvents(deps, newId())).toBeNull();
});
