import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { setTransparencySchema, transparencyKey } from "~/modules/platforms/set-transparency.schema";
import { setTransparency } from "~/modules/platforms/set-transparency.server";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let lee: StaffActor;
let ada: StaffActor;
const platformKey = "customerflows";
const reason = "The service is offered in the Union now.";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana, lee } = await enforcers(deps));
  ada = await createStaff(deps.db, ["admin"], "Ada");
});
afterAll(() => database.close());

const holds = async () => {
  const { transparencyExports: exports, transparencyTerritory: territory } = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
  return { exports, territory };
};
const form = (over: object) => setTransparencySchema.safeParse({ platformKey, exports: "on", territory: [], reason, ...over });
const decidedScope = async () => {
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, await anInvestigation(deps, ana, { platformId }), { clause: "CF-AUP-4.3.b" })));
  const { dsa, publication } = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId }, include: { publication: true } });
  return { territory: (dsa as { territorial_scope: unknown }).territorial_scope, outOfScope: publication?.outOfScope };
};

describe("the form", () => {
  test.each<[string, object, string]>([
    ["no answer", { exports: undefined }, "exports"],
    ["an answer nobody offered", { exports: "yes" }, "exports"],
    ["a country outside the EEA", { territory: ["ES", "US"] }, "territory"],
    ["the code in small letters", { territory: "es" }, "territory"],
    ["more than there are", { territory: Array.from({ length: 100 }, () => "ES") }, "territory"],
    ["no reason", { reason: "" }, "reason"],
    ["a reason nobody sees", { reason: "\u200b".repeat(20) }, "reason"],
    ["no platform's key", { platformKey: "../customerflows" }, "platformKey"],
  ])("says beside its field what is wrong: %s", (_what, over, field) => {
    const parsed = form(over);
    expect(parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."))).toEqual([field]);
  });

  test.each<[unknown, string[]]>([
    [undefined, []],
    ["", []],
    ["IE", ["IE"]],
    [["SE", "ES", "SE"], ["ES", "SE"]],
  ])("reads the countries %j as %j", (territory, read) => {
    expect(form({ territory }).data?.territory).toEqual(read);
  });
});

describe("setting it", () => {
  const input = { platformKey, exports: true, territory: ["ES", "IE"], reason } as Parameters<typeof setTransparency>[2];

  test("is an admin's, counts for decisions from then on, and is audited with before, after and why", async () => {
    for (const other of [ana, lee, await createStaff(deps.db, ["policy_manager"]), await createStaff(deps.db, ["auditor"])]) expect(await setTransparency(deps, other, input)).toEqual({ ok: false, reason: "forbidden" });
    expect(await setTransparency(deps, ada, { ...input, platformKey: "nowhere" })).toEqual({ ok: false, reason: "platform_unknown" });
    expect(await holds()).toEqual({ exports: false, territory: [] });
    expect(await decidedScope()).toEqual({ territory: null, outOfScope: "exports_off" });

    must(await setTransparency(deps, ada, input));
    expect(await holds()).toEqual({ exports: true, territory: ["ES", "IE"] });
    expect(await decidedScope()).toEqual({ territory: ["ES", "IE"], outOfScope: null });
    const { body, actorId } = await deps.db.auditEntry.findFirstOrThrow({ where: { type: "platform.transparency_set" }, orderBy: { at: "desc" } });
    expect(actorId).toBe(ada.id);
    expect((JSON.parse(body) as { facts: object }).facts).toMatchObject({ before: { exports: false, territory: [] }, after: { exports: true, territory: ["ES", "IE"] }, reason });
  });

  test("a form made before somebody else's change changes nothing; of two sent at once one holds", async () => {
    const seen = transparencyKey(await holds());
    const audited = await deps.db.auditEntry.count({ where: { type: "platform.transparency_set" } });
    const sent = await Promise.all(["FR", "SE", "PT"].map((country) => setTransparency(deps, ada, { ...input, territory: [country as "FR"], seen })));
    expect(sent.map(({ ok }) => ok).sort()).toEqual([false, false, true]);
    expect(sent.filter(({ ok }) => !ok)).toEqual([{ ok: false, reason: "transparency_moved" }, { ok: false, reason: "transparency_moved" }]);
    expect((await holds()).territory).toEqual([["FR", "SE", "PT"][sent.findIndex(({ ok }) => ok)]]);
    expect(await deps.db.auditEntry.count({ where: { type: "platform.transparency_set" } })).toBe(audited + 1);
  });
});
