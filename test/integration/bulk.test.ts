import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import type { BulkInput } from "~/modules/bulk/bulk-input.schema";
import { bulkInputSchema } from "~/modules/bulk/bulk-input.schema";
import { bulkPage } from "~/modules/bulk/bulk.queries.server";
import { createBulk } from "~/modules/bulk/create-bulk.server";
import { newBulkChoices } from "~/modules/bulk/new-bulk.queries.server";
import { parseSelection } from "~/modules/bulk/selection";
import { steerBulk } from "~/modules/bulk/steer-bulk.server";
import { undoBulk } from "~/modules/bulk/undo-bulk.server";
import { workOnBulk } from "~/modules/bulk/work-on-bulk.server";
import { addNote } from "~/modules/cases/add-note.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { requeueLostBulk } from "~/modules/bulk/requeue-lost-bulk.server";
import { anInvestigation, clauseByCode, enforcers } from "../factories/investigation";
import { manyCases } from "../factories/many-cases";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aDraft } from "../support/policy-drafts";

let database: TestDatabase;
let deps: TestDeps;
let people: Awaited<ReturnType<typeof enforcers>>;
let clauseId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z", { DATABASE_POOL: "8" });
  people = await enforcers(deps);
  clauseId = await clauseByCode(deps, "CF-AUP-4.1.b");
});
afterAll(() => database?.close());

