import type { Db } from "~/infra/db.server";
import { type CaseState, openCaseStates } from "./case-state";

/** How many cases stand open, from the keyed counters: the cost does not grow with the number of cases. */
export async function countOpenCases(db: Db, platformId?: string): Promise<number> {
  const { _sum } = await db.caseCounter.aggregate({
    _sum: { count: true },
    where: { state: { in: [...openCaseStates] satisfies CaseState[] }, platformId },
  });
  return Number(_sum.count ?? 0n);
}
