import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { reverseAction } from "~/modules/enforcement/reverse-action.server";
import { batchFile } from "~/modules/transparency/batch-file";
import { dsaStatementSchema } from "~/modules/transparency/dsa-statement.schema";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { rewritePublicFacts } from "~/modules/transparency/rewrite-public-facts.server";
import { batchAfter, batchById, listStatements, statementPage } from "~/modules/transparency/statements.queries.server";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { startWeb } from "../support/web";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let lou: StaffActor;
const platformKey = "customerflows";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  deps.clock.set("2026-11-20T21:00:00Z");
  await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: true, transparencyTerritory: ["IE", "ES"] } });
});
afterAll(() => database.close());
/** What an earlier test left ready is handed over, so that each test sees its own. */
beforeEach(async () => {
  while (must(await exportStatements(deps, lee, { platformKey, idempotencyKey: newId() })).batch);
});

async function issued(over: Parameters<typeof aViolation>[2] = { clause: "CF-AUP-4.3.b" }) {
  const found = await anInvestigation(deps, ana, { platformId, reports: 1 });
  const { decisionId, state } = must(await decideCase(deps, ana, await aViolation(deps, found, over)));
  if (state === "awaiting_approval") must(await approveDecision(deps, lee, { decisionId }));
  const statement = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId }, include: { publication: true } });
  return { found, decisionId, statement, id: statement.id };
}
const stateOf = async (id: string) => (await statementPage(deps, id))?.state;
const exportAll = async (by: StaffActor, idempotencyKey = newId()) => must(await exportStatements(deps, by, { platformKey, idempotencyKey }));

describe("a statement of reasons", () => {
  test("keeps every field the database asks for, from the moment of the decision", async () => {
    const { statement, id } = await issued();
    expect(dsaStatementSchema.parse(statement.dsa)).toMatchObject({
      puid: id,
      decision_account: "DECISION_ACCOUNT_SUSPENDED",
      end_date_account_restriction: "2026-11-27",
      source_type: "SOURCE_ARTICLE_16",
      automated_detection: "No",
      territorial_scope: ["ES", "IE"],
      application_date: "2026-11-20",
      content_date: "2026-11-18",
      decision_facts: "On 18 November your account sent two marketing messages without consent on record.",
    });
    expect(statement.puid).toBe(id);
    expect(await stateOf(id)).toBe("ready");
  });

  test("never changes", async () => {
    const { id } = await issued();
    const before = await deps.db.statementOfReasons.findUniqueOrThrow({ where: { id } });
    await expect(deps.db.$executeRaw`UPDATE statement_of_reasons SET puid = 'other' WHERE id = ${id}::uuid`).rejects.toThrow(/permission denied for table statement_of_reasons/);
    await expect(deps.db.$executeRaw`UPDATE statement_of_reasons SET dsa = '{}' WHERE id = ${id}::uuid`).rejects.toThrow(/permission denied for table statement_of_reasons/);
    expect(await deps.db.statementOfReasons.findUniqueOrThrow({ where: { id } })).toEqual(before);
  });

  test.each([
    ["a warning", { clause: "CF-AUP-4.4.a" }, "no_restriction"],
    ["what must not be tipped off", { clause: "CF-AUP-3.2.e", lawEnforcementReferral: true, noTipOff: true }, "no_tip_off"],
  ])("of %s does not go there", async (_what, over, outOfScope) => {
    const { statement } = await issued(over);
    expect(statement.publication).toMatchObject({ outOfScope });
    expect(dsaStatementSchema.safeParse(statement.dsa).success).toBe(true);
    await expect(deps.db.statementPublication.update({ where: { statementId: statement.id }, data: { batchId: newId(), payload: {} } })).rejects.toThrow(/publication_exported_clean/);
    expect(await exportAll(lee)).toMatchObject({ batch: null });
  });

  test("of a platform that hands over none stays here", async () => {
    await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: false } });
    const { id } = await issued();
    await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: true } });
    expect(await stateOf(id)).toBe("out_of_scope");
  });

  test("tells a trusted flagger's notice from another", async () => {
    const found = await anInvestigation(deps, ana, { platformId, reports: 2 });
    const { reporterId } = await deps.db.report.findUniqueOrThrow({ where: { id: found.reports[1]!.id } });
    await deps.db.reporter.update({ where: { id: reporterId! }, data: { kind: "trusted_flagger" } });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.3.b" })));
    const { dsa } = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId } });
    expect(dsa).toMatchObject({ source_type: "SOURCE_TRUSTED_FLAGGER", source_identity: null });
  });
});

