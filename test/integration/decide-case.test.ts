import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allRefusals } from "~/infra/result";
import type { StaffActor } from "~/modules/access/actor";
import { maskedToken } from "~/modules/access/private-link.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { addNote } from "~/modules/cases/add-note.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { previewDecision } from "~/modules/enforcement/preview-decision.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { anInvestigation, aViolation, clauseByCode, enforcers, type Investigation } from "../factories/investigation";
import { scheduleVersion } from "../factories/campaign";
import { createReport } from "../factories/report";
import { rehearsed } from "../bench/statements";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let ben: StaffActor;
let lee: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, ben, lee } = await enforcers(deps));
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId, reports: 2 });
});

const noticesOf = async (caseId: string) => {
  const notices = await deps.db.notice.findMany({ where: { caseId }, orderBy: { id: "asc" } });
  return notices.map((notice) => ({
    id: notice.id,
    kind: notice.kind,
    to: deps.crypto.open(notice.addressSealed, "notice.address"),
    subject: notice.subject,
    text: deps.crypto.open(notice.textSealed, "notice.text"),
  }));
};
const gateOf = async (investigation: Investigation) => {
  const gate = await readGate(deps, platformId, investigation.account.externalId);
  return gate!.features.filter(({ allowed }) => !allowed).map(({ feature, reasonCode }) => `${feature} ${reasonCode}`);
};
const untouched = async (caseId: string) => {
  const { state } = await deps.db.case.findUniqueOrThrow({ where: { id: caseId } });
  return { state, decisions: await deps.db.decision.count({ where: { caseId } }), notices: await deps.db.notice.count({ where: { caseId } }), actions: await deps.db.action.count({ where: { caseId } }) };
};
const nothing = { state: "investigating", decisions: 0, notices: 0, actions: 0 };

