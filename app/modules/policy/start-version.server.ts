import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { beginDraft, type BeginRefused } from "./begin-draft.repo.server";

/** Begins a new version of a policy, from the one in force. */
export async function startVersion(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { policyId }: { policyId: string }): Promise<Result<{ versionId: string }, "forbidden" | BeginRefused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, (tx) => beginDraft(tx, actor, policyId, deps.clock()));
}
