import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { previewRuling } from "~/modules/appeals/preview-ruling.server";
import type { RulingInput } from "~/modules/appeals/rule-on-appeal.schema";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { beginActions } from "~/modules/enforcement/begin-actions.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { decided, filed, must, openedNotices, type Decided } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const grounds = "The consent record you sent us is genuine and covers both messages.";
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let rita: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

const decide = (over?: Parameters<typeof decided>[3]) => decided(deps, ana, platformId, over);

async function underReview(on: Decided) {
  const { appealId, reference } = must(await filed(deps, on));
  return claimed({ id: appealId, reference });
}

async function claimed({ id: appealId, reference }: { id: string; reference: string }) {
  must(await assignAppeal(deps, rita, { appealId }));
  const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
  return { appealId, reference, version, grounds };
}

const deniedOf = async ({ found }: Decided) => (await readGate(deps, platformId, found.account.externalId))!.features.filter(({ allowed }) => !allowed).map(({ feature }) => feature);
const rowsOf = async () => Promise.all([deps.db.notice.count(), deps.db.auditEntry.count(), deps.db.caseEvent.count(), deps.db.action.count(), deps.db.outboxMessage.count()]);

/** A week of suspension in every place it can be in when it is ruled on; an interim one has no decision and no strike. */
const kinds = {
  "in force": async () => decide(),
  ended: async () => {
    const made = await decide();
    deps.clock.set("2026-11-30T21:00:00Z");
    await expireActions(deps);
    return made;
  },
  lifted: async () => {
    const made = await decide();
    deps.clock.set("2026-11-22T21:00:00Z");
    must(await liftAction(deps, lee, { actionId: made.actionId, reason: "They showed us a better process." }));
    return made;
  },
  scheduled: async () => decide({ startsAt: "2026-11-27T21:00:00Z" }),
  interim: async () => anInterim(),
  "interim, then decided": async () => {
    const made = await anInterim();
    must(await filed(deps, made));
    deps.clock.set("2026-11-22T21:00:00Z");
    must(await claimCase(deps, ana, { caseId: made.found.caseId }));
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: made.found.caseId } });
    must(await decideCase(deps, ana, { ...(await aViolation(deps, made.found, { clause: "CF-AUP-4.1.b" })), version }));
    return made;
  },
} satisfies Record<string, () => Promise<Decided>>;

async function anInterim(): Promise<Decided> {
  const found = await anInvestigation(deps, ana, { platformId, reports: 1 });
  const { actionId } = must(await applyInterimMeasure(deps, ana, { caseId: found.caseId, version: undefined, kind: "suspension", features: [], days: 7, reason: "Every hour reaches more people." }));
  return { found, decisionId: "", actionId, holder: { kind: "account_holder", accountId: found.account.id } };
}

