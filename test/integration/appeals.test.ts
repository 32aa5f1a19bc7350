import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { addAppealEvidence } from "~/modules/appeals/add-appeal-evidence.server";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { loadAppealPage } from "~/modules/appeals/appeal-page.queries.server";
import { previewRuling } from "~/modules/appeals/preview-ruling.server";
import type { RulingInput } from "~/modules/appeals/rule-on-appeal.schema";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { withdrawAppeal } from "~/modules/appeals/withdraw-appeal.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { decided, filed, must, openedNotices, worker, type Decided } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const grounds = "The consent record you sent us is genuine and covers both messages.";
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let rita: StaffActor;
let ravi: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
  ravi = await createStaff(deps.db, ["appeals_reviewer"], "Ravi");
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

const decide = (over?: Parameters<typeof decided>[3]) => decided(deps, ana, platformId, over);
const file = (on: Decided, over?: Parameters<typeof filed>[2]) => filed(deps, on, over);
const noticesOf = (where: object) => openedNotices(deps, where);

/** Filed and claimed by Rita, with the form's version. */
async function underReview(decided: Decided) {
  const { appealId, reference } = must(await file(decided));
  must(await assignAppeal(deps, rita, { appealId }));
  const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
  return { appealId, reference, version, grounds };
}

const deniedOf = async ({ found }: Decided) => (await readGate(deps, platformId, found.account.externalId))!.features.filter(({ allowed }) => !allowed).map(({ feature }) => feature);
const rowsOf = async () => Promise.all([deps.db.notice.count(), deps.db.auditEntry.count(), deps.db.caseEvent.count(), deps.db.action.count(), deps.db.outboxMessage.count()]);

