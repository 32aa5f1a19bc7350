import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { ContentOf } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import { areaName } from "../policy/areas";
import type { Action } from "./action.repo.server";
import { featureNamesOf } from "./decision-plan";
import { freezeInterim } from "./freeze-interim.server";
import { interimBasisOf, interimReasonsOf } from "./interim-basis.server";
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
  const names = featureNamesOf(terms, account.language);
  await refreshGate(tx, account.id, terms, at);
  const basis = await interimBasisOf(tx, action.id, at);
  const content = (standingUrl: string): ContentOf<"interim_measure"> => ({
    template: "interim_measure",
    props: {
      businessName: account.businessName,
      reference: action.reference,
      takenAt: at.toJSDate(),
      isNew: true,
      measure: { kind: action.kind, features: action.features.map((code) => names[code] ?? code), startsAt: at.toJSDate(), endsAt: action.endsAt?.toJSDate() ?? null },
      reason: action.reason,
      policyArea: areaName(area, account.language),
      standingUrl,
      reasons: basis && interimReasonsOf(basis, { account, terms, at }),
    },
  });
  if (basis) await freezeInterim(tx, deps, { account, action, terms, basis, facts: action.reason, at, guard }, content);
  await tellHolder(tx, deps, { account, action, at, occasion: "interim", guard, content });
}
