import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "~/infra/id";
import { createApiKey } from "~/modules/access/create-api-key.server";
import type { StaffActor } from "~/modules/access/actor";
import { loadAppealPage } from "~/modules/appeals/appeal-page.queries.server";
import { findCase } from "~/modules/cases/case-overview.queries.server";
import { casePage } from "~/modules/cases/case-page.queries.server";
import { searchConsole } from "~/modules/cases/search-console.server";
import { accountStanding } from "~/modules/cases/standing.queries.server";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { statementPdf } from "~/modules/appeals/statement-pdf.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { modifyAction } from "~/modules/enforcement/modify-action.server";
import { replaceAction } from "~/modules/enforcement/replace-action.server";
import { reverseAction } from "~/modules/enforcement/reverse-action.server";
import { listMail } from "~/modules/notices/mail-log.queries.server";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { batchAfter } from "~/modules/transparency/statements.queries.server";
import { must, openedNotices } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { sentByForm } from "../factories/public-appeal";
import { startWeb } from "../support/web";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

/** The no-tip-off flag withholds notices and survives in every view (rule of procedure 7). */
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor, lee: StaffActor, lou: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z");
  ({ platformId, ana, lee, lou } = await enforcers(deps));
  await deps.db.platform.update({ where: { id: platformId }, data: { transparencyExports: true, transparencyTerritory: ["IE"] } });
  await deps.db.webhookEndpoint.create({ data: { id: newId(), platformId, url: "https://hooks.example/in", description: "", secretSealed: deps.crypto.seal("x", "webhook_endpoint.secret"), createdAt: deps.clock().toJSDate(), updatedAt: deps.clock().toJSDate() } });
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

interface Hidden {
  found: Investigation;
  decisionId: string;
  /** The week of suspension beside the referral. */
  actionId: string;
  interimId: string | null;
}

async function hidden({ interim = false, clause = "CF-AUP-4.3.b", measure = {} }: { interim?: boolean; clause?: string; measure?: object } = {}): Promise<Hidden> {
  const found = await anInvestigation(deps, ana, { platformId });
  if (interim) must(await applyInterimMeasure(deps, ana, { caseId: found.caseId, version: undefined, kind: "suspension", features: [], days: 7, reason: "The messages do harm while we look." }));
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: found.caseId } });
  deps.clock.advance({ minutes: 5 });
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, { ...found, version }, { clause, lawEnforcementReferral: true, noTipOff: true, ...measure })));
  expect(must(await approveDecision(deps, lee, { decisionId })).withheld).toBe(true);
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: { not: "law_enforcement_referral" } } });
  const before = await deps.db.action.findFirst({ where: { caseId: found.caseId, interim: true } });
  return { found, decisionId, actionId: action.id, interimId: before?.id ?? null };
}

const mails = (on: Hidden) => openedNotices(deps, { accountId: on.found.account.id });
const payloads = async (on: Hidden) => (await deps.db.webhookMessage.findMany({ where: { accountId: on.found.account.id }, orderBy: { seq: "asc" } })).map(({ payload }) => payload);
const byLink = (on: Hidden, actionId: string) =>
  fileAppeal(deps, { kind: "account_holder", accountId: on.found.account.id }, { actionId, accountId: on.found.account.id, explanation: "We object to this.", idempotencyKey: newId(), channel: "link" });
const byForm = (on: Hidden, actionText = "You blocked us.") =>
  sentByForm(deps, { platformKey: "customerflows", email: on.found.ownerEmail, actionText, explanation: "We did nothing wrong at all.", idempotencyKey: newId() });