describe("filing", () => {
  test("takes the appeal, names the day of the answer, and tells the timeline and the audit trail", async () => {
    const decided = await decide();
    deps.clock.advance({ hours: 3 });
    const filed = must(await file(decided));
    expect(filed).toMatchObject({ late: false, isNew: true });
    const appeal = await deps.db.appeal.findUniqueOrThrow({ where: { id: filed.appealId } });
    expect(appeal).toMatchObject({ state: "filed", dueAt: new Date("2026-12-08T07:00:00Z"), reviewerId: null });
    const [receipt] = await noticesOf({ appealId: filed.appealId });
    expect(receipt).toMatchObject({ kind: "appeal_receipt", to: decided.found.ownerEmail });
    expect(receipt!.text).toContain("December 7, 2026");
    expect(receipt!.text).toContain(filed.reference);
    expect(await deps.db.caseEvent.findFirstOrThrow({ where: { caseId: decided.found.caseId, kind: "appeal_filed" } })).toBeTruthy();
    expect(await deps.db.auditEntry.count({ where: { type: "appeal.filed", caseId: decided.found.caseId } })).toBe(1);
  });

  test("the last moment of the thirtieth day is in time, the next is late and still taken", async () => {
    const inTime = await decide();
    const late = await decide();
    deps.clock.set("2026-12-21T06:59:59.999Z");
    expect(must(await file(inTime)).late).toBe(false);
    deps.clock.set("2026-12-21T07:00:00Z");
    const filed = must(await file(late));
    expect(filed.late).toBe(true);
    expect((await noticesOf({ appealId: filed.appealId }))[0]!.text).toContain("after the time limit");
    expect((await loadStanding(deps, late.holder.accountId))!.actions[0]).toMatchObject({ window: { state: "over" }, appeals: [{ late: true }] });
  });

  test("a message that never arrived opens no window and costs no right", async () => {
    const decided = await decide({ informed: false });
    deps.clock.advance({ days: 400 });
    expect((await loadStanding(deps, decided.holder.accountId))!.actions[0]).toMatchObject({ window: { state: "not_open", closesAt: null }, bars: null });
    expect(must(await file(decided)).late).toBe(false);
  });

  test("of many at the same moment one is filed; the same form sent again is answered, not repeated", async () => {
    const decided = await decide();
    const answers = await Promise.all(Array.from({ length: 5 }, () => file(decided)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok)).toEqual(Array.from({ length: 4 }, () => ({ ok: false, reason: "appeal_live" })));

    const other = await decide();
    const idempotencyKey = randomUUID();
    const twice = await Promise.all([file(other, { idempotencyKey }), file(other, { idempotencyKey })]);
    const [one, two] = twice.map(must);
    expect(one!.reference).toBe(two!.reference);
    expect([one!.isNew, two!.isNew].sort()).toEqual([false, true]);
    expect(await deps.db.notice.count({ where: { appealId: one!.appealId } })).toBe(1);
  });

  test("a form changed and sent again from a page somebody went back to is not taken for the one before", async () => {
    const decided = await decide();
    const idempotencyKey = randomUUID();
    const first = must(await file(decided, { idempotencyKey }));
    expect(await file(decided, { idempotencyKey, explanation: "We left out what matters: the consent record." })).toMatchObject({ reason: "appeal_live" });
    must(await withdrawAppeal(deps, decided.holder, { appealId: first.appealId }));
    const changed = must(await file(decided, { idempotencyKey, explanation: "We left out what matters: the consent record." }));
    expect(changed).toMatchObject({ isNew: true });
    expect(changed.reference).not.toBe(first.reference);
  });

  test("the receipt of an appeal against a measure that ended does not say that it stays", async () => {
    const [over, stands] = [await decide(), await decide()];
    const { endsAt } = await deps.db.action.update({ where: { id: over.actionId }, data: { state: "lifted", endedAt: new Date("2026-11-20T22:30:00Z") }, select: { endsAt: true } });
    expect(+endsAt!).toBeGreaterThan(+new Date("2026-11-20T22:30:00Z"));
    deps.clock.set("2026-11-20T23:00:00Z");
    const receipt = async (of: Decided) => (await noticesOf({ appealId: must(await file(of)).appealId }))[0]!.text;
    expect(await receipt(stands)).toContain("The measure stays in place while we review.");
    const told = await receipt(over);
    expect(told).toContain("The measure ended on Friday, November 20, 2026 at 3:30 PM MST. We review whether it was right.");
    expect(told).not.toContain("stays in place");
  });

  test("the database itself refuses a second live appeal", async () => {
    const decided = await decide();
    const { appealId } = must(await file(decided));
    await expect(deps.db.$executeRaw`
      INSERT INTO appeal (id, reference, platform_id, account_id, action_id, channel, late, explanation, filed_at, due_at)
      SELECT gen_random_uuid(), 'AP-RAW1', platform_id, account_id, action_id, 'link', false, 'x', filed_at, due_at FROM appeal WHERE id = ${appealId}::uuid`).rejects.toThrow(/Unique|unique|action_id/);
  });

  test("nobody appeals somebody else's action, an untold one, or a word that is not theirs", async () => {
    const [mine, theirs] = [await decide(), await decide()];
    expect(await file(mine, { actionId: theirs.actionId })).toMatchObject({ reason: "not_found" });
    expect(await file(mine, { actionId: randomUUID() })).toMatchObject({ reason: "not_found" });
    await deps.db.action.update({ where: { id: mine.actionId }, data: { noTipOff: true } });
    expect(await file(mine)).toMatchObject({ reason: "not_found" });
    expect((await loadStanding(deps, mine.holder.accountId))!.actions).toEqual([]);
    const { appealId } = must(await file(theirs));
    expect(await withdrawAppeal(deps, mine.holder, { appealId })).toMatchObject({ reason: "not_found" });
    expect(await addAppealEvidence(deps, mine.holder, { appealId, text: "Let me in." }, [])).toMatchObject({ reason: "not_found" });
  });

  test("a withdrawn appeal leaves the action and the way open; a ruled one does not", async () => {
    const decided = await decide();
    const { appealId } = must(await file(decided));
    must(await withdrawAppeal(deps, decided.holder, { appealId }));
    expect(await withdrawAppeal(deps, decided.holder, { appealId })).toMatchObject({ reason: "illegal_move" });
    expect((await noticesOf({ appealId })).map(({ kind }) => kind)).toEqual(["appeal_receipt", "appeal_ruling"]);
    expect(await deniedOf(decided)).not.toEqual([]);
    must(await ruleOnAppeal(deps, rita, { ...(await underReview(decided)), ruling: "upheld" }));
    expect(await file(decided)).toMatchObject({ reason: "already_ruled" });
  });

  test("the account holder's page holds nothing that could name a reporter", async () => {
    const decided = await decide();
    must(await file(decided));
    const page = JSON.stringify(await loadStanding(deps, decided.holder.accountId));
    const { found } = decided;
    expect(page).toContain("two marketing messages without consent");
    for (const secret of ["Rosa", "Marin", ana.name + '"', ana.id, found.caseId, ...found.reporterEmails, ...found.reports.flatMap(({ id, reference }) => [id, reference])]) {
      expect(page).not.toContain(secret);
    }
  });
});

