import { randomUUID } from "node:crypto";
import { DateTime } from "luxon";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { addAppealEvidence } from "~/modules/appeals/add-appeal-evidence.server";
import { loadAppealPage } from "~/modules/appeals/appeal-page.queries.server";
import { listAppeals } from "~/modules/appeals/appeals.queries.server";
import { askAppellant, takeBackQuestion } from "~/modules/appeals/ask-appellant.server";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { confirmAppeal } from "~/modules/appeals/confirm-appeal.server";
import { expirePauses } from "~/modules/appeals/expire-pauses.server";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { dismissUnmatched } from "~/modules/appeals/settle-unmatched.server";
import { slaFigures } from "~/modules/appeals/sla-figures.queries.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { startPause } from "~/modules/appeals/start-pause.server";
import { runAppealClock } from "~/modules/appeals/run-appeal-clock.server";
import { sweepAppealSla } from "~/modules/appeals/sweep-appeal-sla.server";
import { unmatchedReference } from "~/modules/appeals/unmatched-reference";
import { withdrawAppeal } from "~/modules/appeals/withdraw-appeal.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { appealPauseSchema } from "~/modules/platforms/appeal-pause.schema";
import { setAppealPause } from "~/modules/platforms/set-appeal-pause.server";
import { decided, filed, must, openedNotices, worker, type Decided } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const question = "Please send us the consent form of the second contact.";
const grounds = "The consent record you sent us is genuine and covers both messages.";
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let rita: StaffActor;
let ravi: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
  ravi = await createStaff(deps.db, ["appeals_reviewer"], "Ravi");
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

interface Open extends Decided {
  appealId: string;
  reference: string;
}

/** Filed on Friday 20 November, due at the end of Monday 7 December (Thanksgiving between), with Rita. */
async function underReview(): Promise<Open> {
  const made = await decided(deps, ana, platformId);
  const { appealId, reference } = must(await filed(deps, made));
  must(await assignAppeal(deps, rita, { appealId }));
  return { ...made, appealId, reference };
}

const appealOf = (id: string) => deps.db.appeal.findUniqueOrThrow({ where: { id } });
const ask = async ({ appealId }: Open, words = question) => askAppellant(deps, rita, { appealId, version: (await appealOf(appealId)).version, question: words });
const emailOf = async ({ id }: StaffActor) => (await deps.db.staff.findUniqueOrThrow({ where: { id } })).email;
const mailsOf = (appealId: string) => openedNotices(deps, { appealId, kind: "appeal_question" });

/** Asked, and the mail handed over at that instant. */
async function askedAt(open: Open, at: string): Promise<void> {
  deps.clock.set(at);
  must(await ask(open));
  await handOver(open, at);
}

async function handOver({ appealId }: Open, at: string) {
  const { noticeIds } = await deps.db.appealQuestion.findFirstOrThrow({ where: { appealId }, orderBy: { askedAt: "desc" } });
  return startPause(deps, worker, { noticeId: noticeIds[0]!, handedOverAt: DateTime.fromISO(at, { zone: "utc" }) as DateTime<true> });
}

const due = "2026-12-08T07:00:00.000Z";
const answer = (open: Open) => addAppealEvidence(deps, open.holder, { appealId: open.appealId, text: "Here it is: signed on 2 November." }, []);

