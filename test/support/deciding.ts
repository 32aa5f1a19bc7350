import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import { claimCase } from "~/modules/cases/claim-case.server";
import { decideCaseSchema } from "~/modules/enforcement/decide-case.schema";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { seedReference } from "../../prisma/seed/reference";
import { createAccount } from "../factories/account";
import { createCase } from "../factories/case";
import { createReport, createReporter } from "../factories/report";
import { createStaff } from "../factories/staff";

/** A case ready to be decided, and who hears of the decision. Plain data: another process can be told to decide it. */
export interface Deciding {
  caseId: string;
  actor: StaffActor;
  /** What the decision composer sends. */
  form: Record<string, unknown>;
  people: string[];
}

/** A claimed spam case on CustomerFlows with an account holder and two reporters who left addresses. */
export async function aCaseToDecide(deps: Deps): Promise<Deciding> {
  await seedReference(deps);
  const at = deps.clock().toJSDate();
  const platform = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  const clause = await deps.db.clause.findFirstOrThrow({ where: { area: "spam", policy: { platformId: platform.id } }, orderBy: { code: "asc" } });
  const account = await createAccount(deps.db, { platformId: platform.id, businessName: "Redrock Bikes" });
  const [owner, ...reporters] = ["owner@business.example", "ana@reporter.example", "ben@reporter.example"] as const;
  await addContact(deps.db, deps.crypto, { accountId: account.id, kind: "email", value: owner, createdAt: at });
  const { id: caseId } = await createCase(deps.db, { accountId: account.id, openedAt: at });
  for (const email of reporters) {
    const reporter = await createReporter(deps, platform.id, email);
    await createReport(deps, { platformId: platform.id, accountId: account.id, caseId, clauseId: clause.id, state: "attached", reporterId: reporter.id, receivedAt: at });
  }
  const actor = await createStaff(deps.db, ["analyst"]);
  const claimed = await claimCase(deps, actor, { caseId });
  if (!claimed.ok) throw new Error(`the case was not claimed: ${claimed.reason}`);
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: caseId } });
  const form = {
    caseId,
    version,
    idempotencyKey: newId(),
    outcome: "violation",
    findings: [{ clauseId: clause.id, conductOn: deps.clock().minus({ days: 2 }).toISODate() }],
    rung: 1,
    justification: "A first and small breach.",
    rationale: "41 of 1,204 contacts had opted out.",
    facts: "Your account sent 41 messages to people who had opted out, of 1,204 delivered.",
  };
  return { caseId, actor, form, people: [owner, ...reporters].toSorted() };
}

/** Decides it by the real command. */
export async function decide(deps: Deps, { actor, form }: Pick<Deciding, "actor" | "form">): Promise<void> {
  const decided = await decideCase(deps, actor, decideCaseSchema.parse(form));
  if (!decided.ok) throw new Error(`the case was not decided: ${decided.reason} ${JSON.stringify(decided.detail)}`);
}
