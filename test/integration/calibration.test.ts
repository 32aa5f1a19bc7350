import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { permissionsOf, roles } from "~/modules/access/permissions";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { loadBlindSample } from "~/modules/calibration/blind-sample.queries.server";
import { calibrationFigures } from "~/modules/calibration/calibration.queries.server";
import { calibrationShareSchema, type ReviewSampleInput } from "~/modules/calibration/calibration.schema";
import { claimSample } from "~/modules/calibration/claim-sample.server";
import { noteOutcomeSeen, type Seen } from "~/modules/calibration/note-outcome-seen.server";
import { reviewSample } from "~/modules/calibration/review-sample.server";
import { sampleDecisions } from "~/modules/calibration/sample-decisions.server";
import { setCalibrationShare } from "~/modules/calibration/set-calibration-share.server";
import { undoDecision } from "~/modules/enforcement/undo-decision.server";
import { decided, filed, must } from "../factories/appealed";
import { clauseByCode, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let ben: StaffActor;
let rita: StaffActor;
let ada: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, ben } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
  ada = await createStaff(deps.db, ["admin"], "Ada");
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  await sampleDecisions(deps);
  await deps.db.calibrationSample.deleteMany({ where: { state: "pending" } });
  must(await setCalibrationShare(deps, ada, { platformKey: "customerflows", percent: 10_000 }));
});

/** One decision by Ana, drawn because everything is. */
async function drawn() {
  const made = await decided(deps, ana, platformId);
  expect(await sampleDecisions(deps)).toBe(1);
  return { made, sample: await deps.db.calibrationSample.findUniqueOrThrow({ where: { decisionId: made.decisionId } }) };
}
const violation = async (reference: string, over: Partial<Extract<ReviewSampleInput, { outcome: "violation" }>> = {}): Promise<ReviewSampleInput> => ({
  reference, outcome: "violation", clauseIds: [await clauseByCode(deps, "CF-AUP-4.3.b")], rung: 3, rationale: "Two marketing messages without consent on record.", ...over,
});

/** The same clause once more, for a conduct under another version of its policy. */
async function citeAgain(decisionId: string): Promise<void> {
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query("SET session_replication_role = replica");
  await sql.query(
    `WITH first AS (SELECT v.*, f.conduct_at FROM decision_finding f JOIN clause_version v ON v.id = f.clause_version_id WHERE f.decision_id = $1 LIMIT 1),
          other AS (INSERT INTO clause_version (id, clause_id, policy_version_id, section, title, severity, position)
                    SELECT gen_random_uuid(), clause_id, gen_random_uuid(), section, title, severity, position FROM first RETURNING id)
     INSERT INTO decision_finding (id, decision_id, clause_version_id, conduct_at) SELECT gen_random_uuid(), $1, other.id, first.conduct_at FROM other, first`,
    [decisionId],
  );
  await sql.end();
}

