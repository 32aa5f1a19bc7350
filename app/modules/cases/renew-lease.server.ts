import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { lockCase, saveCase } from "./case.repo.server";
import { renew } from "./lease";

/**
 * A sign of life from the page of the one who holds the case. No audit and no timeline entry: nothing changes hands,
 * and the version stays, so that an open form is not made stale by its own page.
 */
export async function renewLease(
  deps: Deps,
  actor: StaffActor,
  input: { caseId: string },
): Promise<Result<{ expiresAt: DateTime }, "forbidden" | "not_found" | "lease_missing">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const found = await lockCase(tx, input.caseId);
    if (!found) return refuse("not_found");
    const renewed = renew(found.lease, actor.id, now);
    if (!renewed.ok) return renewed;
    await saveCase(tx, { ...found, lease: renewed.lease });
    return { ok: true, expiresAt: renewed.lease.expiresAt };
  });
}