const days = (count: number) => ({ kind: "suspension", days: count }) as const;
const warning = { kind: "warning" } as const;
test.each([
  ["in force", days(3), "2026-11-21T21:00:00Z", { state: "active", was: "superseded", ends: "2026-11-23T21:00:00Z", ended: null, denied: 7, says: "The one below takes its place." }],
  ["in force", days(3), "2026-11-25T21:00:00Z", { state: "expired", was: "superseded", ends: "2026-11-23T21:00:00Z", ended: "2026-11-25T21:00:00Z", denied: 0, says: "Its time is over already" }],
  ["in force", warning, "2026-11-21T21:00:00Z", { state: "active", was: "superseded", ends: null, ended: null, denied: 0, says: "The one below takes its place." }],
  ["ended", days(3), "2026-12-01T21:00:00Z", { state: "expired", was: "expired", ends: "2026-11-23T21:00:00Z", ended: "2026-11-30T21:00:00Z", denied: 0, says: "had ended before" }],
  ["lifted", days(5), "2026-11-23T21:00:00Z", { state: "lifted", was: "lifted", ends: "2026-11-25T21:00:00Z", ended: "2026-11-22T21:00:00Z", denied: 0, says: "had ended before" }],
  ["scheduled", days(2), "2026-11-21T21:00:00Z", { state: "active", was: "superseded", ends: "2026-11-29T21:00:00Z", ended: null, denied: 0, says: "The one below takes its place." }],
  ["interim", days(3), "2026-11-21T21:00:00Z", { state: "active", was: "superseded", ends: "2026-11-23T21:00:00Z", ended: null, denied: 7, says: "The one below takes its place." }],
  ["interim", days(1), "2026-11-22T21:00:00Z", { state: "expired", was: "superseded", ends: "2026-11-21T21:00:00Z", ended: "2026-11-22T21:00:00Z", denied: 0, says: "Its time is over already" }],
  ["interim, then decided", days(1), "2026-11-23T21:00:00Z", { state: "expired", was: "superseded", ends: "2026-11-21T21:00:00Z", ended: "2026-11-22T21:00:00Z", denied: 0, says: "had ended before" }],
  ["interim, then decided", days(5), "2026-11-23T21:00:00Z", { state: "superseded", was: "superseded", ends: "2026-11-25T21:00:00Z", ended: "2026-11-22T21:00:00Z", denied: 0, says: "had ended before" }],
] as const)("modifying counts from the start: %s, to %o at %s", async (kind, measure, at, expected) => {
  const made = await kinds[kind]();
  const begun = await deps.db.action.findUniqueOrThrow({ where: { id: made.actionId } });
  const live = await deps.db.appeal.findFirst({ where: { actionId: made.actionId } });
  deps.clock.set(at);
  const form = live ? await claimed(live) : await underReview(made);
  const before = await deniedOf(made);
  const input: RulingInput = { ...form, ruling: "modified", measure };
  const { preview } = must(await previewRuling(deps, rita, input));
  const ruled = must(await ruleOnAppeal(deps, rita, input));
  expect(ruled).toMatchObject({ state: "modified", strikesVoided: made.decisionId ? 1 : 0, isNew: true });
  const successor = await deps.db.action.findFirstOrThrow({ where: { replacesId: made.actionId } });
  expect(successor).toMatchObject({ kind: measure.kind, state: expected.state, interim: kind.startsWith("interim"), startsAt: begun.startsAt, endsAt: expected.ends && new Date(expected.ends), endedAt: expected.ended && new Date(expected.ended) });
  expect(await deps.db.action.findUniqueOrThrow({ where: { id: made.actionId } })).toMatchObject({ state: expected.was, supersededById: kind === "interim, then decided" ? begun.supersededById : successor.id });
  const denied = await deniedOf(made);
  // What was decided meanwhile stays in force whatever becomes of the interim measure.
  expect(denied).toEqual(kind === "interim, then decided" ? before : denied.slice(0, expected.denied));
  if (kind !== "interim, then decided") expect(denied).toHaveLength(expected.denied);
  expect(preview.gate.filter(({ after }) => !after).map(({ feature }) => feature)).toEqual(denied);
  const [told] = await openedNotices(deps, { appealId: form.appealId, kind: "appeal_ruling" });
  expect(told).toMatchObject({ actionId: successor.id, to: made.found.ownerEmail });
  expect(told!.text).toContain(expected.says);
  if (made.decisionId) expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId: made.decisionId } })).toMatchObject({ voidedAt: new Date(at), voidReason: grounds });
  expect((await loadStanding(deps, made.holder.accountId))!.actions.find(({ id }) => id === successor.id)).toMatchObject({ state: expected.state, bars: expected.state === "superseded" ? "action_undone" : null });
  // Nothing wakes up later: what is over stays over, what runs ends by its own new term.
  deps.clock.set("2026-12-15T21:00:00Z");
  await beginActions(deps);
  await expireActions(deps);
  if (kind !== "interim, then decided") expect(await deniedOf(made)).toEqual([]);
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
});

test("a ladder's later rung that counted the strike is up for review, whether the first was modified in force or when it had ended", async () => {
  for (const over of [false, true]) {
    deps.clock.set("2026-11-20T21:00:00Z");
    const first = await decide();
    const later = await decide({ accountId: first.holder.accountId, clause: "CF-AUP-4.1.b", area: "spam" });
    if (over) deps.clock.set("2026-11-30T21:00:00Z");
    if (over) await expireActions(deps);
    const ruled = must(await ruleOnAppeal(deps, rita, { ...(await underReview(first)), ruling: "modified", measure: days(3) }));
    expect(ruled.decisionsForReview).toEqual([later.decisionId]);
    expect((await deps.db.decision.findUniqueOrThrow({ where: { id: later.decisionId } })).reviewReason).toContain("voided");
    expect(await deps.db.decision.findUniqueOrThrow({ where: { id: first.decisionId } })).toMatchObject({ state: "modified" });
  }
});

test.each([
  ["interim", warning, "interim_no_warning"],
  ["interim", days(7), "not_milder"],
  ["ended", days(7), "not_milder"],
  ["scheduled", days(8), "not_milder"],
] as const)("modifying is refused and leaves no trace: %s to %o", async (kind, measure, reason) => {
  const form = await underReview(await kinds[kind]());
  const before = await rowsOf();
  expect(await ruleOnAppeal(deps, rita, { ...form, ruling: "modified", measure })).toMatchObject({ reason });
  expect(await rowsOf()).toEqual(before);
});

test("overturning an interim measure opens the gate; one that had ended still loses its strike", async () => {
  const interim = await anInterim();
  expect(must(await ruleOnAppeal(deps, rita, { ...(await underReview(interim)), ruling: "overturned" }))).toMatchObject({ strikesVoided: 0 });
  expect(await deniedOf(interim)).toEqual([]);
  const ended = await kinds.ended();
  expect(must(await ruleOnAppeal(deps, rita, { ...(await underReview(ended)), ruling: "overturned" }))).toMatchObject({ strikesVoided: 1 });
  expect(await deps.db.action.findUniqueOrThrow({ where: { id: ended.actionId } })).toMatchObject({ state: "expired" });
});
