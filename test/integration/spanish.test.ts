import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedReference } from "#prisma/seed/reference";
import type { StaffActor } from "~/modules/access/actor";
import { loadStanding } from "~/modules/appeals/standing.queries.server";
import { cataloguePolicies } from "~/modules/policy/catalogue";
import { titlesEs } from "~/modules/policy/catalogue/titles-es";
import { clausesOfContent } from "~/modules/policy/policy-document";
import { listPolicies } from "~/modules/policy/policy.queries.server";
import { readVersion } from "~/modules/policy/public-versions.queries.server";
import { decided, openedNotices } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { createAccount } from "../factories/account";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
});
afterAll(() => database.close());

const code = "CF-AUP-4.3.b";
const stored = () => deps.db.clauseVersion.findFirstOrThrow({ where: { clause: { code } }, select: { title: true, titleEs: true } });
async function inForce(language: "en" | "es") {
  const { head, content } = (await readVersion(deps.db, { platform: "customerflows", policy: "CF-AUP" }, language))!;
  return { title: head.title, clauses: clausesOfContent(content, language) };
}
const clear = () => deps.db.clauseVersion.updateMany({ where: { clause: { code } }, data: { titleEs: null } });

describe("Spanish titles", () => {
  test("come with the seed, one for every clause and every policy", async () => {
    const versions = await deps.db.clauseVersion.findMany({ select: { titleEs: true, clause: { select: { code: true } } } });
    expect(Object.fromEntries(versions.map(({ clause, titleEs }) => [clause.code, titleEs]))).toEqual(titlesEs);
    expect(await deps.db.policy.findMany({ orderBy: { code: "asc" }, select: { code: true, titleEs: true } })).toEqual(
      cataloguePolicies.map(({ code: policy, titleEs }) => ({ code: policy, titleEs })).sort((a, b) => a.code.localeCompare(b.code)),
    );
  });

  test("reach a database that was seeded before there were any, and leave what somebody wrote", async () => {
    const { title } = await stored();
    await clear();
    await deps.db.policy.updateMany({ where: { code: "CF-AUP" }, data: { titleEs: null } });
    await seedReference(deps);
    expect(await stored()).toEqual({ title, titleEs: titlesEs[code] });
    expect((await deps.db.policy.findUniqueOrThrow({ where: { code: "CF-AUP" } })).titleEs).toBe("Política de uso aceptable de CustomerFlows");

    await deps.db.clauseVersion.updateMany({ where: { clause: { code } }, data: { titleEs: "Anuncios tras la baja" } });
    await seedReference(deps);
    expect((await stored()).titleEs).toBe("Anuncios tras la baja");

    await deps.db.clauseVersion.updateMany({ where: { clause: { code } }, data: { title: "Reworded by a policy manager", titleEs: null } });
    await seedReference(deps);
    expect(await stored()).toEqual({ title: "Reworded by a policy manager", titleEs: null });
    await deps.db.clauseVersion.updateMany({ where: { clause: { code } }, data: { title, titleEs: titlesEs[code] } });
  });
});

describe("a Spanish reader", () => {
  test.each([
    ["es", "Publicidad después de STOP", "Política de uso aceptable de CustomerFlows", "mensajes con plantilla"],
    ["en", "Marketing after STOP", "CustomerFlows acceptable use policy", "template messages"],
  ] as const)("of %s is told clauses and features by their names in it: mail, frozen statement, standing page", async (language, clause, policy, feature) => {
    const { id: accountId } = await createAccount(deps.db, { platformId });
    await deps.db.account.update({ where: { id: accountId }, data: { language } });
    const made = await decided(deps, ana, platformId, { accountId });
    const [mail] = await openedNotices(deps, { decisionId: made.decisionId, accountId });
    const { text, content } = await deps.db.statementOfReasons.findFirstOrThrow({ where: { decisionId: made.decisionId } });
    for (const told of [mail!.text, text]) expect(told).toContain(`${code} – ${clause} (${policy}, `);
    expect(content).toMatchObject({ findings: [{ clauseTitle: clause, policyTitle: policy }] });

    const standing = (await loadStanding(deps, accountId))!;
    expect(standing.strikes.map((strike) => strike.clause)).toEqual([`${code} – ${clause}`]);
    expect(standing.features.map(({ name }) => name)).toContain(feature);
    expect(standing.actions[0]!.statement).toMatchObject({ language });
  });

  test("switches the page, and what was sent stays as it was sent", async () => {
    const { holder } = await decided(deps, ana, platformId);
    const [own, spanish] = [(await loadStanding(deps, holder.accountId))!, (await loadStanding(deps, holder.accountId, "es"))!];
    expect([own.language, spanish.language]).toEqual(["en", "es"]);
    expect(spanish.strikes.map((strike) => strike.clause)).toEqual([`${code} – ${titlesEs[code]}`]);
    expect(spanish.features.map(({ name }) => name)).not.toEqual(own.features.map(({ name }) => name));
    expect(spanish.actions[0]!.statement).toEqual(own.actions[0]!.statement);
  });

  test("reads the policies under their Spanish names", async () => {
    const { title, clauses } = await inForce("es");
    expect(title).toBe("Política de uso aceptable de CustomerFlows");
    expect(Object.fromEntries(clauses.map((clause) => [clause.code, clause.title]))).toEqual(Object.fromEntries(Object.entries(titlesEs).filter(([of]) => of.startsWith("CF-AUP"))));
    expect((await listPolicies(deps.db, "es")).flatMap(({ policies }) => policies.map(({ title }) => title)).sort()).toEqual(cataloguePolicies.map(({ titleEs }) => titleEs).sort());
    expect((await inForce("en")).clauses.map(({ title }) => title)).toContain("Marketing after STOP");
  });

  test("where nobody has put a title into Spanish, the English one stands in", async () => {
    await clear();
    expect((await inForce("es")).clauses.find((clause) => clause.code === code)!.title).toBe("Marketing after STOP");
    await seedReference(deps);
  });
});