describe("what anybody outside reads of a hidden decision", () => {
  let on: Hidden;
  let before: string;
  beforeAll(async () => {
    deps.clock.set("2026-11-20T21:00:00Z");
    const answer = async () => JSON.stringify(await sentByForm(deps, { platformKey: "customerflows", email: "nobody@else.example", actionText: "You blocked us.", explanation: "We did nothing wrong at all.", idempotencyKey: newId() }));
    before = await answer();
    on = await hidden();
  });

  test.each<[string, () => Promise<string>]>([
    ["mails to the account holder", async () => JSON.stringify(await mails(on))],
    ["mails to reporters", async () => JSON.stringify(await openedNotices(deps, { caseId: on.found.caseId }))],
    ["the log of what the holder was sent", async () => JSON.stringify(await listMail(deps, { accountId: on.found.account.id, limit: 50 }))],
    ["the standing page", async () => JSON.stringify(await loadStanding(deps, on.found.account.id))],
    ["the statement as a PDF", async () => JSON.stringify(await Promise.all((await deps.db.action.findMany({ where: { decisionId: on.decisionId } })).map(({ id }) => statementPdf(deps.db, { accountId: on.found.account.id, actionId: id }))))],
    ["what the gate answers", async () => JSON.stringify(await readGate(deps, platformId, on.found.account.externalId))],
    ["what webhooks tell the platform", async () => (await payloads(on)).join("\n")],
    ["an appeal by the private link", async () => JSON.stringify(await Promise.all((await deps.db.action.findMany({ where: { decisionId: on.decisionId } })).map(({ id }) => byLink(on, id))))],
    ["what is handed to the transparency database", async () => {
      must(await exportStatements(deps, lee, { platformKey: "customerflows", idempotencyKey: newId() }));
      return JSON.stringify(await batchAfter(deps.db, platformId, 0));
    }],
  ])("%s", async (_exit, read) => {
    const told = await read();
    expect(told).not.toMatch(/law.?enforcement|referral|police|tip.?off|\bhold\b|preserv/i);
    const { reference } = await deps.db.decision.findUniqueOrThrow({ where: { id: on.decisionId } });
    expect(told).not.toContain(reference);
  });

  test("nothing was sent, nothing is shown, nothing can be printed, exported or appealed", async () => {
    expect(await mails(on)).toEqual([]);
    expect(await listMail(deps, { accountId: on.found.account.id, limit: 50 })).toEqual([]);
    deps.clock.advance({ hours: 1 });
    const standing = (await loadStanding(deps, on.found.account.id))!;
    expect([standing.actions, standing.strikes]).toEqual([[], []]);
    expect(standing.status).toBe("active");
    expect(standing.features.filter(({ allowed, until }) => !allowed || until)).toEqual([]);
    expect((await readGate(deps, platformId, on.found.account.externalId))!.features.every(({ allowed }) => !allowed)).toBe(true);
    expect(await statementPdf(deps.db, { accountId: on.found.account.id, actionId: on.actionId })).toBeNull();
    expect(await byLink(on, on.actionId)).toMatchObject({ reason: "not_found" });
    expect(await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId: on.decisionId }, include: { publication: true } })).toMatchObject({ publication: { outOfScope: "no_tip_off", batchId: null } });
  });

  test("the public form answers as it answers a stranger, and sends the holder nothing", async () => {
    const { reference } = await deps.db.action.findUniqueOrThrow({ where: { id: on.actionId } });
    for (const text of ["You blocked us.", `Measure ${reference}`]) expect(JSON.stringify(await byForm(on, text))).toBe(before);
    expect(await deps.db.appeal.count({ where: { accountId: on.found.account.id } })).toBe(0);
    expect(await mails(on)).toEqual([]);
  });

  test("platforms are told that they may not tell", async () => {
    const told = (await payloads(on)).map((payload) => JSON.parse(payload) as { type: string; data: { mayTellAccountHolder?: boolean } }).filter(({ type }) => type.startsWith("action."));
    expect(told.map(({ data }) => data.mayTellAccountHolder)).toEqual([false]);
  });

  test("the API's answer about the account is as before", async () => {
    const web = await startWeb(deps);
    try {
      const { key } = must(await createApiKey(deps, { kind: "system", name: "test" }, { platformKey: "customerflows", name: "test", scopes: ["account:write"] }));
      const { externalId, businessName } = on.found.account;
      const answer = await web.post("/api/v1/platforms/customerflows/accounts", { externalId, businessName }, { authorization: `Bearer ${key}`, "idempotency-key": newId() });
      expect(await answer.json()).toEqual({ account: externalId, platform: "customerflows", created: false, changed: [] });
    } finally {
      await web.close();
    }
  });
});

