import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { moved } from "./case";
import { changeCase, type CaseTarget } from "./change-case.server";

/** Goes on without waiting for the reporter's answer any longer. */
export function resumeCase(deps: Deps, actor: StaffActor, input: CaseTarget) {
  return changeCase(deps, actor, "case:work", input, (found, now) => {
    const next = moved(found, "resume", now);
    return next.ok ? { ok: true, case: next.case, audit: "case.resumed", event: { kind: "resumed", data: {} } } : next;
  });
}
