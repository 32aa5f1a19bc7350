import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { moved } from "./case";
import { changeCase } from "./change-case.server";
import type { CloseCaseInput } from "./close-case.schema";

/** Files a decided case away. */
export function closeCase(deps: Deps, actor: StaffActor, input: CloseCaseInput) {
  return changeCase(deps, actor, "case:work", input, (found, now) => {
    const next = moved(found, "close", now);
    if (!next.ok) return next;
    return {
      ok: true,
      case: next.case,
      audit: "case.closed",
      facts: { reason: input.reason },
      event: { kind: "closed", data: { reason: input.reason } },
    };
  });
}
