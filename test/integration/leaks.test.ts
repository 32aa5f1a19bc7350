import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { previewRuling } from "~/modules/appeals/preview-ruling.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { proposalPage } from "~/modules/enforcement/approvals.queries.server";
import { leakGuard } from "~/modules/enforcement/check-leaks.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { previewDecision } from "~/modules/enforcement/preview-decision.server";
import { holderTemplates, type ContentOf, type HolderTemplate } from "~/modules/notices/audience";
import type { Finding, LeakConfirmation } from "~/modules/notices/leak-guard";
import { stageNotice } from "~/modules/notices/stage-notice.server";
import { samplesIn } from "~/modules/notices/templates/samples";
import { decided, filed, must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers, type Investigation } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let rita: StaffActor;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set("2026-11-20T21:00:00Z");
  found = await anInvestigation(deps, ana, { platformId });
});

const why = "It is the month in which the messages went out.";
/** "Marin" is the family name of every reporter of these factories. */
const innocent = "On 18 November your account sent two messages about the Marin County fair without consent on record.";
const auditsOf = (type: string, caseId = found.caseId) => deps.db.auditEntry.findMany({ where: { type, caseId } });
const staged = () => deps.db.notice.count({ where: { accountId: found.account.id } });

function findings(result: { ok: boolean; reason?: string; detail?: Record<string, unknown> }): Finding[] {
  expect(result).toMatchObject({ ok: false, reason: "leak" });
  return result.detail!.leaks as Finding[];
}
const confirming = (all: readonly Finding[], reason = why): LeakConfirmation[] => all.map(({ token }) => ({ token, reason }));

/** Facts the product supplies itself: nobody types them into a message. */
const productMade = new Set(["reference", "standingUrl", "healthUrl", "businessName", "policyArea", "clauseCode", "clauseTitle", "policyTitle", "versionLabel", "url", "features", "kind", "decidedBy", "detectedBy", "how", "outcome"]);

/** The message once for each of its texts, with words put there that give a reporter away. */
function leaking(template: HolderTemplate, leak: string): { field: string; content: ContentOf<HolderTemplate> }[] {
  const sample = samplesIn("en")[template] as Record<string, unknown>;
  return Object.entries(sample).flatMap(([field, value]) =>
    typeof value === "string" && !productMade.has(field) ? [{ field, content: { template, props: { ...sample, [field]: leak } } as unknown as ContentOf<HolderTemplate> }] : [],
  );
}

describe("whatever is staged for an account holder", () => {
  test("has every text that people write read, whichever kind of message it is", async () => {
    const blocked: Record<string, string[]> = {};
    for (const template of holderTemplates) {
      blocked[template] = [];
      for (const { field, content } of leaking(template, `We spoke with ${found.reporterEmails[0]!} at length.`)) {
        const staging = deps.db.$transaction((tx) =>
          stageNotice(tx, deps, {
            at: deps.clock(),
            platformId,
            to: "holder@roofing.example",
            language: "en",
            about: { accountId: found.account.id },
            content,
            guard: leakGuard(tx, deps.crypto, { accountId: found.account.id, caseId: found.caseId }),
            dedupeKey: `${template}:${field}`,
          }),
        );
        await expect(staging, `${template}.${field}`).rejects.toThrow("nobody cleared: email");
        blocked[template].push(field);
      }
    }
    expect(await staged()).toBe(0);
    expect(blocked).toEqual({
      statement_of_reasons: ["factsFound"],
      interim_measure: ["reason"],
      action_changed: ["reason"],
      action_ended: ["reason"],
      appeal_receipt: [],
      appeal_question: ["question"],
      appeal_question_ended: [],
      appeal_delayed: [],
      appeal_ruling: ["grounds"],
      sender_health: [],
    });
  });
});

