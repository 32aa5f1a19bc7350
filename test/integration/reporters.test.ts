import { DateTime } from "luxon";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { submitReport } from "~/modules/intake/submit-report.server";
import { submitReportSchema } from "~/modules/intake/submit-report.schema";
import { reportsToMatch, reportToMatch } from "~/modules/intake/intake.queries.server";
import { english } from "~/modules/intake/words.en";
import { expireMutes } from "~/modules/reporters/expire-mutes.server";
import { measureReporter } from "~/modules/reporters/measure-reporter.server";
import { objectToMeasure } from "~/modules/reporters/object-to-measure.server";
import { previewMeasure } from "~/modules/reporters/preview-measure.server";
import { reportersToWatch, reporterPage, reporterStanding } from "~/modules/reporters/reporters.queries.server";
import { sweepObjections } from "~/modules/reporters/sweep-objections.server";
import { ruleOnObjection } from "~/modules/reporters/rule-on-objection.server";
import { noticeHandedOver } from "../../jobs/processors/notice-handed-over.job";
import { enforcers } from "../factories/investigation";
import { nth } from "../factories/moment";
import { createReport, createReporter } from "../factories/report";
import { createAccount } from "../factories/account";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
let reporterId: string;
let email: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee, lou } = await enforcers(deps));
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  email = `rex-${nth()}@mail.example`;
  ({ id: reporterId } = await createReporter(deps, platformId, email));
});

const reason = "Five reports in a row named a competitor and showed nothing.";
const unfounded = async (count: number) => {
  for (let made = 0; made < count; made += 1) await createReport(deps, { platformId, reporterId, state: "resolved", outcome: "no_violation", receivedAt: deps.clock().toJSDate(), resolvedAt: deps.clock().toJSDate() });
};
const measure = (kind: "warning" | "mute", actor = lee) => measureReporter(deps, actor, { reporterId, kind, reason, days: 30 });
const done = async (kind: "warning" | "mute", actor = lee) => {
  const result = await measure(kind, actor);
  if (!result.ok) throw new Error(result.reason);
  return result.measureId;
};
/** The reporter's mail server takes what was staged. */
const handOver = async (measureId: string) => {
  for (const { id } of await deps.db.notice.findMany({ where: { reporterMeasureId: measureId, kind: "reporting_measure" } })) {
    await deps.db.notice.update({ where: { id }, data: { state: "handed_over", handedOverAt: deps.clock().toJSDate() } });
    for (let twice = 0; twice < 2; twice += 1) await noticeHandedOver.process({ noticeId: id }, deps as never);
  }
};
async function warned() {
  await unfounded(5);
  const id = await done("warning");
  await handOver(id);
  deps.clock.advance({ days: 1 });
  return id;
}
async function muted() {
  const warningId = await warned();
  await unfounded(3);
  return { warningId, muteId: await done("mute") };
}
async function report(clause: string, businessName: string) {
  const parsed = submitReportSchema(english.errors, "2026-12-31").parse({ platform: "customerflows", clause, businessName, description: `They sent it again, number ${nth()}.`, email, language: "en", idempotencyKey: newId(), day: "2026-11-20" });
  const sent = await submitReport(deps, { kind: "public" }, parsed);
  if (!sent.ok) throw new Error(sent.reason);
  return deps.db.report.findUniqueOrThrow({ where: { id: sent.reportId } });
}

describe("a measure", () => {
  test("is refused while the record does not allow it, and to whoever may not", async () => {
    await unfounded(4);
    expect(await measure("warning")).toMatchObject({ reason: "measure_not_warranted" });
    await unfounded(1);
    expect(await measure("mute")).toMatchObject({ reason: "measure_not_warranted" });
    expect(await measure("warning", ana)).toMatchObject({ reason: "forbidden" });
    expect((await deps.db.reporterMeasure.count({ where: { reporterId } })) + (await deps.db.notice.count({ where: { kind: "reporting_measure", reporterMeasureId: null } }))).toBe(0);
  });

  test("tells the reporter why and on which figures, and two leads at once warn once", async () => {
    await unfounded(6);
    const results = await Promise.all([measure("warning", lee), measure("warning", lou)]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const [notice, ...more] = await deps.db.notice.findMany({ where: { reporterMeasureId: { in: (await deps.db.reporterMeasure.findMany({ where: { reporterId } })).map(({ id }) => id) } } });
    expect(more).toEqual([]);
    const text = deps.crypto.open(notice!.textSealed, "notice.text");
    for (const fact of [reason, "6 of 6 reports we judged", "/reporting/"]) expect(text).toContain(fact);
    expect(deps.crypto.open(notice!.addressSealed, "notice.address")).toBe(email);
  });

  test("is previewed as it will be sent", async () => {
    await unfounded(5);
    const preview = await previewMeasure(deps, lee, { reporterId, kind: "warning", reason, days: 30 });
    expect(preview.ok && preview.text).toContain("5 of 5 reports we judged");
    expect(await deps.db.reporterMeasure.count({ where: { reporterId } })).toBe(0);
  });

  test("a mute comes only after a warning that reached them did not help", async () => {
    await unfounded(5);
    const warningId = await done("warning");
    await unfounded(5);
    expect(await measure("mute")).toMatchObject({ reason: "measure_not_warranted" });
    await handOver(warningId);
    deps.clock.advance({ days: 1 });
    expect(await measure("mute")).toMatchObject({ reason: "measure_not_warranted" });
    await unfounded(3);
    const mute = await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: await done("mute") } });
    expect(mute).toMatchObject({ kind: "mute", warningId, unfounded: 3, judged: 3, state: "active" });
  });

  test("the database refuses a mute without the reporter's own warning, one without end, and a second one", async () => {
    const { warningId } = await muted();
    const other = await createReporter(deps, platformId, `other-${nth()}@mail.example`);
    const row = { id: newId(), reference: `RM-TEST-${nth()}`, platformId, kind: "mute" as const, unfounded: 3, judged: 3, reason, deciderId: lee.id, startsAt: deps.clock().toJSDate(), endsAt: deps.clock().plus({ days: 5 }).toJSDate() };
    const insert = (over: object) => deps.db.reporterMeasure.create({ data: { ...row, reporterId, warningId, ...over } });
    await expect(insert({ reporterId: other.id })).rejects.toThrow(/warning/);
    await expect(insert({ warningId: null })).rejects.toThrow();
    await expect(insert({ endsAt: null })).rejects.toThrow();
    await expect(insert({ endsAt: deps.clock().plus({ days: 200 }).toJSDate() })).rejects.toThrow();
    await expect(insert({})).rejects.toThrow();
  });
});

