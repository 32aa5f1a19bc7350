import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { addNote } from "~/modules/cases/add-note.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { closeCase } from "~/modules/cases/close-case.server";
import { deescalateCase, escalateCase } from "~/modules/cases/escalate-case.server";
import { flagCaseForReview } from "~/modules/cases/flag-case-for-review.server";
import { joinCase, type Joining } from "~/modules/cases/join-case.server";
import { lockCaseAndAccount } from "~/modules/cases/lock-case.server";
import { moveCase } from "~/modules/cases/move-case.server";
import { reassignCase } from "~/modules/cases/reassign-case.server";
import { releaseCase } from "~/modules/cases/release-case.server";
import { renewLease } from "~/modules/cases/renew-lease.server";
import { reopenCase } from "~/modules/cases/reopen-case.server";
import { resumeCase } from "~/modules/cases/resume-case.server";
import { revealReporter } from "~/modules/cases/reveal-reporter.server";
import { createAccount } from "../factories/account";
import { createCase } from "../factories/case";
import { createReport, createReporter } from "../factories/report";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let ana: StaffActor;
let ben: StaffActor;
let lead: StaffActor;
let auditor: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ana = await createStaff(deps.db, ["analyst"], "Ana Lind");
  ben = await createStaff(deps.db, ["analyst"], "Ben Ito");
  lead = await createStaff(deps.db, ["lead"], "Lea Novak");
  auditor = await createStaff(deps.db, ["auditor"], "Aud Itor");
});
afterAll(() => database.close());

const caseRow = (id: string) => deps.db.case.findUniqueOrThrow({ where: { id } });
const timeline = async (caseId: string) =>
  (await deps.db.caseEvent.findMany({ where: { caseId }, orderBy: { id: "asc" } })).map((event) => event.kind);
const audited = async (caseId: string) =>
  (await deps.db.auditEntry.findMany({ where: { caseId }, orderBy: { id: "asc" } })).map((entry) => entry.type);

const bySystem = { kind: "system", name: "intake" } as const;
function join(account: { id: string; platformId: string }, what: Joining["what"], severity: Joining["severity"] = "medium") {
  const at = deps.clock();
  return deps.db.$transaction((tx) =>
    joinCase(tx, bySystem, { platformId: account.platformId, accountId: account.id, area: "spam", severity, at, what }),
  );
}
const aReport = async (account: { id: string; platformId: string }): Promise<Joining["what"]> => {
  const report = await createReport(deps, { platformId: account.platformId, accountId: account.id });
  return { kind: "report", id: report.id, reference: report.reference, channel: "form" };
};

test("of many who claim at once exactly one gets the case", async () => {
  const { id } = await createCase(deps.db);
  const people = await Promise.all(Array.from({ length: 6 }, () => createStaff(deps.db)));
  const results = await Promise.all(people.map((person) => claimCase(deps, person, { caseId: id })));
  const won = people.filter((_, index) => results[index]!.ok);
  expect(won).toHaveLength(1);
  expect(results.filter((result) => !result.ok && result.reason === "case_held_by_other")).toHaveLength(5);
  expect(await caseRow(id)).toMatchObject({ leaseHolderId: won[0]!.id, state: "investigating", version: 2 });
  expect(await timeline(id)).toEqual(["claimed"]);
  expect(await audited(id)).toEqual(["case.claimed"]);
});

test("two reports at once open one case, and both count", async () => {
  const account = await createAccount(deps.db);
  const reports = await Promise.all([aReport(account), aReport(account), aReport(account), aReport(account)]);
  const results = await Promise.all(reports.map((report) => join(account, report)));
  const references = new Set(results.map((result) => (result.ok ? result.reference : result.reason)));
  expect(references.size).toBe(1);
  expect(results.filter((result) => result.ok && result.opened)).toHaveLength(1);
  const cases = await deps.db.case.findMany({ where: { accountId: account.id } });
  expect(cases).toHaveLength(1);
  expect(cases[0]).toMatchObject({ reportCount: 4, signalCount: 0, state: "open" });
  expect((await timeline(cases[0]!.id)).toSorted()).toEqual(["opened", ...Array(4).fill("report_attached")]);
});

test("a graver signal joins, raises the severity and the place in the queue; a decided case is not joined", async () => {
  const account = await createAccount(deps.db);
  const first = await join(account, await aReport(account), "low");
  if (!first.ok) throw new Error(first.reason);
  const before = await caseRow(first.caseId);
  const signal = await join(account, { kind: "signal", id: before.id, rule: "opt_out_spike" }, "high");
  expect(signal).toMatchObject({ ok: true, caseId: first.caseId, opened: false });
  const after = await caseRow(first.caseId);
  expect(after).toMatchObject({ severity: "high", reportCount: 1, signalCount: 1 });
  expect(after.priority).toBeGreaterThan(before.priority);
  expect(await timeline(first.caseId)).toEqual(["opened", "report_attached", "signal_attached", "severity_raised"]);

  await claimCase(deps, ana, { caseId: first.caseId });
  await deps.db.$transaction((tx) => moveCase(tx, ana, { caseId: first.caseId, move: "decide", at: deps.clock(), held: true }));
  const later = await join(account, await aReport(account));
  expect(later).toMatchObject({ ok: true, opened: true });
  expect(later.ok && later.caseId).not.toBe(first.caseId);
});

