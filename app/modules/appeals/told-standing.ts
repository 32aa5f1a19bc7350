import type { DateTime } from "luxon";
import { projectGate, standingOf, type GateAction, type GateFeature } from "../enforcement/gate-projection";

type Status = "active" | "restricted" | "suspended" | "terminated" | "closed";
type Verdict = { feature: string; allowed: boolean; until: DateTime | null };

const order: readonly Status[] = ["active", "restricted", "suspended", "terminated", "closed"];

/**
 * What an account holder reads of their account while a measure stands that they must not be tipped off about (rule of
 * procedure 7): whether a feature is open, because they see that by using it, and of ends and status no more than the
 * measures they were told of amount to.
 */
export function toldStanding<V extends Verdict>(
  { status, verdicts, told, features }: { status: Status; verdicts: readonly V[]; told: readonly GateAction[]; features: readonly GateFeature[] },
  now: DateTime,
): { status: Status; verdicts: V[] } {
  const rows = projectGate(told, features, now).filter(({ from }) => from <= now);
  const denied = verdicts.filter(({ allowed }) => !allowed).length;
  const seen: Status = denied === 0 ? "active" : denied === verdicts.length ? "suspended" : "restricted";
  const known: Status = denied === 0 ? "active" : standingOf(told, now);
  return {
    status: status === "closed" ? status : order.indexOf(known) > order.indexOf(seen) ? known : seen,
    verdicts: verdicts.map((verdict) => (verdict.allowed ? verdict : { ...verdict, until: rows.findLast(({ feature }) => feature === verdict.feature)?.until ?? null })),
  };
}
