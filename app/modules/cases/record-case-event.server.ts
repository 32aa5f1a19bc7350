import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { type Case, changed, checkHeld, checkVersion } from "./case";
import type { CaseEvent } from "./case-event";
import { insertCaseEvents, lockCase, lockCases, saveCase, saveTouched, insertCaseEvent } from "./case.repo.server";

/**
 * Tells the case's timeline of something another module did about it, in that module's transaction, with that
 * module's own audit entry. The case's version grows, so that forms made before it are stale.
 */
export async function recordCaseEvent(
  tx: Tx,
  actor: Actor,
  input: { caseId: string; at: DateTime; event: CaseEvent; version?: number; held?: boolean },
): Promise<Result<{ case: Case }, "not_found" | "stale" | "lease_missing" | "case_held_by_other">> {
  const found = await lockCase(tx, input.caseId);
  if (!found) return refuse("not_found");
  const fresh = checkVersion(found, input.version);
  if (!fresh.ok) return fresh;
  if (input.held && actor.kind === "staff") {
    const held = checkHeld(found, actor.id, input.at);
    if (!held.ok) return held;
  }
  const next = changed(found, {}, input.at);
  await saveCase(tx, next);
  await insertCaseEvent(tx, actor, next.id, input.at, input.event);
  return { ok: true, case: next };
}

/** Many at once, in their order: what {@link recordCaseEvent} does for each, by a statement for each kind of row. */
export async function recordCaseEvents(tx: Tx, actor: Actor, at: DateTime, events: readonly { caseId: string; event: CaseEvent }[]): Promise<void> {
  const cases = new Map((await lockCases(tx, events.map(({ caseId }) => caseId))).map((found) => [found.id, found]));
  for (const { caseId } of events) {
    const found = cases.get(caseId);
    if (!found) throw new Error("a case that something is told of does not exist");
    cases.set(caseId, changed(found, {}, at));
  }
  await saveTouched(tx, [...cases.values()]);
  await insertCaseEvents(tx, actor, at, events);
}