describe("a finding is confirmed", () => {
  test("for this text and no other, with a reason that the audit trail keeps", async () => {
    const input = await aViolation(deps, found, { facts: innocent });
    const [finding, ...more] = findings(await decideCase(deps, ana, input));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ kind: "name", found: "Marin", confirmable: true, places: [{ line: 1, after: expect.stringContaining("County fair") }] });
    const confirmed = confirming([finding!]);

    expect(await decideCase(deps, ana, { ...input, facts: `${innocent} Marin told us.`, confirmed })).toMatchObject({ reason: "leak" });
    expect(await decideCase(deps, ana, { ...input, confirmed: confirming([finding!], "no") })).toMatchObject({ reason: "leak" });
    expect(await decideCase(deps, ana, { ...input, confirmed: [{ token: "x".repeat(43), reason: why }] })).toMatchObject({ reason: "leak" });
    expect(await staged()).toBe(0);

    const previewed = must(await previewDecision(deps, ana, { ...input, confirmed }));
    expect(previewed.preview.confirmedLeaks).toEqual([{ kind: "name", found: "Marin", reason: why }]);
    const { decisionId } = must(await decideCase(deps, ana, { ...input, confirmed }));
    const notice = await deps.db.notice.findFirstOrThrow({ where: { decisionId, kind: "statement_of_reasons" } });
    expect(deps.crypto.open(notice.textSealed, "notice.text")).toContain("Marin County");
    const [entry, ...others] = await auditsOf("leak.confirmed");
    expect(others).toEqual([]);
    expect(entry!.actorId).toBe(ana.id);
    expect(entry!.body).toContain(why);
    expect(entry!.body).not.toContain("Marin");
  });

  test("before the second person, who sees it; approving sends what was confirmed", async () => {
    const input = await aViolation(deps, found, { clause: "CF-AUP-3.2.e", facts: innocent });
    const confirmed = confirming(findings(await decideCase(deps, ana, input)));
    const { decisionId, state } = must(await decideCase(deps, ana, { ...input, confirmed }));
    expect(state).toBe("awaiting_approval");
    expect((await proposalPage(deps, decisionId))?.preview?.confirmedLeaks).toEqual([{ kind: "name", found: "Marin", reason: why }]);
    must(await approveDecision(deps, lee, { decisionId }));
    expect(await deps.db.notice.count({ where: { decisionId, kind: "statement_of_reasons" } })).toBe(1);
    expect(await auditsOf("leak.confirmed")).toHaveLength(1);
  });

  test.each([
    ["an address", () => `On 18 November ${found.reporterEmails[0]} wrote to us.`, "email"],
    ["a reference", () => `On 18 November we took in ${found.reports[0]!.reference}.`, "report_id"],
  ] as const)("never, where it is %s", async (_what, facts, kind) => {
    const input = await aViolation(deps, found, { facts: facts() });
    const all = findings(await decideCase(deps, ana, input));
    expect(all).toContainEqual(expect.objectContaining({ kind, confirmable: false }));
    expect(findings(await decideCase(deps, ana, { ...input, confirmed: confirming(all) }))).toEqual([expect.objectContaining({ kind })]);
    expect(await staged()).toBe(0);
  });

  test("in the reasons of interim measures and of lifting", async () => {
    const reason = "The Marin campaign goes on while we look into it.";
    const interim = { caseId: found.caseId, version: found.version, kind: "suspension" as const, features: [], reason };
    const confirmed = confirming(findings(await applyInterimMeasure(deps, ana, interim)));
    const { actionId } = must(await applyInterimMeasure(deps, ana, { ...interim, confirmed }));
    const longer = { caseId: found.caseId, actionId, days: 2, reason: `${reason} Still.` };
    const again = confirming(findings(await extendInterimMeasure(deps, ana, longer)));
    must(await extendInterimMeasure(deps, ana, { ...longer, confirmed: again }));
    const lifted = { actionId, reason: "Your Marin campaign has ended." };
    const last = confirming(findings(await liftAction(deps, ana, lifted)));
    must(await liftAction(deps, ana, { ...lifted, confirmed: last }));
    expect(await staged()).toBe(3);
    expect(await auditsOf("leak.confirmed")).toHaveLength(3);
  });

  test("in the grounds of a ruling, in its preview too", async () => {
    const on = await decided(deps, ana, platformId);
    const { appealId } = must(await filed(deps, on));
    must(await assignAppeal(deps, rita, { appealId }));
    const { version } = await deps.db.appeal.findUniqueOrThrow({ where: { id: appealId } });
    const ruling = { appealId, version, ruling: "upheld" as const, grounds: "Your Marin campaign had no consent on record." };
    const confirmed = confirming(findings(await previewRuling(deps, rita, ruling)));
    findings(await ruleOnAppeal(deps, rita, ruling));
    const { preview } = must(await previewRuling(deps, rita, { ...ruling, confirmed }));
    expect(preview.messages[0]!.text).toContain("Marin campaign");
    must(await ruleOnAppeal(deps, rita, { ...ruling, confirmed }));
    expect(await auditsOf("leak.confirmed", on.found.caseId)).toHaveLength(1);
  });
});