async function onDatabase(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const words = {
  facts: "On {day} your account, {business}, sent marketing messages without consent on record.",
  rationale: "The same campaign went out from all of these accounts.",
};
const parsed = (input: object): BulkInput => bulkInputSchema.parse(input);
const ticked = (subject: "case" | "account", ids: readonly string[]) => parseSelection(new URLSearchParams([["subject", subject], ...ids.map((id): [string, string] => ["id", id])]))!;
const everything = (query: string) => parseSelection(new URLSearchParams(query))!;

async function created(actor: StaffActor, selection: ReturnType<typeof everything>, input: object): Promise<string> {
  const made = await createBulk(deps, actor, { selection, input: parsed(input), idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  return made.bulkId;
}
const work = async (bulkId: string) => {
  while ((await workOnBulk(deps, bulkId)).left) await new Promise((resolve) => setTimeout(resolve, 10));
};
async function prepared(actor: StaffActor, selection: ReturnType<typeof everything>, input: object): Promise<string> {
  const bulkId = await created(actor, selection, input);
  await work(bulkId);
  return bulkId;
}
async function run(actor: StaffActor, selection: ReturnType<typeof everything>, input: object): Promise<string> {
  const bulkId = await prepared(actor, selection, input);
  expect(await steerBulk(deps, actor, { bulkId, move: "start" })).toMatchObject({ ok: true });
  await work(bulkId);
  return bulkId;
}
const stateOf = async (bulkId: string) => (await deps.db.bulkOperation.findUniqueOrThrow({ where: { id: bulkId } })).state;
async function tally(bulkId: string): Promise<Record<string, number>> {
  const rows = await deps.db.bulkItem.groupBy({ by: ["state", "outcome", "reason"], where: { bulkId }, _count: true });
  return Object.fromEntries(rows.map(({ state, outcome, reason, _count }) => [[state, outcome, reason].filter(Boolean).join(" | "), _count]));
}

test("a preview writes nothing but itself, each case gets its own recommendation and statement, and undo takes all of it back", async () => {
  const { caseIds, accountIds } = await manyCases(deps, people.platformId, 12, { told: 12 });
  const [held, changing, struck, noted] = caseIds as [string, string, string, string];
  await claimCase(deps, people.ana, { caseId: held });
  const earlier = await run(people.lee, ticked("account", [accountIds[2]!]), { kind: "decide", clauseId: await clauseByCode(deps, "CF-AUP-4.3.b"), ...words });
  expect(await deps.db.bulkItem.count({ where: { bulkId: earlier, state: "done" } })).toBe(1);
  const rows = async () => ({ decisions: await deps.db.decision.count(), notices: await deps.db.notice.count(), events: await deps.db.caseEvent.count(), strikes: await deps.db.strike.count() });
  const before = await rows();

  const bulkId = await prepared(people.lee, ticked("case", caseIds), { kind: "decide", clauseId, ...words });
  expect(await rows()).toEqual(before);
  expect(await stateOf(bulkId)).toBe("ready");
  const planned = await tally(bulkId);
  expect(planned).toMatchObject({ "blocked | case_held_by_other": 1, "planned | Warning": 10 });
  const struckItem = await deps.db.bulkItem.findFirstOrThrow({ where: { bulkId, caseId: struck } });
  expect(struckItem.rung).toBeGreaterThan(1);
  const [sampled] = await deps.db.$queryRaw<{ sample: { subject: string; text: string; to: string }[] }[]>`
    SELECT sample FROM bulk_item WHERE bulk_id = ${bulkId}::uuid AND outcome = 'Warning' AND sample IS NOT NULL LIMIT 1`;
  expect(sampled?.sample[0]).toMatchObject({ to: "o…@ridge.example", text: expect.stringMatching(/On November 20, 2026 your account, Ridge Supply \d+, sent marketing messages/) as string });

  await addNote(deps, people.ana, { caseId: changing, text: "Somebody looks at this one by hand." });
  expect(await steerBulk(deps, people.lou, { bulkId, move: "start" })).toMatchObject({ reason: "not_bulk_author" });
  await steerBulk(deps, people.lee, { bulkId, move: "start" });
  await work(bulkId);
  expect(await tally(bulkId)).toMatchObject({ "done | Warning": 9, "refused | Warning | changed_since_preview": 1, "blocked | case_held_by_other": 1 });
  const decisions = await deps.db.decision.findMany({ where: { caseId: { in: caseIds } }, include: { statements: true, account: true, strikes: true } });
  expect(decisions).toHaveLength(10);
  for (const decision of decisions) expect(decision.statements[0]?.text).toContain(decision.account.businessName);

  await addNote(deps, people.ana, { caseId: noted, text: "The owner called about this." });
  expect(await undoBulk(deps, people.lou, { bulkId, reason: "The campaign was another sender's." })).toMatchObject({ ok: true });
  await work(bulkId);
  expect(await stateOf(bulkId)).toBe("undone");
  expect(await tally(bulkId)).toMatchObject({ "undone | Warning": 8, "kept | Warning | changed_since_done": 1 });
  const after = await deps.db.case.findMany({ where: { id: { in: caseIds } }, select: { id: true, state: true } });
  expect(Object.fromEntries(after.map(({ id, state }) => [id, state]))).toMatchObject({ [caseIds[5]!]: "open", [struck]: "open", [noted]: "decided", [changing]: "open", [held]: "investigating" });
  expect(await deps.db.strike.count({ where: { decision: { caseId: { in: caseIds } }, voidedAt: null } })).toBe(1);
  expect(await deps.db.gateEntry.count({ where: { accountId: struckItem.accountId, actionId: { in: (await deps.db.action.findMany({ where: { caseId: struck } })).map(({ id }) => id) } } })).toBe(0);
  expect((await verifyChain(deps)).ok).toBe(true);
});

/** BULK_ITEMS=10000 plays the most a bulk may hold. */
const many = Number(process.env.BULK_ITEMS ?? 300);

describe("hundreds of cases", { timeout: 60_000 + many * 200 }, () => {
  test("are each noted once by two workers, whoever starts, pauses and starts again", async () => {
    const { caseIds } = await manyCases(deps, people.platformId, many, { told: 0, area: "privacy" });
    const selection = everything("subject=case&scope=all&platform=customerflows&area=privacy");
    const form = { selection, input: parsed({ kind: "note", text: "Part of the campaign of November." }), idempotencyKey: newId() };
    const [first, second] = await Promise.all([createBulk(deps, people.lee, form), createBulk(deps, people.lee, form)]);
    expect(first.ok && second.ok && first.bulkId === second.bulkId && first.repeated !== second.repeated).toBe(true);
    const bulkId = first.ok ? first.bulkId : "";
    await Promise.all([work(bulkId), work(bulkId)]);
    expect(await tally(bulkId)).toEqual({ "planned | Note added": many });

    const starts = await Promise.all([1, 2].map(() => steerBulk(deps, people.lee, { bulkId, move: "start" })));
    expect(starts.map((start) => start.ok && start.repeated).toSorted()).toEqual([false, true]);
    const working = workOnBulk(deps, bulkId, { forMs: 60_000 });
    await expect.poll(() => deps.db.bulkItem.count({ where: { bulkId, state: "done" } }), { interval: 10, timeout: 30_000 }).toBeGreaterThan(0);
    expect(await steerBulk(deps, people.lou, { bulkId, move: "pause" })).toMatchObject({ ok: true });
    const paused = await deps.db.bulkItem.count({ where: { bulkId, state: "done" } });
    expect(await working).toMatchObject({ left: false });
    expect(await deps.db.bulkItem.count({ where: { bulkId, state: "done" } })).toBe(paused);
    expect(paused).toBeLessThan(many);

    await steerBulk(deps, people.lee, { bulkId, move: "resume" });
    await Promise.all([work(bulkId), work(bulkId)]);
    expect(await stateOf(bulkId)).toBe("finished");
    expect(await tally(bulkId)).toEqual({ "done | Note added": many });
    const notes = await deps.db.caseNote.groupBy({ by: ["caseId"], where: { caseId: { in: caseIds } }, _count: true });
    expect(notes).toHaveLength(many);
    expect(new Set(notes.map(({ _count }) => _count))).toEqual(new Set([1]));
    expect(await deps.db.auditEntry.count({ where: { type: "bulk.item_done", body: { contains: bulkId } } })).toBe(many);
    expect(await undoBulk(deps, people.lee, { bulkId, reason: "Notes stay where they are." })).toMatchObject({ reason: "not_undoable" });
  });
});

test("cancelling leaves the rest undone, and undo is refused once its time has passed", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 40, { told: 0, area: "api_use" });
  const bulkId = await prepared(people.lee, ticked("case", caseIds), { kind: "reassign", staffId: people.ben.id, reason: "Ben knows this sender." });
  await steerBulk(deps, people.lee, { bulkId, move: "start" });
  await workOnBulk(deps, bulkId, { lanes: 1, forMs: 60 });
  expect(await steerBulk(deps, people.lou, { bulkId, move: "cancel" })).toMatchObject({ ok: true, state: "cancelled" });
  const { done = 0, cancelled = 0 } = Object.fromEntries((await deps.db.bulkItem.groupBy({ by: ["state"], where: { bulkId }, _count: true })).map(({ state, _count }) => [state, _count]));
  expect([done > 0, cancelled > 0, done + cancelled]).toEqual([true, true, 40]);
  expect(await deps.db.case.count({ where: { id: { in: caseIds }, leaseHolderId: people.ben.id } })).toBe(done);
  deps.clock.advance({ minutes: 30 });
  expect(await undoBulk(deps, people.lee, { bulkId, reason: "It came too late to undo." })).toMatchObject({ reason: "undo_closed" });
  deps.clock.advance({ seconds: -1 });
  expect(await undoBulk(deps, people.lee, { bulkId, reason: "It came just in time to undo." })).toMatchObject({ ok: true });
  await work(bulkId);
  expect(await deps.db.case.count({ where: { id: { in: caseIds }, leaseHolderId: people.ben.id } })).toBe(0);
});

test("where the platform wants a second person for bulk actions that decide, somebody other than their author starts them", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 2, { told: 0, area: "privacy" });
  await deps.db.platform.update({ where: { id: people.platformId }, data: { fourEyesKinds: ["bulk"] } });
  try {
    const bulkId = await prepared(people.lee, ticked("case", caseIds), { kind: "no_violation", rationale: words.rationale });
    expect(await steerBulk(deps, people.lee, { bulkId, move: "start" })).toMatchObject({ reason: "bulk_second_person" });
    await expect(deps.db.bulkOperation.update({ where: { id: bulkId }, data: { approvedById: people.lee.id } })).rejects.toThrow(/bulk_operation_four_eyes/);
    expect(await steerBulk(deps, people.lou, { bulkId, move: "start" })).toMatchObject({ ok: true });
    await work(bulkId);
    expect(await deps.db.bulkOperation.findUniqueOrThrow({ where: { id: bulkId } })).toMatchObject({ state: "finished", createdById: people.lee.id, approvedById: people.lou.id });
    const note = await prepared(people.lee, ticked("case", caseIds), { kind: "note", text: "Seen again." });
    expect(await steerBulk(deps, people.lee, { bulkId: note, move: "start" })).toMatchObject({ ok: true });
  } finally {
    await deps.db.platform.update({ where: { id: people.platformId }, data: { fourEyesKinds: [] } });
  }
});

