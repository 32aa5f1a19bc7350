import type { Deps } from "~/infra/deps.server";
import { refuse } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { changed, moved } from "./case";
import { isOpenCase } from "./case-state";
import { changeCase, type CaseTarget } from "./change-case.server";
import { claim, holderAt } from "./lease";

/** Takes a case to work on: of two people at once exactly one gets it. A first claim begins the investigation. */
export function claimCase(deps: Deps, actor: StaffActor, input: CaseTarget) {
  return changeCase(deps, actor, "case:work", { caseId: input.caseId }, (found, now) => {
    if (!isOpenCase(found.state)) return refuse("case_decided");
    const claimed = claim(found.lease, actor.id, now);
    if (!claimed.ok) return claimed;
    const again = holderAt(found.lease, now) === actor.id;
    const next = found.state === "open" ? moved(found, "investigate", now) : { ok: true as const, case: found };
    if (!next.ok) return next;
    const held = changed({ ...next.case, version: found.version }, { lease: claimed.lease }, now);
    return again
      ? { ok: true, case: { ...held, version: found.version }, audit: "case.lease_renewed" }
      : { ok: true, case: held, audit: "case.claimed", event: { kind: "claimed", data: {} } };
  });
}