describe("the pause", () => {
  test.each([
    ["answered the same day", "2026-12-01T18:00:00Z", answer, "2026-12-01T23:00:00Z", due, "answered"],
    ["answered after two business days", "2026-12-01T18:00:00Z", answer, "2026-12-03T18:00:00Z", "2026-12-10T07:00:00.000Z", "answered"],
    ["over Thanksgiving and a weekend", "2026-11-25T18:00:00Z", answer, "2026-11-30T18:00:00Z", "2026-12-10T07:00:00.000Z", "answered"],
    ["taken back", "2026-12-01T18:00:00Z", ({ appealId }: Open) => takeBackQuestion(deps, rita, { appealId }), "2026-12-02T18:00:00Z", "2026-12-09T07:00:00.000Z", "withdrawn"],
    ["never answered", "2026-12-01T18:00:00Z", async () => ({ ok: (await expirePauses(deps)) === 1 }), "2027-01-20T18:00:00Z", "2026-12-22T07:00:00.000Z", "expired"],
  ] as const)("%s", async (_why, from, end, to, expected, ending) => {
    const open = await underReview();
    await askedAt(open, from);
    expect((await appealOf(open.appealId)).pausedAt).toEqual(new Date(from));
    deps.clock.set(to);
    expect((await end(open)).ok).toBe(true);
    expect(await appealOf(open.appealId)).toMatchObject({ pausedAt: null, dueAt: new Date(expected) });
    expect(await deps.db.appealQuestion.findFirstOrThrow({ where: { appealId: open.appealId } })).toMatchObject({ ending, dueBefore: new Date(due), dueAfter: new Date(expected) });
    expect(await deps.db.auditEntry.count({ where: { type: "appeal.question_ended", body: { contains: open.appealId } } })).toBe(1);
  });

  test("the clock runs until the mail is handed over, and a question answered before moves nothing", async () => {
    const open = await underReview();
    deps.clock.set("2026-11-24T18:00:00Z");
    must(await ask(open));
    expect((await appealOf(open.appealId)).pausedAt).toBeNull();
    deps.clock.set("2026-12-03T18:00:00Z");
    must(await answer(open));
    expect(await handOver(open, "2026-12-03T19:00:00Z")).toEqual({ paused: false });
    expect(await appealOf(open.appealId)).toMatchObject({ pausedAt: null, dueAt: new Date(due), pausedDays: 0 });
  });

  test("while it stands still nothing is marked; the breach that was marked stays, whatever moves the due day", async () => {
    const open = await underReview();
    await askedAt(open, "2026-11-24T18:00:00Z");
    expect(await handOver(open, "2026-11-25T18:00:00Z")).toEqual({ paused: false });
    deps.clock.set("2026-12-09T18:00:00Z");
    await sweepAppealSla(deps);
    expect(await appealOf(open.appealId)).toMatchObject({ warnedAt: null, urgedAt: null, breachedAt: null });

    deps.clock.set("2026-11-20T21:00:00Z");
    const late = await underReview();
    deps.clock.set("2026-12-07T18:00:00Z");
    must(await ask(late));
    deps.clock.set("2026-12-08T07:00:00Z");
    await sweepAppealSla(deps);
    expect((await appealOf(late.appealId)).breachedAt).not.toBeNull();
    // The worker that marks the hand-over came later than the sweep: the pause is right, the mark stays.
    expect(await handOver(late, "2026-12-07T18:00:05Z")).toEqual({ paused: true });
    deps.clock.set("2026-12-09T18:00:00Z");
    must(await answer(late));
    expect(await appealOf(late.appealId)).toMatchObject({ dueAt: new Date("2026-12-10T07:00:00Z"), breachedAt: new Date("2026-12-08T07:00:00Z") });
    await expect(deps.db.appeal.update({ where: { id: late.appealId }, data: { breachedAt: null } })).rejects.toThrow(/stays on record/);
    expect((await listAppeals(deps, { view: "mine", staffId: rita.id, after: null })).rows.find(({ id }) => id === late.appealId)).toMatchObject({ step: "breached" });
  });

  test("asking after the due day stops nothing", async () => {
    const open = await underReview();
    deps.clock.set("2026-12-08T07:00:00Z");
    must(await ask(open));
    expect(await handOver(open, "2026-12-08T07:00:00Z")).toEqual({ paused: false });
    expect((await appealOf(open.appealId)).pausedAt).toBeNull();
  });

  test.each([
    ["en", /^We no longer need your answer/, "We answer by: the end of Tuesday, December 8, 2026 (MST)"],
    ["es", /^Ya no necesitamos su respuesta/, "martes, 8 de diciembre de 2026"],
  ] as const)("taking the question back tells whoever was asked, with the new day: %s", async (language, subject, day) => {
    const open = await underReview();
    await deps.db.account.update({ where: { id: open.holder.accountId }, data: { language } });
    await askedAt(open, "2026-12-01T18:00:00Z");
    deps.clock.set("2026-12-02T18:00:00Z");
    must(await takeBackQuestion(deps, rita, { appealId: open.appealId }));
    expect(await takeBackQuestion(deps, rita, { appealId: open.appealId })).toMatchObject({ reason: "no_question" });
    const [mail, ...more] = await openedNotices(deps, { appealId: open.appealId, kind: "appeal_question_ended" });
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: open.found.ownerEmail, subject: expect.stringMatching(subject) });
    expect(mail!.text).toContain(day);
    expect(mail!.text).toContain(`#appeal-${open.appealId}`);
    expect(mail!.text).not.toContain(question);
  });

  test.each(["rule", "withdraw"] as const)("an appeal that is over stops waiting: %s", async (how) => {
    const open = await underReview();
    await askedAt(open, "2026-12-01T18:00:00Z");
    deps.clock.set("2026-12-09T18:00:00Z");
    const { version } = await appealOf(open.appealId);
    must(how === "rule" ? await ruleOnAppeal(deps, rita, { appealId: open.appealId, version, grounds, ruling: "overturned" }) : await withdrawAppeal(deps, open.holder, { appealId: open.appealId }));
    expect(await appealOf(open.appealId)).toMatchObject({ pausedAt: null, dueAt: new Date("2026-12-16T07:00:00Z"), breachedAt: null });
    expect(await deps.db.appealQuestion.findFirstOrThrow({ where: { appealId: open.appealId } })).toMatchObject({ ending: "appeal_over" });
  });

  test("is shown to the appellant with its days, and to staff", async () => {
    const open = await underReview();
    await askedAt(open, "2026-12-01T18:00:00Z");
    const shown = async () => (await loadStanding(deps, open.holder.accountId))!.actions[0]!.appeals[0]!;
    expect((await shown()).question).toEqual({ text: question, askedAt: "2026-12-01T18:00:00.000Z", pausedAt: "2026-12-01T18:00:00.000Z", endsAt: "2026-12-16T07:00:00.000Z", left: "4 business days" });
    expect((await listAppeals(deps, { view: "mine", staffId: rita.id, after: null })).rows.find(({ id }) => id === open.appealId)).toMatchObject({ pause: { left: "4 business days" } });
    deps.clock.set("2026-12-03T18:00:00Z");
    must(await answer(open));
    const after = await shown();
    expect(after.question).toBeNull();
    expect(after.due.computed.at(-1)).toBe("The clock stood still while we waited for an answer: 2 business days were added.");
    expect(after.statements).toMatchObject([{ question }]);
    expect((await loadAppealPage(deps, rita, open.reference))!.appeal).toMatchObject({ pause: null, questions: [{ by: "Rita", ending: "answered", answers: [{ text: "Here it is: signed on 2 November." }] }] });
  });
});