test("an unknown account joins nothing", async () => {
  const result = await join({ id: ana.id, platformId: ana.id }, { kind: "signal", id: ana.id, rule: "x" });
  expect(result).toEqual({ ok: false, reason: "not_found" });
});

test("a lease that ran out can be taken; until then only renewed or released by its holder", async () => {
  const { id } = await createCase(deps.db);
  await claimCase(deps, ana, { caseId: id });
  expect(await claimCase(deps, ben, { caseId: id })).toMatchObject({ ok: false, reason: "case_held_by_other" });
  expect(await releaseCase(deps, ben, { caseId: id })).toMatchObject({ ok: false, reason: "lease_missing" });
  const { version } = await caseRow(id);
  deps.clock.advance({ minutes: 10 });
  expect(await renewLease(deps, ana, { caseId: id })).toMatchObject({ ok: true });
  expect((await caseRow(id)).version).toBe(version);
  deps.clock.advance({ minutes: 14 });
  expect(await claimCase(deps, ben, { caseId: id })).toMatchObject({ ok: false });
  deps.clock.advance({ minutes: 1 });
  expect(await claimCase(deps, ben, { caseId: id })).toMatchObject({ ok: true });
  expect(await renewLease(deps, ana, { caseId: id })).toEqual({ ok: false, reason: "lease_missing" });
  expect(await releaseCase(deps, ben, { caseId: id })).toMatchObject({ ok: true });
  expect(await caseRow(id)).toMatchObject({ leaseHolderId: null, leaseExpiresAt: null, state: "investigating" });
});

test("a lead takes a case away and gives it to somebody who may work on it", async () => {
  const { id } = await createCase(deps.db);
  await claimCase(deps, ana, { caseId: id });
  const reason = "Ana is on leave.";
  expect(await reassignCase(deps, ben, { caseId: id, staffId: ben.id, reason })).toEqual({ ok: false, reason: "forbidden" });
  expect(await reassignCase(deps, lead, { caseId: id, staffId: auditor.id, reason })).toEqual({ ok: false, reason: "staff_not_available" });
  expect(await reassignCase(deps, lead, { caseId: id, staffId: ben.id, reason })).toMatchObject({ ok: true });
  expect(await caseRow(id)).toMatchObject({ leaseHolderId: ben.id });
  expect(await reassignCase(deps, lead, { caseId: id, staffId: undefined, reason })).toMatchObject({ ok: true });
  expect(await caseRow(id)).toMatchObject({ leaseHolderId: null });
  expect(await timeline(id)).toEqual(["claimed", "reassigned", "reassigned"]);
});

test("a note is kept with its author and makes forms of others stale", async () => {
  const { id, version } = await createCase(deps.db);
  expect(await addNote(deps, auditor, { caseId: id, text: "Seen." })).toEqual({ ok: false, reason: "forbidden" });
  expect(await addNote(deps, ben, { caseId: id, text: "Same sender as last week." })).toMatchObject({ ok: true });
  expect(await deps.db.caseNote.findMany({ where: { caseId: id } })).toMatchObject([{ authorId: ben.id, text: "Same sender as last week." }]);
  const stale = await escalateCase(deps, ana, { caseId: id, version, reason: "Looks organised." });
  expect(stale).toEqual({ ok: false, reason: "stale", detail: { seen: version, version: version + 1 } });
  expect(await caseRow(id)).toMatchObject({ escalated: false });
  expect(await audited(id)).toEqual(["case.note_added"]);
});

test("an escalation moves the case up, to a lead only, and a lead takes it down", async () => {
  const { id, priority } = await createCase(deps.db);
  const reason = "Looks organised.";
  expect(await escalateCase(deps, ana, { caseId: id, staffId: ben.id, reason })).toEqual({ ok: false, reason: "staff_not_available" });
  expect(await escalateCase(deps, ana, { caseId: id, staffId: lead.id, reason })).toMatchObject({ ok: true });
  const escalated = await caseRow(id);
  expect(escalated).toMatchObject({ escalated: true, escalatedToId: lead.id });
  expect(escalated.priority).toBeGreaterThan(priority);
  expect(await deescalateCase(deps, ana, { caseId: id, reason })).toEqual({ ok: false, reason: "forbidden" });
  expect(await deescalateCase(deps, lead, { caseId: id, reason })).toMatchObject({ ok: true });
  expect(await caseRow(id)).toMatchObject({ escalated: false, escalatedToId: null, priority });
});