test("what takes a second person becomes proposals, which another lead approves together, never their author", async () => {
  const { accountIds } = await manyCases(deps, people.platformId, 4, { told: 4, area: "illegal_content" });
  const severe = await deps.db.clauseVersion.findFirstOrThrow({ where: { severity: "critical", policyVersion: { state: "in_force" }, clause: { policy: { platformId: people.platformId } } }, select: { clauseId: true } });
  const bulkId = await run(people.lee, ticked("account", accountIds), { kind: "decide", clauseId: severe.clauseId, ...words });
  expect(await deps.db.bulkItem.count({ where: { bulkId, state: "proposed", needsApproval: true } })).toBe(4);
  expect(await deps.db.gateEntry.count({ where: { accountId: { in: accountIds } } })).toBe(0);
  const proposals = everything(`subject=decision&source=${bulkId}`);
  expect(await createBulk(deps, people.lee, { selection: proposals, input: { kind: "approve" }, idempotencyKey: newId() })).toMatchObject({ reason: "own_proposal" });
  expect(await createBulk(deps, people.ana, { selection: proposals, input: { kind: "approve" }, idempotencyKey: newId() })).toMatchObject({ reason: "forbidden" });

  const approving = await prepared(people.lou, proposals, { kind: "approve" });
  expect(Object.keys(await tally(approving))).toEqual([expect.stringMatching(/^planned \| Permanent termination, as the ladder recommends/) as string]);
  expect(await deps.db.action.count({ where: { accountId: { in: accountIds }, state: "active" } })).toBe(0);
  await steerBulk(deps, people.lou, { bulkId: approving, move: "start" });
  await work(approving);
  expect(await deps.db.account.count({ where: { id: { in: accountIds }, status: "terminated" } })).toBe(4);
  const decisions = await deps.db.decision.findMany({ where: { accountId: { in: accountIds } } });
  expect(new Set(decisions.map(({ deciderId, approverId }) => [deciderId, approverId].join()))).toEqual(new Set([[people.lee.id, people.lou.id].join()]));

  await undoBulk(deps, people.lou, { bulkId: approving, reason: "Another company used these names." });
  await work(approving);
  expect(await deps.db.account.count({ where: { id: { in: accountIds }, status: "active" } })).toBe(4);
  expect(await createBulk(deps, people.lou, { selection: proposals, input: { kind: "approve" }, idempotencyKey: newId() })).toMatchObject({ reason: "bulk_empty" });
});