test("how long the clock waits is an admin's to set, bounded here and in the database, and audited", async () => {
  const ada = await createStaff(deps.db, ["admin"], "Ada");
  const input = { platformKey: "customerflows", pauseDays: 3 };
  expect(await setAppealPause(deps, rita, input)).toMatchObject({ reason: "forbidden" });
  expect(await setAppealPause(deps, ada, { ...input, platformKey: "nowhere" })).toMatchObject({ reason: "platform_unknown" });
  expect(["0", "61", "2.5", "many", "60"].map((pauseDays) => appealPauseSchema.safeParse({ ...input, pauseDays }).success)).toEqual([false, false, false, false, true]);
  const open = await underReview();
  must(await setAppealPause(deps, ada, input));
  await askedAt(open, "2026-12-01T18:00:00Z");
  expect(await deps.db.appealQuestion.findFirstOrThrow({ where: { appealId: open.appealId } })).toMatchObject({ pauseEndsAt: new Date("2026-12-05T07:00:00Z") });
  expect(await deps.db.auditEntry.findFirstOrThrow({ where: { type: "platform.appeal_pause_changed", body: { contains: '"after":3' } } })).toMatchObject({ actorId: ada.id });
  await expect(deps.db.platform.update({ where: { id: platformId }, data: { appealPauseBusinessDays: 61 } })).rejects.toThrow(/platform_appeal_pause/);
  must(await setAppealPause(deps, ada, { ...input, pauseDays: 10 }));
});

