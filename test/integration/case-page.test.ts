import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { addNote } from "~/modules/cases/add-note.server";
import { casePage, type CasePage, timelineSince } from "~/modules/cases/case-page.queries.server";
import { timelinePage } from "~/modules/cases/case-page.schema";
import { searchConsole } from "~/modules/cases/search-console.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { revealContacts } from "~/modules/platforms/reveal-contacts.server";
import type { Db } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { createAccount } from "../factories/account";
import { createCase } from "../factories/case";
import { createReport, createReporter } from "../factories/report";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let ana: StaffActor;
let auditor: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ana = await createStaff(deps.db, ["analyst"], "Ana Lind");
  auditor = await createStaff(deps.db, ["auditor"]);
});
afterAll(() => database.close());

/** The client, counting statements; it can send raw ones only, so that none goes uncounted. */
function countingDb(): { db: Db; sent: () => number } {
  let sent = 0;
  const db = new Proxy(deps.db, {
    get(target, name) {
      if (name !== "$queryRaw") throw new Error(`not counted: ${String(name)}`);
      return (...args: Parameters<Db["$queryRaw"]>) => {
        sent += 1;
        return target.$queryRaw(...args);
      };
    },
  });
  return { db, sent: () => sent };
}

async function caseWithEntries(count: number) {
  const found = await createCase(deps.db, { reportCount: 1 });
  const start = deps.clock().toMillis();
  await deps.db.caseEvent.createMany({
    // Several entries share an instant, so that pages break between equals.
    data: Array.from({ length: count }, (_, n) => ({ id: newId(), caseId: found.id, at: new Date(start + Math.floor(n / 3)), kind: "claimed", actorKind: "staff", actorName: `Person ${n}` })),
  });
  return found;
}

test("the page of a case takes two statements, with one entry or three hundred", async () => {
  for (const count of [1, 300]) {
    const { reference } = await caseWithEntries(count);
    const { db, sent } = countingDb();
    const page = await casePage(db, reference);
    expect(sent()).toBe(2);
    expect(page?.body.timeline).toHaveLength(Math.min(count, timelinePage));
  }
});

test("pages of a timeline hold every entry once, newest first", async () => {
  const { id, reference } = await caseWithEntries(timelinePage * 2 + 7);
  const seen: string[] = [];
  let before: string | null = null;
  do {
    const page: CasePage = (await casePage(deps.db, reference, before))!;
    seen.push(...page.body.timeline.map((entry) => entry.id));
    before = page.older;
  } while (before);
  const expected = await deps.db.caseEvent.findMany({ where: { caseId: id }, orderBy: [{ at: "desc" }, { id: "desc" }] });
  expect(seen).toEqual(expected.map((event) => event.id));
  const nonsense = (await casePage(deps.db, reference, "1.'; DROP TABLE case_event"))!;
  expect(nonsense.body.timeline[0]!.id).toBe(seen[0]);
});

test("shows reports with who sent them hidden, and what else the account has open", async () => {
  const found = await createCase(deps.db, { reportCount: 1 });
  const other = await createCase(deps.db, { accountId: found.accountId, area: "deception" });
  const reporter = await createReporter(deps, found.platformId, "rosa@mail.example");
  await createReport(deps, {
    platformId: found.platformId,
    reporterId: reporter.id,
    caseId: found.id,
    state: "attached",
    description: "NUL-free, \u202e reversed? and 🔥",
    accusedPhoneSealed: deps.crypto.seal("+13075550142", "report.accused_phone"),
  });
  await addNote(deps, ana, { caseId: found.id, text: "Checked the consent records." });
  const page = (await casePage(deps.db, found.reference))!;
  expect(page.body.reports).toMatchObject([{ hasAddress: true, phoneCount: 1, reporterKind: "email", description: "NUL-free, \u202e reversed? and 🔥" }]);
  expect(page.body.otherCases.map((row) => row.reference)).toEqual([other.reference]);
  expect(page.body.timeline).toMatchObject([{ kind: "note_added", note: "Checked the consent records.", actorName: "Ana Lind" }]);
  expect(JSON.stringify(page)).not.toContain("rosa@");
  expect(await casePage(deps.db, "C-NONE-NONE")).toBeNull();
});

