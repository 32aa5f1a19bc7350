import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { loadAction } from "~/modules/appeals/appeal.repo.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { actionPage } from "~/modules/enforcement/action.queries.server";
import { approveExtension, dropExtension } from "~/modules/enforcement/answer-extension.server";
import { approveInterim } from "~/modules/enforcement/answer-interim.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { pendingInterims } from "~/modules/enforcement/approvals.queries.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { returnedProposals } from "~/modules/enforcement/returned-proposals.queries.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import type { FurtherKind } from "~/modules/platforms/four-eyes";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

/** Extending an interim measure takes as many people as starting it would (rules of procedure 2 and 6). */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let ben: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
let found: Investigation;

const reason = "The bank's answer is still out.";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, ben, lee, lou } = await enforcers(deps));
});
afterAll(async () => {
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
  await database.close();
});
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  await rule(30, []);
  found = await anInvestigation(deps, ana, { platformId });
});

const rule = (fourEyesSuspensionDays: number, fourEyesKinds: FurtherKind[]) => deps.db.platform.update({ where: { id: platformId }, data: { fourEyesSuspensionDays, fourEyesKinds } });
const starts = async (days: number, on = found) => must(await applyInterimMeasure(deps, ana, { caseId: on.caseId, version: undefined, kind: "suspension", features: [], days, reason: "Complaints keep coming in.", confirmed: [] })).actionId;
const extend = (actionId: string, days: number, by = ana) => extendInterimMeasure(deps, by, { caseId: found.caseId, actionId, days, reason, confirmed: [] });
const endOf = async (id: string) => (await deps.db.action.findUniqueOrThrow({ where: { id } })).endsAt!.toISOString();
const extensions = (actionId: string) => deps.db.interimExtension.findMany({ where: { actionId }, orderBy: { id: "asc" } });
const told = (actionId: string) => deps.db.notice.count({ where: { actionId } });
const until = async () => [...new Set((await readGate(deps, platformId, found.account.externalId))!.features.map((feature) => (feature.allowed ? "allowed" : String(feature.until && new Date(+feature.until).toISOString()))))];

describe("the sweep", () => {
  test("lets a measure that nobody answered lapse, when nothing else is due", async () => {
    await rule(30, ["interim_measure"]);
    const actionId = await starts(7);
    deps.clock.advance({ hours: 72 });
    expect(await deps.db.approval.count({ where: { state: "pending" } })).toBe(0);
    expect(await expireProposals(deps)).toBe(1);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).toMatchObject({ state: "rejected" });
  });
});

describe("with one person", () => {
  test("whoever holds the case may, within the platform's limit, and the extension says who", async () => {
    const actionId = await starts(7);
    expect(await extend(actionId, 7)).toEqual({ ok: true, state: "active", endsAt: "2026-12-04T21:00:00.000Z" });
    expect(await extensions(actionId)).toMatchObject([{ state: "granted", days: 7, endsAt: new Date("2026-12-04T21:00:00Z"), proposerId: ana.id, reviewerId: null }]);
    expect(await told(actionId)).toBe(2);
  });
});

