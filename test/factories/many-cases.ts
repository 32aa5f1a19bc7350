import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { priorityOf } from "~/modules/cases/priority";
import { addContact } from "~/modules/platforms/account-contacts.server";

export type ManyCases = { caseIds: string[]; accountIds: string[] };

/** So many open spam cases, each about an account of its own; the owners of the first `told` have an address. */
export async function manyCases(deps: Deps, platformId: string, count: number, { told = 3, area = "spam" } = {}): Promise<ManyCases> {
  const now = deps.clock();
  const at = now.toJSDate();
  const accounts = Array.from({ length: count }, (_, n) => ({ id: newId(), platformId, externalId: `many-${newId()}`, businessName: `Ridge Supply ${n + 1}`, createdAt: at, updatedAt: at }));
  await deps.db.account.createMany({ data: accounts });
  for (const { id, externalId } of accounts.slice(0, told)) {
    await addContact(deps.db, deps.crypto, { accountId: id, kind: "email", value: `owner-${externalId}@ridge.example`, createdAt: at });
  }
  const weighed = { severity: "medium" as const, reportCount: 0, signalCount: 0, escalated: false, openedAt: now };
  const cases = accounts.map(({ id: accountId }) => ({
    ...weighed, id: newId(), reference: newReference("C"), platformId, accountId, area, state: "open" as const, priority: priorityOf(weighed), updatedAt: at, openedAt: at,
  }));
  await deps.db.case.createMany({ data: cases });
  return { caseIds: cases.map(({ id }) => id), accountIds: accounts.map(({ id }) => id) };
}
