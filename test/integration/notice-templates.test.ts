import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { previewDecision } from "~/modules/enforcement/preview-decision.server";
import { stageNotice } from "~/modules/notices/stage-notice.server";
import { samplesIn } from "~/modules/notices/templates/samples";
import type { SaveTemplateInput } from "~/modules/notices/templates/save-template.schema";
import { saveTemplate } from "~/modules/notices/templates/save-template.server";
import { starterOf } from "~/modules/notices/templates/starter";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let pia: StaffActor;
let poe: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
  pia = await createStaff(deps.db, ["policy_manager"], "Pia");
  poe = await createStaff(deps.db, ["policy_manager"], "Poe");
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
});

const own = (mark: string) => {
  const { subject, body } = starterOf("statement_of_reasons", "en");
  return { subject: `${mark} ${subject}`, body: `${mark}\n\n${body}` };
};
const versions = () => deps.db.noticeTemplate.count({ where: { platformId, kind: "statement_of_reasons", language: "en" } });
type Saved = Extract<SaveTemplateInput, { intent: "save" }>;
const change = async (over: Partial<Saved> = {}): Promise<Saved> => ({
  intent: "save",
  platformKey: "customerflows",
  kind: "statement_of_reasons",
  language: "en",
  basedOn: await versions(),
  note: "Our own greeting.",
  ...own("Kind regards from us."),
  ...over,
});
const decide = async () => {
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found)));
  const notice = await deps.db.notice.findFirstOrThrow({ where: { decisionId, kind: "statement_of_reasons" } });
  const statement = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId } });
  return { ...notice, text: deps.crypto.open(notice.textSealed, "notice.text"), statement };
};

describe("a platform's own words", () => {
  test("are previewed, frozen and sent; a later change leaves what is written alone", async () => {
    must(await saveTemplate(deps, pia, await change()));
    const { preview } = must(await previewDecision(deps, ana, await aViolation(deps, found)));
    expect(preview.toAccountHolder[0]!.text).toContain("Kind regards from us.");
    const sent = await decide();
    expect(sent.subject).toMatch(/^Kind regards from us\./);
    expect(sent.text).toContain("Kind regards from us.");
    expect(sent.statement.text).toContain("Kind regards from us.");
    expect(sent).toMatchObject({ templateId: expect.any(String), templateFault: null });

    must(await saveTemplate(deps, pia, await change(own("Another voice."))));
    const after = await deps.db.notice.findUniqueOrThrow({ where: { id: sent.id } });
    expect(after.subject).toBe(sent.subject);
    expect(deps.crypto.open(after.textSealed, "notice.text")).toBe(sent.text);
    found = await anInvestigation(deps, ana, { platformId });
    expect((await decide()).text).toContain("Another voice.");
    expect(await deps.db.auditEntry.count({ where: { type: "notice_template.saved", platformId } })).toBeGreaterThanOrEqual(2);
  });

  test("wait for their day in the platform's zone, and give way to a change that is saved for now", async () => {
    must(await saveTemplate(deps, pia, await change(own("Today."))));
    must(await saveTemplate(deps, pia, await change({ ...own("Tomorrow."), effectiveOn: "2026-11-21" })));
    expect((await decide()).text).toContain("Today.");
    deps.clock.set("2026-11-21T07:00:00Z");
    found = await anInvestigation(deps, ana, { platformId });
    expect((await decide()).text).toContain("Tomorrow.");
    expect(await saveTemplate(deps, pia, await change({ effectiveOn: "2026-11-21" }))).toMatchObject({ reason: "effective_day_past" });
  });

  test("are of one language, and go back to the product's", async () => {
    must(await saveTemplate(deps, pia, await change(own("English only."))));
    await deps.db.account.update({ where: { id: found.account.id }, data: { language: "es" } });
    expect((await decide()).text).not.toContain("English only.");
    const { note, basedOn, platformKey, kind, language } = await change();
    must(await saveTemplate(deps, pia, { intent: "revert", note, basedOn, platformKey, kind, language }));
    found = await anInvestigation(deps, ana, { platformId });
    expect(await decide()).toMatchObject({ templateId: null, templateFault: null });
  });
});