describe("asking", () => {
  test("mails the question with the private link in the account's language; twice sent, once asked", async () => {
    const open = await underReview();
    await deps.db.account.update({ where: { id: open.holder.accountId }, data: { language: "es" } });
    const { version } = await appealOf(open.appealId);
    const twice = await Promise.all([1, 2].map(() => askAppellant(deps, rita, { appealId: open.appealId, version, question })));
    expect(twice.map((one) => must(one).isNew).sort()).toEqual([false, true]);
    const mails = await mailsOf(open.appealId);
    expect(mails).toMatchObject([{ to: open.found.ownerEmail, subject: `Una pregunta sobre su apelación ${open.reference}` }]);
    expect(mails[0]!.text).toContain(question);
    expect(mails[0]!.text).toMatch(/\/standing\//);
    expect(await ask(open, "Something else we want to know?")).toMatchObject({ reason: "question_open" });
    await expect(deps.db.$executeRaw`INSERT INTO appeal_question (id, appeal_id, text, asked_by_id, asked_at) VALUES (gen_random_uuid(), ${open.appealId}::uuid, 'x', ${rita.id}::uuid, now())`).rejects.toThrow(/unique|appeal_id/i);
  });

  test("is the reviewer's alone, leaks nobody, and needs an address; a refusal leaves no trace", async () => {
    const open = await underReview();
    const { version } = await appealOf(open.appealId);
    const input = { appealId: open.appealId, version, question };
    expect(await askAppellant(deps, ana, input)).toMatchObject({ reason: "forbidden" });
    expect(await askAppellant(deps, ravi, input)).toMatchObject({ reason: "appeal_held_by_other" });
    expect(await askAppellant(deps, rita, { ...input, version: version + 1 })).toMatchObject({ reason: "stale" });
    expect(await askAppellant(deps, rita, { ...input, question: `Did you write to ${open.found.reporterEmails[0]} at all?` })).toMatchObject({ reason: "leak" });
    expect(await takeBackQuestion(deps, rita, { appealId: open.appealId })).toMatchObject({ reason: "no_question" });
    await deps.db.accountContact.deleteMany({ where: { accountId: open.holder.accountId } });
    expect(await askAppellant(deps, rita, input)).toMatchObject({ reason: "no_account_address" });
    expect(await deps.db.appealQuestion.count({ where: { appealId: open.appealId } })).toBe(0);
    expect((await appealOf(open.appealId)).version).toBe(version);
  });
});

describe("mails to colleagues", () => {
  const told = async (appealId: string) => (await openedNotices(deps, { appealId, kind: "appeal_deadline" })).map(({ subject, to }) => `${subject.replace(/^.*?AP-\S+?:? /, "")} → ${to}`).sort();

  test("go to the reviewer, at the breach to the leads too, once a step, whoever sweeps", async () => {
    const open = await underReview();
    const sweepAt = async (at: string) => {
      deps.clock.set(at);
      await Promise.all([sweepAppealSla(deps), sweepAppealSla(deps, 1), sweepAppealSla(deps)]);
    };
    await sweepAt("2026-11-30T07:00:00Z");
    expect(await told(open.appealId)).toEqual([`5 business days left → ${await emailOf(rita)}`]);
    await sweepAt("2026-12-03T07:00:00Z");
    await sweepAt("2026-12-08T07:00:00Z");
    const leads = (await deps.db.staff.findMany({ where: { roles: { has: "lead" }, disabledAt: null } })).map(({ email }) => `is overdue → ${email}`);
    expect(leads).toContain(`is overdue → ${await emailOf(lee)}`);
    expect(await told(open.appealId)).toEqual([`2 business days left → ${await emailOf(rita)}`, `5 business days left → ${await emailOf(rita)}`, `is overdue → ${await emailOf(rita)}`, ...leads].sort());
    expect(await deps.db.notice.count({ where: { appealId: open.appealId, kind: "appeal_deadline", accountId: { not: null } } })).toBe(0);
    expect(await verifyChain(deps)).toMatchObject({ ok: true });
  });

  test("go to everybody who rules while nobody reviews it; of steps found late only the last is told", async () => {
    const made = await decided(deps, ana, platformId);
    const { appealId } = must(await filed(deps, made));
    deps.clock.set("2026-12-04T18:00:00Z");
    await sweepAppealSla(deps);
    expect(await appealOf(appealId)).toMatchObject({ warnedAt: expect.any(Date), urgedAt: expect.any(Date), breachedAt: null });
    expect(await told(appealId)).toEqual((await Promise.all([rita, ravi].map(emailOf))).map((email) => `2 business days left → ${email}`).sort());
  });
});

test("whoever appealed is told once that the promised day has passed, and not while the clock waits for them", async () => {
  const delays = (appealId: string) => openedNotices(deps, { appealId, kind: "appeal_delayed" });
  const [open, asked] = [await underReview(), await underReview()];
  deps.clock.set("2026-12-07T18:00:00Z");
  must(await ask(asked));
  await handOver(asked, "2026-12-07T18:00:05Z");
  await runAppealClock(deps);
  expect(await delays(open.appealId)).toEqual([]);
  deps.clock.set("2026-12-08T07:00:00Z");
  await Promise.all([runAppealClock(deps), runAppealClock(deps)]);
  await runAppealClock(deps);
  const [mail, ...more] = await delays(open.appealId);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ subject: `Our answer to your appeal ${open.reference} is late` });
  expect(mail!.text).toContain("December 7, 2026");
  expect(mail!.text).toContain(`#appeal-${open.appealId}`);
  expect(await delays(asked.appealId)).toEqual([]);
  // The answer starts the clock again, towards a later day.
  must(await answer(asked));
  await runAppealClock(deps);
  expect(await delays(asked.appealId)).toEqual([]);
  deps.clock.set("2026-12-18T18:00:00Z");
  await runAppealClock(deps);
  expect(await delays(asked.appealId)).toHaveLength(1);
  expect(await delays(open.appealId)).toHaveLength(1);
});