describe("staff are told of it wherever they meet the account", () => {
  const flagsOf = async (on: Pick<Hidden, "found">, actor: StaffActor) => {
    const { account, caseId } = on.found;
    const { reference } = await deps.db.case.findUniqueOrThrow({ where: { id: caseId } });
    const hits = async (typed: string) => must(await searchConsole(deps, actor, typed)).hits;
    const [byName, byReference] = [await hits(account.externalId), await hits(reference)];
    return {
      search: [...byName.accounts, ...byReference.cases].map(({ noTipOff }) => noTipOff),
      account: (await accountStanding(deps.db, account.id, platformId)).noTipOff,
      case: (await casePage(deps.db, reference, null))!.body.noTipOff,
    };
  };

  test("in search, on the account and on the case, also when it is over; and not of an account without", async () => {
    const on = await hidden();
    const told = { search: [true, true], account: true, case: true };
    expect(await flagsOf(on, ana)).toEqual(told);
    const { reference } = await deps.db.case.findUniqueOrThrow({ where: { id: on.found.caseId } });
    expect((await findCase(deps, reference))!.actions.map(({ noTipOff }) => noTipOff)).toEqual([true, true]);
    must(await liftAction(deps, lee, { actionId: on.actionId, reason: "It is over for good now." }));
    expect(await flagsOf(on, ana)).toEqual(told);
    const plain = await anInvestigation(deps, ana, { platformId });
    expect(await flagsOf({ found: plain }, ana)).toEqual({ search: [false, false], account: false, case: false });
  });

  test("on an appeal against a measure that its holder does know of", async () => {
    const found = await anInvestigation(deps, ana, { platformId });
    must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.1.b", rung: 2, features: ["chatbot"], days: 3, justification: "The chatbot sent them." })));
    const action = await deps.db.action.findFirstOrThrow({ where: { caseId: found.caseId } });
    const filed = must(await fileAppeal(deps, { kind: "account_holder", accountId: found.account.id }, { actionId: action.id, accountId: found.account.id, explanation: "We object to this.", idempotencyKey: newId(), channel: "link" }));
    const page = async () => (await loadAppealPage(deps, lou, filed.reference))!.noTipOff;
    expect(await page()).toBe(false);
    const other = await anInvestigation(deps, ana, { platformId, accountId: found.account.id, area: "illegal_content" });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, other, { clause: "CF-AUP-3.2.e", lawEnforcementReferral: true, noTipOff: true })));
    expect(await page()).toBe(true);
    must(await approveDecision(deps, lee, { decisionId }));
    expect(await page()).toBe(true);
  });
});

/** The same account and case history for all but the hidden decision: what its holder reads must not tell the two apart. */
describe("beside an account that has no hidden decision", () => {
  const told = async () => {
    const found = await anInvestigation(deps, ana, { platformId });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-4.1.b", rung: 2, features: ["chatbot"], days: 3, justification: "The chatbot sent them." })));
    return { found, decisionId };
  };
  const alsoHidden = async (accountId: string) => {
    const found = await anInvestigation(deps, ana, { platformId, accountId, area: "illegal_content" });
    const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { clause: "CF-AUP-3.2.e", lawEnforcementReferral: true, noTipOff: true })));
    must(await approveDecision(deps, lee, { decisionId }));
    return deps.db.action.findMany({ where: { decisionId } });
  };
  /** Ids, references and names differ between any two accounts. */
  const anonymous = (standing: unknown) => JSON.stringify(standing).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/\b[AD]-[2-9A-Z]{4}-[2-9A-Z]{4}\b/g, "REF").replace(/Summit Roofing \d+/g, "Summit Roofing");
  const queriesOf = async (work: () => Promise<unknown>): Promise<number> => {
    const spy = vi.spyOn(pg.Client.prototype, "query");
    try {
      await work();
      return spy.mock.calls.length;
    } finally {
      spy.mockRestore();
    }
  };

  test("the standing page is the same to the letter, and asks the database as often", async () => {
    const [plain, secret] = [await told(), await told()];
    const actions = await alsoHidden(secret.found.account.id);
    expect(actions.map(({ kind, state }) => [kind, state]).sort()).toEqual([["law_enforcement_referral", "active"], ["termination", "active"]]);
    const read = (one: typeof plain) => loadStanding(deps, one.found.account.id);
    expect(anonymous(await read(secret))).toBe(anonymous(await read(plain)));
    const asked = await queriesOf(() => read(plain));
    expect(asked).toBeGreaterThan(3);
    expect(await queriesOf(() => read(secret))).toBe(asked);
  });

  test("the public form takes a description of it as it takes any other, and files what it would file without it", async () => {
    const [plain, secret] = [await told(), await told()];
    const actions = await alsoHidden(secret.found.account.id);
    const form = (one: typeof plain, actionText: string) => sentByForm(deps, { platformKey: "customerflows", email: one.found.ownerEmail, actionText, explanation: "We did nothing wrong at all.", idempotencyKey: newId() });
    const text = `You closed our account: ${actions.map(({ reference }) => reference).join(" and ")}.`;
    expect(await form(secret, text)).toEqual(await form(plain, text));
    for (const one of [plain, secret]) {
      expect(await deps.db.appeal.findMany({ where: { accountId: one.found.account.id }, select: { action: { select: { decisionId: true } } } })).toEqual([{ action: { decisionId: one.decisionId } }]);
      expect((await openedNotices(deps, { accountId: one.found.account.id })).map(({ kind }) => kind)).toEqual(["statement_of_reasons", "appeal_receipt"]);
    }
  });
});

