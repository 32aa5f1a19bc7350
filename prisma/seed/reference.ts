import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { defaultLadders } from "~/modules/enforcement/default-ladders";
import { cataloguePlatforms, cataloguePolicies, type CataloguePlatform, type CataloguePolicy } from "~/modules/policy/catalogue";

const seeder = { kind: "system", name: "seed" } as const;

/**
 * The five platforms with their terms, policies and ladders. It only adds what is missing: what an admin or a policy
 * manager changed since stays as they left it.
 *
 * @returns the keys of the platforms it added
 */
export async function seedReference(deps: Pick<Deps, "db" | "clock">): Promise<string[]> {
  const now = deps.clock();
  return deps.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('seed reference'))`;
      const present = await tx.platform.findMany({ select: { key: true } });
      const missing = cataloguePlatforms.filter(({ key }) => !present.some((platform) => platform.key === key));
      for (const platform of missing) await addPlatform(tx, platform, now);
      await addSpanishTitles(tx);
      return missing.map(({ key }) => key);
    },
    { timeout: 60_000 },
  );
}

async function addPlatform(tx: Tx, { features, holidays, ...terms }: CataloguePlatform, now: DateTime): Promise<void> {
  const platformId = newId();
  const createdAt = now.toJSDate();
  await tx.platform.create({ data: { id: platformId, ...terms, createdAt } });
  await tx.feature.createMany({ data: features.map((feature, position) => ({ platformId, ...feature, position })) });
  await tx.businessHoliday.createMany({ data: holidays.map(({ day, name }) => ({ platformId, day: new Date(`${day}T00:00:00Z`), name })) });
  await tx.ladder.createMany({
    data: defaultLadders.map(({ severity, version, strikeWeight, strikeExpiryDays, ...rungs }) => ({
      id: newId(),
      platformId,
      severity,
      version,
      rungs,
      strikeWeight,
      strikeExpiryDays,
      effectiveFrom: new Date("2025-01-01T00:00:00Z"),
      createdAt,
    })),
  });
  for (const policy of cataloguePolicies.filter((one) => one.platform === terms.key)) await addPolicy(tx, platformId, terms.zone, policy, createdAt);
  await recordAudit(tx, seeder, { type: "platform.seeded", at: now, platformId, key: terms.key });
}

async function addPolicy(tx: Tx, platformId: string, zone: string, policy: CataloguePolicy, createdAt: Date): Promise<void> {
  const policyId = newId();
  const policyVersionId = newId();
  const { code, kind, title, titleEs, summary, summaryEs = null } = policy;
  await tx.policy.create({ data: { id: policyId, platformId, code, kind, title, titleEs } });
  await tx.policyVersion.create({
    data: {
      id: policyVersionId,
      policyId,
      number: 1,
      state: "in_force",
      summary,
      summaryEs,
      effectiveFrom: DateTime.fromISO(policy.effectiveOn, { zone }).toJSDate(),
      lastUpdatedOn: policy.lastUpdatedOn ? new Date(`${policy.lastUpdatedOn}T00:00:00Z`) : null,
      createdAt,
    },
  });
  const clauses = policy.clauses.map((clause, position) => ({ ...clause, id: newId(), position }));
  await tx.clause.createMany({ data: clauses.map(({ id, code: clauseCode, area }) => ({ id, policyId, code: clauseCode, area })) });
  await tx.clauseVersion.createMany({
    data: clauses.map(({ id, section, title: clauseTitle, titleEs: clauseTitleEs, body, bodyEs, severity, reportLabel, position }) => ({
      id: newId(),
      clauseId: id,
      policyVersionId,
      section,
      title: clauseTitle,
      titleEs: clauseTitleEs,
      body,
      bodyEs,
      severity,
      position,
      ...(reportLabel ? { reportLabel } : {}),
    })),
  });
}

/** Titles of a database that was seeded before the catalogue had them in Spanish; a title somebody changed keeps theirs. */
async function addSpanishTitles(tx: Tx): Promise<void> {
  const clauses = cataloguePolicies.flatMap((policy) => policy.clauses.flatMap(({ code, title, titleEs }) => (titleEs ? [{ code, title, titleEs }] : [])));
  await tx.$executeRaw`
    UPDATE clause_version v SET title_es = known."titleEs"
      FROM jsonb_to_recordset(${JSON.stringify(clauses)}::jsonb) AS known(code text, title text, "titleEs" text) JOIN clause c ON c.code = known.code
     WHERE v.clause_id = c.id AND v.title_es IS NULL AND v.title = known.title`;
  const policies = cataloguePolicies.map(({ code, title, titleEs }) => ({ code, title, titleEs }));
  await tx.$executeRaw`
    UPDATE policy p SET title_es = known."titleEs"
      FROM jsonb_to_recordset(${JSON.stringify(policies)}::jsonb) AS known(code text, title text, "titleEs" text)
     WHERE p.code = known.code AND p.title_es IS NULL AND p.title = known.title`;
}
