import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { stageOutbox } from "~/infra/outbox.server";
import type { Actor } from "../../access/actor";
import { joinCase } from "../../cases/join-case.server";
import { opensCase, pointDays } from "../signal-points";
import { pointSignalsAtCase, unattachedSignals, type UnattachedSignal } from "./signals.repo.server";

/**
 * Gives signals that no case has to the account's open case of their policy area, or opens one when together they pass the
 * platform's threshold; until then they stand by themselves. Shadows are left alone. The caller holds the accounts' locks.
 *
 * @returns how many were attached
 */
export async function attachSignals(tx: Tx, actor: Actor, platform: { id: string; signalThreshold: number }, accountIds: readonly string[], at: DateTime): Promise<number> {
  if (accountIds.length === 0) return 0;
  const waiting = await unattachedSignals(tx, accountIds, at.minus({ days: pointDays }).toJSDate());
  let attached = 0;
  for (const signals of byAccountAndArea(waiting)) {
    if (!signals[0]!.hasCase && !opensCase(signals, platform.signalThreshold, at.toMillis())) continue;
    for (const { id, accountId, area, severity, rule, mode } of signals) {
      const joined = await joinCase(tx, actor, { platformId: platform.id, accountId, area, severity, at, what: { kind: "signal", id, rule } });
      if (!joined.ok) throw new Error(`account ${accountId} vanished while its signals were attached`);
      await pointSignalsAtCase(tx, [id], joined.caseId);
      if (mode === "signal_and_interim") await stageOutbox(tx, { topic: "signal.measure", payload: { signalId: id }, at });
      attached += 1;
    }
  }
  return attached;
}

function byAccountAndArea(signals: readonly UnattachedSignal[]): UnattachedSignal[][] {
  const groups = new Map<string, UnattachedSignal[]>();
  for (const signal of signals) {
    const key = `${signal.accountId} ${signal.area}`;
    groups.set(key, [...(groups.get(key) ?? []), signal]);
  }
  return [...groups.values()];
}