describe("while a reporter is muted", () => {
  test("a new report is kept, set aside and told so; one of the gravest kind is worked on", async () => {
    const account = await createAccount(deps.db, { platformId, businessName: `Granite Movers ${nth()}` });
    await muted();
    const aside = await report("CF-AUP-3.1.a", account.businessName);
    expect(aside).toMatchObject({ state: "received", caseId: null, setAsideById: expect.any(String) as string });
    const receipt = await deps.db.notice.findFirstOrThrow({ where: { reportId: aside.id, kind: "report_receipt" } });
    expect(deps.crypto.open(receipt.textSealed, "notice.text")).toContain("set aside until");
    expect((await reportsToMatch(deps.db, { platformId, after: null })).rows.map(({ id }) => id)).not.toContain(aside.id);
    expect((await reportsToMatch(deps.db, { platformId, after: null, setAside: true })).rows.map(({ id }) => id)).toContain(aside.id);
    expect((await reportToMatch(deps, aside.id, null))?.setAside).toEqual({ reporterId, until: "2026-12-21T21:00:00.000Z" });
    expect(await report("CF-AUP-3.5.a", account.businessName)).toMatchObject({ state: "attached", setAsideById: null });
  });

  test("the mute ends by itself, the next report is worked on, and what was set aside comes back", async () => {
    const account = await createAccount(deps.db, { platformId, businessName: `Granite Movers ${nth()}` });
    const { muteId } = await muted();
    const [aside, dismissed] = [await report("CF-AUP-3.1.a", account.businessName), await report("CF-AUP-3.1.a", account.businessName)];
    await deps.db.report.update({ where: { id: dismissed.id }, data: { state: "dismissed", dismissalReason: "not_a_report", resolvedAt: deps.clock().toJSDate() } });
    deps.clock.advance({ days: 30 });
    expect(await report("CF-AUP-3.1.a", account.businessName)).toMatchObject({ state: "attached", setAsideById: null });
    await Promise.all([expireMutes(deps), expireMutes(deps)]);
    expect(await deps.db.auditEntry.count({ where: { type: "reporter.unmuted", body: { contains: muteId } } })).toBe(1);
    expect(await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: muteId } })).toMatchObject({ state: "expired" });
    expect((await reportsToMatch(deps.db, { platformId, after: null })).rows.map(({ id }) => id)).toContain(aside.id);
    expect(await deps.db.report.findUniqueOrThrow({ where: { id: dismissed.id } })).toMatchObject({ state: "dismissed", setAsideById: muteId });
  });

  test("a mute whose reporter is just sending something ends at the next run", async () => {
    const { muteId } = await muted();
    deps.clock.advance({ days: 30 });
    await deps.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM reporter WHERE id = ${reporterId}::uuid FOR UPDATE`;
      await expireMutes(deps);
      expect(await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: muteId } })).toMatchObject({ state: "active" });
    });
    await expireMutes(deps);
    expect(await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: muteId } })).toMatchObject({ state: "expired" });
  });
});

describe("an objection", () => {
  const object = (measureId: string, by = reporterId) => objectToMeasure(deps, { kind: "public" }, by, { measureId, objection: "They did send those messages." });

  test("is taken once, within ten business days to answer, and only from the reporter concerned", async () => {
    const measureId = await warned();
    const stranger = await createReporter(deps, platformId, `other-${nth()}@mail.example`);
    expect(await object(measureId, stranger.id)).toMatchObject({ reason: "not_found" });
    expect(await object(measureId)).toMatchObject({ ok: true, dueAt: "2026-12-08T07:00:00.000Z" });
    expect(await object(measureId)).toMatchObject({ reason: "objected_already" });
    expect((await reportersToWatch(deps.db, deps.clock())).find(({ id }) => id === reporterId)).toMatchObject({ objectionDueAt: "2026-12-08T07:00:00.000Z", warned: true });
  });

  test("after the window it is taken as late", async () => {
    const measureId = await warned();
    deps.clock.advance({ days: 31 });
    expect(await object(measureId)).toMatchObject({ ok: true });
    expect(await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: measureId } })).toMatchObject({ objectionLate: true });
  });

  test("nobody rules on a measure of their own, in the command or in the database", async () => {
    const measureId = await warned();
    await object(measureId);
    expect(await ruleOnObjection(deps, lee, { measureId, ruling: "upheld", grounds: "It stands." })).toMatchObject({ reason: "not_independent" });
    await expect(deps.db.reporterMeasure.update({ where: { id: measureId }, data: { ruling: "upheld", grounds: "x", ruledById: lee.id, ruledAt: deps.clock().toJSDate() } })).rejects.toThrow(/independence/);
    expect(await ruleOnObjection(deps, ana, { measureId, ruling: "upheld", grounds: "It stands." })).toMatchObject({ reason: "forbidden" });
    expect(await ruleOnObjection(deps, lou, { measureId, ruling: "upheld", grounds: "It stands." })).toMatchObject({ ok: true });
    expect(await ruleOnObjection(deps, lou, { measureId, ruling: "lifted", grounds: "It does not." })).toMatchObject({ reason: "illegal_move" });
  });

  test("its clock warns whoever may answer at five and two business days, and the leads at the breach, each once, and the breach stays", async () => {
    const measureId = await warned();
    await object(measureId);
    const told = async () => {
      const rows = await deps.db.notice.findMany({ where: { kind: "appeal_deadline", dedupeKey: { startsWith: `reporter_measure:${measureId}:` } }, orderBy: { id: "asc" } });
      return rows.map(({ subject, addressSealed }) => `${subject} > ${deps.crypto.open(addressSealed, "notice.address")}`);
    };
    const emailOf = async ({ id }: StaffActor) => (await deps.db.staff.findUniqueOrThrow({ where: { id } })).email;
    const { reference } = await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: measureId } });
    const [decider, other] = [await emailOf(lee), await emailOf(lou)];
    const swept = async (at: string) => {
      deps.clock.set(at);
      await Promise.all([sweepObjections(deps), sweepObjections(deps)]);
      return (await told()).filter((line) => line.endsWith(decider) || line.endsWith(other));
    };
    expect(await swept("2026-11-30T06:59:59Z")).toEqual([]);
    expect(await swept("2026-11-30T07:00:00Z")).toEqual([`Objection ${reference}: 5 business days left > ${other}`]);
    expect(await swept("2026-12-03T07:00:00Z")).toEqual([expect.anything(), `Objection ${reference}: 2 business days left > ${other}`]);
    expect((await swept("2026-12-08T07:00:00Z")).slice(2).toSorted()).toEqual([decider, other].map((email) => `Objection ${reference} is overdue > ${email}`).toSorted());
    expect(await swept("2026-12-09T07:00:00Z")).toHaveLength(4);
    await ruleOnObjection(deps, lou, { measureId, ruling: "upheld", grounds: "It stands." });
    expect(await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: measureId } })).toMatchObject({ objectionBreachedAt: new Date("2026-12-08T07:00:00Z") });
  });

  test("lifting a warning ends the mute that rests on it, and what was set aside comes back", async () => {
    const account = await createAccount(deps.db, { platformId, businessName: `Granite Movers ${nth()}` });
    const { warningId, muteId } = await muted();
    const aside = await report("CF-AUP-3.1.a", account.businessName);
    await object(warningId);
    expect(await ruleOnObjection(deps, lou, { measureId: warningId, ruling: "lifted", grounds: "The reports were right." })).toMatchObject({ ok: true, takenBack: 1 });
    expect(await deps.db.reporterMeasure.findUniqueOrThrow({ where: { id: muteId } })).toMatchObject({ state: "lifted" });
    expect((await reportsToMatch(deps.db, { platformId, after: null })).rows.map(({ id }) => id)).toContain(aside.id);
    const notice = await deps.db.notice.findFirstOrThrow({ where: { kind: "reporting_ruling", reporterMeasureId: warningId } });
    expect(deps.crypto.open(notice.textSealed, "notice.text")).toContain("The reports were right.");
  });
});

test("the reporter's page names no colleague, and staff see no address", async () => {
  const { muteId } = await muted();
  const own = JSON.stringify(await reporterStanding(deps.db, reporterId));
  for (const hidden of [lee.id, lee.name, email]) expect(own).not.toContain(hidden);
  const page = await reporterPage(deps.db, reporterId, DateTime.fromISO("2026-11-21T21:00:00Z", { zone: "utc" }));
  expect(page?.measures.map(({ id }) => id)).toContain(muteId);
  expect(JSON.stringify(page)).not.toContain(email);
});
