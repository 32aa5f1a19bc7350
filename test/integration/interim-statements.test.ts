import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { takeBackSignal } from "~/modules/cases/take-back-signal.server";
import { actionPage } from "~/modules/enforcement/action.queries.server";
import { approveInterim } from "~/modules/enforcement/answer-interim.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { groundChoices } from "~/modules/enforcement/interim-ground.server";
import type { InterimMeasureInput } from "~/modules/enforcement/interim-measure.schema";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { dsaStatementSchema } from "~/modules/transparency/dsa-statement.schema";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { batchById, listStatements, statementPage } from "~/modules/transparency/statements.queries.server";
import { filed, must, openedNotices } from "../factories/appealed";
import { anInvestigation, aViolation, clauseByCode, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

/** A restriction while a case is still looked into has a statement of reasons no later than it takes effect (DSA 17; DOMAIN). */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor, lee: StaffActor, rita: StaffActor;
let found: Investigation;
const platformKey = "customerflows";
const why = "Since Monday 212 of 900 messages went to people who had opted out. They go on while we read.";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z");
  ({ platformId, ana, lee } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
  await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: true, transparencyTerritory: ["IE"] } });
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  while ((await exportAll()).batch);
  found = await anInvestigation(deps, ana, { platformId });
});

const exportAll = async () => must(await exportStatements(deps, lee, { platformKey, idempotencyKey: newId() }));
const apply = (over: Partial<InterimMeasureInput> = {}) =>
  applyInterimMeasure(deps, ana, { caseId: found.caseId, version: undefined, kind: "feature_restriction", features: ["marketing_messages"], days: 7, reason: why, confirmed: [], clauseId: undefined, conductOn: undefined, ...over });
