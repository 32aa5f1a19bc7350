import { afterAll, beforeAll, expect, test } from "vitest";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { holderHealth } from "~/modules/appeals/holder-health.queries.server";
import { revokeSenderHealth, shareSenderHealth } from "~/modules/appeals/share-sender-health.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { countSending } from "~/modules/signals/count-sending.server";
import { createAccount } from "../factories/account";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let people: Awaited<ReturnType<typeof enforcers>>;
let on: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  people = await enforcers(deps);
  on = await anInvestigation(deps, people.ana, { platformId: people.platformId });
  await countSending(deps);
});
afterAll(() => database.close());

let nth = 0;
async function aSignal(rule: string, more: { mode?: "shadow"; retracted?: boolean } = {}): Promise<string> {
  const start = Date.parse("2026-11-10T07:00:00Z") + (nth += 1) * 86_400_000;
  const recorded = await recordSignal(deps, { kind: "system", name: "signals" }, {
    accountId: on.account.id, clauseCode: "CF-AUP-4.1.b", rule, ruleVersion: 1, windowStart: new Date(start).toISOString(), windowEnd: new Date(start + 3_600_000).toISOString(),
    observed: 31_337, threshold: 271_828, score: 40, measures: { breaches: 12, marketing: 480 }, eventIds: ["e1"],
  });
  if (!recorded.ok || !recorded.signalId) throw new Error("the signal was not recorded");
  const id = recorded.signalId;
  await deps.db.signalEvent.create({ data: { signalId: id, eventId: "e1", occurredAt: new Date(start), type: "message.sent", contact: "…9f3a", ambiguous: false } });
  if (more.mode) await deps.db.signal.update({ where: { id }, data: { mode: more.mode, caseId: null } });
  if (more.retracted) await deps.db.signal.update({ where: { id }, data: { retractedAt: deps.clock().toJSDate() } });
  return id;
}

test("the holder sees what was found with its clause and what to do, and nothing of shadows, of what was taken back or of how it is measured", async () => {
  await aSignal("missing_consent");
  await aSignal("missing_consent");
  await aSignal("quiet_hours", { mode: "shadow" });
  await aSignal("frequency", { retracted: true });
  await aSignal("duplicate_account");
  const seen = (await holderHealth(deps, on.account.id, "en"))!;
  expect(seen.toFix).toEqual([
    { rule: "missing_consent", clause: "CF-AUP-4.1.b", title: expect.stringMatching(/\w/), messages: 24, days: 2, examples: [expect.objectContaining({ contact: "…9f3a" }), expect.objectContaining({ contact: "…9f3a" })] },
  ]);
  const whole = JSON.stringify(seen);
  for (const secret of ["shadow", on.reporterEmails[0]!, on.reports[0]!.reference]) expect(whole).not.toContain(secret);
  expect(whole).not.toMatch(/\b(31337|271828)\b/);
});

test("nothing changes for the holder when a measure that must not be tipped off begins", async () => {
  const before = await holderHealth(deps, on.account.id, null);
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: on.caseId } });
  expect(await decideCase(deps, people.ana, await aViolation(deps, { ...on, version }, { lawEnforcementReferral: true, noTipOff: true }))).toMatchObject({ ok: true });
  expect(await deps.db.action.count({ where: { accountId: on.account.id, noTipOff: true } })).toBeGreaterThan(0);
  expect(await holderHealth(deps, on.account.id, null)).toEqual(before);
});

const tokenIn = (text: string): string => /\/sending\/([A-Za-z0-9_-]{43})/.exec(text)![1]!;
const mailTo = async (accountId: string) => {
  const notices = await deps.db.notice.findMany({ where: { accountId, kind: "sender_health" }, orderBy: { id: "asc" } });
  return notices.map(({ textSealed }) => deps.crypto.open(textSealed, "notice.text"));
};

test("a link is mailed, opens the page for thirty days, and opens nothing once it was taken back", async () => {
  expect(await shareSenderHealth(deps, people.ana, on.account.id)).toEqual({ ok: true, mails: 1 });
  const [mail] = await mailTo(on.account.id);
  const token = tokenIn(mail!);
  const opens = () => openPrivateLink(deps, "sender_health", token);
  expect(await opens()).toEqual({ purpose: "sender_health", accountId: on.account.id });
  expect(await openPrivateLink(deps, "account_standing", token)).toBeNull();
  deps.clock.advance({ days: 30 });
  expect(await opens()).toBeNull();
  deps.clock.set(now);
  expect(await revokeSenderHealth(deps, people.lee, on.account.id)).toEqual({ ok: true, links: 1 });
  expect(await opens()).toBeNull();
  expect(await revokeSenderHealth(deps, people.lee, on.account.id)).toEqual({ ok: true, links: 0 });
  const trail = await deps.db.auditEntry.findMany({ where: { accountId: on.account.id, type: { startsWith: "sender_health." } }, orderBy: { id: "asc" } });
  expect(trail.map(({ type, actorId }) => [type, actorId])).toEqual([["sender_health.shared", people.ana.id], ["sender_health.revoked", people.lee.id]]);
  expect(JSON.stringify(trail.map(({ body }) => body))).not.toContain(token);
});

test("only who works on cases sends links, and only where there is somebody to send them to", async () => {
  const auditor = await createStaff(deps.db, ["auditor"]);
  expect(await shareSenderHealth(deps, auditor, on.account.id)).toEqual({ ok: false, reason: "forbidden" });
  expect(await revokeSenderHealth(deps, auditor, on.account.id)).toEqual({ ok: false, reason: "forbidden" });
  const { id } = await createAccount(deps.db, { platformId: people.platformId });
  expect(await shareSenderHealth(deps, people.ana, id)).toEqual({ ok: false, reason: "no_account_address" });
  expect(await deps.db.accessLink.count({ where: { accountId: id } })).toBe(0);
});