describe("the lot", () => {
  test("falls once on each decision, whoever sweeps; a later share brings nothing back", async () => {
    must(await setCalibrationShare(deps, ada, { platformKey: "customerflows", percent: 100 }));
    const made = await Promise.all(Array.from({ length: 4 }, () => decided(deps, ana, platformId)));
    const lots = await Promise.all([sampleDecisions(deps, 1), sampleDecisions(deps), sampleDecisions(deps, 2)]);
    expect(lots.reduce((sum, one) => sum + one, 0)).toBe(4);
    const first = await deps.db.calibrationSample.count();
    must(await setCalibrationShare(deps, ada, { platformKey: "customerflows", percent: 10_000 }));
    expect(await sampleDecisions(deps)).toBe(0);
    expect(await deps.db.calibrationSample.count()).toBe(first);
    expect(await deps.db.decision.count({ where: { id: { in: made.map(({ decisionId }) => decisionId) }, calibrationDrawnAt: null } })).toBe(0);
  });

  test("a decision that was taken back leaves the sample, unless its second look was given; figures do not count it", async () => {
    const before = await calibrationFigures(deps, "customerflows");
    const undo = async (decisionId: string) => must(await undoDecision(deps, ana, { decisionId, reason: "The wrong account was meant.", confirmed: [] }));
    const [undone, held, reviewed] = [await drawn(), await drawn(), await drawn()];
    const early = await decided(deps, ana, platformId);
    await deps.db.calibrationSample.update({ where: { id: held.sample.id }, data: { claimedById: ben.id, claimedAt: deps.clock().toJSDate() } });
    await deps.db.calibrationSample.update({ where: { id: reviewed.sample.id }, data: { claimedById: ben.id, claimedAt: deps.clock().toJSDate() } });
    must(await reviewSample(deps, ben, await violation(reviewed.sample.reference)));
    for (const { decisionId } of [undone.made, held.made, reviewed.made, early]) await undo(decisionId);
    expect(await sampleDecisions(deps)).toBe(1);
    expect(await sampleDecisions(deps)).toBe(0);
    const left = await deps.db.calibrationSample.findMany({ where: { decisionId: { in: [undone, held, reviewed].map(({ made }) => made.decisionId).concat(early.decisionId) } } });
    expect(left.map(({ id, state }) => [id, state])).toEqual([[reviewed.sample.id, "reviewed"]]);
    expect(await reviewSample(deps, ben, await violation(held.sample.reference))).toMatchObject({ reason: "not_found" });
    const after = await calibrationFigures(deps, "customerflows");
    expect([after.counts.drawn - before.counts.drawn, after.counts.waiting - before.counts.waiting, after.counts.reviewed - before.counts.reviewed, after.counts.decisions - before.counts.decisions]).toEqual([1, 0, 1, 1]);
    expect(after.agreement.outcome.of - before.agreement.outcome.of).toBe(1);
  });

  test("the share is an admin's to set, bounded here and in the database, and audited", async () => {
    expect(await setCalibrationShare(deps, rita, { platformKey: "customerflows", percent: 700 })).toMatchObject({ reason: "forbidden" });
    expect(await setCalibrationShare(deps, ada, { platformKey: "nowhere", percent: 700 })).toMatchObject({ reason: "platform_unknown" });
    expect(["0", "0.5", "101", "many", "7.5"].map((percent) => calibrationShareSchema.safeParse({ platformKey: "customerflows", percent }).success)).toEqual([false, false, false, false, true]);
    must(await setCalibrationShare(deps, ada, { platformKey: "customerflows", percent: 750 }));
    expect(await deps.db.auditEntry.findFirstOrThrow({ where: { type: "calibration.share_changed", body: { contains: '"after":750' } } })).toMatchObject({ actorId: ada.id });
    await expect(deps.db.platform.update({ where: { id: platformId }, data: { calibrationShareBp: 99 } })).rejects.toThrow(/platform_calibration_share/);
  });
});