test("five business days before the due day are found across two weeks in which the platform is closed", async () => {
  const closed = [7, 8, 9, 10, 11, 14, 15, 16, 17, 18].map((day) => ({ platformId, day: new Date(Date.UTC(2026, 11, day)), name: "Closed" }));
  await deps.db.businessHoliday.createMany({ data: closed });
  const open = await underReview();
  expect(await appealOf(open.appealId)).toMatchObject({ dueAt: new Date("2026-12-22T07:00:00Z") });
  deps.clock.set("2026-11-30T06:59:59Z");
  await runAppealClock(deps);
  expect(await appealOf(open.appealId)).toMatchObject({ warnedAt: null });
  deps.clock.set("2026-11-30T07:00:00Z");
  await runAppealClock(deps);
  await deps.db.businessHoliday.deleteMany({ where: { platformId, name: "Closed" } });
  expect(await appealOf(open.appealId)).toMatchObject({ warnedAt: new Date("2026-11-30T07:00:00Z"), urgedAt: null });
});

describe("an appeal whose action nobody has found", () => {
  const waiting = async () => {
    const id = newId();
    const at = deps.clock().toJSDate();
    await deps.db.unmatchedAppeal.create({ data: { id, platformId, emailSealed: "x", emailHash: "x", actionText: "You closed us.", explanation: "We did nothing.", receivedAt: at, lookedAt: at } });
    return id;
  };
  const rowOf = (id: string) => deps.db.unmatchedAppeal.findUniqueOrThrow({ where: { id } });
  const toldOf = async (id: string) => (await openedNotices(deps, { kind: "appeal_deadline" })).filter(({ subject }) => subject.includes(unmatchedReference(id))).map(({ subject, to }) => `${subject.split(": ")[1] ?? subject} → ${to}`).sort();
  const sweepAt = async (at: string) => {
    deps.clock.set(at);
    await runAppealClock(deps);
    await runAppealClock(deps);
  };

  test("is warned of, breaches, and is counted also when it is put aside; each is told once", async () => {
    const id = await waiting();
    await sweepAt("2026-11-30T06:59:59Z");
    expect(await rowOf(id)).toMatchObject({ dueAt: new Date("2026-12-08T07:00:00Z"), warnedAt: null });
    await sweepAt("2026-11-30T07:00:00Z");
    await sweepAt("2026-12-03T07:00:00Z");
    const rulers = await Promise.all([rita, ravi].map(emailOf));
    expect(await toldOf(id)).toEqual(rulers.flatMap((email) => [`5 business days left → ${email}`, `2 business days left → ${email}`]).sort());
    await sweepAt("2026-12-08T07:00:00Z");
    expect(await rowOf(id)).toMatchObject({ warnedAt: new Date("2026-11-30T07:00:00Z"), urgedAt: new Date("2026-12-03T07:00:00Z"), breachedAt: new Date("2026-12-08T07:00:00Z") });
    const breached = (await openedNotices(deps, { kind: "appeal_deadline" })).filter(({ subject, text }) => subject.includes(unmatchedReference(id)) && text.includes("The breach stays on record"));
    expect(breached.map(({ to }) => to)).toEqual(expect.arrayContaining([...rulers, await emailOf(lee)]));
    expect(breached[0]!.text).toContain("/appeals/unmatched");
    const breaches = (await deps.db.appeal.count({ where: { breachedAt: { not: null } } })) + 1;
    expect(await slaFigures(deps)).toMatchObject({ breaches, unmatchedOverdue: 1 });
    must(await dismissUnmatched(deps, rita, { unmatchedId: id, reason: "It is no appeal." }));
    expect(await slaFigures(deps)).toMatchObject({ breaches, unmatchedOverdue: 0 });
    await expect(deps.db.unmatchedAppeal.update({ where: { id }, data: { breachedAt: null } })).rejects.toThrow(/stays/);
  });

  test("is left alone once somebody has settled it, and breaches when that was too late", async () => {
    const [soon, late] = [await waiting(), await waiting()];
    must(await dismissUnmatched(deps, rita, { unmatchedId: soon, reason: "It is no appeal." }));
    await sweepAt("2026-12-07T18:00:00Z");
    deps.clock.set("2026-12-08T07:00:00Z");
    must(await dismissUnmatched(deps, rita, { unmatchedId: late, reason: "It is no appeal." }));
    expect(await rowOf(soon)).toMatchObject({ dueAt: null, warnedAt: null, breachedAt: null });
    expect(await rowOf(late)).toMatchObject({ breachedAt: new Date("2026-12-08T07:00:00Z") });
  });
});

