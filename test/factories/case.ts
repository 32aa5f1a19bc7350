import { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { priorityOf } from "~/modules/cases/priority";
import { createAccount } from "./account";
import { factoryNow } from "./moment";

type CaseRow = NonNullable<Awaited<ReturnType<Db["case"]["findFirst"]>>>;

/** An open, unclaimed spam case of medium severity; its priority is computed unless given. */
export async function createCase(db: Db, given: Partial<CaseRow> = {}): Promise<CaseRow> {
  const account = given.accountId
    ? await db.account.findUniqueOrThrow({ where: { id: given.accountId } })
    : await createAccount(db, given.platformId ? { platformId: given.platformId } : {});
  const openedAt = given.openedAt ?? factoryNow;
  const weighed = {
    severity: given.severity ?? ("medium" as const),
    reportCount: given.reportCount ?? 0,
    signalCount: given.signalCount ?? 0,
    escalated: given.escalated ?? false,
    openedAt: DateTime.fromJSDate(openedAt, { zone: "utc" }),
  };
  return db.case.create({
    data: {
      id: newId(),
      reference: newReference("C"),
      platformId: account.platformId,
      accountId: account.id,
      area: "spam",
      state: "open",
      ...weighed,
      priority: priorityOf(weighed),
      updatedAt: openedAt,
      ...given,
      openedAt,
    },
  });
}