describe("the blind look", () => {
  test("shows evidence, record and rules, and nothing of what was decided or by whom", async () => {
    const { made, sample } = await drawn();
    expect(must(await claimSample(deps, ben)).reference).toBe(sample.reference);
    const page = (await loadBlindSample(deps, ben, sample.reference))!;
    expect(page.reports).toHaveLength(2);
    expect(page.clauses.flatMap(({ clauses }) => clauses).map(({ code }) => code)).toContain("CF-AUP-4.3.b");
    expect(page.strikes).toEqual([]);
    const text = JSON.stringify(page);
    const decision = await deps.db.decision.findUniqueOrThrow({ where: { id: made.decisionId }, include: { actions: true, case: true, statements: true } });
    const secrets = [decision.id, decision.reference, decision.rationale, decision.facts, decision.statements[0]!.text, decision.case.reference, decision.caseId, ana.id, `"${ana.name}"`, decision.accountId, ...decision.actions.flatMap(({ id, reference }) => [id, reference])];
    for (const secret of [...secrets, "chosenRung", "outcome", "recommend", "in_effect", "resolved", ...made.found.reporterEmails]) expect(text).not.toContain(secret);
  });

  test("is for whoever holds the sample; whoever decided, approved, ruled or worked on the case never gets it", async () => {
    const { made, sample } = await drawn();
    expect(await claimSample(deps, ana)).toMatchObject({ reason: "no_sample" });
    await expect(deps.db.calibrationSample.update({ where: { id: sample.id }, data: { claimedById: ana.id, claimedAt: new Date() } })).rejects.toThrow(/knows the decision/);
    const { appealId } = must(await filed(deps, made));
    must(await assignAppeal(deps, rita, { appealId }));
    expect(await claimSample(deps, rita)).toMatchObject({ reason: "no_sample" });
    await expect(deps.db.calibrationSample.update({ where: { id: sample.id }, data: { claimedById: rita.id, claimedAt: new Date() } })).rejects.toThrow(/knows the decision/);
    expect(await claimSample(deps, ada)).toMatchObject({ reason: "forbidden" });
    must(await claimSample(deps, ben));
    for (const other of [ana, rita, ada]) expect(await loadBlindSample(deps, other, sample.reference)).toBeNull();
    expect(await reviewSample(deps, rita, await violation(sample.reference))).toMatchObject({ reason: "sample_not_held" });
  });

  test.each(["case", "account", "action", "decision", "notice", "statement", "list of decisions", "search"] as const)("ends for whoever opens a page with its %s: noted, audited, given to others", async (page) => {
    const { made, sample } = await drawn();
    must(await claimSample(deps, ben));
    const { reference: caseReference } = await deps.db.case.findUniqueOrThrow({ where: { id: made.found.caseId } });
    const seen: Seen = {
      case: { caseReference }, account: { accountId: made.holder.accountId }, action: { actionId: made.actionId }, decision: { decisionId: made.decisionId },
      notice: { noticeIds: [(await deps.db.notice.findFirstOrThrow({ where: { decisionId: made.decisionId } })).id] },
      statement: { statementIds: [(await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId: made.decisionId } })).id] },
      "list of decisions": { decisionIds: [made.decisionId] },
      search: { caseReferences: [caseReference], accountIds: [] },
    }[page];
    await Promise.all([noteOutcomeSeen(deps, ben, seen), noteOutcomeSeen(deps, ben, seen)]);
    expect(await deps.db.calibrationSample.findUniqueOrThrow({ where: { id: sample.id } })).toMatchObject({ state: "pending", claimedById: null });
    expect(await loadBlindSample(deps, ben, sample.reference)).toBeNull();
    expect(await claimSample(deps, ben)).toMatchObject({ reason: "no_sample" });
    expect(await reviewSample(deps, ben, await violation(sample.reference))).toMatchObject({ reason: "sample_not_held" });
    expect(await deps.db.auditEntry.count({ where: { type: "calibration.outcome_seen", body: { contains: sample.id } } })).toBe(1);
    await expect(deps.db.calibrationSample.update({ where: { id: sample.id }, data: { claimedById: ben.id, claimedAt: new Date() } })).rejects.toThrow(/knows the decision/);
    await deps.db.calibrationSample.delete({ where: { id: sample.id } });
  });

  test("two people at once get two samples, the same person the same one; one left lying goes to the next", async () => {
    const [one, two] = [await drawn(), await drawn()];
    const carl = await createStaff(deps.db, ["analyst"], "Carl");
    const taken = await Promise.all([claimSample(deps, ben), claimSample(deps, carl)]);
    expect(taken.map((claim) => must(claim).reference).sort()).toEqual([one.sample.reference, two.sample.reference].sort());
    expect(must(await claimSample(deps, ben)).reference).toBe(must(taken[0]!).reference);
    const dora = await createStaff(deps.db, ["analyst"], "Dora");
    expect(await claimSample(deps, dora)).toMatchObject({ reason: "no_sample" });
    deps.clock.advance({ hours: 73 });
    must(await claimSample(deps, dora));
  });

  test("is recorded once, within the clauses of that day, and never changed", async () => {
    const { sample } = await drawn();
    must(await claimSample(deps, ben));
    expect(await reviewSample(deps, ben, await violation(sample.reference, { clauseIds: ["00000000-0000-4000-8000-000000000000"] }))).toMatchObject({ reason: "clause_unknown" });
    const look = await violation(sample.reference);
    expect(await Promise.all([reviewSample(deps, ben, look), reviewSample(deps, ben, look)])).toEqual([{ ok: true }, { ok: true }]);
    expect(await deps.db.calibrationFinding.count({ where: { sampleId: sample.id } })).toBe(1);
    expect(await deps.db.auditEntry.count({ where: { type: "calibration.reviewed", body: { contains: sample.id } } })).toBe(1);
    expect(await reviewSample(deps, ben, { reference: sample.reference, outcome: "no_violation", rationale: "On second thoughts there was none." })).toMatchObject({ reason: "sample_not_held" });
    const findingOf = { sampleId: sample.id, clauseId: look.outcome === "violation" ? look.clauseIds[0]! : "" };
    const another = { sampleId: sample.id, clauseId: await clauseByCode(deps, "CF-AUP-4.1.b") };
    await expect(deps.db.calibrationFinding.create({ data: another })).rejects.toThrow(/calibration_findings_frozen|never change/);
    await expect(deps.db.calibrationFinding.updateMany({ where: findingOf, data: another })).rejects.toThrow(/calibration_findings_frozen|never change/);
    await expect(deps.db.calibrationFinding.deleteMany({ where: findingOf })).rejects.toThrow(/calibration_findings_frozen|never change/);
    await expect(deps.db.$executeRaw`UPDATE calibration_sample SET rung = 1 WHERE id = ${sample.id}::uuid`).rejects.toThrow(/never change/);
  });
});