test("a stale form is shown what happened since it was made", async () => {
  const found = await createCase(deps.db);
  await addNote(deps, ana, { caseId: found.id, text: "First." });
  const { newestEventId } = (await casePage(deps.db, found.reference))!.body;
  expect(await timelineSince(deps.db, found.id, newestEventId)).toEqual([]);
  await addNote(deps, ana, { caseId: found.id, text: "Second." });
  expect((await timelineSince(deps.db, found.id, newestEventId)).map((entry) => entry.note)).toEqual(["Second."]);
  expect(await timelineSince(deps.db, found.id, null)).toHaveLength(2);
});

test("finds accounts by name and id, cases by any reference, and counts a search by address as a read of personal data", async () => {
  const account = await createAccount(deps.db, { businessName: "Peña & Sons 100 %_ Dental", externalId: "acct-zebra" });
  const found = await createCase(deps.db, { accountId: account.id });
  const reporter = await createReporter(deps, account.platformId, "Maria@Mail.example".toLowerCase());
  const report = await createReport(deps, { platformId: account.platformId, reporterId: reporter.id, caseId: found.id, state: "attached" });
  await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId: account.id, kind: "phone", value: "+13075550177", createdAt: deps.clock().toJSDate() }));
  const search = async (typed: string) => {
    const result = await searchConsole(deps, ana, typed);
    if (!result.ok) throw new Error(result.reason);
    return { accounts: result.hits.accounts.map((hit) => hit.id), cases: result.hits.cases.map((hit) => hit.reference) };
  };
  const before = await deps.db.auditEntry.count();
  for (const typed of ["peña & sons", "100 %_ den", "acct-zebra", account.id]) expect((await search(typed)).accounts).toEqual([account.id]);
  expect((await search("%%%")).accounts).toEqual([]);
  for (const typed of [found.reference, found.reference.toLowerCase(), report.reference, found.id]) expect((await search(typed)).cases).toEqual([found.reference]);
  expect(await deps.db.auditEntry.count()).toBe(before);

  expect((await search("maria@MAIL.example")).cases).toEqual([found.reference]);
  expect((await search("+1 307 555 0177")).accounts).toEqual([account.id]);
  const entries = await deps.db.auditEntry.findMany({ where: { type: "contact.searched" }, orderBy: { id: "asc" } });
  expect(entries).toHaveLength(2);
  expect(entries.map((entry) => entry.body).join()).not.toMatch(/maria|3075550177/i);
});

test("a report without a case is found where it waits to be matched", async () => {
  const { platformId } = await createAccount(deps.db);
  const waiting = await createReport(deps, { platformId, state: "received" });
  expect(await searchConsole(deps, ana, waiting.reference)).toMatchObject({ ok: true, hits: { cases: [], unmatchedReportId: waiting.id } });
});

test("an account holder's addresses open with a reason and leave an entry; an auditor only reads", async () => {
  const account = await createAccount(deps.db);
  await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId: account.id, kind: "email", value: "owner@biz.example", createdAt: deps.clock().toJSDate() }));
  const input = { accountId: account.id, reason: "Mail bounced." };
  expect(await revealContacts(deps, auditor, input)).toEqual({ ok: false, reason: "forbidden" });
  expect(await deps.db.auditEntry.count({ where: { accountId: account.id } })).toBe(0);
  expect(await revealContacts(deps, ana, input)).toEqual({ ok: true, emails: ["owner@biz.example"], phones: [] });
  const [entry] = await deps.db.auditEntry.findMany({ where: { accountId: account.id } });
  expect(entry).toMatchObject({ type: "account.contacts_revealed", actorId: ana.id });
  expect(entry!.body).not.toContain("owner@");
});