test("a ruling after the due day carries the breach, swept or not", async () => {
  const open = await underReview();
  const { version } = await appealOf(open.appealId);
  deps.clock.set("2026-12-08T07:00:00Z");
  must(await ruleOnAppeal(deps, rita, { appealId: open.appealId, version, grounds, ruling: "upheld" }));
  expect((await appealOf(open.appealId)).breachedAt).toEqual(new Date("2026-12-08T07:00:00Z"));
});

test("figures count answers in time of all answered, and every breach, also of an appeal still open", async () => {
  const before = await slaFigures(deps);
  const [quick, late, open] = [await underReview(), await underReview(), await underReview()];
  await askedAt(quick, "2026-12-01T18:00:00Z");
  deps.clock.set("2026-12-03T18:00:00Z");
  must(await answer(quick));
  must(await ruleOnAppeal(deps, rita, { appealId: quick.appealId, version: (await appealOf(quick.appealId)).version, grounds, ruling: "upheld" }));
  deps.clock.set("2026-12-08T18:00:00Z");
  await sweepAppealSla(deps);
  must(await ruleOnAppeal(deps, rita, { appealId: late.appealId, version: (await appealOf(late.appealId)).version, grounds, ruling: "upheld" }));
  expect((await appealOf(open.appealId)).breachedAt).not.toBeNull();
  const after = await slaFigures(deps);
  expect([after.answered - before.answered, after.inTime - before.inTime]).toEqual([2, 1]);
  expect(after.breaches - before.breaches).toBeGreaterThanOrEqual(2);
  const grew = (took: number, which: "inTime" | "late") => after.bars[took]![which] - (before.bars[took]?.[which] ?? 0);
  // Eight business days went by to 3 December; for two of them the clock stood still.
  expect([grew(6, "inTime"), grew(11, "late")]).toEqual([1, 1]);
});

test("the holder says that the form's appeal is theirs, once; a stranger to the account cannot", async () => {
  const made = await decided(deps, ana, platformId);
  const { appealId } = must(await fileAppeal(deps, { kind: "public" }, { actionId: made.actionId, accountId: made.holder.accountId, explanation: "We had consent for both.", idempotencyKey: randomUUID(), channel: "form" }));
  expect((await openedNotices(deps, { appealId }))[0]!.text).toContain("came by our public form");
  const shown = async () => (await loadStanding(deps, made.holder.accountId))!.actions[0]!.appeals[0]!.unconfirmed;
  expect(await shown()).toBe(true);
  const other = await decided(deps, ana, platformId);
  expect(await confirmAppeal(deps, other.holder, { appealId })).toMatchObject({ reason: "not_found" });
  must(await confirmAppeal(deps, made.holder, { appealId }));
  must(await confirmAppeal(deps, made.holder, { appealId }));
  expect(await shown()).toBe(false);
  expect(await deps.db.auditEntry.count({ where: { type: "appeal.confirmed", body: { contains: appealId } } })).toBe(1);
  must(await assignAppeal(deps, rita, { appealId }));
  must(await ruleOnAppeal(deps, rita, { appealId, version: (await appealOf(appealId)).version, grounds, ruling: "upheld" }));
  expect((await loadStanding(deps, made.holder.accountId))!.actions[0]!.bars).toBe("already_ruled");
});