test("a proposal whose case has news is not approved with others, whether the news came before the preview or after it", async () => {
  const { accountIds } = await manyCases(deps, people.platformId, 3, { told: 0, area: "security_abuse" });
  const severe = await deps.db.clauseVersion.findFirstOrThrow({ where: { severity: "critical", policyVersion: { state: "in_force" }, clause: { policy: { platformId: people.platformId } } }, select: { clauseId: true } });
  const proposing = await run(people.lee, ticked("account", accountIds), { kind: "decide", clauseId: severe.clauseId, ...words });
  const decisions = await deps.db.decision.findMany({ where: { accountId: { in: accountIds } }, orderBy: { id: "asc" }, select: { id: true, caseId: true } });
  const [before, after, quiet] = decisions.map(({ id }) => id);
  const noteOn = (index: number) => addNote(deps, people.ana, { caseId: decisions[index]!.caseId, text: "The owner sent proof that the account was taken over." });
  await noteOn(0);
  const approving = await prepared(people.lou, everything(`subject=decision&source=${proposing}`), { kind: "approve" });
  const items = () => deps.db.bulkItem.findMany({ where: { bulkId: approving }, orderBy: { decisionId: "asc" }, select: { decisionId: true, state: true, reason: true } });
  expect(await items()).toEqual([{ decisionId: before, state: "blocked", reason: "news_since_proposal" }, ...[after, quiet].map((decisionId) => ({ decisionId, state: "planned", reason: null }))]);
  await noteOn(1);
  await steerBulk(deps, people.lou, { bulkId: approving, move: "start" });
  await work(approving);
  expect(await items()).toEqual([
    { decisionId: before, state: "blocked", reason: "news_since_proposal" },
    { decisionId: after, state: "refused", reason: "news_since_proposal" },
    { decisionId: quiet, state: "done", reason: null },
  ]);
  expect((await deps.db.decision.findMany({ where: { id: { in: decisions.map(({ id }) => id) } }, orderBy: { id: "asc" } })).map(({ state }) => state)).toEqual(["awaiting_approval", "awaiting_approval", "in_effect"]);
});