test("figures name what they divide by, per clause and channel", async () => {
  const before = await calibrationFigures(deps, "customerflows");
  const agreed = await drawn();
  await citeAgain(agreed.made.decisionId);
  must(await claimSample(deps, ben));
  const { chosenRung } = await deps.db.decision.findUniqueOrThrow({ where: { id: agreed.made.decisionId } });
  must(await reviewSample(deps, ben, await violation(agreed.sample.reference, { rung: chosenRung as 3 })));
  const parted = await drawn();
  must(await claimSample(deps, ben));
  must(await reviewSample(deps, ben, { reference: parted.sample.reference, outcome: "no_violation", rationale: "The reports do not show a second message." }));
  const { appealId } = must(await filed(deps, parted.made));
  must(await assignAppeal(deps, rita, { appealId }));
  const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
  must(await ruleOnAppeal(deps, rita, { appealId, version, ruling: "overturned", grounds: "The consent record you sent us is genuine." }));

  const after = await calibrationFigures(deps, "customerflows");
  const grew = (pick: (figures: typeof after) => { count: number; of: number }) => [pick(after).count - pick(before).count, pick(after).of - pick(before).of];
  expect(grew((figures) => figures.agreement.outcome)).toEqual([1, 2]);
  expect(grew((figures) => figures.agreement.rung)).toEqual([1, 1]);
  expect(grew((figures) => figures.agreement.clauses)).toEqual([1, 1]);
  expect(grew((figures) => figures.byChannel.find(({ channel }) => channel === "form")!.agreement.outcome)).toEqual([1, 2]);
  expect(grew((figures) => figures.overturns.byClause.find(({ key }) => key === "CF-AUP-4.3.b")?.overturned ?? { count: 0, of: 0 })).toEqual([1, 1]);
  expect(grew((figures) => figures.overturns.all?.appealed ?? { count: 0, of: 0 })).toEqual([1, 2]);
  expect(after.agreement.kappa.n).toBe(after.agreement.outcome.of);
  expect(after.differing.map(({ reference }) => reference)).toContain(parted.sample.reference);
  expect((await calibrationFigures(deps, "casaflow")).agreement.outcome).toMatchObject({ of: 0, share: null });
  expect(await verifyChain(deps)).toMatchObject({ ok: true });
});

test.each([
  ["analyst", false, true],
  ["lead", true, true],
  ["appeals_reviewer", true, true],
  ["policy_manager", true, false],
  ["auditor", true, false],
  ["admin", true, false],
] as const)("a person who is %s", (role, reads, reviews) => {
  expect([permissionsOf[role].includes("calibration:read"), permissionsOf[role].includes("calibration:review")]).toEqual([reads, reviews]);
  expect(roles).toContain(role);
});