describe("independence", () => {
  test("whoever decided cannot take the appeal, be given it, or rule on it", async () => {
    const decided = await decide();
    const { appealId } = must(await file(decided));
    await deps.db.staff.update({ where: { id: ana.id }, data: { roles: ["analyst", "appeals_reviewer"] } });
    const both: StaffActor = { ...ana, roles: ["analyst", "appeals_reviewer"] };
    expect(await assignAppeal(deps, both, { appealId })).toEqual({ ok: false, reason: "not_independent" });
    expect(await assignAppeal(deps, rita, { appealId, reviewerId: ana.id })).toEqual({ ok: false, reason: "not_independent" });
    must(await assignAppeal(deps, rita, { appealId }));
    const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
    expect(await ruleOnAppeal(deps, both, { appealId, version, grounds, ruling: "overturned" })).toEqual({ ok: false, reason: "not_independent" });
    await deps.db.staff.update({ where: { id: ana.id }, data: { roles: ["analyst"] } });
  });

  test("the database refuses it too, by insert and by update", async () => {
    const decided = await decide();
    const { appealId } = must(await file(decided));
    await expect(deps.db.$executeRaw`UPDATE appeal SET reviewer_id = ${ana.id}::uuid WHERE id = ${appealId}::uuid`).rejects.toThrow(/made or approved/);
    await expect(deps.db.$executeRaw`
      UPDATE appeal SET state = 'upheld', ruled_by_id = ${ana.id}::uuid, ruled_at = now(), grounds = 'x' WHERE id = ${appealId}::uuid`).rejects.toThrow(/made or approved/);
    const other = await decide();
    await expect(deps.db.$executeRaw`
      INSERT INTO appeal (id, reference, platform_id, account_id, action_id, state, channel, late, explanation, filed_at, due_at, reviewer_id)
      VALUES (gen_random_uuid(), 'AP-RAW2', ${platformId}::uuid, ${other.holder.accountId}::uuid, ${other.actionId}::uuid, 'under_review', 'link', false, 'x', now(), now(), ${ana.id}::uuid)`).rejects.toThrow(/made or approved/);
  });

  test.each(["answered the proposal", "let an interim measure last longer", "lifted the measure"] as const)("the database refuses who %s, as reviewer and as judge", async (part) => {
    const lee = await createStaff(deps.db, ["lead", "appeals_reviewer"], "Lee who rules");
    const made = await decide();
    const { appealId } = must(await file(made));
    const action = await deps.db.action.findUniqueOrThrow({ where: { id: made.actionId } });
    if (part === "answered the proposal") await deps.db.approval.create({ data: { id: randomUUID(), decisionId: made.decisionId, proposerId: ana.id, requestedAt: new Date(), expiresAt: new Date(), state: "rejected", reviewerId: lee.id, answeredAt: new Date(), reason: "Too strict." } });
    if (part === "let an interim measure last longer") {
      await deps.db.action.update({ where: { id: action.id }, data: { interim: true, decisionId: null } });
      await deps.db.interimExtension.create({ data: { id: randomUUID(), actionId: action.id, state: "granted", days: 1, endsAt: new Date(+action.startsAt! + 86_400_000), reason: grounds, proposerId: lee.id, requestedAt: new Date(), expiresAt: new Date(), answeredAt: new Date() } });
    }
    if (part === "lifted the measure") must(await liftAction(deps, lee, { actionId: action.id, reason: "They showed us a better process." }));
    expect(await assignAppeal(deps, lee, { appealId })).toMatchObject({ reason: "not_independent" });
    await expect(deps.db.appeal.update({ where: { id: appealId }, data: { reviewerId: lee.id, state: "under_review" } })).rejects.toThrow(/appeal_independence|made or approved/);
    await expect(deps.db.appeal.update({ where: { id: appealId }, data: { ruledById: lee.id, ruledAt: new Date(), state: "upheld", grounds } })).rejects.toThrow(/appeal_independence|made or approved/);
    must(await assignAppeal(deps, rita, { appealId }));
  });

  test("a colleague's appeal is not taken by accident, only given on purpose", async () => {
    const { appealId, version } = await underReview(await decide());
    expect(await assignAppeal(deps, ravi, { appealId })).toEqual({ ok: false, reason: "appeal_held_by_other" });
    expect(await ruleOnAppeal(deps, ravi, { appealId, version, grounds, ruling: "upheld" })).toEqual({ ok: false, reason: "appeal_held_by_other" });
    expect(await assignAppeal(deps, ravi, { appealId, reviewerId: ravi.id })).toEqual({ ok: false, reason: "appeal_held_by_other" });
    expect(must(await assignAppeal(deps, rita, { appealId, reviewerId: ravi.id })).reviewer).toBe("Ravi");
    expect(await assignAppeal(deps, rita, { appealId, reviewerId: rita.id })).toEqual({ ok: false, reason: "appeal_held_by_other" });
    const supervisor = await createStaff(deps.db, ["lead", "appeals_reviewer"], "Lea");
    expect(must(await assignAppeal(deps, supervisor, { appealId, reviewerId: rita.id })).reviewer).toBe("Rita");
    expect(await assignAppeal(deps, rita, { appealId, reviewerId: ana.id })).toEqual({ ok: false, reason: "staff_not_available" });
    expect(await assignAppeal(deps, ana, { appealId })).toEqual({ ok: false, reason: "forbidden" });
  });
});

