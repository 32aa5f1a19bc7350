import type { Deps } from "~/infra/deps.server";
import { refuse } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { moved } from "./case";
import { hasOpenCase, lockAccountOfCase } from "./case.repo.server";
import { changeCase } from "./change-case.server";
import type { ReopenCaseInput } from "./close-case.schema";

/** Takes a closed case up again, with a reason. Not beside another open case of the same account and area. */
export function reopenCase(deps: Deps, actor: StaffActor, input: ReopenCaseInput) {
  return changeCase(
    deps,
    actor,
    "case:work",
    input,
    async (found, now, tx) => {
      const next = moved(found, "reopen", now);
      if (!next.ok) return next;
      if (await hasOpenCase(tx, found.accountId, found.area)) return refuse("open_case_exists");
      return {
        ok: true,
        case: next.case,
        audit: "case.reopened",
        facts: { reason: input.reason },
        event: { kind: "reopened", data: { reason: input.reason } },
      };
    },
    lockAccountOfCase,
  );
}