describe("whatever becomes of it, the account holder is sent nothing and sees nothing", () => {
  const grounds = "It was longer than it had to be.";
  test.each<[string, (on: Hidden) => Promise<unknown>]>([
    ["extended", async ({ actionId }) => must(await replaceAction(deps, ana, { actionId, reason: grounds, change: { what: "extend", days: 3 } }))],
    ["replaced by another measure", async ({ actionId }) => must(await replaceAction(deps, lee, { actionId, reason: grounds, change: { what: "replace", measure: { kind: "warning" } } }))],
    ["lifted", async ({ actionId }) => must(await liftAction(deps, lee, { actionId, reason: grounds }))],
    ["let run out", async () => { deps.clock.advance({ days: 8 }); expect(await expireActions(deps)).toBeGreaterThan(0); }],
    ["reversed, as by an undone bulk action", async ({ actionId }) => must(await deps.db.$transaction((tx) => reverseAction(tx, deps, lee, { actionId, grounds, at: deps.clock(), tell: true })))],
    ["modified", async ({ actionId }) => must(await deps.db.$transaction((tx) => modifyAction(tx, deps, lou, { actionId, measure: { kind: "warning" }, grounds, at: deps.clock() })))],
  ])("%s", async (_what, change) => {
    const on = await hidden();
    await change(on);
    expect(await mails(on)).toEqual([]);
    const standing = (await loadStanding(deps, on.found.account.id))!;
    expect([standing.actions, standing.strikes]).toEqual([[], []]);
    for (const { id } of await deps.db.action.findMany({ where: { decisionId: on.decisionId } })) expect(await byLink(on, id)).toMatchObject({ reason: "not_found" });
    expect((await payloads(on)).filter((payload) => payload.includes('"type" : "action.')).every((payload) => payload.includes('"mayTellAccountHolder" : false'))).toBe(true);
  });
});

describe("an interim measure that a hidden decision replaced", () => {
  const shown = async (on: Hidden) => (await loadStanding(deps, on.found.account.id))!;

  test("goes on for its holder as if nothing had been decided, to its own end", async () => {
    const on = await hidden({ interim: true });
    const interim = await deps.db.action.findUniqueOrThrow({ where: { id: on.interimId! } });
    expect(interim.state).toBe("superseded");
    const until = interim.endsAt!.toISOString();
    const standing = await shown(on);
    expect(standing.actions).toMatchObject([{ id: interim.id, state: "active", endsAt: until, endedAt: null, bars: null }]);
    expect(standing.status).toBe("suspended");
    expect(new Set(standing.features.map((feature) => feature.until))).toEqual(new Set([until]));
    expect((await mails(on)).map(({ kind }) => kind)).toEqual(["interim_measure"]);
    deps.clock.set("2026-11-27T21:00:01Z");
    expect((await shown(on)).actions).toMatchObject([{ state: "expired", endedAt: until }]);
  });

  test("says nothing of a decision that lasts for ever, either", async () => {
    const on = await hidden({ interim: true, clause: "CF-AUP-3.2.e" });
    const standing = await shown(on);
    expect((await deps.db.account.findUniqueOrThrow({ where: { id: on.found.account.id } })).status).toBe("terminated");
    expect(standing.status).toBe("suspended");
    expect(standing.features.every(({ until }) => until === standing.actions[0]!.endsAt)).toBe(true);
  });

  test("can be appealed, by the link and by the form", async () => {
    const [one, two] = [await hidden({ interim: true }), await hidden({ interim: true })];
    expect(await byLink(one, one.interimId!)).toMatchObject({ ok: true });
    must(await byForm(two));
    expect(await deps.db.appeal.count({ where: { actionId: two.interimId! } })).toBe(1);
  });

  test("reads as lifted once the hidden measure lets go", async () => {
    const on = await hidden({ interim: true });
    deps.clock.advance({ hours: 2 });
    must(await liftAction(deps, lee, { actionId: on.actionId, reason: "It is over for good now." }));
    expect((await shown(on)).actions).toMatchObject([{ state: "lifted", endedAt: deps.clock().toISO() }]);
    expect((await shown(on)).status).toBe("active");
  });

  test("the platform may not tell that it ended", async () => {
    const on = await hidden({ interim: true });
    const events = (await payloads(on)).map((payload) => JSON.parse(payload) as { type: string; data: { action?: string; mayTellAccountHolder?: boolean } }).filter(({ data }) => data.action === on.interimId);
    expect(events.map(({ type, data }) => [type, data.mayTellAccountHolder])).toEqual([["action.started", true], ["action.ended", false]]);
  });
});