describe("a violation", () => {
  test("asks the database no more than it has to, and reads nothing twice", async () => {
    const input = await aViolation(deps, found);
    const sent = await rehearsed(() => decideCase(deps, ana, input));
    const texts = sent.map(({ text }) => text.trim());
    expect(texts.length).toBeLessThanOrEqual(25);
    const reads = texts.filter((text) => text.startsWith("SELECT"));
    expect(new Set(reads).size).toBe(reads.length);
  });

  test("commits findings, action, strike, gate, statement, reporters' outcomes, case and audit together", async () => {
    expect(await gateOf(found)).toEqual([]);
    const input = await aViolation(deps, found, { clause: "CF-AUP-4.3.b" });
    const decided = await decideCase(deps, ana, input);
    expect(decided).toMatchObject({ ok: true, state: "in_effect", repeated: false });
    if (!decided.ok) return;

    const decision = await deps.db.decision.findUniqueOrThrow({
      where: { id: decided.decisionId },
      include: { findings: { include: { clauseVersion: { include: { clause: true } } } }, evidence: true, actions: true, strikes: true, statements: true },
    });
    expect(decision).toMatchObject({ outcome: "violation", state: "in_effect", deciderId: ana.id, approverId: null, recommendedRung: 3, chosenRung: 3, deviation: null });
    expect(decision.findings.map((one) => one.clauseVersion.clause.code)).toEqual(["CF-AUP-4.3.b"]);
    expect(decision.evidence.map((one) => one.reportId).sort()).toEqual(found.reports.map(({ id }) => id).sort());
    expect(decision.actions).toMatchObject([{ kind: "suspension", state: "active", interim: false, informedAt: null, endsAt: new Date("2026-11-27T21:00:00Z") }]);
    expect(decision.strikes).toMatchObject([{ weight: 2, voidedAt: null, expiresAt: new Date("2027-11-20T21:00:00Z") }]);
    expect(decision.statements[0]?.text).toContain("two marketing messages without consent");
    expect((await gateOf(found)).every((line) => line.endsWith("account_suspended"))).toBe(true);
    expect(await gateOf(found)).toHaveLength(7);
    expect(await deps.db.account.findUniqueOrThrow({ where: { id: found.account.id } })).toMatchObject({ status: "suspended" });
    expect(await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } })).toMatchObject({ state: "decided", leaseHolderId: null });
    const reports = await deps.db.report.findMany({ where: { caseId: found.caseId } });
    expect(reports.map(({ state, outcome }) => `${state} ${outcome}`)).toEqual(["resolved action_taken", "resolved action_taken"]);

    const notices = await noticesOf(found.caseId);
    expect(notices.map(({ kind, to }) => `${kind} ${to}`).sort()).toEqual(
      [`statement_of_reasons ${found.ownerEmail}`, ...found.reporterEmails.map((to) => `report_outcome ${to}`)].sort(),
    );
    const queued = await deps.db.outboxMessage.findMany({ where: { topic: "notice.deliver" } });
    for (const { id } of notices) expect(queued.some(({ payload }) => JSON.stringify(payload).includes(id))).toBe(true);
    const audited = await deps.db.auditEntry.findMany({ where: { caseId: found.caseId } });
    expect(audited.map(({ type }) => type)).toEqual(expect.arrayContaining(["case.decided", "decision.took_effect", "report.resolved"]));
    expect(await verifyChain(deps)).toMatchObject({ ok: true });
  });

  test("tells nobody who told", async () => {
    await decideCase(deps, ana, await aViolation(deps, found));
    const statement = (await noticesOf(found.caseId)).find(({ kind }) => kind === "statement_of_reasons")!;
    for (const secret of ["Rosa", "Marin", ...found.reporterEmails, ...found.reports.flatMap(({ id, reference }) => [id, reference])]) expect(statement.text).not.toContain(secret);
  });

  test("climbs the ladder with every active strike, whatever the case", async () => {
    const recommended: (number | null)[] = [];
    for (let times = 0; times < 3; times += 1) {
      const on = times === 0 ? found : await anInvestigation(deps, ana, { platformId, accountId: found.account.id });
      const decided = await decideCase(deps, ana, await aViolation(deps, on));
      if (!decided.ok) throw new Error(decided.reason);
      recommended.push((await deps.db.decision.findUniqueOrThrow({ where: { id: decided.decisionId } })).recommendedRung);
      deps.clock.advance({ days: 40 });
    }
    expect(recommended).toEqual([1, 2, 3]);
    const counted = await deps.db.decisionCountedStrike.findMany({ where: { decision: { accountId: found.account.id } } });
    expect(counted).toHaveLength(0 + 1 + 2);
  });

  test("opens the appeal window when the account holder was informed, once", async () => {
    const decided = await decideCase(deps, ana, await aViolation(deps, found));
    if (!decided.ok) throw new Error(decided.reason);
    const worker = { kind: "system", name: "test" } as const;
    const at = deps.clock().plus({ minutes: 5 });
    expect(await recordInformed(deps, worker, { decisionId: decided.decisionId, actionId: null, informedAt: at })).toEqual({ actions: 1 });
    expect(await recordInformed(deps, worker, { decisionId: decided.decisionId, actionId: null, informedAt: at.plus({ days: 9 }) })).toEqual({ actions: 0 });
    expect(await deps.db.action.findFirstOrThrow({ where: { decisionId: decided.decisionId } })).toMatchObject({
      informedAt: new Date("2026-11-20T21:05:00Z"),
      appealClosesAt: new Date("2026-12-21T07:00:00Z"),
    });
  });

  test("may leave the ladder only with a written justification, which is kept", async () => {
    const bare = await aViolation(deps, found, { rung: 4 });
    expect(await decideCase(deps, ana, bare)).toMatchObject({ ok: false, reason: "justification_missing", detail: { recommended: 1, chosen: 4 } });
    expect(await untouched(found.caseId)).toEqual(nothing);
    const justification = "The same list was bought a second time after a warning by phone.";
    const decided = await decideCase(deps, ana, { ...bare, justification });
    expect(decided).toMatchObject({ ok: true, state: "in_effect" });
    expect(await deps.db.decision.findFirstOrThrow({ where: { caseId: found.caseId } })).toMatchObject({ recommendedRung: 1, chosenRung: 4, deviation: justification });
    const [entry] = await deps.db.auditEntry.findMany({ where: { caseId: found.caseId, type: "decision.took_effect" } });
    expect(entry!.body).toContain(justification);
  });
});

