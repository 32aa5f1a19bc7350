import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { reportsToMatch, reportToMatch } from "~/modules/intake/intake.queries.server";
import { reportChoices } from "~/modules/intake/report-form.queries.server";
import { reportStatus } from "~/modules/intake/report-status.queries.server";
import { submitReport } from "~/modules/intake/submit-report.server";
import type { SubmitReportInput } from "~/modules/intake/submit-report.schema";
import { seedReference } from "#prisma/seed/reference";
import { anAccount } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  await seedReference(deps);
  platformId = (await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } })).id;
});
afterAll(() => database.close());

async function received(more: Partial<SubmitReportInput> = {}): Promise<string> {
  const input = { platform: "customerflows", clause: "CF-AUP-3.1.a", description: "They keep writing to me.", language: "en" as const, idempotencyKey: newId(), ...more };
  const taken = await submitReport(deps, { kind: "public" }, input);
  if (!taken.ok) throw new Error(taken.reason);
  return taken.reportId;
}

test("reports to match come longest waiting first, page by page, each once", async () => {
  const sent: string[] = [];
  for (let n = 0; n < 53; n += 1) {
    if (n % 2 === 0) deps.clock.advance({ seconds: 1 });
    sent.push(await received({ platform: n === 7 ? "xpecto" : "customerflows", clause: "other" }));
  }
  const first = await reportsToMatch(deps.db, { platformId: null, after: null });
  const second = await reportsToMatch(deps.db, { platformId: null, after: first.next });
  expect(first.rows).toHaveLength(50);
  expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(sent);
  expect(second.next).toBeNull();

  const own = await reportsToMatch(deps.db, { platformId, after: null });
  expect(own.rows.map((row) => row.platform)).not.toContain("Xpecto");
  expect(await reportsToMatch(deps.db, { platformId: null, after: "x~'; DROP TABLE report" })).toEqual(first);
});

test("suggests accounts that look like what the reporter wrote, and finds others by name, id and number", async () => {
  const alike = await anAccount(deps, platformId, { businessName: "Granite Peak Roofing LLC", externalId: "cf-granite" });
  const called = await anAccount(deps, platformId, { businessName: "Blue Door Bakery" });
  await anAccount(deps, platformId, { businessName: "Something Else Entirely" });
  await deps.db.accountContact.create({
    data: { id: newId(), accountId: called.id, kind: "phone", sealed: "x", lookupHash: deps.crypto.lookup("+13075558000", "phone"), createdAt: deps.clock().toJSDate() },
  });
  const id = await received({ businessName: "Granite Peek Roofing", phones: ["+13075558000"] });
  const report = (await reportToMatch(deps, id, null))!;
  expect(report.suggestions.map((account) => account.id).sort()).toEqual([alike.id, called.id].sort());
  expect(report.suggestions.find((account) => account.id === called.id)?.because).toContain("a number given is one of its numbers");
  expect(report.found).toBeNull();

  for (const [sought, account] of [["granite", alike], ["cf-granite", alike], ["(307) 555-8000", called], ["Blue Dor Bakery", called]] as const) {
    expect((await reportToMatch(deps, id, sought))?.found?.map((one) => one.id), sought).toContain(account.id);
  }
  expect((await reportToMatch(deps, id, "%_'\\"))?.found).toEqual([]);
  expect(await reportToMatch(deps, newId(), null)).toBeNull();
});

test("the form offers every clause in plain words, once, in both languages", async () => {
  const english = (await reportChoices(deps.db, "customerflows", "en"))!;
  const spanish = (await reportChoices(deps.db, "customerflows", "es"))!;
  const codes = english.groups.flatMap((group) => group.options.map((option) => option.value));
  expect(codes.length).toBeGreaterThan(50);
  expect(new Set(codes).size).toBe(codes.length);
  expect(spanish.groups.flatMap((group) => group.options.map((option) => option.value))).toEqual(codes);
  expect(spanish.groups[0]!.options[0]!.label).not.toBe(english.groups[0]!.options[0]!.label);
  expect(await reportChoices(deps.db, "nowhere", "en")).toBeNull();
  for (const { key } of await deps.db.platform.findMany()) expect((await reportChoices(deps.db, key, "en"))?.groups.length, key).toBeGreaterThan(0);
});

test("a reporter sees their report and nothing of the case or the staff", async () => {
  const account = await anAccount(deps, platformId, { businessName: "Quiet Creek Painting" });
  const id = await received({ businessName: "Quiet Creek Painting", email: "rosa@mail.example" });
  const status = (await reportStatus(deps.db, id))!;
  expect(status).toMatchObject({ stage: "received", outcome: null, hasAddress: true, openQuestion: false, takesEvidence: true });
  const { caseId } = await deps.db.report.findUniqueOrThrow({ where: { id } });
  expect(JSON.stringify(status)).not.toMatch(new RegExp(`${account.id}|${caseId}|rosa@|C-[2-9A-Z]{4}-`));

  for (const [state, stage] of [["investigating", "in_review"], ["waiting_for_information", "in_review"], ["open", "received"]] as const) {
    await deps.db.case.update({ where: { id: caseId! }, data: { state } });
    expect((await reportStatus(deps.db, id))?.stage, state).toBe(stage);
  }
});
