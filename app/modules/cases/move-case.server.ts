import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { type Case, checkHeld, checkVersion, moved } from "./case";
import type { CaseEvent } from "./case-event";
import type { CaseMove } from "./case-state";
import { lockCase } from "./case.repo.server";
import { applyCaseChange } from "./change-case.server";

const audited: Record<CaseMove, `case.${string}`> = {
  investigate: "case.investigated",
  ask_for_information: "case.information_requested",
  resume: "case.resumed",
  decide: "case.decided",
  close: "case.closed",
  reopen: "case.reopened",
};

/**
 * Moves a case as a part of what another module does, in its transaction: intake asks a reporter and hears back,
 * enforcement decides and closes. Permission is the calling command's to check. Lock the account before, if at all.
 */
export async function moveCase(
  tx: Tx,
  actor: Actor,
  input: {
    caseId: string;
    move: CaseMove;
    at: DateTime;
    /** The case, where the caller holds its lock already. */
    found?: Case;
    /** Version of the case the form was made from. */
    version?: number;
    /** The actor must hold the case's lease. */
    held?: boolean;
    event?: CaseEvent;
  },
): Promise<Result<{ case: Case }, "not_found" | "stale" | "lease_missing" | "case_held_by_other" | "illegal_move">> {
  const found = input.found ?? (await lockCase(tx, input.caseId));
  if (!found) return refuse("not_found");
  const fresh = checkVersion(found, input.version);
  if (!fresh.ok) return fresh;
  if (input.held && actor.kind === "staff") {
    const held = checkHeld(found, actor.id, input.at);
    if (!held.ok) return held;
  }
  const next = moved(found, input.move, input.at);
  if (!next.ok) return next;
  await applyCaseChange(tx, actor, input.at, { case: next.case, audit: audited[input.move], event: input.event });
  return { ok: true, case: next.case };
}