describe("personal data", () => {
  test.each([
    ["a part of the holder's name", (name: string) => `Messages of ${name.split(" ")[0]} went out at night.`, "holder_name"],
    ["anybody's address", () => "A message went to tom.baker@elsewhere.example at night.", "somebody_email"],
    ["anybody's number", () => "A message went to +34 612 345 678 at night.", "somebody_phone"],
  ])("holds a statement back: %s", async (_what, facts, blocker) => {
    const found = await anInvestigation(deps, ana, { platformId, reports: 1 });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.3.b", facts: facts(found.account.businessName) })));
    const { id, dsa } = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId } });
    expect(await statementPage(deps, id)).toMatchObject({ state: "blocked", blockers: [blocker] });
    expect(await exportAll(lee)).toMatchObject({ batch: null, heldBack: 0 });

    const bad = await rewritePublicFacts(deps, lee, { statementId: id, publicFacts: `As ${found.reporterEmails[0]} says, in case ${found.caseId}.` });
    expect(bad).toMatchObject({ ok: false, reason: "personal_data" });
    must(await rewritePublicFacts(deps, lee, { statementId: id, publicFacts: "Messages went out during the hours of rest." }));
    const { batch } = await exportAll(lee);
    const { payloads } = (await batchById(deps.db, batch!.id))!;
    expect(payloads).toMatchObject([{ ...(dsa as object), decision_facts: "Messages went out during the hours of rest." }]);
    expect((await deps.db.statementOfReasons.findUniqueOrThrow({ where: { id } })).dsa).toEqual(dsa);
    expect(await rewritePublicFacts(deps, lee, { statementId: id, publicFacts: "Something else altogether." })).toMatchObject({ ok: false, reason: "statement_exported" });
  });

  test("leaves out the name that the account holder was called by, and only for the public", async () => {
    const found = await anInvestigation(deps, ana, { platformId, reports: 1 });
    const { businessName } = found.account;
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.3.b", facts: `${businessName} sent offers at night.` })));
    const { id, dsa, text } = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId } });
    expect(dsa).toMatchObject({ decision_facts: "[account holder] sent offers at night." });
    expect(text).toContain(`${businessName} sent offers at night.`);
    expect(await stateOf(id)).toBe("ready");
  });

  test("known only since the decision holds it back when it is exported", async () => {
    const { found, id } = await issued({ clause: "CF-AUP-4.3.b", facts: "Rosamunde brought this up in a public review of the shop." });
    expect(await stateOf(id)).toBe("ready");
    const { reporterId } = await deps.db.report.findUniqueOrThrow({ where: { id: found.reports[0]!.id } });
    await deps.db.reporter.update({ where: { id: reporterId! }, data: { nameSealed: deps.crypto.seal("Rosamunde Zabel", "reporter.name") } });
    expect(await exportAll(lee)).toMatchObject({ batch: null, heldBack: 1 });
    expect((await listStatements(deps.db, { state: "blocked", limit: 1 })).map((one) => one.id)).toEqual([id]);
  });
});