test("closing without a violation tells the reporters, and so does taking it back", async () => {
  const one = await anInvestigation(deps, people.lee, { platformId: people.platformId, reports: 2, area: "deception" });
  const bulkId = await run(people.lee, ticked("case", [one.caseId]), { kind: "no_violation", rationale: "The messages were asked for." });
  expect(await tally(bulkId)).toEqual({ "done | No violation": 1 });
  const told = (kind: "report_outcome" | "decision_reversed") => deps.db.notice.count({ where: { kind, reportId: { in: one.reports.map(({ id }) => id) } } });
  expect([await told("report_outcome"), await told("decision_reversed")]).toEqual([2, 0]);
  await undoBulk(deps, people.lee, { bulkId, reason: "There is more to look at here." });
  await work(bulkId);
  expect([await told("report_outcome"), await told("decision_reversed")]).toEqual([2, 2]);
  expect(await deps.db.case.findUniqueOrThrow({ where: { id: one.caseId } })).toMatchObject({ state: "open", leaseHolderId: null });
  expect(await deps.db.decision.findFirstOrThrow({ where: { caseId: one.caseId } })).toMatchObject({ state: "reversed" });
});

test("an interim measure opens a case where there is none, a text that leaks is refused for its account alone, lifting ends it", async () => {
  const one = await anInvestigation(deps, people.lee, { platformId: people.platformId, area: "data_misuse" });
  const { accountIds } = await manyCases(deps, people.platformId, 2, { told: 2, area: "chatbot_misuse" });
  const all = [...accountIds, one.account.id];
  const { id: clauseId, area } = await deps.db.clause.findUniqueOrThrow({ where: { code: "CF-AUP-4.1.b" } });
  const input = { kind: "interim", measure: "feature_restriction", features: ["marketing_messages"], days: 5, clauseId, reason: `Your account sends what ${one.reporterEmails[0]} never asked for.` };
  const bulkId = await run(people.lee, ticked("account", all), input);
  const counts = await tally(bulkId);
  expect(counts).toMatchObject({ "blocked | leak": 1 });
  expect(Object.entries(counts).find(([key]) => key.startsWith("done | Interim 5-day restriction"))?.[1]).toBe(2);
  expect(await deps.db.case.findMany({ where: { accountId: { in: accountIds }, area }, select: { state: true, leaseHolderId: true } })).toEqual([1, 2].map(() => ({ state: "investigating", leaseHolderId: null })));
  expect(await deps.db.gateEntry.count({ where: { accountId: { in: accountIds } } })).toBe(2);
  expect(await deps.db.statementOfReasons.count({ where: { action: { accountId: { in: accountIds }, groundClauseId: clauseId } } })).toBe(2);

  const [first, second] = accountIds as [string, string];
  const lifting = await run(people.lee, ticked("account", [first, one.account.id]), { kind: "lift", reason: "The campaign has ended by now." });
  expect(await tally(lifting)).toEqual({ "done | Lifts 1 restriction": 1, "blocked | nothing_to_lift": 1 });
  expect(await deps.db.gateEntry.count({ where: { accountId: first } })).toBe(0);
  await undoBulk(deps, people.lee, { bulkId, reason: "It was not needed after all." });
  await work(bulkId);
  expect(await deps.db.gateEntry.count({ where: { accountId: second } })).toBe(0);
  expect(await tally(bulkId)).toMatchObject({ [`kept | ${(await deps.db.bulkItem.findFirstOrThrow({ where: { bulkId, accountId: first } })).outcome} | changed_since_done`]: 1 });
});