describe("no violation", () => {
  test("is a decision too: reporters are told, the account holder is not, the case is filed away", async () => {
    const { version, caseId } = found;
    const decided = await decideCase(deps, ana, { outcome: "no_violation", finding: "insufficient_evidence", caseId, version, idempotencyKey: "form-none-1", evidence: [], rationale: "Consent was on record for both." });
    expect(decided).toMatchObject({ ok: true, state: "in_effect" });
    expect(await deps.db.case.findUniqueOrThrow({ where: { id: caseId } })).toMatchObject({ state: "closed" });
    expect((await noticesOf(caseId)).map(({ kind }) => kind)).toEqual(["report_outcome", "report_outcome"]);
    expect((await deps.db.report.findMany({ where: { caseId } })).map(({ outcome }) => outcome)).toEqual(["insufficient_evidence", "insufficient_evidence"]);
    expect(await deps.db.action.count({ where: { caseId } })).toBe(0);
    expect(await deps.db.strike.count({ where: { accountId: found.account.id } })).toBe(0);
  });
});

describe("a preview", () => {
  test("shows the very messages the commit sends, and writes nothing", async () => {
    const input = await aViolation(deps, found);
    const previewed = await previewDecision(deps, ana, input);
    if (!previewed.ok) throw new Error(previewed.reason);
    expect(await untouched(found.caseId)).toEqual(nothing);
    const { preview } = previewed;
    expect(preview.plan).toMatchObject({ rung: 1, needsApproval: false, recommendation: { explanation: "First active strike for messaging rules: warning." } });
    expect(preview.gate.every(({ before, after }) => before.allowed && after.allowed)).toBe(true);

    const decided = await decideCase(deps, ana, input);
    if (!decided.ok) throw new Error(decided.reason);
    const settled = (text: string) => text.replaceAll(decided.reference, "D-····-····").replace(/(status|standing)\/[A-Za-z0-9_-]{43}/g, `$1/${maskedToken}`);
    const sent = (await noticesOf(found.caseId)).map(({ subject, text }) => ({ subject: settled(subject), text: settled(text) }));
    const shown = [...preview.toAccountHolder, ...preview.toReporters].map(({ subject, text }) => ({ subject, text }));
    const inOrder = (messages: { text: string }[]) => [...messages].sort((a, b) => (a.text < b.text ? -1 : 1));
    expect(inOrder(shown)).toEqual(inOrder(sent));
    expect(preview.toReporters.map(({ to }) => to)).toEqual(["r…@mail.example", "r…@mail.example"]);
  });

  test("shows what changes at the gate and that a second person is needed", async () => {
    const previewed = await previewDecision(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-3.2.f" }));
    if (!previewed.ok) throw new Error(previewed.reason);
    expect(previewed.preview.plan).toMatchObject({ rung: 5, needsApproval: true, measure: { kind: "termination" } });
    expect(previewed.preview.gate.map(({ after }) => after.reasonCode)).toEqual(Array(7).fill("account_terminated"));
  });
});

describe("is refused, leaving nothing", () => {
  test("a text that gives a reporter away", async () => {
    const input = await aViolation(deps, found, { facts: `A person named Rosa Marin (${found.reporterEmails[0]!}) complained.` });
    const refused = await decideCase(deps, ana, input);
    expect(refused).toMatchObject({ ok: false, reason: "leak" });
    expect(await untouched(found.caseId)).toEqual(nothing);
  });

  test.each([
    ["in another case", "attached"],
    ["in no case", "received"],
  ] as const)("a text that quotes a report about the account %s", async (_where, state) => {
    const words = "My daughter is nine and they wrote to her phone at midnight about a loan.";
    const other = state === "attached" ? await anInvestigation(deps, ben, { platformId, accountId: found.account.id, area: "spam" }) : null;
    const report = other ? { id: other.reports[0]!.id } : await createReport(deps, { platformId, accountId: found.account.id });
    await deps.db.report.update({ where: { id: report.id }, data: { description: words } });
    const input = await aViolation(deps, found, { facts: `We were told: ${words}` });
    expect(await decideCase(deps, ana, input)).toMatchObject({ ok: false, reason: "leak", detail: { leaks: [{ kind: "quotation" }] } });
    expect(await untouched(found.caseId)).toEqual(nothing);
  });

  test("an analyst without the lease, and one whose lease ran out", async () => {
    expect(await decideCase(deps, ben, await aViolation(deps, found))).toMatchObject({ ok: false, reason: "case_held_by_other" });
    deps.clock.advance({ hours: 2 });
    expect(await decideCase(deps, ana, await aViolation(deps, found))).toMatchObject({ ok: false, reason: "lease_missing" });
    expect(await untouched(found.caseId)).toEqual(nothing);
  });

  test("a role that does not decide", async () => {
    const auditor = { ...ana, roles: ["auditor"] } as const satisfies StaffActor;
    expect(await decideCase(deps, auditor, await aViolation(deps, found))).toEqual({ ok: false, reason: "forbidden" });
  });

  test("a stale form, with what changed since", async () => {
    const input = await aViolation(deps, found);
    expect(await addNote(deps, ana, { caseId: found.caseId, text: "They called and explained." })).toMatchObject({ ok: true });
    expect(await decideCase(deps, ana, input)).toMatchObject({
      ok: false,
      reason: "stale",
      detail: { seen: found.version, version: found.version + 1, changes: [{ who: "Ana", what: "added a note" }] },
    });
    expect(await untouched(found.caseId)).toEqual(nothing);
  });

  test("says at once everything that stands against it, and writes nothing", async () => {
    const clauseId = await clauseByCode(deps, "CF-AUP-4.1.b");
    const input = await aViolation(deps, found, {
      evidence: [`report:${randomUUID()}`],
      findings: [{ clauseId, conductOn: "2019-01-01" }, { clauseId, conductOn: "2031-01-01" }],
      facts: `You wrote to ${found.reporterEmails[0]} twice.`,
      startsAt: "2026-11-01T09:00",
    });
    const refused = await decideCase(deps, ana, input);
    expect(refused.ok ? [] : allRefusals(refused).map(({ reason }) => reason)).toEqual(["evidence_not_in_case", "clause_not_in_force", "conduct_in_future", "start_passed", "leak"]);
    const planned = await decideCase(deps, ana, { ...input, evidence: [], findings: [{ clauseId, conductOn: "2026-11-18" }], rung: 1, noTipOff: true });
    expect(planned.ok ? [] : allRefusals(planned).map(({ reason }) => reason)).toEqual(["tip_off_without_referral", "warning_scheduled", "start_passed", "leak"]);
    expect(await deps.db.decision.count({ where: { caseId: found.caseId } })).toBe(0);
  });

  test("evidence of another case", async () => {
    const other = await anInvestigation(deps, ana, { platformId });
    const input = await aViolation(deps, found, { evidence: [`report:${other.reports[0]!.id}`] });
    expect(await decideCase(deps, ana, input)).toMatchObject({ ok: false, reason: "evidence_not_in_case" });
  });

  test("conduct before any version was in force, or that has not happened yet", async () => {
    const clauseId = await clauseByCode(deps, "CF-AUP-4.1.b");
    expect(await decideCase(deps, ana, await aViolation(deps, found, { findings: [{ clauseId, conductOn: "2019-01-01" }] }))).toMatchObject({ reason: "clause_not_in_force" });
    expect(await decideCase(deps, ana, await aViolation(deps, found, { findings: [{ clauseId, conductOn: "2026-11-21" }] }))).toMatchObject({ reason: "conduct_in_future" });
    expect(await untouched(found.caseId)).toEqual(nothing);
  });

  test("one clause named twice, which a decision can cite once", async () => {
    const clauseId = await clauseByCode(deps, "CF-AUP-4.1.b");
    const findings = ["2026-11-18", "2026-11-17"].map((conductOn) => ({ clauseId, conductOn }));
    expect(await decideCase(deps, ana, await aViolation(deps, found, { findings }))).toMatchObject({ reason: "clause_twice", detail: { clauseId } });
    expect(await untouched(found.caseId)).toEqual(nothing);
  });

  test("another platform's clause", async () => {
    expect(await decideCase(deps, ana, await aViolation(deps, found, { clause: "XP-AUP-3.1.a" }))).toMatchObject({ reason: "clause_not_in_force" });
  });
});

describe("a finding cites the version in force when the conduct happened", () => {
  test("not the one in force now", async () => {
    const policy = await deps.db.policy.findUniqueOrThrow({ where: { code: "XP-AUP" }, include: { versions: true, platform: true } });
    const first = policy.versions[0]!;
    const clause = await deps.db.clause.findUniqueOrThrow({ where: { code: "XP-AUP-3.1.a" } });
    const change = new Date("2026-11-01T00:00:00+05:30");
    const second = await deps.db.policyVersion.create({
      data: { id: crypto.randomUUID(), policyId: policy.id, number: 2, state: "draft", material: false, createdAt: change, clauses: { create: { id: crypto.randomUUID(), clauseId: clause.id, section: "3.1", title: "Bulk messages without consent, stricter", severity: "high", position: 0 } } },
    });
    await scheduleVersion(deps, second.id, { effectiveFrom: change, by: crypto.randomUUID(), publisher: crypto.randomUUID() });
    await deps.db.policyVersion.update({ where: { id: first.id }, data: { state: "superseded", effectiveTo: change } });
    await deps.db.policyVersion.update({ where: { id: second.id }, data: { state: "in_force" } });
    const cited = async (conductOn: string) => {
      const on = await anInvestigation(deps, ana, { platformId: policy.platformId, clause: "XP-AUP-3.1.a" });
      const decided = await decideCase(deps, ana, await aViolation(deps, on, { findings: [{ clauseId: clause.id, conductOn }] }));
      if (!decided.ok) throw new Error(decided.reason);
      const { clauseVersion } = await deps.db.decisionFinding.findFirstOrThrow({ where: { decisionId: decided.decisionId }, include: { clauseVersion: true } });
      return clauseVersion.policyVersionId;
    };
    expect(await cited("2026-10-31")).toBe(first.id);
    expect(await cited("2026-11-01")).toBe(second.id);
  });
});

describe("at the same time", () => {
  test("a form sent twice decides once", async () => {
    const input = await aViolation(deps, found);
    const answers = await Promise.all([decideCase(deps, ana, input), decideCase(deps, ana, input), decideCase(deps, ana, input)]);
    const ids = answers.map((answer) => (answer.ok ? answer.decisionId : answer.reason));
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => answer.ok && !answer.repeated)).toHaveLength(1);
    expect(await deps.db.decision.count({ where: { caseId: found.caseId } })).toBe(1);
    expect((await noticesOf(found.caseId)).filter(({ kind }) => kind === "statement_of_reasons")).toHaveLength(1);
  });

  test("of two forms on one case one decides, the other learns of it", async () => {
    const answers = await Promise.all([decideCase(deps, ana, await aViolation(deps, found)), decideCase(deps, ana, await aViolation(deps, found))]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ reason: "stale", detail: { changes: [{ what: expect.stringContaining("decided: warning") as unknown }] } });
    expect(await deps.db.strike.count({ where: { accountId: found.account.id } })).toBe(1);
  });

  test("decisions on two cases of one account count each other's strike, in whatever order they come", async () => {
    const other = await anInvestigation(deps, lee, { platformId, accountId: found.account.id, area: "spam" });
    const answers = await Promise.all([decideCase(deps, ana, await aViolation(deps, found)), decideCase(deps, lee, await aViolation(deps, other))]);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    const rungs = await deps.db.decision.findMany({ where: { accountId: found.account.id }, select: { recommendedRung: true } });
    expect(rungs.map(({ recommendedRung }) => recommendedRung).sort()).toEqual([1, 2]);
  });
});