describe("an export", () => {
  test("hands each statement over once, whoever presses at the same moment", async () => {
    const ids = [(await issued()).id, (await issued()).id, (await issued()).id].sort();
    const pressed = await Promise.all([lee, lou, lee, lou].map((by) => exportAll(by)));
    expect(pressed.filter(({ batch }) => batch).map(({ batch }) => batch!.size)).toEqual([3]);
    const { payloads, sha256 } = (await batchById(deps.db, pressed.find(({ batch }) => batch)!.batch!.id))!;
    expect(payloads.map((payload) => (payload as { puid: string }).puid)).toEqual(ids);
    expect(createHash("sha256").update(batchFile(payloads)).digest("hex")).toBe(sha256);
    const { statements } = JSON.parse(batchFile(payloads)) as { statements: unknown[] };
    for (const statement of statements) expect(dsaStatementSchema.safeParse(statement).success).toBe(true);
    const audited = await deps.db.auditEntry.findMany({ where: { type: "statements.exported", body: { contains: ids[0]! } } });
    expect(audited).toHaveLength(1);
  });

  test("pressed twice with the same form makes one batch", async () => {
    await issued();
    const key = newId();
    const [one, two] = await Promise.all([exportAll(lee, key), exportAll(lee, key)]);
    await issued();
    const three = await exportAll(lee, key);
    expect(new Set([one.batch?.id, two.batch?.id, three.batch?.id]).size).toBe(1);
    expect(three.repeated).toBe(true);
    expect(await deps.db.statementPublication.count({ where: { batchId: one.batch!.id } })).toBe(1);
  });

  test("takes a hundred at most, then the rest, numbered without a gap", async () => {
    const { decisionId, id } = await issued();
    await deps.db.$executeRaw`
      WITH copies AS (
        INSERT INTO decision (id, reference, case_id, platform_id, account_id, outcome, state, decider_id, case_version, rationale, facts, decided_at, effective_at)
        SELECT gen_random_uuid(), 'D-COPY-' || n, case_id, platform_id, account_id, outcome, state, decider_id, case_version, rationale, facts, decided_at, effective_at
          FROM decision, generate_series(1, 104) AS n WHERE id = ${decisionId}::uuid RETURNING id),
      statements AS (
        INSERT INTO statement_of_reasons (id, decision_id, language, content, subject, text, html, issued_at, dsa, puid)
        SELECT c.id, c.id, s.language, s.content, s.subject, s.text, s.html, s.issued_at, jsonb_set(s.dsa, '{puid}', to_jsonb(c.id::text)), c.id::text
          FROM statement_of_reasons s, copies c WHERE s.id = ${id}::uuid RETURNING id)
      INSERT INTO statement_publication (statement_id, platform_id, checked_at) SELECT id, ${platformId}::uuid, now() FROM statements`;
    const [first, second, third] = [await exportAll(lee), await exportAll(lee), await exportAll(lee)];
    expect([first.batch?.size, second.batch?.size, third.batch]).toEqual([100, 5, null]);
    expect(second.batch!.number).toBe(first.batch!.number + 1);
    expect((await batchAfter(deps.db, platformId, first.batch!.number))?.id).toBe(second.batch!.id);
  });

  test("leaves out what was undone, and tells of what was undone after", async () => {
    const [before, after] = [await issued(), await issued()];
    const undo = async (decisionId: string) => {
      const { id } = await deps.db.action.findFirstOrThrow({ where: { decisionId } });
      await deps.db.$transaction((tx) => reverseAction(tx, deps, lou, { actionId: id, grounds: "Both had agreed.", at: deps.clock(), tell: false }));
    };
    await undo(before.decisionId);
    const { batch } = await exportAll(lee);
    expect(batch?.size).toBe(1);
    await undo(after.decisionId);
    expect([await stateOf(before.id), await stateOf(after.id)]).toEqual(["superseded", "superseded"]);
    expect((await batchById(deps.db, batch!.id))!.undone).toEqual([after.id]);
    expect(await statementPage(deps, after.id)).toMatchObject({ undoneAs: "reversed", batch: { id: batch!.id } });
  });

  test("can be of one statement, which no later batch holds", async () => {
    const [one, other] = [await issued(), await issued()];
    const alone = () => exportStatements(deps, lee, { platformKey, statementIds: [one.id], idempotencyKey: newId() });
    const { batch } = must(await alone());
    expect(batch).toMatchObject({ size: 1 });
    expect((await batchById(deps.db, batch!.id))!.payloads).toMatchObject([{ puid: one.id }]);
    expect(must(await alone())).toMatchObject({ batch: null });
    const rest = await exportAll(lee);
    expect((await batchById(deps.db, rest.batch!.id))!.payloads.map((payload) => (payload as { puid: string }).puid)).toEqual([other.id]);
  });

  test("stays as it was handed over", async () => {
    const { id } = await issued();
    const { batch } = await exportAll(lee);
    await expect(deps.db.$executeRaw`UPDATE statement_publication SET blockers = '{x}' WHERE statement_id = ${id}::uuid`).rejects.toThrow(/its publication never changes/);
    await expect(deps.db.$executeRaw`DELETE FROM statement_publication WHERE statement_id = ${id}::uuid`).rejects.toThrow(/its publication never changes/);
    await expect(deps.db.$executeRaw`UPDATE statement_batch SET size = 2 WHERE id = ${batch!.id}::uuid`).rejects.toThrow(/its rows never change/);
  });

  test("is for leads and policy managers; an auditor reads", async () => {
    const auditor = await createStaff(deps.db, ["auditor"]);
    expect(await exportStatements(deps, auditor, { platformKey, idempotencyKey: newId() })).toEqual({ ok: false, reason: "forbidden" });
    expect(await rewritePublicFacts(deps, ana, { statementId: newId(), publicFacts: "Something." })).toEqual({ ok: false, reason: "forbidden" });
    expect(await exportStatements(deps, lee, { platformKey: "nowhere", idempotencyKey: newId() })).toEqual({ ok: false, reason: "platform_unknown" });
  });
});

