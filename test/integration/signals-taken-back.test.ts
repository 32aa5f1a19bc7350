import { afterAll, beforeAll, expect, test } from "vitest";
import { createAccount } from "../factories/account";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aPlatformWithRules } from "../support/sending";
import { aTail } from "../support/tailing";
import { rawRequest, startWeb, type Web } from "../support/web";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let platformId: string;
let bearer: { authorization: string };

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId, bearer } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const good = { businessName: "Zenith", hasOptOutInstructions: true, consent: { method: "website_form", at: "2026-01-01T00:00:00Z" } };
let nextContact = 0;
const aContact = () => `+13075${String((nextContact += 1)).padStart(6, "0")}`;
const post = (events: object[]) => rawRequest(web.port, { method: "POST", path: "/api/v1/events", body: JSON.stringify(events), headers: { "content-type": "application/json", ...bearer } });

test("a signal taken back after its case was decided counts there no more, nor in what weighs the case; what comes again counts once, in a new case", async () => {
  const account = await createAccount(deps.db, { platformId });
  const tail = await aTail(deps);
  const contacts = Array.from({ length: 30 }, aContact);
  const toAll = (minutes: number, type: string) => post(contacts.map((contact) => anEvent(account.externalId, ago(minutes), { ...good, type, category: type === "message.sent" ? "marketing" : undefined, contact })));
  await toAll(500, "opt_out");
  await toAll(300, "message.sent");
  await tail.settle();
  const { caseId, case: opened } = await deps.db.signal.findFirstOrThrow({ where: { accountId: account.id }, include: { case: { select: { signalCount: true, state: true } } } });
  expect(opened).toMatchObject({ signalCount: 1, state: "open" });
  await deps.db.case.update({ where: { id: caseId! }, data: { state: "decided", decidedAt: new Date(now) } });
  const weighed = await deps.db.case.findUniqueOrThrow({ where: { id: caseId! } });
  await toAll(400, "opt_in");
  await tail.settle();
  const after = await deps.db.case.findUniqueOrThrow({ where: { id: caseId! } });
  expect(after).toMatchObject({ signalCount: 0, state: "decided" });
  expect(after.priority).toBeLessThan(weighed.priority);
  await toAll(350, "opt_out");
  await tail.settle();
  const cases = await deps.db.case.findMany({ where: { accountId: account.id }, orderBy: { id: "asc" }, select: { id: true, state: true, signalCount: true } });
  expect(cases).toEqual([{ id: caseId, state: "decided", signalCount: 0 }, expect.objectContaining({ state: "open", signalCount: 1 })]);
  await tail.leave();
});
