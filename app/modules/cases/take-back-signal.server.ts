import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { changed } from "./case";
import { lockCase } from "./case.repo.server";
import { applyCaseChange } from "./change-case.server";

/**
 * Notes on a case that a machine finding does not hold any more. It stops counting, whether the case is open or decided: one that is
 * reopened is weighed by what holds. What was decided on it stands until a person looks, and the timeline tells them. The
 * caller holds the account's lock.
 */
export async function takeBackSignal(tx: Tx, actor: Actor, { caseId, signalId, rule, at }: { caseId: string; signalId: string; rule: string; at: DateTime }): Promise<void> {
  const found = await lockCase(tx, caseId);
  if (!found) return;
  await applyCaseChange(tx, actor, at, {
    case: changed(found, { signalCount: Math.max(0, found.signalCount - 1) }, at),
    audit: "case.signal_retracted",
    facts: { signalId },
    event: { kind: "signal_retracted", data: { signalId, rule } },
  });
}