describe("the statement as a PDF", () => {
  test("says what was sent, the same bytes each time, and what became of it", async () => {
    const { decisionId, id, found } = await issued();
    const { id: actionId } = await deps.db.action.findFirstOrThrow({ where: { decisionId } });
    const holders = { accountId: found.account.id, actionId };
    const [one, two, staffs] = [await statementPdf(deps.db, holders), await statementPdf(deps.db, holders), await statementPdf(deps.db, { statementId: id })];
    expect(one!.bytes.subarray(0, 8).toString()).toBe("%PDF-1.7");
    expect(one!.bytes.equals(two!.bytes) && one!.bytes.equals(staffs!.bytes)).toBe(true);
    await deps.db.$transaction((tx) => reverseAction(tx, deps, lou, { actionId, grounds: "Both had agreed.", at: deps.clock(), tell: false }));
    expect((await statementPdf(deps.db, holders))!.bytes.equals(one!.bytes)).toBe(false);
    expect((await loadStanding(deps, found.account.id))?.actions).toMatchObject([{ printable: true, since: expect.stringMatching(/^This decision was reversed on /) }]);
  });

  test("is nobody else's, and none where nothing may be told", async () => {
    const [mine, other] = [await issued(), await issued({ clause: "CF-AUP-3.2.e", lawEnforcementReferral: true, noTipOff: true })];
    const { id: actionId } = await deps.db.action.findFirstOrThrow({ where: { decisionId: mine.decisionId } });
    expect(await statementPdf(deps.db, { accountId: other.found.account.id, actionId })).toBeNull();
    const { id: secret } = await deps.db.action.findFirstOrThrow({ where: { decisionId: other.decisionId } });
    expect(await statementPdf(deps.db, { accountId: other.found.account.id, actionId: secret })).toBeNull();
  });
});

test("a platform's server fetches what was exported, batch by batch, with a key for it", async () => {
  const web = await startWeb(deps);
  try {
    const keyed = async (key: string, scope: "statement:read" | "gate:read") => ({ authorization: `Bearer ${must(await createApiKey(deps, { kind: "system", name: "test" }, { platformKey: key, name: "test", scopes: [scope] })).key}` });
    const path = "/api/v1/platforms/customerflows/statement-batches";
    const { id } = await issued();
    const { batch } = await exportAll(lee);
    const own = await keyed("customerflows", "statement:read");
    const answer = await web.get(`${path}?after=${batch!.number - 1}`, own);
    expect(answer.status).toBe(200);
    const told = (await answer.json()) as { batch: { number: number; statements: { puid: string }[]; undone: string[] } };
    expect(told.batch).toMatchObject({ number: batch!.number, undone: [] });
    expect(told.batch.statements.map(({ puid }) => puid)).toEqual([id]);
    for (const statement of told.batch.statements) expect(dsaStatementSchema.safeParse(statement).success).toBe(true);
    expect(await (await web.get(`${path}?after=${batch!.number}`, own)).json()).toEqual({ batch: null });
    expect((await web.get(`${path}?after=-1`, own)).status).toBe(400);
    expect((await web.get(path, await keyed("customerflows", "gate:read"))).status).toBe(403);
    expect((await web.get(path, await keyed("xpecto", "statement:read"))).status).toBe(403);
  } finally {
    await web.close();
  }
});
