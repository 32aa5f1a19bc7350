import type { Deps } from "~/infra/deps.server";
import { refuse } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { permissionsOf, roles } from "../access/permissions";
import { changed } from "./case";
import { isOpenCase } from "./case-state";
import { findColleague } from "./case.repo.server";
import { changeCase } from "./change-case.server";
import type { DeescalateCaseInput, EscalateCaseInput } from "./escalate-case.schema";

/** Raises a case to a lead, a named one or whichever looks first. A flag with an owner, not a state. */
export function escalateCase(deps: Deps, actor: StaffActor, input: EscalateCaseInput) {
  return changeCase(deps, actor, "case:work", input, async (found, now, tx) => {
    if (!isOpenCase(found.state)) return refuse("case_decided");
    const owner = input.staffId ? await findColleague(tx, input.staffId) : null;
    if (input.staffId && !(owner && leads(owner.roles))) return refuse("staff_not_available");
    return {
      ok: true,
      case: changed(found, { escalated: true, escalatedToId: owner?.id ?? null }, now),
      audit: "case.escalated",
      facts: { to: owner?.id ?? null, reason: input.reason },
      event: { kind: "escalated", data: { to: owner && { staffId: owner.id, name: owner.name }, reason: input.reason } },
    };
  });
}

/** Takes the flag down again: it is dealt with, or was not needed. */
export function deescalateCase(deps: Deps, actor: StaffActor, input: DeescalateCaseInput) {
  return changeCase(deps, actor, "case:reassign", input, (found, now) => {
    if (!found.escalated) return refuse("illegal_move");
    return {
      ok: true,
      case: changed(found, { escalated: false, escalatedToId: null }, now),
      audit: "case.deescalated",
      facts: { reason: input.reason },
      event: { kind: "deescalated", data: { reason: input.reason } },
    };
  });
}

const leads = (held: readonly string[]): boolean =>
  roles.some((role) => held.includes(role) && permissionsOf[role].includes("case:reassign"));
