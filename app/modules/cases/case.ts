import type { DateTime } from "luxon";
import { refuse, type Result } from "~/infra/result";
import { compareSeverity, type Severity } from "../policy/severity";
import { caseMachine, type CaseMove, type CaseState, isOpenCase } from "./case-state";
import { holderAt, type Lease } from "./lease";
import { priorityOf } from "./priority";

/** A case as rules see it. Every change but the renewal of a lease raises `version` by one. */
export interface Case {
  id: string;
  reference: string;
  platformId: string;
  accountId: string;
  area: string;
  state: CaseState;
  severity: Severity;
  priority: number;
  reportCount: number;
  signalCount: number;
  escalated: boolean;
  escalatedToId: string | null;
  lease: Lease | null;
  version: number;
  reviewReason: string | null;
  openedAt: DateTime;
  updatedAt: DateTime;
  decidedAt: DateTime | null;
  closedAt: DateTime | null;
}

/** The same case with changes, weighed anew. */
export function changed(found: Case, changes: Partial<Omit<Case, "id" | "version" | "priority">>, now: DateTime): Case {
  const next = { ...found, ...changes, version: found.version + 1, updatedAt: now };
  return { ...next, priority: priorityOf(next) };
}

/** A form made from an older version of the case is stale. Undefined: the form does not depend on what it showed. */
export const checkVersion = (found: Case, seen: number | undefined): Result<object, "stale"> =>
  seen === undefined || seen === found.version ? { ok: true } : refuse("stale", { seen, version: found.version });

/** Working on a case takes holding it, so that two people never decide at once. */
export const checkHeld = (found: Case, staffId: string, now: DateTime): Result<object, "lease_missing" | "case_held_by_other"> => {
  const holder = holderAt(found.lease, now);
  if (holder === staffId) return { ok: true };
  return refuse(holder ? "case_held_by_other" : "lease_missing");
};

/** A further report or signal joins: it counts, and it may make the case graver, never milder. */
export function joined(found: Case, joining: { kind: "report" | "signal"; severity: Severity }, now: DateTime): Case {
  return changed(
    found,
    {
      reportCount: found.reportCount + (joining.kind === "report" ? 1 : 0),
      signalCount: found.signalCount + (joining.kind === "signal" ? 1 : 0),
      severity: compareSeverity(joining.severity, found.severity) > 0 ? joining.severity : found.severity,
    },
    now,
  );
}

/** The case after a move of its state machine: a decided or closed case is nobody's to hold. */
export function moved(found: Case, move: CaseMove, now: DateTime): Result<{ case: Case }, "illegal_move"> {
  const after = caseMachine.after(found.state, move);
  if (!after.ok) return after;
  return {
    ok: true,
    case: changed(
      found,
      {
        state: after.state,
        lease: isOpenCase(after.state) && move !== "reopen" ? found.lease : null,
        decidedAt: move === "decide" ? now : move === "reopen" ? null : found.decidedAt,
        closedAt: move === "close" ? now : move === "reopen" ? null : found.closedAt,
      },
      now,
    ),
  };
}