test("escalations come down again, or go back to whom they were raised to", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 2, { told: 0, area: "resource_misuse" });
  const before = await run(people.lee, ticked("case", [caseIds[0]!]), { kind: "escalate", staffId: people.lou.id, reason: "Lou asked for this one." });
  expect(await tally(before)).toEqual({ "done | Escalated to Lou": 1 });
  const bulkId = await run(people.lee, ticked("case", caseIds), { kind: "escalate", reason: "A lead has to see these." });
  await undoBulk(deps, people.lee, { bulkId, reason: "They are not urgent at all." });
  await work(bulkId);
  const standing = async (caseId: string) => deps.db.case.findUniqueOrThrow({ where: { id: caseId }, select: { escalated: true, escalatedToId: true } });
  expect([await standing(caseIds[0]!), await standing(caseIds[1]!)]).toEqual([{ escalated: true, escalatedToId: people.lou.id }, { escalated: false, escalatedToId: null }]);
});

test("an item that breaks is tried three times, named, left whole, and can be tried again", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 3, { told: 0, area: "platform_abuse" });
  const bulkId = await prepared(people.lee, ticked("case", caseIds), { kind: "note", text: "Have a look at the third." });
  const broken = caseIds[1]!;
  await onDatabase(database.url, `CREATE FUNCTION public.broken_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.case_id = '${broken}' THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER broken_note BEFORE INSERT ON case_note FOR EACH ROW EXECUTE FUNCTION public.broken_note();`);
  await steerBulk(deps, people.lee, { bulkId, move: "start" });
  await work(bulkId);
  expect(await tally(bulkId)).toEqual({ "done | Note added": 2, "failed | Note added | bulk_item_failed": 1 });
  await onDatabase(database.url, "DROP TRIGGER broken_note ON case_note; DROP FUNCTION public.broken_note()");
  expect(await deps.db.case.findUniqueOrThrow({ where: { id: broken } })).toMatchObject({ version: 1 });
  await steerBulk(deps, people.lee, { bulkId, move: "retry" });
  await work(bulkId);
  expect(await tally(bulkId)).toEqual({ "done | Note added": 3 });
});

test("nothing more is done in the name of somebody who was disabled", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 2, { told: 0, area: "intellectual_property" });
  const max = { ...people.lee, ...(await deps.db.staff.create({ data: { id: newId(), email: `max-${newId()}@staff.example`, name: "Max", roles: ["lead"], createdAt: deps.clock().toJSDate() }, select: { id: true, name: true } })) };
  const bulkId = await prepared(max, ticked("case", caseIds), { kind: "note", text: "One last note from Max." });
  await steerBulk(deps, max, { bulkId, move: "start" });
  await deps.db.staff.update({ where: { id: max.id }, data: { disabledAt: deps.clock().toJSDate() } });
  await work(bulkId);
  expect(await stateOf(bulkId)).toBe("paused");
  expect(await deps.db.caseNote.count({ where: { caseId: { in: caseIds } } })).toBe(0);
});

