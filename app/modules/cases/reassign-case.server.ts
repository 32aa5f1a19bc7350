import type { Deps } from "~/infra/deps.server";
import { refuse } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { permissionsOf, roles } from "../access/permissions";
import { changed, moved } from "./case";
import { isOpenCase } from "./case-state";
import { findColleague } from "./case.repo.server";
import { changeCase } from "./change-case.server";
import { reassign } from "./lease";
import type { ReassignCaseInput } from "./reassign-case.schema";

/** A lead gives a case to somebody who may work on it, or back to the queue, whoever holds it. */
export function reassignCase(deps: Deps, actor: StaffActor, input: ReassignCaseInput) {
  return changeCase(deps, actor, "case:reassign", input, async (found, now, tx) => {
    if (!isOpenCase(found.state)) return refuse("case_decided");
    const colleague = input.staffId ? await findColleague(tx, input.staffId) : null;
    if (input.staffId && !(colleague && mayWork(colleague.roles))) return refuse("staff_not_available");
    const begun = colleague && found.state === "open" ? moved(found, "investigate", now) : { ok: true as const, case: found };
    if (!begun.ok) return begun;
    return {
      ok: true,
      case: changed({ ...begun.case, version: found.version }, { lease: reassign(colleague?.id ?? null, now) }, now),
      audit: "case.reassigned",
      facts: { from: found.lease?.holderId ?? null, to: colleague?.id ?? null, reason: input.reason },
      event: {
        kind: "reassigned",
        data: { to: colleague && { staffId: colleague.id, name: colleague.name }, reason: input.reason },
      },
    };
  });
}

const mayWork = (held: readonly string[]): boolean =>
  roles.some((role) => held.includes(role) && permissionsOf[role].includes("case:work"));
