import { seedReference } from "#prisma/seed/reference";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "~/modules/access/actor";
import { claimCase } from "~/modules/cases/claim-case.server";
import { joinCase } from "~/modules/cases/join-case.server";
import type { ViolationInput } from "~/modules/enforcement/decide-case.schema";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { createAccount } from "./account";
import { nth } from "./moment";
import { createReport, createReporter } from "./report";
import { createStaff } from "./staff";

export type Investigation = {
  platformId: string;
  account: { id: string; externalId: string; businessName: string };
  caseId: string;
  /** Version of the case after it was claimed. */
  version: number;
  reports: { id: string; reference: string }[];
  reporterEmails: string[];
  ownerEmail: string;
};

/** The seeded CustomerFlows platform, with a colleague in each part that enforcement needs. */
export async function enforcers(deps: Deps) {
  await seedReference(deps);
  const { id: platformId } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  return {
    platformId,
    ana: await createStaff(deps.db, ["analyst"], "Ana"),
    ben: await createStaff(deps.db, ["analyst"], "Ben"),
    lee: await createStaff(deps.db, ["lead"], "Lee"),
    lou: await createStaff(deps.db, ["lead"], "Lou"),
  };
}

const reporterActor = (reportId: string) => ({ kind: "reporter", reportId }) as const;

/** A case that `holder` has claimed, with as many reports of reporters who left an address. */
export async function anInvestigation(
  deps: Deps,
  holder: StaffActor,
  given: { platformId: string; accountId?: string; area?: string; reports?: number; clause?: string },
): Promise<Investigation> {
  const account = given.accountId
    ? await deps.db.account.findUniqueOrThrow({ where: { id: given.accountId } })
    : await createAccount(deps.db, { platformId: given.platformId, businessName: `Summit Roofing ${nth()}` });
  const ownerEmail = `owner-${account.externalId}@roofing.example`;
  await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId: account.id, kind: "email", value: ownerEmail, createdAt: deps.clock().toJSDate() }));
  const clause = await clauseByCode(deps, given.clause ?? "CF-AUP-4.3.b");
  const reports: Investigation["reports"] = [];
  const reporterEmails: string[] = [];
  let caseId = "";
  for (let made = 0; made < (given.reports ?? 1); made += 1) {
    const email = `rosa-${nth()}@mail.example`;
    const reporter = await createReporter(deps, given.platformId, email);
    const report = await createReport(deps, { platformId: given.platformId, reporterId: reporter.id });
    const joined = await deps.db.$transaction((tx) =>
      joinCase(tx, reporterActor(report.id), {
        platformId: given.platformId,
        accountId: account.id,
        area: given.area ?? "whatsapp_rules",
        severity: "high",
        at: deps.clock(),
        what: { kind: "report", id: report.id, reference: report.reference, channel: "form" },
      }),
    );
    if (!joined.ok) throw new Error(joined.reason);
    caseId = joined.caseId;
    await deps.db.report.update({ where: { id: report.id }, data: { state: "attached", caseId, accountId: account.id, clauseId: clause } });
    reports.push({ id: report.id, reference: report.reference });
    reporterEmails.push(email);
  }
  const claimed = await claimCase(deps, holder, { caseId });
  if (!claimed.ok) throw new Error(claimed.reason);
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: caseId } });
  return { platformId: given.platformId, account, caseId, version, reports, reporterEmails, ownerEmail };
}

export async function clauseByCode(deps: Pick<Deps, "db">, code: string): Promise<string> {
  return (await deps.db.clause.findUniqueOrThrow({ where: { code } })).id;
}

/** A finding of one breach of CF-AUP 4.1.b (medium severity), following the ladder, unless said otherwise. */
export async function aViolation(deps: Pick<Deps, "db">, on: Investigation, over: Partial<ViolationInput> & { clause?: string } = {}): Promise<ViolationInput> {
  const { clause, ...rest } = over;
  return {
    outcome: "violation",
    caseId: on.caseId,
    version: on.version,
    idempotencyKey: `form-${nth()}-${on.caseId}`,
    evidence: on.reports.map(({ id }) => `report:${id}`),
    rationale: "Two messages went out after the number had opted out.",
    findings: [{ clauseId: await clauseByCode(deps, clause ?? "CF-AUP-4.1.b"), conductOn: "2026-11-18" }],
    features: [],
    justification: "",
    lawEnforcementReferral: false,
    noTipOff: false,
    facts: "On 18 November your account sent two marketing messages without consent on record.",
    ...rest,
  };
}