test("a case waits for a reporter and goes on; deciding takes holding it", async () => {
  const { id } = await createCase(deps.db);
  await claimCase(deps, ana, { caseId: id });
  const move = (actor: StaffActor, name: "ask_for_information" | "decide", version?: number) =>
    deps.db.$transaction((tx) => moveCase(tx, actor, { caseId: id, move: name, at: deps.clock(), held: true, version }));
  expect(await move(ben, "decide")).toEqual({ ok: false, reason: "case_held_by_other" });
  expect(await move(ana, "ask_for_information")).toMatchObject({ ok: true });
  expect(await move(ana, "decide")).toMatchObject({ ok: false, reason: "illegal_move" });
  expect(await resumeCase(deps, ana, { caseId: id })).toMatchObject({ ok: true });
  expect(await move(ana, "decide", 1)).toMatchObject({ ok: false, reason: "stale" });
  deps.clock.advance({ minutes: 15 });
  expect(await move(ana, "decide")).toEqual({ ok: false, reason: "lease_missing" });
  await claimCase(deps, ana, { caseId: id });
  expect(await move(ana, "decide")).toMatchObject({ ok: true });
  expect(await caseRow(id)).toMatchObject({ state: "decided", leaseHolderId: null });
});

test("a closed case is reopened with a reason, but not beside another open one", async () => {
  const closed = await createCase(deps.db, { state: "decided", decidedAt: deps.clock().toJSDate() });
  const reason = "The reporter sent more.";
  expect(await reopenCase(deps, ana, { caseId: closed.id, reason })).toMatchObject({ ok: false, reason: "illegal_move" });
  expect(await closeCase(deps, ana, { caseId: closed.id, reason: "Done." })).toMatchObject({ ok: true });
  const other = await createCase(deps.db, { accountId: closed.accountId });
  expect(await reopenCase(deps, ana, { caseId: closed.id, reason })).toEqual({ ok: false, reason: "open_case_exists" });
  await deps.db.case.update({ where: { id: other.id }, data: { state: "closed" } });
  expect(await reopenCase(deps, ana, { caseId: closed.id, reason })).toMatchObject({ ok: true });
  expect(await caseRow(closed.id)).toMatchObject({ state: "open", decidedAt: null, closedAt: null });
  expect(await timeline(closed.id)).toEqual(["closed", "reopened"]);
});

test("looking at a reporter takes a reason and leaves a trace without the identity", async () => {
  const found = await createCase(deps.db);
  const reporter = await createReporter(deps, found.platformId, "rosa@mail.example");
  const report = await createReport(deps, {
    platformId: found.platformId,
    reporterId: reporter.id,
    caseId: found.id,
    state: "attached",
  });
  const stray = await createReport(deps, { platformId: found.platformId });
  const reason = "Asked for her phone records.";
  expect(await revealReporter(deps, auditor, { caseId: found.id, reportId: report.id, reason })).toEqual({ ok: false, reason: "forbidden" });
  expect(await revealReporter(deps, ana, { caseId: found.id, reportId: stray.id, reason })).toEqual({ ok: false, reason: "report_not_in_case" });
  expect(await audited(found.id)).toEqual([]);
  const revealed = await revealReporter(deps, ana, { caseId: found.id, reportId: report.id, reason });
  expect(revealed).toEqual({ ok: true, revealed: { reportId: report.id, email: "rosa@mail.example", name: "Rosa Marin", phones: [] } });
  const [entry] = await deps.db.auditEntry.findMany({ where: { caseId: found.id } });
  expect(entry).toMatchObject({ type: "reporter.revealed", actorId: ana.id });
  expect(entry!.body).not.toContain("rosa@");
  expect(await timeline(found.id)).toEqual(["reporter_revealed"]);
});

test("a case whose decision counted a voided strike is put up for review", async () => {
  const found = await createCase(deps.db, { state: "closed" });
  await deps.db.$transaction((tx) => flagCaseForReview(tx, bySystem, { caseId: found.id, reason: "strike_voided", at: deps.clock() }));
  expect(await caseRow(found.id)).toMatchObject({ reviewReason: "strike_voided", state: "closed", version: 2 });
});

test("a case that is locked with its account is taken after it, as it has become meanwhile", async () => {
  const { id, accountId } = await createCase(deps.db);
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  const free = async () => (await owner.query('SELECT 1 FROM "case" WHERE id = $1 FOR UPDATE SKIP LOCKED', [id])).rowCount === 1;
  const waits = async () => {
    // In a transaction the view shows what it showed at first.
    await owner.query("SELECT pg_stat_clear_snapshot()");
    return (await owner.query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%held AS MATERIALIZED%'")).rowCount;
  };
  try {
    await owner.query("BEGIN");
    await owner.query("SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE", [accountId]);
    const locked = deps.db.$transaction(async (tx) => ({ found: await lockCaseAndAccount(tx, id), free: await deps.db.$queryRaw`SELECT 1 FROM "case" WHERE id = ${id}::uuid FOR UPDATE SKIP LOCKED` }));
    locked.catch(() => undefined);
    await expect.poll(waits).toBe(1);
    expect(await free()).toBe(true);
    await owner.query('UPDATE "case" SET version = version + 1 WHERE id = $1', [id]);
    await owner.query("COMMIT");
    expect(await locked).toMatchObject({ found: { id, accountId, version: (await caseRow(id)).version }, free: [] });
  } finally {
    await owner.end();
  }
});
