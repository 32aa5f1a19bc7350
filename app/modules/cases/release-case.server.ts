import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { changed } from "./case";
import { changeCase, type CaseTarget } from "./change-case.server";
import { release } from "./lease";

/** Puts a case one holds back into the queue. */
export function releaseCase(deps: Deps, actor: StaffActor, input: CaseTarget) {
  return changeCase(deps, actor, "case:work", { caseId: input.caseId }, (found, now) => {
    const released = release(found.lease, actor.id);
    if (!released.ok) return released;
    return { ok: true, case: changed(found, { lease: null }, now), audit: "case.released", event: { kind: "released", data: {} } };
  });
}