describe("with a second person", () => {
  test.each<[string, number, FurtherKind[], number, number]>([
    ["where two agreed to it", 30, ["interim_measure"], 7, 2],
    ["where the whole time passes the platform's limit", 10, [], 7, 4],
  ])("%s: nothing moves and nobody is told until they agree, and then once", async (_what, limit, kinds, days, more) => {
    await rule(limit, kinds);
    const actionId = await starts(days);
    if (kinds.length > 0) must(await approveInterim(deps, lee, { actionId }));
    const [end, mails] = [await endOf(actionId), await told(actionId)];
    for (const by of [lee, lou]) await claimCase(deps, by, { caseId: found.caseId });
    expect(await extend(actionId, more)).toEqual({ ok: true, state: "awaiting_approval" });
    expect(await extend(actionId, more)).toMatchObject({ ok: false, reason: "proposal_pending" });
    expect([await endOf(actionId), await told(actionId), await until()]).toEqual([end, mails, [end]]);
    expect((await pendingInterims(deps)).find(({ id }) => id === actionId)).toMatchObject({ kind: `${more} days more of a suspension`, proposerId: ana.id });
    expect((await actionPage(deps, actionId))!.extension).toMatchObject({ days: more, reason, proposerId: ana.id });
    expect(await approveExtension(deps, { ...ana, roles: ["analyst", "lead"] }, { actionId })).toEqual({ ok: false, reason: "own_proposal" });
    expect(await approveExtension(deps, ben, { actionId })).toEqual({ ok: false, reason: "forbidden" });
    deps.clock.advance({ hours: 20 });
    const answers = await Promise.all([lee, lou, lee].map((by) => approveExtension(deps, by, { actionId })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await endOf(actionId)).toBe(new Date(Date.parse(end) + more * 86_400_000).toISOString());
    expect(await until()).toEqual([await endOf(actionId)]);
    expect([await told(actionId), (await extensions(actionId)).map(({ state }) => state)]).toEqual([mails + 1, ["granted"]]);
    expect((await actionPage(deps, actionId))!.extension).toBeNull();
  });

  test("where two agreed to it, also after the platform loosened its rule, and though a lead asks", async () => {
    await rule(30, ["interim_measure"]);
    const actionId = await starts(7);
    must(await approveInterim(deps, lee, { actionId }));
    await rule(30, []);
    await deps.db.case.update({ where: { id: found.caseId }, data: { leaseHolderId: lou.id } });
    expect(await extend(actionId, 2, { ...lou, roles: ["analyst", "lead"] })).toEqual({ ok: true, state: "awaiting_approval" });
    expect(await endOf(actionId)).toBe("2026-11-27T21:00:00.000Z");
  });

  test("never longer in all than thirty days, and not once it ended", async () => {
    await rule(10, []);
    const actionId = await starts(7);
    expect(await extend(actionId, 24)).toMatchObject({ reason: "interim_too_long" });
    expect(await extend(actionId, 23)).toMatchObject({ state: "awaiting_approval" });
    const other = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "spam" });
    deps.clock.advance({ hours: 71 });
    await deps.db.case.update({ where: { id: other.caseId }, data: { leaseHolderId: ana.id, leaseExpiresAt: new Date("2026-12-24T00:00:00Z") } });
    await starts(8, other);
    expect(await approveExtension(deps, lee, { actionId })).toMatchObject({ ok: true });
    expect(await extend(actionId, 1)).toMatchObject({ reason: "interim_too_long" });
  });

  test("a no, a withdrawal and 72 hours of silence leave its end as it was, and another may be proposed", async () => {
    await rule(10, []);
    const actionId = await starts(9);
    const proposed = async () => expect(await extend(actionId, 7)).toMatchObject({ state: "awaiting_approval" });
    await proposed();
    expect(await dropExtension(deps, ana, { actionId, reason: "Mine.", how: "rejected" })).toMatchObject({ reason: "forbidden" });
    expect(await dropExtension(deps, { ...ana, roles: ["lead"] }, { actionId, reason: "Mine.", how: "rejected" })).toMatchObject({ reason: "own_proposal" });
    expect(await dropExtension(deps, lee, { actionId, reason: "Decide the case instead.", how: "rejected" })).toEqual({ ok: true });
    expect(await returnedProposals(deps, ana.id)).toContainEqual(expect.objectContaining({ path: `/actions/${actionId}`, what: "extension", how: "rejected", reason: "Decide the case instead." }));
    await proposed();
    expect(await dropExtension(deps, ben, { actionId, reason: "Not mine.", how: "withdrawn" })).toMatchObject({ reason: "not_own_proposal" });
    expect(await dropExtension(deps, ana, { actionId, reason: "The answer came in.", how: "withdrawn" })).toEqual({ ok: true });
    await proposed();
    deps.clock.advance({ hours: 72 });
    expect(await approveExtension(deps, lee, { actionId })).toEqual({ ok: false, reason: "proposal_expired" });
    const back = async () => (await returnedProposals(deps, ana.id)).filter(({ path }) => path === `/actions/${actionId}`);
    expect(await back()).toEqual([]);
    await expireProposals(deps);
    expect(await back()).toMatchObject([{ what: "extension", how: "expired" }]);
    expect((await extensions(actionId)).map(({ state, reviewerId }) => [state, reviewerId])).toEqual([["rejected", lee.id], ["withdrawn", null], ["lapsed", null]]);
    expect([await endOf(actionId), await told(actionId)]).toEqual(["2026-11-29T21:00:00.000Z", 1]);
    const { state } = await deps.db.action.findUniqueOrThrow({ where: { id: actionId } });
    expect(state).toBe("active");
  });

  test.each<[string, (actionId: string) => Promise<unknown>]>([
    ["is lifted", (actionId) => liftAction(deps, ana, { actionId, reason: "They have stopped all of it.", confirmed: [] })],
    ["runs out", async () => (deps.clock.advance({ days: 9 }), expireActions(deps))],
    ["gives way to the decision", async () => decideCase(deps, ana, await aViolation(deps, found, { version: (await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } })).version }))],
  ])("lapses at once when the measure %s", async (_what, ending) => {
    await rule(10, []);
    const actionId = await starts(9);
    must(await extend(actionId, 7));
    await ending(actionId);
    expect(await extensions(actionId)).toMatchObject([{ state: "lapsed", endsAt: null }]);
    expect(await approveExtension(deps, lee, { actionId })).toMatchObject({ ok: false, reason: "already_answered" });
    expect((await pendingInterims(deps)).map(({ id }) => id)).not.toContain(actionId);
  });
});

describe("independence", () => {
  test("whoever extended it, agreed to that or refused it had a part in it, for the command and the database", async () => {
    await rule(10, []);
    const actionId = await starts(9);
    must(await extend(actionId, 7));
    must(await dropExtension(deps, lou, { actionId, reason: "Decide the case instead.", how: "rejected" }));
    await deps.db.case.update({ where: { id: found.caseId }, data: { leaseHolderId: ben.id } });
    must(await extend(actionId, 5, ben));
    must(await approveExtension(deps, lee, { actionId }));
    const action = (await deps.db.$transaction((tx) => loadAction(tx, actionId)))!;
    expect([...new Set([action.decidedById, ...action.approvedByIds])].sort()).toEqual([ana.id, ben.id, lee.id, lou.id].sort());
    for (const { id } of [ana, ben, lee, lou]) {
      const appeal = deps.db.appeal.create({
        data: { id: randomUUID(), reference: `AP-${randomUUID()}`, platformId, accountId: found.account.id, actionId, state: "under_review", channel: "link", late: false, explanation: "…", filedAt: new Date(), dueAt: new Date(), reviewerId: id },
      });
      await expect(appeal).rejects.toThrow(/made or approved/);
    }
  });
});