describe("ruling", () => {
  test("overturning opens the gate at once, voids the strike, puts what counted it up for review and tells everybody", async () => {
    const decided = await decide();
    const later = await decide({ accountId: decided.holder.accountId, clause: "CF-AUP-4.1.b", area: "spam" });
    const form = await underReview(decided);
    expect(await deniedOf(decided)).toHaveLength(7);
    const ruled = must(await ruleOnAppeal(deps, rita, { ...form, ruling: "overturned" }));
    expect(ruled).toMatchObject({ state: "overturned", strikesVoided: 1, decisionsForReview: [later.decisionId], isNew: true });

    const stillDenied = await deniedOf(decided);
    const laterAction = await deps.db.action.findUniqueOrThrow({ where: { id: later.actionId } });
    expect(stillDenied).toEqual(laterAction.kind === "suspension" ? expect.any(Array) : [...laterAction.features].sort());
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: decided.actionId } })).toMatchObject({ state: "reversed" });
    expect(await deps.db.strike.findFirstOrThrow({ where: { decisionId: decided.decisionId } })).toMatchObject({ voidedAt: deps.clock().toJSDate() });
    expect((await deps.db.decision.findUniqueOrThrow({ where: { id: later.decisionId } })).reviewReason).toContain("voided");

    const told = await noticesOf({ caseId: decided.found.caseId, kind: { in: ["appeal_ruling", "decision_reversed"] } });
    expect(told.map(({ kind, to }) => `${kind} ${to}`).sort()).toEqual(
      [`appeal_ruling ${decided.found.ownerEmail}`, `appeal_ruling ${later.found.ownerEmail}`, ...decided.found.reporterEmails.map((to) => `decision_reversed ${to}`)].filter((line, index, all) => all.indexOf(line) === index).sort(),
    );
    expect(told.find(({ kind }) => kind === "appeal_ruling")!.text).toContain(grounds);
    expect(await verifyChain(deps)).toMatchObject({ ok: true });

    const before = await rowsOf();
    expect(must(await ruleOnAppeal(deps, rita, { ...form, ruling: "overturned" })).isNew).toBe(false);
    expect(await rowsOf()).toEqual(before);
    expect(await ruleOnAppeal(deps, rita, { ...form, ruling: "upheld" })).toMatchObject({ reason: "illegal_move" });
  });

  test("modifying replaces the measure by a milder one, whose own window opens when it was told", async () => {
    const decided = await decide();
    const form = await underReview(decided);
    const harder: RulingInput = { ...form, ruling: "modified", measure: { kind: "suspension", days: 30 } };
    const before = await rowsOf();
    expect(await ruleOnAppeal(deps, rita, harder)).toMatchObject({ reason: "not_milder" });
    expect(await rowsOf()).toEqual(before);
    deps.clock.advance({ days: 2 });
    must(await ruleOnAppeal(deps, rita, { ...form, ruling: "modified", measure: { kind: "feature_restriction", features: ["contact_import"], days: 5 } }));
    expect(await deniedOf(decided)).toEqual(["contact_import"]);
    const successor = await deps.db.action.findFirstOrThrow({ where: { decisionId: decided.decisionId, state: "active" } });
    expect(successor).toMatchObject({ kind: "feature_restriction", endsAt: new Date("2026-11-25T21:00:00Z"), appealClosesAt: null });
    const ruling = (await noticesOf({ appealId: form.appealId, kind: "appeal_ruling" }))[0]!;
    expect(ruling.actionId).toBe(successor.id);
    await recordInformed(deps, worker, { decisionId: null, actionId: ruling.actionId, informedAt: deps.clock() });
    const standing = (await loadStanding(deps, decided.holder.accountId))!;
    expect(standing.actions.find(({ id }) => id === successor.id)).toMatchObject({ window: { state: "open" }, bars: null });
    expect(standing.actions.find(({ id }) => id === decided.actionId)).toMatchObject({ state: "superseded", bars: "already_ruled" });
  });

  test("upholding changes nothing and still answers everybody", async () => {
    const decided = await decide();
    const form = await underReview(decided);
    const before = await deniedOf(decided);
    must(await ruleOnAppeal(deps, rita, { ...form, ruling: "upheld" }));
    expect(await deniedOf(decided)).toEqual(before);
    const told = await noticesOf({ caseId: decided.found.caseId, kind: { in: ["appeal_ruling", "decision_reversed"] } });
    expect(told.map(({ subject }) => subject.replace(/ \(.*/, "")).sort()).toEqual(["Our decision stands", "The decision on your report stands", "The decision on your report stands"]);
  });

  test("an appeal in time cannot be called late; a late one can", async () => {
    const form = await underReview(await decide());
    const late = { ruling: "inadmissible", inadmissibleReason: "late" } as const;
    expect(await ruleOnAppeal(deps, rita, { ...form, ...late })).toMatchObject({ reason: "not_late" });
    const decided = await decide();
    deps.clock.advance({ days: 60 });
    const lateForm = await underReview(decided);
    expect(must(await ruleOnAppeal(deps, rita, { ...lateForm, ...late })).state).toBe("inadmissible");
    expect((await noticesOf({ appealId: lateForm.appealId, kind: "appeal_ruling" }))[0]!.text).toContain("Your appeal cannot be reviewed: it came after the time limit");
    const [told] = (await loadStanding(deps, decided.holder.accountId))!.actions.flatMap(({ appeals }) => appeals);
    expect(told).toMatchObject({ state: "inadmissible", inadmissibleReason: "late" });
    const { reference } = await deps.db.appeal.findUniqueOrThrow({ where: { id: lateForm.appealId } });
    expect((await loadAppealPage(deps, rita, reference))!.appeal.inadmissibleReason).toBe("late");
    expect(await deps.db.notice.count({ where: { caseId: decided.found.caseId, kind: "decision_reversed" } })).toBe(0);
  });

  test("grounds that name a reporter, and a form made before new evidence, are refused and leave no trace", async () => {
    const decided = await decide();
    const form = await underReview(decided);
    const before = await rowsOf();
    const leaky = `We spoke to ${decided.found.reporterEmails[0]} and believe them more than you.`;
    expect(await ruleOnAppeal(deps, rita, { ...form, grounds: leaky, ruling: "upheld" })).toMatchObject({ reason: "leak", detail: { leaks: [{ kind: "email" }] } });
    expect(await rowsOf()).toEqual(before);
    must(await addAppealEvidence(deps, decided.holder, { appealId: form.appealId, text: "Here is the signed form of the second contact." }, []));
    expect(await ruleOnAppeal(deps, rita, { ...form, ruling: "upheld" })).toMatchObject({ reason: "stale", detail: { seen: form.version, version: form.version + 1 } });
    must(await ruleOnAppeal(deps, rita, { ...form, version: form.version + 1, ruling: "upheld" }));
    expect(await addAppealEvidence(deps, decided.holder, { appealId: form.appealId, text: "Too late now." }, [])).toMatchObject({ reason: "appeal_over" });
  });

  test("the preview is what the ruling then does, and writes nothing", async () => {
    const decided = await decide();
    const form = await underReview(decided);
    const before = await rowsOf();
    const { preview } = must(await previewRuling(deps, rita, { ...form, ruling: "overturned" }));
    expect(await rowsOf()).toEqual(before);
    expect(preview).toMatchObject({ strikesVoided: 1, decisionsForReview: 0 });
    expect(preview.gate.every((feature) => !feature.before && feature.after)).toBe(true);
    expect(JSON.stringify(preview)).not.toContain(decided.found.reporterEmails[0]!);
    must(await ruleOnAppeal(deps, rita, { ...form, ruling: "overturned" }));
    const told = await noticesOf({ caseId: decided.found.caseId, kind: { in: ["appeal_ruling", "decision_reversed"] } });
    expect(preview.messages[0]!.audience).toBe("account_holder");
    expect(preview.messages.map(({ subject }) => subject).sort()).toEqual(told.map(({ subject }) => subject).sort());
    expect(preview.messages.map(({ text }) => text.replaceAll("…", "")).sort()).toEqual(told.map(({ text }) => text.replaceAll(/[A-Za-z0-9_-]{43}/g, "")).sort());
  });
});
