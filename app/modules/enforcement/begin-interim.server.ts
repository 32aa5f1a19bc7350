import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { LeakGuard } from "../notices/leak-guard";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import type { Action } from "./action.repo.server";
import { freezeInterim } from "./freeze-interim.server";
import { interimBasisOf, interimReasonsOf } from "./interim-basis.server";
import { interimMessage } from "./interim-message";
import { refreshGate } from "./refresh-gate.server";
import { tellHolder } from "./tell-holder.server";

/**
 * An interim measure holds from now on: at the gate, and in what the account holder is told. That message is its statement of reasons too,
 * and says what a machine did. The caller has written its row, and that of the rule's proposal where one did.
 */
export async function beginInterim(
  tx: Tx,
  deps: Deps,
  { account, action, terms, area, at, guard }: { account: LockedAccount; action: Action; terms: Terms; area: string; at: DateTime<true>; guard: LeakGuard },
): Promise<void> {
  await refreshGate(tx, account.id, terms, at);
  const basis = await interimBasisOf(tx, action.id, at);
  const reasons = basis && interimReasonsOf(basis, { account, terms, at });
  const content = interimMessage({ account, action, terms, area, isNew: true, startsAt: at, endsAt: action.endsAt, reason: action.reason, reasons });
  if (basis) await freezeInterim(tx, deps, { account, action, terms, basis, facts: action.reason, at, guard }, content);
  await tellHolder(tx, deps, { account, action, at, occasion: "interim", guard, content });
}