test("what the queue lost is put to work again", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 1, { told: 0, area: "intellectual_property" });
  const bulkId = await created(people.lee, ticked("case", caseIds), { kind: "note", text: "Its job is lost." });
  const staged = () => deps.db.outboxMessage.count({ where: { topic: "bulk.work", payload: { path: ["bulkId"], equals: bulkId } } });
  await requeueLostBulk(deps);
  expect(await staged()).toBe(1);
  deps.clock.advance({ minutes: 3 });
  await requeueLostBulk(deps);
  await requeueLostBulk(deps);
  expect(await staged()).toBe(2);
});

test("is refused to analysts, for the wrong things, for nothing, and for more than ten thousand", async () => {
  const note = parsed({ kind: "note", text: "Too many for one note." });
  const attempt = (actor: StaffActor, query: string, input: BulkInput = note) => createBulk(deps, actor, { selection: everything(query), input, idempotencyKey: newId() });
  expect(await attempt(people.ana, "subject=case&scope=all")).toMatchObject({ reason: "forbidden" });
  expect(await attempt(people.lee, "subject=account&scope=all&platform=customerflows")).toMatchObject({ reason: "bulk_wrong_subject" });
  expect(await attempt(people.lee, "subject=case")).toMatchObject({ reason: "bulk_empty" });
  expect(await attempt(people.lee, "subject=account&scope=all&platform=customerflows", parsed({ kind: "interim", measure: "suspension", reason: "This cannot wait any longer." }))).toMatchObject({ reason: "no_ground" });
  await deps.db.$executeRaw`
    INSERT INTO account (id, platform_id, external_id, business_name, created_at, updated_at)
    SELECT gen_random_uuid(), p.id, 'crowd-' || n, 'Crowd ' || n, now(), now() FROM platform p, generate_series(1, 10001) n WHERE p.key = 'xpecto'`;
  const lift = parsed({ kind: "lift", reason: "Everything is lifted today." });
  expect(await attempt(people.lee, "subject=account&scope=all&platform=xpecto", lift)).toMatchObject({ reason: "bulk_too_many" });
  expect(await deps.db.bulkItem.count({ where: { bulk: { kind: "lift", total: { gt: 100 } } } })).toBe(0);
});

test("the page of a bulk action names its clause as it is in force, not as somebody drafts it", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 1);
  const bulkId = await prepared(people.lee, ticked("case", caseIds), { kind: "decide", clauseId, ...words });
  const before = (await bulkPage(deps.db, bulkId))!.about.clause;
  await aDraft(deps, await createStaff(deps.db, ["policy_manager"]), "CF-AUP", { changes: { "CF-AUP-4.1.b": { title: "A title that nobody agreed to" } } });
  expect((await bulkPage(deps.db, bulkId))!.about.clause).toBe(before);
  expect(before).toMatch(/^CF-AUP-4\.1\.b ./);
});

test("whoever chooses many is told how many of their holders read Spanish", async () => {
  const { accountIds, caseIds } = await manyCases(deps, people.platformId, 4, { told: 0 });
  await deps.db.account.updateMany({ where: { id: { in: accountIds.slice(0, 3) } }, data: { language: "es" } });
  const readersOf = async (subject: "account" | "case", ids: readonly string[]) => (await newBulkChoices(deps.db, people.lee, ticked(subject, ids), deps.clock())).readers;
  expect(await readersOf("account", accountIds)).toEqual({ spanish: 3, all: 4 });
  expect(await readersOf("case", caseIds)).toEqual({ spanish: 3, all: 4 });
  expect(await readersOf("account", accountIds.slice(3))).toEqual({ spanish: 0, all: 1 });
});

test("a case that waits for information is left alone, and the preview says that this is why", async () => {
  const { caseIds } = await manyCases(deps, people.platformId, 2, { told: 0 });
  await deps.db.case.update({ where: { id: caseIds[0]! }, data: { state: "waiting_for_information" } });
  const bulkId = await prepared(people.lee, ticked("case", caseIds), { kind: "decide", clauseId, ...words });
  const page = await bulkPage(deps.db, bulkId);
  expect(page!.reasons).toEqual([{ state: "blocked", sentence: "Not possible while it is waiting for information.", count: 1 }]);
});