describe("saving", () => {
  test.each([
    ["without what the law asks for", (text: string) => text.replace("{{measures}}", "You know what.")],
    ["with a name nobody knows", (text: string) => `${text}\n\n{{reporter_name}}`],
    ["with markup of its own kind", (text: string) => `${text}\n\n{{{facts_found}}}`],
  ])("%s is refused", async (_what, broken) => {
    const before = await versions();
    const input = await change();
    expect(await saveTemplate(deps, pia, { ...input, body: broken(input.body) })).toMatchObject({ reason: "template_faulty", detail: { problems: [expect.objectContaining({ field: "body" })] } });
    expect(await versions()).toBe(before);
  });

  test("is for policy managers, and for one of two at once", async () => {
    expect(await saveTemplate(deps, ana, await change())).toMatchObject({ reason: "forbidden" });
    const input = await change();
    const both = await Promise.all([saveTemplate(deps, pia, { ...input, note: "From Pia." }), saveTemplate(deps, poe, { ...input, note: "From Poe." })]);
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ reason: "template_changed" });
  });

  test("sent again for another day is no repetition: it is told that the text was changed meanwhile", async () => {
    const input = await change({ ...own("In two days."), effectiveOn: "2026-11-22" });
    expect(await saveTemplate(deps, pia, input)).toMatchObject({ isNew: true });
    expect(await saveTemplate(deps, pia, input)).toMatchObject({ isNew: false });
    for (const effectiveOn of ["2026-11-24", undefined]) expect(await saveTemplate(deps, pia, { ...input, effectiveOn })).toMatchObject({ reason: "template_changed" });
    expect(await saveTemplate(deps, pia, await change(own("Now after all.")))).toMatchObject({ isNew: true });
  });

  test("sent twice adds one version; no version is ever changed", async () => {
    const input = await change({ note: "Sent twice." });
    expect(await saveTemplate(deps, pia, input)).toMatchObject({ isNew: true });
    expect(await saveTemplate(deps, pia, input)).toMatchObject({ ok: true, isNew: false });
    expect(await versions()).toBe(input.basedOn + 1);
    await expect(deps.db.noticeTemplate.updateMany({ data: { note: "x" } })).rejects.toThrow(/permission denied|42501/);
  });
});

describe("words that cannot be used give way to the product's, and staff are told", () => {
  test("when they no longer say all they have to", async () => {
    const { id } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
    await deps.db.noticeTemplate.create({
      data: { id: crypto.randomUUID(), platformId: id, kind: "statement_of_reasons", language: "en", number: (await versions()) + 1, subject: "Hello", body: "{{gone}}", effectiveFrom: deps.clock().toJSDate(), note: "Older vocabulary.", createdById: pia.id, createdAt: deps.clock().toJSDate() },
    });
    await deps.db.platform.update({ where: { id }, data: { templatesRevision: { increment: 1 } } });
    const sent = await decide();
    expect(sent).toMatchObject({ templateId: null, templateFault: "outdated" });
    expect(sent.text).toContain("What we decided");
    expect(await deps.db.auditEntry.count({ where: { type: "notice.template_failed", platformId } })).toBe(1);
  });

  test("when they name somebody who reported the account", async () => {
    must(await saveTemplate(deps, pia, await change(own("Ask for Rosa Marin."))));
    const sent = await decide();
    expect(sent).toMatchObject({ templateId: null, templateFault: "leak" });
    expect(sent.text).not.toContain("Rosa");
  });
});

test("many messages of one platform ask for its words once", async () => {
  const input = await change({ kind: "report_outcome" });
  const { subject, body } = starterOf("report_outcome", "en");
  must(await saveTemplate(deps, pia, { ...input, basedOn: 0, subject: `Many: ${subject}`, body }));
  let asked = 0;
  await deps.db.$transaction(async (tx) => {
    const counting = new Proxy(tx, { get: (target, name) => (name === "noticeTemplate" ? ((asked += 1), target.noticeTemplate) : Reflect.get(target, name)) }) as typeof tx;
    for (let index = 0; index < 20; index += 1) {
      await stageNotice(counting, deps, { at: deps.clock(), platformId, to: `r${index}@mail.example`, language: "en", about: {}, content: { template: "report_outcome", props: samplesIn("en").report_outcome }, dedupeKey: `many:${index}` });
    }
  });
  expect(asked).toBeLessThanOrEqual(2);
  expect(await deps.db.notice.count({ where: { dedupeKey: { startsWith: "many:" }, subject: { startsWith: "Many: " } } })).toBe(20);
});