const applied = async (over: Partial<InterimMeasureInput> = {}) => must(await apply(over)).actionId;
const statementsOf = (actionId: string) => deps.db.statementOfReasons.findMany({ where: { actionId }, orderBy: { id: "asc" }, include: { publication: true } });
const only = async (actionId: string) => {
  const rows = await statementsOf(actionId);
  expect(rows).toHaveLength(1);
  return rows[0]!;
};
const fieldsOf = async (actionId: string) => (await statementsOf(actionId)).map(({ dsa }) => dsaStatementSchema.parse(dsa));
async function asOwner(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
const bySystem = { kind: "system", name: "signals" } as const;
const aSignal = async () =>
  must(await recordSignal(deps, bySystem, { accountId: found.account.id, clauseCode: "CF-AUP-4.3.b", rule: "after_opt_out", ruleVersion: 1, windowStart: "2026-11-19T04:00:00Z", windowEnd: "2026-11-20T04:00:00Z", observed: 2, threshold: 0, score: 40, measures: {}, eventIds: ["e1"] })).signalId!;

describe("an interim measure", () => {
  test("takes effect with a statement of reasons or not at all, whoever writes it (trigger); one that waits needs none", async () => {
    const common = { caseId: found.caseId, accountId: found.account.id, kind: "feature_restriction" as const, features: ["marketing_messages"], interim: true, proposerId: ana.id, reason: why };
    const at = deps.clock().toJSDate();
    const ends = deps.clock().plus({ days: 7 }).toJSDate();
    const make = (state: "active" | "awaiting_approval") => {
      const id = newId();
      return { id, made: deps.db.action.create({ data: { ...common, id, reference: `A-${id}`, state, startsAt: state === "active" ? at : null, endsAt: ends, createdAt: at } }) };
    };
    await expect(make("active").made).rejects.toThrow(/interim_has_statement/);
    const waits = make("awaiting_approval");
    await waits.made;
    await expect(deps.db.action.update({ where: { id: waits.id }, data: { state: "active", startsAt: at } })).rejects.toThrow(/interim_has_statement/);
    expect(await deps.db.action.findUniqueOrThrow({ where: { id: waits.id } })).toMatchObject({ state: "awaiting_approval" });
    await deps.db.$transaction([
      deps.db.action.update({ where: { id: waits.id }, data: { state: "active", startsAt: at } }),
      deps.db.statementOfReasons.create({ data: { id: newId(), actionId: waits.id, language: "en", content: {}, subject: "…", text: "…", html: "…", issuedAt: at } }),
    ]);
  });

  test("gives its reasons when it takes effect: mail, page, PDF, the action's page and the export say the same", async () => {
    const actionId = await applied();
    const { text, subject, dsa, puid, id } = await only(actionId);
    expect(dsaStatementSchema.parse(dsa)).toMatchObject({
      decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION",
      end_date_service_restriction: "2026-11-27",
      application_date: "2026-11-20",
      decision_ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT",
      decision_facts: why,
      automated_detection: "No",
      automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED",
      source_type: "SOURCE_ARTICLE_16",
      territorial_scope: ["IE"],
      puid: id,
    });
    expect(puid).toBe(id);
    for (const said of [why, "CF-AUP-4.3.b", "Found by: People who wrote to us", "Decided by: A person on our team", "Ends: Friday, November 27, 2026 at 2:00 PM MST", "you can appeal"]) expect(text).toContain(said);
    const [mail] = await openedNotices(deps, { actionId });
    expect(mail).toMatchObject({ kind: "interim_measure", subject, to: found.ownerEmail });
    expect(mail!.text.replace(/https?:\/\/\S+/g, "")).toBe(text.replace(/https?:\/\/\S+/g, ""));
    const [shown] = (await loadStanding(deps, found.account.id))!.actions;
    expect(shown).toMatchObject({ id: actionId, interim: true, printable: true, bars: null, statement: { subject, text } });
    expect((await statementPdf(deps.db, { accountId: found.account.id, actionId }))!.bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await actionPage(deps, actionId)).toMatchObject({ ground: "CF-AUP-4.3.b", statement: { id, text } });
    expect(await statementPage(deps, id)).toMatchObject({ state: "ready", decision: null, extends: false });
    const { batch } = await exportAll();
    expect((await batchById(deps.db, batch!.id))!.payloads).toEqual([dsa]);
  });

  test("says what a machine found, also when its finding was taken back before it was extended", async () => {
    const signalId = await aSignal();
    const actionId = await applied();
    await deps.db.$transaction((tx) => takeBackSignal(tx, bySystem, { caseId: found.caseId, signalId, rule: "after_opt_out", at: deps.clock() }));
    must(await extendInterimMeasure(deps, ana, { caseId: found.caseId, actionId, days: 2, reason: "One answer is still out.", confirmed: [] }));
    expect((await fieldsOf(actionId)).map(({ automated_detection }) => automated_detection)).toEqual(["Yes", "Yes"]);
    expect((await statementsOf(actionId)).every(({ text }) => text.includes("People who wrote to us, and an automated system"))).toBe(true);
  });

  test("cites the clause somebody picked, in the version of the day they gave; else what most of the case names", async () => {
    expect(await groundChoices(deps, found)).toMatchObject({ clauseId: await clauseByCode(deps, "CF-AUP-4.3.b"), today: "2026-11-20" });
    const clauseId = await clauseByCode(deps, "CF-AUP-4.1.b");
    expect(await apply({ clauseId, conductOn: "2026-11-21" })).toMatchObject({ reason: "conduct_in_future" });
    expect(await apply({ clauseId, conductOn: "1999-01-01" })).toMatchObject({ reason: "clause_not_in_force" });
    expect(await apply({ clauseId: newId() })).toMatchObject({ reason: "clause_not_in_force" });
    const actionId = await applied({ clauseId, conductOn: "2026-11-18" });
    const [fields] = await fieldsOf(actionId);
    expect(fields).toMatchObject({ content_date: "2026-11-18" });
    expect(fields!.incompatible_content_ground).toContain("CF-AUP-4.1.b");
    expect((await only(actionId)).text).toContain("CF-AUP-4.1.b");
  });

  test("is refused where nothing names a clause and nobody picked one, and where its words leak, before anything holds", async () => {
    await deps.db.report.updateMany({ where: { caseId: found.caseId }, data: { clauseId: null } });
    expect(await apply()).toMatchObject({ reason: "no_ground" });
    const clauseId = await clauseByCode(deps, "CF-AUP-4.3.b");
    expect(await apply({ clauseId, reason: "Rosa Marin cannot wait any longer for this." })).toMatchObject({ reason: "leak" });
    expect(await deps.db.action.count({ where: { caseId: found.caseId } })).toBe(0);
    expect(await deps.db.statementOfReasons.count({ where: { action: { caseId: found.caseId } } })).toBe(0);
  });

  test("leaves the account's name out of the facts for the public, and in what its holder reads", async () => {
    const { businessName } = found.account;
    const { text, dsa, publication } = await only(await applied({ reason: `${businessName} sent 212 messages to people who had opted out.` }));
    expect(text).toContain(businessName);
    expect(dsaStatementSchema.parse(dsa).decision_facts).not.toContain(businessName);
    expect(publication).toMatchObject({ blockers: [] });
  });

  test("is stated in the account's language", async () => {
    await deps.db.account.update({ where: { id: found.account.id }, data: { language: "es" } });
    const { text, language } = await only(await applied());
    expect(language).toBe("es");
    for (const said of ["Quién lo detectó: Personas que nos escribieron", "Quién decidió: Una persona de nuestro equipo", "Cómo reclamar"]) expect(text).toContain(said);
  });

  test("that waits for a second person has none until it holds", async () => {
    await deps.db.platform.update({ where: { id: platformId }, data: { fourEyesKinds: ["interim_measure"] } });
    const actionId = await applied();
    await deps.db.platform.update({ where: { id: platformId }, data: { fourEyesKinds: [] } });
    expect(await statementsOf(actionId)).toEqual([]);
    deps.clock.set("2026-11-22T21:00:00Z");
    must(await approveInterim(deps, lee, { actionId }));
    expect(await fieldsOf(actionId)).toMatchObject([{ application_date: "2026-11-22", end_date_service_restriction: "2026-11-29" }]);
  });

  test("that breaks on the way leaves neither measure nor statement", async () => {
    await asOwner(`CREATE FUNCTION public.no_statement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$`);
    await asOwner(`CREATE TRIGGER no_statement BEFORE INSERT ON statement_of_reasons FOR EACH ROW EXECUTE FUNCTION public.no_statement()`);
    await expect(apply()).rejects.toThrow(/broken/);
    await asOwner(`DROP TRIGGER no_statement ON statement_of_reasons`);
    expect(await deps.db.action.count({ where: { caseId: found.caseId } })).toBe(0);
    expect(await deps.db.notice.count({ where: { caseId: found.caseId } })).toBe(0);
  });
});

describe("afterwards", () => {
  test("one that lasts longer has a statement in the place of the one before, each with its own name and end", async () => {
    const actionId = await applied();
    await exportAll();
    deps.clock.advance({ days: 1 });
    must(await claimCase(deps, ana, { caseId: found.caseId }));
    const longer = "The bank's answer is still out.";
    must(await extendInterimMeasure(deps, ana, { caseId: found.caseId, actionId, days: 3, reason: longer, confirmed: [] }));
    const [first, second] = await statementsOf(actionId);
    expect(second).toMatchObject({ replacesId: first!.id, decisionId: null });
    expect(second!.extensionId).not.toBeNull();
    expect(await fieldsOf(actionId)).toMatchObject([
      { end_date_service_restriction: "2026-11-27", decision_facts: why, puid: first!.id },
      { end_date_service_restriction: "2026-11-30", application_date: "2026-11-20", decision_facts: `${why}\n\n${longer}`, puid: second!.id },
    ]);
    for (const said of [longer, why, "When the measure began, we told you this", "CF-AUP-4.3.b"]) expect(second!.text).toContain(said);
    expect((await loadStanding(deps, found.account.id))!.actions[0]).toMatchObject({ printable: true, statement: { text: second!.text } });
    expect(await statementPage(deps, second!.id)).toMatchObject({ state: "ready", extends: true, replaces: { id: first!.id } });
    const { batch } = await exportAll();
    expect((await batchById(deps.db, batch!.id))!.payloads).toEqual([second!.dsa]);
    expect((await statementsOf(actionId)).map(({ publication }) => [publication!.undoneAs, publication!.batchId !== null])).toEqual([[null, true], [null, true]]);
    const twice = { ...second!, publication: undefined, content: {}, dsa: {}, id: newId(), puid: newId(), replacesId: null };
    await expect(deps.db.statementOfReasons.create({ data: twice as never })).rejects.toThrow(/extension_id/);
    await expect(deps.db.statementOfReasons.create({ data: { ...twice, extensionId: null } as never })).rejects.toThrow(/statement_of_action/);
  });

  test("the decision's statement is its own, and the measure's stays as it was true of its time", async () => {
    const actionId = await applied();
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, { ...found, version }, { clause: "CF-AUP-4.3.b" })));
    expect(await deps.db.statementOfReasons.findMany({ where: { decisionId } })).toMatchObject([{ actionId: null, replacesId: null }]);
    expect((await only(actionId)).publication).toMatchObject({ undoneAs: null, outOfScope: null });
    const { actions } = (await loadStanding(deps, found.account.id))!;
    expect(actions.map(({ interim, printable }) => [interim, printable])).toEqual([[false, true], [true, true]]);
  });

  test("lifting it leaves its statement; overturning it notes that it is undone", async () => {
    const lifted = await applied();
    must(await liftAction(deps, ana, { actionId: lifted, reason: "They stopped at once.", confirmed: [] }));
    expect((await only(lifted)).publication).toMatchObject({ undoneAs: null });
    const other = await applied();
    const ruled = await rulingOn(other, { ruling: "overturned" });
    expect(ruled).toMatchObject({ state: "overturned" });
    expect((await only(other)).publication).toMatchObject({ undoneAs: "reversed" });
    expect((await listStatements(deps.db, { limit: 5 })).map(({ action, state }) => [action?.kind, state])).toContainEqual(["Restriction", "superseded"]);
  });

  test("a ruling's milder measure has a statement, sent in its message, in the place of the one it undoes", async () => {
    const actionId = await applied({ kind: "suspension", features: [] });
    await rulingOn(actionId, { ruling: "modified", measure: { kind: "suspension", days: 3 } });
    const before = await only(actionId);
    expect(before.publication).toMatchObject({ undoneAs: "modified" });
    const milder = await deps.db.action.findFirstOrThrow({ where: { replacesId: actionId } });
    const after = await only(milder.id);
    expect(after).toMatchObject({ replacesId: before.id, decisionId: null, publication: { undoneAs: null } });
    expect(await fieldsOf(milder.id)).toMatchObject([{ decision_account: "DECISION_ACCOUNT_SUSPENDED", end_date_account_restriction: "2026-11-23", automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED", decision_facts: `${why}\n\nThree days are enough.` }]);
    const [mail] = await openedNotices(deps, { actionId: milder.id, kind: "appeal_ruling" });
    for (const said of ["CF-AUP-4.3.b", why, "How to object"]) expect([said, mail!.text.includes(said), after.text.includes(said)]).toEqual([said, true, true]);
    expect(await actionPage(deps, milder.id)).toMatchObject({ ground: "CF-AUP-4.3.b", statement: { id: after.id } });
  });

  async function rulingOn(actionId: string, ruling: object) {
    const holder = { kind: "account_holder" as const, accountId: found.account.id };
    const { appealId } = must(await filed(deps, { found, decisionId: "", actionId, holder }));
    must(await assignAppeal(deps, rita, { appealId }));
    const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
    return must(await ruleOnAppeal(deps, rita, { appealId, version, grounds: "Three days are enough.", ...ruling } as never));
  }

  test("a measure from before interim measures had statements still shows, is extended and says what it said", async () => {
    const actionId = await applied();
    await asOwner(`UPDATE action SET ground_clause_id = NULL, conduct_at = NULL WHERE id = '${actionId}'`);
    const theirs = `FROM statement_of_reasons WHERE action_id = '${actionId}'`;
    await asOwner(`SET session_replication_role = replica; DELETE FROM statement_publication WHERE statement_id IN (SELECT id ${theirs}); DELETE ${theirs}`);
    must(await extendInterimMeasure(deps, ana, { caseId: found.caseId, actionId, days: 2, reason: "One answer is still out.", confirmed: [] }));
    expect(await statementsOf(actionId)).toEqual([]);
    const [shown] = (await loadStanding(deps, found.account.id))!.actions;
    expect(shown).toMatchObject({ printable: false });
    expect(shown!.statement!.text).toContain("One answer is still out.");
    expect(await actionPage(deps, actionId)).toMatchObject({ ground: null, statement: null });
  });
});
